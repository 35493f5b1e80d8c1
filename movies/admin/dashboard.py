"""The dashboard of availability, and the notices above the index: pages of no single model.

`add_dashboard` adds both to an admin site. Figures come from `movies.selectors`; this module only
links them to the lists that the reader may open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.models import DataLoad
from movies.models import (
    Availability,
    AvailabilityChange,
    AvailabilityReport,
    FetchAttempt,
    FetchJob,
    IdSuggestion,
    Listing,
    Movie,
    Notice,
    Product,
    Provider,
)
from movies.selectors import freshness
from ottstats.models import LivingCell, PlatformRecommendation
from recommend.models import LabJob, SeasonKeywords, Workflow

NEEDED = "movies.view_movie"
# What a page shows as a number: linked, if the reader may open the list behind it.
Shown = SafeString | str
Bar = tuple[str, str, str]
ListRow = tuple[str, Listing | None, Sequence[Shown], str, bool]
# The list where staff can settle a notice.
LISTS_OF_NOTICES: dict[str, tuple[type[Model], dict[str, str]]] = {
    Notice.Key.UNKNOWN_PROVIDERS: (Provider, {"todo": "unknown"}),
    Notice.Key.VANISHED_PROVIDERS: (Provider, {"todo": "vanished"}),
    Notice.Key.OLD_PRICES: (Product, {"price": "old", "on_sale": "yes"}),
    Notice.Key.CONTRADICTED: (Availability, {}),
    Notice.Key.ONE_PRODUCT: (PlatformRecommendation, {}),
    Notice.Key.ONE_WINNER: (PlatformRecommendation, {}),
    Notice.Key.FROZEN_PRICES: (Product, {"warning": "frozen", "on_sale": "yes"}),
    Notice.Key.CLOSURES: (Product, {"warning": "closure", "on_sale": "yes"}),
    Notice.Key.OLD_PROMOTIONS: (Product, {"warning": "promotion", "on_sale": "yes"}),
    Notice.Key.LISTINGS: (Listing, {"state__exact": "refused"}),
    Notice.Key.RETRAIN: (LabJob, {"kind__exact": "retrain"}),
    Notice.Key.WINNERS_MOVED: (DataLoad, {}),
    Notice.Key.WORKFLOW: (Workflow, {}),
    Notice.Key.SEASONS: (SeasonKeywords, {}),
    Notice.Key.LIVING_DATA: (LivingCell, {}),
}


class Lists:
    """Addresses of the admin's lists, for one reader."""

    def __init__(self, site: AdminSite, request: HttpRequest) -> None:
        self._site = site
        self._request = request
        self._addresses: dict[type[Model], str] = {}

    def address(self, model: type[Model], **chosen: Any) -> str:
        """The list with these filters; empty for a list that the reader may not open."""
        if model not in self._addresses:
            self._addresses[model] = self._plain(model)
        plain = self._addresses[model]
        return f"{plain}?{urlencode(chosen)}" if plain and chosen else plain

    def _plain(self, model: type[Model]) -> str:
        if not self._site.is_registered(model):
            return ""
        if not self._site.get_model_admin(model).has_view_permission(self._request):
            return ""
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")

    def may_import(self, model: type[Model]) -> bool:
        """Whether the reader may import a file into the list."""
        if not self.address(model):
            return False
        page: Any = self._site.get_model_admin(model)
        return bool(page.has_import_permission(self._request))

    def number(self, number: int, model: type[Model], **chosen: Any) -> Shown:
        """The number, linked to the rows that it counts if there are any."""
        address = self.address(model, **chosen) if number else ""
        text = f"{number:,}"
        return format_html('<a href="{}">{}</a>', address, text) if address else text


def age_labels() -> list[tuple[str, str]]:
    """Kind (its colour) and label of each part of a platform's films."""
    first, *later = freshness.AGES
    starts = [days + 1 for days in freshness.AGES]
    spans = [
        gettext("%(first)d–%(last)d days") % {"first": start, "last": last}
        for start, last in zip(starts, later, strict=False)
    ]
    ages = [gettext("Up to %(days)d days") % {"days": first}, *spans, gettext("Older")]
    labels = [*ages, gettext("Only staff"), gettext("Unknown")]
    kinds = [f"age-{place}" for place in range(len(ages))]
    return list(zip([*kinds, "only-staff", "unknown"], labels, strict=True))


def freshness_rows(
    read: freshness.Freshness, lists: Lists
) -> list[tuple[str, Sequence[Bar], Sequence[Shown]]]:
    """Of each platform: its name, the parts of its bar, and its numbers."""
    kinds = [kind for kind, _label in age_labels()]
    return [
        (
            str(row.platform),
            list(_bars([*row.by_age, row.only_staff, row.unknown], kinds, read.films)),
            [
                *_numbers_by_age(row, read.edges, lists),
                lists.number(row.only_staff, Availability, platform=slug, source="staff"),
                lists.number(row.unknown, Movie, unknown=slug),
                lists.number(row.carried, Movie, carried=slug),
                f"{row.not_carried:,}",
            ],
        )
        for row in read.platforms
        for slug in [row.platform.slug]
    ]


def _numbers_by_age(
    row: freshness.PlatformFreshness, edges: Sequence[datetime], lists: Lists
) -> Iterator[Shown]:
    for place, films in enumerate(row.by_age):
        span: dict[str, str] = {"platform": row.platform.slug}
        if place < len(edges):
            span["checked_at__gte"] = edges[place].isoformat()
        if place:
            span["checked_at__lt"] = edges[place - 1].isoformat()
        yield lists.number(films, Availability, **span)


