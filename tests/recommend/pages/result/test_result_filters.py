"""The films by platform, genre and decade, filtered by the server."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from movies.models import Movie, Platform
from movies.services.availability import correct_availability
from recommend.models import RecommendedMovie
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import cards, section, shown, words
from tests.worlds import film_ids


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    survey = Survey(liked=film_ids("Action")[:5], gender="female", age=27)
    return submit_survey(survey=survey, token="a-token-of-this-test")


def ids(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<h3 id="film-(\d+)"', html)]


def expected(respondent: Respondent, **lookups: Any) -> list[int]:
    films = RecommendedMovie.objects.filter(user=respondent, **lookups).order_by("rank")
    return list(films.values_list("movie_id", flat=True))


@pytest.mark.parametrize(
    ("query", "lookups"),
    [
        ("?on=netflix", {"movie__platforms__netflix": True}),
        ("?genre=Comedy", {"movie__genres__contains": ["Comedy"]}),
        ("?decade=2000", {"movie__year__range": (2000, 2009)}),
        (
            "?on=netflix&genre=Comedy&decade=1990",
            {
                "movie__platforms__netflix": True,
                "movie__genres__contains": ["Comedy"],
                "movie__year__range": (1990, 1999),
            },
        ),
    ],
)
def test_only_what_fits_is_shown_in_order_and_counted(
    english: Client, respondent: Respondent, query: str, lookups: dict[str, Any]
) -> None:
    html = shown(english, respondent, query)
    wanted = expected(respondent, **lookups)
    assert 0 < len(wanted) < 50
    assert ids(html) == wanted
    films = words(section(html, 'id="films"'))
    count = f"{len(wanted)} film{'s' if len(wanted) > 1 else ''} fit"
    assert count in films
    said = words(html.partition('role="status"><div id="said">')[2].partition("</div>")[0])
    assert said.startswith(count)


def test_everything_is_shown_without_a_choice(english: Client, respondent: Respondent) -> None:
    html = shown(english, respondent)
    assert len(ids(html)) == 50
    assert "Show all" not in html


@pytest.mark.parametrize(
    "query",
    [
        "?on=nowhere",
        "?on=youtube_premium",
        "?on=coupang_play",
        "?genre=Western",
        "?genre=%00",
        "?decade=1870",
        "?decade=abc",
        "?decade=1995",
        "?decade=-1990",
        "?on=&genre=&decade=",
        "?on=netflix%27%20OR%201=1",
    ],
)
def test_a_choice_that_is_not_offered_is_ignored(
    english: Client, respondent: Respondent, query: str
) -> None:
    html = shown(english, respondent, query)
    assert len(ids(html)) == 50
    assert "Show all" not in html


def test_nothing_that_fits_is_said_honestly_and_leads_back(
    english: Client, respondent: Respondent
) -> None:
    Movie.objects.filter(platforms__netflix=True).update(year=None)
    html = shown(english, respondent, "?on=netflix&decade=1990&weight=70")
    assert ids(html) == []
    assert "None of your films fits this choice." in html
    address = f"/results/{respondent.pk}/?weight=70#films"
    assert re.search(f'href="{re.escape(address)}"[^>]*>Show all</a>', html)


def test_what_can_be_chosen_is_what_there_is(english: Client, respondent: Respondent) -> None:
    Movie.objects.filter(pk=expected(respondent)[0]).update(year=None)
    form = shown(english, respondent).partition('id="filter"')[2].partition("</form>")[0]
    options = re.findall(r'<option value="([^"]*)"', form)
    genres = {
        genre
        for film in respondent.recommended_movies.select_related("movie")
        for genre in film.movie.genres
    }
    heard_of = {
        slug
        for film in respondent.recommended_movies.select_related("movie")
        for slug in film.movie.platforms
    }
    assert heard_of < set(Platform.objects.offered().values_list("slug", flat=True))
    assert set(options) - {""} == {"1990", "2000", "2010"} | genres | heard_of
    assert "1990s" in form


def test_a_platform_can_be_chosen_once_anything_is_known_of_it(
    english: Client, respondent: Respondent
) -> None:
    film = Movie.objects.get(pk=expected(respondent)[0])
    correct_availability(movie=film, states={"coupang_play": False})
    html = shown(english, respondent, "?on=coupang_play")
    assert '<option value="coupang_play" selected>' in html
    assert "None of your films fits this choice." in html
    unnamed = html.partition("We know nothing yet of ")[2].partition(", so they")[0]
    assert "Apple TV+" in unnamed
    assert "Coupang Play" not in unnamed


def test_the_choice_stays_marked_and_in_all_other_forms(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent, "?on=netflix&genre=Comedy&decade=1990&weight=70&budget=8000")
    assert '<option value="netflix" selected>' in html
    assert '<option value="Comedy" selected>' in html
    assert '<option value="1990" selected>' in html
    for form in ("weight-form", "reactions"):
        inside = html[html.index(f'id="{form}"') :].partition("</form>")[0]
        for name, value in (("on", "netflix"), ("genre", "Comedy"), ("decade", "1990")):
            assert f'<input type="hidden" name="{name}" value="{value}">' in inside
    for form in ("filter", "reactions", "budget-form"):
        assert f'<input type="hidden" name="weight" value="70" form="{form}">' in html
    for form in ("filter", "reactions", "weight-form"):
        assert f'<input type="hidden" name="budget" value="8000" form="{form}">' in html
    for name, value in (("on", "netflix"), ("genre", "Comedy"), ("decade", "1990")):
        assert f'name="{name}" value="{value}" form="budget-form">' in html
    assert f'href="/results/{respondent.pk}/?weight=70&amp;budget=8000#films"' in html


def test_the_answer_does_not_change_with_the_choice(
    english: Client, respondent: Respondent
) -> None:
    pages = [shown(english, respondent, query) for query in ("", "?genre=Comedy")]
    assert section(pages[0], 'id="why"') == section(pages[1], 'id="why"')


def test_a_chosen_film_is_one_card_with_its_links(english: Client, respondent: Respondent) -> None:
    html = shown(english, respondent, "?on=netflix")
    assert len(cards(html)) == len(expected(respondent, movie__platforms__netflix=True))
    assert all("Netflix" in card for card in cards(html))
