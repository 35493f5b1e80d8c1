"""The result page: what is stored is what is shown, to whom knows the link, until it is deleted."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

from matching.models import Similarity
from movies.models import Movie, MovieLensUser, Platform, Product
from ottstats.models import PlatformRecommendation, PlatformTally
from recommend import result_page
from recommend.models import RecommendedMovie
from recommend.results import products_of, stored_result
from recommend.services.surveys import Survey, submit_survey
from survey.models import Respondent
from tests.worlds import film_ids

PICKS = film_ids("Action")[:5]


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    survey = Survey(
        liked=PICKS, gender="female", age=27, subscribed=("netflix",), monthly_budget=6000
    )
    return submit_survey(survey=survey, token="a-token-of-this-test")


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def shown(client: Client, respondent: Respondent) -> str:
    response = client.get(f"/results/{respondent.user_id}/")
    assert response.status_code == 200
    return str(response.content.decode())


def words(html: str) -> str:
    """The text of a page, without tags and with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_recommended_platform_comes_with_a_plain_reason(
    english: Client, respondent: Respondent
) -> None:
    text = words(shown(english, respondent))
    best = respondent.platform_recommendation.platform
    assert f"Your platform: {best.name}" in text
    assert f"{best.name} is known to carry" in text


def test_every_platform_is_shown_with_every_factor_of_its_score(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    table = html[html.index('id="platforms"') : html.index('id="twin"')]
    rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
    parts = respondent.platform_recommendation.parts
    assert len(rows) == len(parts["platforms"]) == Platform.objects.offered().count()
    for row, score in zip(rows, parts["platforms"], strict=True):
        text = words(row)
        assert Platform.objects.get(pk=score["platform"]).name in text
        for figure in (
            f"{score['score']:.2f} {score['coverage']:.2f}",
            f"{score['coverage_low']:.2f} – {score['coverage_high']:.2f}",
            f"{score['weight']:.3f} {score['films_on']} {score['films_unknown']}",
            f"{score['known_rate']:.3f}",
        ):
            assert figure in text
        for ratio in parts["usage"].get(score["platform"], []):
            assert f"{ratio['percent']:.1f}%" in text
            assert f"= {ratio['ratio']:.2f} {ratio['source']}" in text
    assert "KOBACO (data.go.kr), 2024" in table
    assert f"λ = {parts['exponent']:.1f}" in table


def test_answers_without_published_figures_are_named_as_neutral(
    english: Client, live_model: Any, respondent: Respondent
) -> None:
    text = words(shown(english, respondent))
    assert (
        "Education (no figures are published), Income (no figures are published), "
        "How often you watch OTT (no figures are published)" in text
    )
    assert "you gave no answer" not in text
    silent = submit_survey(survey=Survey(liked=PICKS), token="another-token-of-this-test")
    text = words(shown(english, silent))
    assert "Gender (you gave no answer), Age (you gave no answer), Education" in text


def test_products_on_sale_are_shown_with_price_and_day_of_check(
    english: Client, respondent: Respondent
) -> None:
    netflix = Platform.objects.get(pk="netflix")
    PlatformRecommendation.objects.update(platform=netflix)
    text = words(shown(english, respondent))
    assert "Netflix Standard with ads with ads 7,000 won over your budget" in text
    assert "Jan. 1, 2026" in text
    assert "5,500 won" not in text, "its last day is over"


def test_a_product_is_on_sale_from_its_first_to_its_last_day(live_model: Any) -> None:
    wavve = Platform.objects.get(pk="wavve")
    Product.objects.all().delete()
    product = Product.objects.create(
        slug="x",
        name="X",
        valid_from=date(2026, 3, 1),
        valid_to=date(2026, 3, 31),
        checked_on=date(2026, 3, 1),
    )
    product.platforms.add(wavve)
    days = [(2026, 2, 28), (2026, 3, 1), (2026, 3, 31), (2026, 4, 1)]
    on_sale = [products_of(wavve, on=date(*day)).exists() for day in days]
    assert on_sale == [False, True, True, False]


def test_the_twin_is_told_in_plain_words_without_a_number(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    similarity = Similarity.objects.get(user=respondent)
    twin = html[html.index('id="twin"') : html.index('id="your-films"')]
    text = words(twin)
    assert "Your twin is a woman aged 25 to 34 of the MovieLens data set." in text
    assert f"It has seen {len(similarity.overlapped_movies)} of the 5 films" in text
    for movie in Movie.objects.filter(pk__in=similarity.overlapped_movies):
        assert movie.title in twin
    assert "same gender and age band" in text
    assert "Jaccard similarity" in text
    assert f"{similarity.score:.3f}" in text
    assert "ml_user" not in html


@pytest.mark.parametrize(
    ("gender", "age", "words_for_it"),
    [
        ("male", 1, "a man under 18 years old"),
        ("", 56, "a person aged 56 or older"),
        ("female", 47, "a woman aged 45 to 49"),
        ("male", None, "a man of the MovieLens"),
    ],
)
def test_a_twin_has_a_gender_and_an_age_band(
    english: Client, respondent: Respondent, gender: str, age: int | None, words_for_it: str
) -> None:
    MovieLensUser.objects.filter(pk=respondent.similarity.ml_user_id).update(gender=gender, age=age)
    assert words_for_it in words(shown(english, respondent))


def test_a_twin_of_a_replaced_data_set_is_missed_politely(
    english: Client, respondent: Respondent
) -> None:
    Similarity.objects.update(ml_user=None)
    assert "has been replaced since" in shown(english, respondent)


def test_fewer_than_four_picks_are_mentioned(english: Client, respondent: Respondent) -> None:
    assert "is mixed in" not in shown(english, respondent)
    few = submit_survey(survey=Survey(liked=PICKS[:3]), token="another-token-of-this-test")
    assert "You picked 3 films. With fewer than four" in shown(english, few)


def test_a_result_without_picks_has_no_twin_and_says_so(english: Client, live_model: Any) -> None:
    nobody = submit_survey(survey=Survey(liked=[]), token="another-token-of-this-test")
    html = shown(english, nobody)
    assert "there is no twin" in html
    assert "You picked 0 films." in html


def test_the_films_are_in_order_with_stars_source_and_platforms(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    items = re.findall(r"<li>.*?</li>", html[html.index('class="films-list"') :], re.DOTALL)
    films = list(RecommendedMovie.objects.filter(user=respondent).select_related("movie"))
    assert len(items) == len(films) == 50
    carried = {True: "On: Netflix", False: "On: on none that is known"}
    for item, film in zip(items, films, strict=True):
        text = words(item)
        assert text.startswith(f"{film.movie.title} ({film.movie.year})")
        assert f"{film.predicted_rating:.1f} of 5 ({film.get_rating_source_display()})" in text
        on_netflix = film.movie.platforms.get("netflix")
        assert carried[bool(on_netflix)] in text
        unknown = text[text.index("Unknown:") : text.index("Wrong?")]
        assert ("Netflix" in unknown) == (on_netflix is None)
        assert ("Checked Jan. 2, 2026." in text) == (film.movie.platforms_checked_at is not None)


def test_every_film_has_one_form_with_what_is_said_of_every_platform(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    forms = re.findall(
        r'<form method="post" action="/availability/reports/">.*?</form>', html, re.DOTALL
    )
    films = respondent.recommended_movies.select_related("movie").order_by("rank")
    said = {True: "yes", False: "no", None: "unknown"}
    for form, film in zip(forms, films, strict=True):
        buttons = dict(re.findall(r'name="platform" value="(\w+)">[^<]*: (\w+)</button>', form))
        assert buttons == {
            platform.slug: said[film.movie.platforms.get(platform.slug)]
            for platform in Platform.objects.offered()
        }
        back = f"/results/{respondent.user_id}/#film-{film.movie_id}"
        assert f'name="next" value="{back}"' in form
        assert f'<h3 id="film-{film.movie_id}">' in html
    assert len(html.encode()) < 120_000


def test_thanks_for_a_report_stand_at_the_film(english: Client, respondent: Respondent) -> None:
    cache.clear()
    film = respondent.recommended_movies.order_by("rank")[20].movie_id
    back = f"/results/{respondent.user_id}/#film-{film}"
    data = {"movie": film, "platform": "netflix", "next": back}
    assert english.post("/availability/reports/", data)["Location"] == back
    html = shown(english, respondent)
    item = html[html.index(f'<h3 id="film-{film}">') :]
    assert html.count("Thank you. We will check") == 1
    assert "Thank you. We will check" in item[: item.index("</li>")]


def test_korean_pages_have_korean_titles_and_the_original_beside(
    client: Client, respondent: Respondent
) -> None:
    html = shown(client, respondent)
    film = respondent.recommended_movies.select_related("movie").order_by("rank")[0].movie
    assert '<html lang="ko">' in html
    assert film.title_ko in html
    assert f'lang="en">{film.title}</span>' in html
    assert "추천 플랫폼" in html
    assert Platform.objects.get(pk="coupang_play").name_ko in html


def test_an_unknown_platform_is_never_said_to_lack_a_film(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    assert "nothing known of your films" in html
    assert "Nobody has told us yet which of your films these platforms have" in html


def test_the_page_is_private(client: Client, respondent: Respondent) -> None:
    response = client.get(f"/results/{respondent.user_id}/")
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_the_page_needs_few_queries(
    client: Client, respondent: Respondent, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(7):
        stored_result(respondent.user_id)
    with django_assert_num_queries(10):  # and products, their platforms, the banner's data set
        client.get(f"/results/{respondent.user_id}/")


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
    response = english.post(f"{address}delete/", follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert "have been deleted" in response.content.decode()
    for model in (Respondent, Similarity, RecommendedMovie, PlatformRecommendation):
        assert not model._default_manager.exists()
    assert not PlatformTally.objects.filter(recommended_count__gt=0).exists()
    assert english.get(address).status_code == 404


def test_deleting_twice_is_as_good_as_once(english: Client, respondent: Respondent) -> None:
    address = f"/results/{respondent.user_id}/delete/"
    assert [english.post(address).status_code for _ in range(2)] == [302, 302]


def test_only_a_form_of_this_site_deletes(respondent: Respondent) -> None:
    strict = Client(enforce_csrf_checks=True)
    address = f"/results/{respondent.user_id}/delete/"
    assert strict.post(address).status_code == 403
    assert strict.get(address).status_code == 405
    assert Respondent.objects.exists()


def test_the_sentence_names_who_has_more_when_usage_decides(respondent: Respondent) -> None:
    result = stored_result(respondent.user_id)
    assert result is not None
    rows = [row for row in result_page.platform_rows(result) if not row.nothing_known]
    with translation.override("en"):
        sentence = result_page.reason(rows[::-1], 50)
    assert f"{rows[0].platform.name} has slightly more" in sentence


def test_the_sentence_admits_a_pure_estimate(respondent: Respondent) -> None:
    result = stored_result(respondent.user_id)
    assert result is not None
    rows = [row for row in result_page.platform_rows(result) if row.nothing_known]
    with translation.override("en"):
        assert "It comes first by estimate only" in result_page.reason(rows, 50)


def test_about_names_the_sources(english: Client, live_model: Any) -> None:
    text = english.get("/about/").content.decode()
    for source in ("GroupLens", "KOBACO", "JustWatch", "90 days"):
        assert source in text
    assert (
        "This product uses TMDB and the TMDB APIs but is not endorsed, certified, "
        "or otherwise approved by TMDB." in text
    )


def test_an_unknown_address_gets_a_helpful_page(english: Client, db: None) -> None:
    response = english.get("/nowhere/")
    assert response.status_code == 404
    assert "There is no page at this address" in response.content.decode()


def test_a_fault_gets_a_page_without_a_query(
    english: Client, db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    def fail() -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("survey.views.live_run", fail)
    english.raise_request_exception = False
    with django_assert_num_queries(0):
        response = english.get("/")
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()
