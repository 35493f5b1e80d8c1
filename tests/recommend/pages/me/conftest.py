"""A member who keeps one result, and their browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from survey.models import Member, Respondent
from tests.recommend.members import a_member, browser_of, kept_by


@pytest.fixture
def member(live_model: Any) -> Member:
    return a_member()


@pytest.fixture
def mine(member: Member) -> Client:
    return browser_of(member)


@pytest.fixture
def result(member: Member) -> Respondent:
    return kept_by(member, subscribed=("netflix",), monthly_budget=6000)