def _bars(parts: Sequence[int], kinds: Sequence[str], whole: int) -> Iterator[Bar]:
    """Kind, start and width in percent, with a decimal point in every language, for SVG."""
    start = 0.0
    for kind, part in zip(kinds, parts, strict=True):
        width = 100 * part / whole if whole else 0.0
        if part:
            yield kind, f"{start:.3f}", f"{width:.3f}"
        start += width


def attempt_rows(now: datetime, lists: Lists) -> list[tuple[Any, Shown, Shown]]:
    """Outcome, and how often in the last day and week."""

    def number(films: int, outcome: str, since: datetime) -> Shown:
        chosen = {"outcome__exact": outcome, "tried_at__gte": since.isoformat()}
        return lists.number(films, FetchAttempt, **chosen)

    return [
        (
            row.outcome.label,
            number(row.last_day, row.outcome, now - freshness.DAY),
            number(row.last_week, row.outcome, now - freshness.WEEK),
        )
        for row in freshness.attempts_by_outcome(now)
    ]


def open_figures(lists: Lists) -> list[tuple[Any, Shown]]:
    """What waits for staff: label and number."""
    counts, number = freshness.open_counts(), lists.number
    unknown, vanished = counts.unknown_providers, counts.vanished_providers
    old_prices = number(counts.old_prices, Product, price="old", on_sale="yes")
    return [
        (_("Reports of wrong availability"), number(counts.reports, AvailabilityReport)),
        (_("Doubtful matches"), number(counts.doubtful_matches, IdSuggestion)),
        (_("Films whose sources disagree"), number(counts.conflicts, Movie, conflict="yes")),
        (_("Providers of no platform yet"), number(unknown, Provider, todo="unknown")),
        (_("Providers that TMDB no longer lists"), number(vanished, Provider, todo="vanished")),
        (_("Prices not checked for 90 days"), old_prices),
    ]


def list_rows(now: datetime, lists: Lists) -> list[ListRow]:
    """Of each platform: its name, its last whole list and the numbers of it, how the newest
    reading ended if it is another one, and whether the list is old."""
    rows: list[ListRow] = []
    for row in freshness.platform_lists(now):
        last, newest = row.applied, row.newest
        numbers: list[Shown] = []
        if last is not None:
            films = lists.number(last.films, Listing, platform__slug__exact=row.platform.slug)
            numbers = [films, *(f"{n:,}" for n in (last.entered, last.arrived, last.left))]
        state = str(newest.get_state_display()) if newest and newest != last else ""
        rows.append((str(row.platform), last, numbers, state, row.is_old))
    return rows


def shown_notices(lists: Lists) -> list[tuple[Notice, str]]:
    """Each notice with the address of its list, if it has one."""
    return [
        (notice, lists.address(model, **chosen) if model else "")
        for notice in Notice.objects.order_by("since", "key")
        for model, chosen in [LISTS_OF_NOTICES.get(notice.key, (None, {}))]
    ]


def changes_shown(effect: AvailabilityChange.Effect, now: datetime, lists: Lists) -> dict[str, Any]:
    changes = freshness.newest_changes(effect, now)
    chosen = {"effect": effect.value, "changed_at__gte": changes.since.isoformat()}
    number = lists.number(changes.total, AvailabilityChange, **chosen)
    return {"effect": effect, "number": number, "first": changes.first}


def dashboard_context(site: AdminSite, request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    lists = Lists(site, request)
    read = freshness.freshness(now)
    queue = freshness.queue_state(now)
    effects = AvailabilityChange.Effect
    return {
        "title": _("Availability dashboard"),
        "app_name": Movie._meta.app_config.verbose_name,
        "now": now,
        "films": f"{read.films:,}" if read.films else "",
        "age_labels": age_labels(),
        "freshness": freshness_rows(read, lists),
        "attempts": attempt_rows(now, lists),
        "platform_lists": list_rows(now, lists),
        "queue": queue,
        "queue_figures": [
            (_("Waiting"), lists.number(queue.waiting, FetchJob)),
            (_("With a worker"), lists.number(queue.with_a_worker, FetchJob)),
        ],
        "open_figures": open_figures(lists),
        "availability_notices": shown_notices(lists),
        "changes": [
            changes_shown(effect, now, lists) for effect in (effects.ARRIVAL, effects.DEPARTURE)
        ],
        "films_to_check": [
            (film.movie, [f"{n:,}" for n in (film.demand, film.unknown, film.stale, film.gain)])
            for film in freshness.films_to_check(now)
        ],
    }


def add_dashboard(site: AdminSite) -> None:
    """Give the site the page of the dashboard, and its index and app index the notices."""
    urls, index, app_index = site.get_urls, site.index, site.app_index

    def dashboard(request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(NEEDED):
            raise PermissionDenied
        context = site.each_context(request) | dashboard_context(site, request)
        return TemplateResponse(request, "admin/movies/dashboard.html", context)

    def get_urls() -> list[URLResolver | URLPattern]:
        page = path("movies/dashboard/", site.admin_view(dashboard), name="movies_dashboard")
        return [page, *urls()]

    def with_notices(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def shown(
            request: HttpRequest, *args: Any, extra_context: dict[str, Any] | None = None, **kw: Any
        ) -> HttpResponse:
            ours: dict[str, Any] = {}
            if request.user.has_perm(NEEDED):
                notices = shown_notices(Lists(site, request))
                ours = {"has_dashboard": True, "availability_notices": notices}
            return page(request, *args, extra_context=ours | (extra_context or {}), **kw)

        return shown

    site.get_urls = get_urls  # type: ignore[method-assign]
    site.index = with_notices(index)  # type: ignore[method-assign, assignment]
    site.app_index = with_notices(app_index)  # type: ignore[method-assign, assignment]


add_dashboard(admin.site)
