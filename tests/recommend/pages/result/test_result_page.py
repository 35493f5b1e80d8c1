"""The result page as a whole: only for people who know its link, until it is deleted."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from common.models import SAMPLE, DataLoad
from matching.models import Similarity
from ottstats.models import PlatformRecommendation, PlatformTally, UsageStatistic
from recommend.models import Reaction, RecommendedMovie
from recommend.results.stored import stored_result
from recommend.services.submission import Survey, submit_survey
from survey import own_answers
from survey.models import Draft, Respondent
from tests.recommend.pages.reading import (
    PICKS,
    shown,
)
from tests.worlds import film_ids


def test_sample_data_is_announced_and_names_no_outside_page(
    english: Client, respondent: Respondent
) -> None:
    DataLoad.objects.filter(kind=DataLoad.Kind.MOVIELENS).update(id_space=SAMPLE)
    html = shown(english, respondent)
    assert "Sample data" in html
    assert "themoviedb.org" not in html


def test_nothing_in_the_page_needs_an_inline_script_or_style(
    client: Client, respondent: Respondent
) -> None:
    html = shown(client, respondent)
    assert not re.search(r"\sstyle=|\son\w+=|<style", html)
    assert re.findall(r"<script(?![^>]*\ssrc=)", html) == []


def test_the_page_is_private(client: Client, respondent: Respondent) -> None:
    response = client.get(f"/results/{respondent.user_id}/")
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_the_page_needs_few_queries(
    client: Client, respondent: Respondent, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(9):
        stored_result(respondent.user_id)
    # And products, their platforms, the draft, the banner's data set, the rates of availability,
    # the personas, and what is on platforms without evidence; however many reactions.
    with django_assert_num_queries(16):
        client.get(f"/results/{respondent.user_id}/?weight=70&on=netflix")
    Reaction.objects.bulk_create(
        Reaction(user=respondent, movie_id=movie, kind="seen") for movie in film_ids("Horror")[:9]
    )
    with django_assert_num_queries(16):
        client.get(f"/results/{respondent.user_id}/")


def test_the_answers_can_be_changed_while_the_draft_is_open(
    english: Client, respondent: Respondent
) -> None:
    assert "Change my answers" not in shown(english, respondent)
    later = timezone.now() + timedelta(days=1)
    draft = Draft.objects.create(respondent=respondent, expires_at=later)
    assert f'href="/survey/{draft.pk}/">Change my answers' in shown(english, respondent)
    Draft.objects.update(expires_at=timezone.now())
    assert "Change my answers" not in shown(english, respondent)


def test_the_link_to_share_is_another_one_than_the_page(
    english: Client, respondent: Respondent
) -> None:
    share_id = PlatformRecommendation.objects.get().share_id
    assert f"http://testserver/shared/{share_id}/" in shown(english, respondent)
    assert share_id != respondent.user_id


def test_a_stranger_who_guesses_finds_nothing(english: Client, respondent: Respondent) -> None:
    response = english.get(f"/results/{uuid4()}/")
    assert response.status_code == 404
    assert "No result here" in response.content.decode()
    assert english.get("/results/1/").status_code == 404


def test_a_result_past_its_retention_is_gone(client: Client, respondent: Respondent) -> None:
    now = timezone.now()
    Respondent.objects.update(consented_at=now - timedelta(days=90), retain_until=now)
    assert stored_result(respondent.user_id) is None
    assert client.get(f"/results/{respondent.user_id}/").status_code == 404


def test_deleting_removes_everything_and_says_so(english: Client, respondent: Respondent) -> None:
    address = f"/results/{respondent.user_id}/"
    later = timezone.now() + timedelta(days=1)
    Draft.objects.create(respondent=respondent, expires_at=later)
    Reaction.objects.create(user=respondent, movie_id=80, kind="seen")
    response = english.post(f"{address}delete/", follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert "have been deleted" in response.content.decode()
    for model in (
        Respondent,
        Similarity,
        RecommendedMovie,
        PlatformRecommendation,
        Reaction,
        Draft,
    ):
        assert not model._default_manager.exists()
    assert not PlatformTally.objects.filter(recommended_count__gt=0).exists()
    assert english.get(address).status_code == 404


def test_after_deleting_the_browser_holds_no_answers_any_more(
    client: Client, respondent: Respondent
) -> None:
    response = client.post(f"/results/{respondent.user_id}/delete/")
    cookie = response.cookies[own_answers.COOKIE]
    assert (cookie.value, cookie["path"], cookie["max-age"]) == ("", own_answers.PATH, 0)


def test_deleting_is_idempotent(english: Client, respondent: Respondent) -> None:
    address = f"/results/{respondent.user_id}/delete/"
    assert [english.post(address).status_code for _ in range(2)] == [302, 302]


def test_only_a_form_of_this_site_deletes(respondent: Respondent) -> None:
    strict = Client(enforce_csrf_checks=True)
    address = f"/results/{respondent.user_id}/delete/"
    assert strict.post(address).status_code == 403
    assert strict.get(address).status_code == 405
    assert Respondent.objects.exists()


def test_about_names_the_sources(english: Client, live_model: Any) -> None:
    text = english.get("/about/").content.decode()
    for source in ("GroupLens", "KOBACO", "JustWatch"):
        assert source in text
    assert (
        "This product uses TMDB and the TMDB APIs but is not endorsed, certified, "
        "or otherwise approved by TMDB." in text
    )


def test_about_says_from_whom_the_live_run_has_learned(english: Client, live_model: Any) -> None:
    DataLoad.objects.filter(kind=DataLoad.Kind.MOVIELENS).update(
        counts={"users": 6040, "movies": 3883}
    )
    text = " ".join(english.get("/about/").content.decode().split())
    assert "The model has learned from its people (6,040) and films (3,883)." in text
    assert "learned from answers and ratings" not in text
    assert "before it learned from people in Korea" not in text


def test_about_speaks_of_people_in_korea_only_if_the_live_run_has_learned_from_them(
    english: Client, live_model: Any
) -> None:
    live_model.metrics |= {"home_people": 7425, "picks_curve": {"3": 0.30, "10": 0.36}}
    live_model.save(update_fields=["metrics"])
    text = " ".join(english.get("/about/").content.decode().split())
    assert "answers and ratings of 7,425 people in Korea (with their consent" in text
    assert "Your twin is never one of them." in text
    assert "before it learned from people in Korea" in text

    live_model.metrics |= {"home_people": 0}  # MovieLens alone was better
    live_model.save(update_fields=["metrics"])
    text = english.get("/about/").content.decode()
    assert "answers and ratings of" not in text
    assert "before it learned from people in Korea" not in text


def test_about_says_nothing_of_a_model_where_none_is_live(english: Client, world: str) -> None:
    text = english.get("/about/").content.decode()
    assert "Data set in use" in text
    assert "The model has learned" not in text


def test_an_unknown_address_gets_a_helpful_page(english: Client, db: None) -> None:
    response = english.get("/nowhere/")
    assert response.status_code == 404
    assert "There is no page at this address" in response.content.decode()


def test_a_fault_gets_a_page_without_a_query(
    english: Client, db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    def fail() -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("survey.views.entry.in_use", fail)
    english.raise_request_exception = False
    with django_assert_num_queries(0):
        response = english.get("/")
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()


def test_without_published_figures_the_page_says_that_only_films_decide(
    english: Client, live_model: Any
) -> None:
    UsageStatistic.objects.all().delete()
    person = submit_survey(
        survey=Survey(liked=PICKS, gender="female", age=27), token="another-token-of-this-test"
    )
    html = shown(english, person)
    assert "No published figures say what people like you use" in html
    assert 'type="range"' not in html
    silent = submit_survey(survey=Survey(liked=PICKS), token="a-third-token-of-this-test")
    assert "You told us neither gender nor age" in shown(english, silent)
