"""Browsers of those who may see the pages of the audience, and of those who may not."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

from survey.models import Respondent
from tests.ottstats.statistics_people import count_anew, recommend_to
from tests.survey.members.accounts import EMAIL, joined

CUSTOMER, SERVICE = "/audience/customer/", "/audience/service/"


def advertiser() -> User:
    """A member whom staff put into the group."""
    user = joined(EMAIL).user
    # Tests with real transactions have lost the rows of migrations.
    user.groups.add(Group.objects.get_or_create(name="advertiser")[0])
    return user


def client_of(user: User, language: str = "en") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(user)
    return client


def told_of_advertisers() -> None:
    """All respondents agreed to the consent that names the pages for advertisers."""
    Respondent.objects.update(consent_version="2026-11-30.3")
    count_anew()


def demand_of(people: int, platform: str, *, gender: str, age: int | None) -> None:
    recommend_to(people, platform, gender=gender, age=age)
    told_of_advertisers()


def rows_of(response: Any) -> list[dict[str, str]]:
    """Of a CSV file."""
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
