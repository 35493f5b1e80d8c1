"""Platforms that cannot be compared yet: apart from the others, with what is known of them."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone, translation

from movies.models import Attraction, Movie, Platform
from recommend.pages.verdict.fit import fit_sentences
from recommend.pages.verdict.platforms import platform_rows
from recommend.results.attractions import attractions_on
from recommend.results.lift import Fit, Lift
from recommend.results.stored import stored_result
from survey.models import Respondent
from tests.recommend.pages.reading import answer_of, shown, whereabouts_for, words
from tests.recommend.pages.result.subscribing import submitted


def apart(html: str) -> str:
    return html.partition('id="unheard"')[2].partition("<details>\n  <summary>Every number")[0]


def test_they_are_not_among_the_bars_and_never_first(english: Client, live_model: Any) -> None:
    html = shown(english, submitted())
    bars = words(html.partition('class="plain bars"')[2].partition("</ol>")[0])
    answer = words(answer_of(html)).partition("Discounts you may get")[0]
    for name in ("TVING", "Coupang Play"):
        assert name not in bars
        assert name not in answer
        assert name in words(apart(html))


def test_what_is_known_of_them_has_its_source_and_day(english: Client, live_model: Any) -> None:
    Movie.objects.filter(pk=1).update(platforms_fetched={"tving": True})
    person = submitted()
    for row in person.platform_recommendation.parts["platforms"]:
        if row["platform"] == "tving":
            row["films_on"] = 1
    person.platform_recommendation.save()
    html = apart(shown(english, person))
    tving = words(html.partition("<h3>TVING")[2].partition("<h3>")[0])
    assert "Only 1 film is known to be there, too few to compare." in tving
    offered = attractions_on(["tving"], timezone.localdate())["tving"]
    assert {one.kind for one in offered} >= {"series", "sport"}
    for kind, name in (("series", "Series"), ("variety", "Variety show"), ("sport", "Sport")):
        titles = [one for one in offered if one.kind == kind]
        assert f"{name}: {len(titles)}" in tving
        for one in titles[:3]:
            assert one.title in tving
            assert f"source: {one.source}." in tving


def test_each_attraction_is_told_once_in_one_query(
    live_model: Any, django_assert_num_queries: Any
) -> None:
    today = timezone.localdate()
    with django_assert_num_queries(1):
        found = attractions_on(["tving", "coupang_play"], today)
    for rows in found.values():
        assert len({one.pk for one in rows}) == len(rows)
    with django_assert_num_queries(0):
        assert attractions_on([], today) == {}
    Attraction.objects.update(certainty="D")
    assert attractions_on(["tving"], today) == {}


def test_a_platform_that_fits_more_than_others_is_named_beside_the_best(
    live_model: Any,
) -> None:
    respondent: Respondent = submitted()
    result = stored_result(respondent.pk)
    assert result is not None
    with translation.override("en"):
        rows = platform_rows(result, whereabouts_for(respondent))
        watcha = Lift("watcha", 0.3, 0.2)
        assert fit_sentences(rows, None) == ["If you want just one: Netflix."]
        assert fit_sentences(rows, Fit(None, False)) == fit_sentences(rows, None)
        best, more = fit_sentences(rows, Fit(watcha, False))
        assert best == "If you want just one: Netflix."
        assert more == (
            "Watcha fits you more than others: 30% of the films that you would like on all "
            "platforms, 20% for the average person."
        )
        (same,) = fit_sentences(rows, Fit(None, True))
        assert same == "Whatever one's taste, Netflix is ahead, for you as for most people."
        guesses = [row for row in rows if row.nothing_known]
        assert fit_sentences(guesses, None) == []


def test_without_any_evidence_no_platform_is_first(english: Client, live_model: Any) -> None:
    Platform.objects.update(surveyed_on=None)
    html = shown(english, submitted())
    assert "No platform yet" in words(answer_of(html))
    assert "best on its own</span>" not in html
