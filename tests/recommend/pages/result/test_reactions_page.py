"""The buttons at a film of the result page, and what the page says after a tap."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from movies.models import Movie
from recommend.models import ModelRun, Reaction
from recommend.services.reactions import react
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import answer_of, cards, shown, words
from tests.recommend.services.reacting import NOT_INTERESTED, PICKS, listed, press


@pytest.fixture
def respondent(live_model: ModelRun) -> Respondent:
    survey = Survey(liked=PICKS, gender="female", age=27)
    return submit_survey(survey=survey, token="a-token-of-this-test")


def test_a_button_leads_back_to_the_films_and_says_what_was_done(
    english: Client, respondent: Respondent
) -> None:
    film = Movie.objects.get(pk=listed(respondent)[2])
    response = press(english, respondent, seen=film.pk, weight=70, genre="Comedy", on="", decade="")
    address = f"/results/{respondent.pk}/?weight=70&genre=Comedy"
    assert (response.status_code, response["Location"]) == (302, f"{address}#films")
    html = shown(english, respondent)
    said = html.partition('role="status"><div id="said">')[2].partition("</div>")[0]
    assert f"Marked as seen: {film.title}." in words(said)
    assert f'<button form="reactions" name="take_back" value="{film.pk}"' in said
    assert f'id="film-{film.pk}"' not in html
    assert "Marked as seen" not in shown(english, respondent), "said once"


def test_what_was_said_of_films_is_counted_and_can_be_taken_back(
    english: Client, respondent: Respondent
) -> None:
    first, second, third = Movie.objects.in_bulk(listed(respondent)[:3]).values()
    for field, movie in (("seen", first), ("not_interested", second), ("seen", third)):
        press(english, respondent, **{field: movie.pk})
    html = shown(english, respondent)
    reacted = html.partition('<details class="reacted')[2].partition("</details>")[0]
    assert words(reacted.partition("</summary>")[0]).endswith("Seen: 2 · Not for me: 1")
    order = [reacted.index(movie.title) for movie in (third, second, first)]
    assert order == sorted(order), "the newest first"
    assert reacted.count('name="take_back"') == 3
    press(english, respondent, take_back=first.pk)
    html = shown(english, respondent)
    assert f"Undone: {first.title}." in words(html)
    assert f'id="film-{first.pk}"' in html
    assert Reaction.objects.count() == 2


def test_one_form_and_two_buttons_a_film(english: Client, respondent: Respondent) -> None:
    html = shown(english, respondent)
    form = html[html.index('<form id="reactions"') :].partition("</form>")[0]
    assert form.count("csrfmiddlewaretoken") == 1
    assert 'data-live="#answer, #why, #subscribe, #platforms, #films, #said"' in form
    for rank, (item, movie) in enumerate(
        zip(cards(html), listed(respondent), strict=True), start=1
    ):
        for name, text in (("seen", "Seen it"), ("not_interested", "Not for me")):
            button = f'<button name="{name}" value="{movie}" data-place="{rank}">{text}</button>'
            assert button in item
    first, _summary, rest = form.partition('<details id="more-films">')
    assert f'<ol class="plain films-list" start="{first.count("<li>") + 1}">' in rest
    for part in ("answer", "platforms", "films", "said"):
        assert html.count(f'id="{part}"') == 1


def test_another_platform_is_told_with_the_reaction(
    english: Client, respondent: Respondent
) -> None:
    Movie.objects.update(platforms_fetched={"netflix": False, "watcha": True})
    press(english, respondent, not_interested=listed(respondent)[0])
    html = shown(english, respondent)
    assert "Your platform has changed: Watcha." in words(html)
    assert "Subscribe to this Watcha" in words(answer_of(html))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"seen": ""},
        {"seen": "x"},
        {"seen": "-1"},
        {"seen": "²"},
        {"seen": "9" * 10},
        {"seen": "9" * 5000},
        {"seen": "\x00"},
        {"seen": str(PICKS[0])},
        {"not_interested": "999999"},
        {"take_back": "999999"},
        {"liked": "1"},
    ],
)
def test_what_is_not_in_the_list_is_refused_politely(
    english: Client, respondent: Respondent, fields: dict[str, str]
) -> None:
    response = press(english, respondent, **fields)
    assert response.status_code == 400
    html = response.content.decode()
    assert "Nothing changed" in html
    assert f'href="/results/{respondent.pk}/#films"' in html
    assert not Reaction.objects.exists()


def test_a_stranger_and_a_late_comer_find_nothing(english: Client, respondent: Respondent) -> None:
    film = listed(respondent)[0]
    response = english.post(f"/results/{uuid4()}/films/", {"seen": film})
    assert response.status_code == 404
    assert "No result here" in response.content.decode()
    now = timezone.now()
    Respondent.objects.update(consented_at=now - timedelta(days=90), retain_until=now)
    assert press(english, respondent, seen=film).status_code == 404
    assert not Reaction.objects.exists()


def test_only_a_form_of_this_site_reacts(respondent: Respondent) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert press(strict, respondent, seen=listed(respondent)[0]).status_code == 403
    response = strict.get(f"/results/{respondent.pk}/films/")
    assert (response.status_code, response["Location"]) == (302, f"/results/{respondent.pk}/#films")


def test_reacting_takes_the_same_few_queries_however_often(
    client: Client, respondent: Respondent, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        with django_assert_max_num_queries(30):
            react(respondent=respondent, movie_id=listed(respondent)[0], kind=NOT_INTERESTED)
