"""Staff read a name of their language at every field, and help at every field that they fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils.functional import Promise
from django.utils.translation import gettext, override

OURS = ("common", "movies", "survey", "matching", "ottstats", "recommend")
SAME_IN_KOREAN = {"SHA-256", "P(like)"}
BROKEN_PARTICLE = re.compile(
    r"[을를이가은는와과]\([을를이가은는와과]\)|\(으\)로|\([을를이가은는]\)"
)


def fields() -> Iterator[tuple[str, Any]]:
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.local_fields + model._meta.local_many_to_many:
                if not field.auto_created:
                    yield f"{model.__name__}.{field.name}", field


def is_korean(text: Any) -> bool:
    with override("en"):
        english = str(text)
    with override("ko"):
        return isinstance(text, Promise) and (str(text) != english or english in SAME_IN_KOREAN)


def test_every_field_has_a_translated_name() -> None:
    assert [name for name, field in fields() if not is_korean(field.verbose_name)] == []


def test_help_of_fields_is_translated() -> None:
    assert [n for n, one in fields() if one.help_text and not is_korean(one.help_text)] == []


@pytest.mark.django_db
def test_every_field_that_staff_fill_in_has_help() -> None:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    missing = []
    for model, page in admin.site._registry.items():
        if model._meta.app_label not in OURS or not page.has_change_permission(request):
            continue
        if model._meta.object_name == "Movie":  # choices by platform: tests/movies/admin
            continue
        for name, field in page.get_form(request)().fields.items():
            if not field.help_text:
                missing.append(f"{model.__name__}.{name}")
    assert missing == []


@pytest.mark.parametrize(
    "text", ["Constraint “%(name)s” is violated.", " By %(filter_title)s ", "Select %s to view"]
)
def test_texts_of_django_have_no_doubled_particles(text: str) -> None:
    with override("ko"):
        assert not BROKEN_PARTICLE.search(gettext(text))
