"""The tables of the admin, grouped by what staff do with them; internal ones come last, folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

Tables = list[dict[str, Any]]


@dataclass(frozen=True)
class TableGroup:
    """Tables that belong together, each by its label; `key` names the group in the page."""

    key: str
    name: Any
    tables: Sequence[str]


GROUPS = (
    TableGroup(
        "films",
        _("Films and availability"),
        (
            "movies.Movie",
            "movies.AvailabilityReport",
            "movies.IdSuggestion",
            "movies.Availability",
            "movies.AvailabilityChange",
            "movies.Listing",
            "movies.Provider",
        ),
    ),
    TableGroup(
        "prices",
        _("Prices and products"),
        ("movies.Product", "movies.Platform", "movies.Attraction"),
    ),
    TableGroup(
        "answers",
        _("Surveys and answers"),
        (
            "ottstats.PlatformRecommendation",
            "survey.Respondent",
            "survey.Member",
            "recommend.Reaction",
            "ottstats.UsageStatistic",
            "ottstats.PlatformTally",
        ),
    ),
    TableGroup(
        "lab",
        _("Model lab"),
        ("recommend.ModelRun", "recommend.LabJob", "recommend.Workflow", "recommend.Persona"),
    ),
    TableGroup(
        "settings",
        _("Accounts and schedule"),
        ("auth.User", "auth.Group", "django_celery_beat.PeriodicTask", "common.DataLoad"),
    ),
)
INTERNAL = "internal"


def group_tables(site: AdminSite) -> None:
    """Group the lists of tables on the site's pages; the page of one app keeps its own."""
    of_apps = site.get_app_list

    def get_app_list(request: HttpRequest, app_label: str | None = None) -> Tables:
        apps = of_apps(request, app_label)
        return apps if app_label else list(_grouped(apps))

    site.get_app_list = get_app_list  # type: ignore[method-assign]


def _grouped(apps: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Only tables that the reader may open are in `apps`, and so in the groups."""
    tables = {
        f"{app['app_label']}.{table['object_name']}": table
        for app in apps
        for table in app["models"]
    }
    for group in GROUPS:
        if found := [tables.pop(label) for label in group.tables if label in tables]:
            yield _section(group.key, group.name, found)
    if tables:
        yield _section(INTERNAL, _("Internal tables"), list(tables.values()), is_folded=True)


def _section(key: str, name: Any, tables: Tables, *, is_folded: bool = False) -> dict[str, Any]:
    return {
        "app_label": key,
        "name": name,
        "app_url": reverse("admin:index"),
        "has_module_perms": True,
        "models": tables,
        "is_folded": is_folded,
    }
