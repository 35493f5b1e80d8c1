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

from common.models import SAMPLE, DataLoad
from matching.models import Similarity
from movies.models import Availability, Movie, MovieLensUser, Platform, Product
from movies.services.availability import correct_availability
from ottstats.models import PlatformRecommendation, PlatformTally, UsageStatistic
from recommend.models import Reaction, RecommendedMovie
from recommend.pages.result.platforms import certainty, cheapest, platform_rows, reason
from recommend.results.stored import stored_result
from recommend.services.submission import Survey, submit_survey
from survey import own_answers
from survey.models import Draft, Respondent
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


def shown(client: Client, respondent: Respondent, query: str = "") -> str:
    response = client.get(f"/results/{respondent.user_id}/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def words(html: str) -> str:
    """The text of a page, without tags and with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def section(html: str, start: str) -> str:
    """From the mark to the end of its section."""
    return html[html.index(start) :].partition("</section>")[0]


def cards(html: str) -> list[str]:
    return re.findall(r"<li>.*?</li>", html[html.index('films-list">') :], re.DOTALL)


def forget_all_availability() -> None:
    Movie.objects.update(platforms_fetched={}, platforms_staff={})
    Platform.objects.update(films_known=0, films_carried=0, surveyed_known=0, surveyed_carried=0)


# --- the answer ----------------------------------------------------------------------------------


def test_the_first_screen_has_platform_reason_certainty_price_and_films(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    answer = section(html, 'id="answer"')
    text = words(answer)
    best = respondent.platform_recommendation.platform
    known = sum(film.movie.platforms.get(best.pk) is True for film in stored_films(respondent))
    coverage = respondent.platform_recommendation.parts["platforms"][0]["coverage"]
    assert html.count("<h1") == 1
    assert text.index(f"Your platform {best.name}") < text.index("films that you would like")
    assert f"It has about {coverage:.0f} films that you would like." in text
    assert f"Of your films, it has {known} of 50 Known to be there today." in text
    assert f"In its whole catalogue we expect about {coverage:.0f} films" in text
    assert "A month from 7,000 won over your budget Netflix Standard with ads" in text
    assert "Checked Jan. 1, 2026." in text
    assert "You already pay for it." in text


def stored_films(respondent: Respondent) -> list[RecommendedMovie]:
    return list(respondent.recommended_movies.select_related("movie").order_by("rank"))


def test_a_strip_shows_some_of_the_films_that_it_has_with_their_titles(
    english: Client, respondent: Respondent
) -> None:
    strip = shown(english, respondent).partition('class="plain strip"')[2].partition("</ul>")[0]
    on_netflix = [film for film in stored_films(respondent) if film.movie.platforms.get("netflix")]
    assert re.findall(r'href="#film-(\d+)"', strip) == [
        str(film.movie_id) for film in on_netflix[:6]
    ]
    for film in on_netflix[:6]:
        assert f'<span class="strip-title">{film.movie.title}</span>' in strip


def test_it_is_almost_certain_only_if_no_other_platform_can_overtake(
    english: Client, respondent: Respondent
) -> None:
    stored = respondent.platform_recommendation
    best, second = stored.parts["platforms"][:2]
    best |= {"films_on": 20, "coverage_low": 10.0, "coverage": 11.0, "weight": 1.0}
    second |= {"films_on": 5, "coverage": 5.0, "coverage_high": 10.1, "weight": 1.0}
    stored.save()
    text = words(section(shown(english, respondent), 'id="answer"'))
    other = Platform.objects.get(pk=second["platform"]).name
    assert "ikely, but not certain." in text or "Not certain yet." in text
    assert re.search(r"In about \d\d? of 100 cases no other turns out to be better.", text)
    assert "It is not known yet where some of your films are." in text
    assert f"These could still come first: {other}." in text
    second["coverage_high"] = 10.0
    stored.save()
    text = words(section(shown(english, respondent), 'id="answer"'))
    assert "Almost certain. In about" in text
    assert "Of the platforms with known films, none can overtake" in text


def test_without_any_availability_no_platform_is_praised(english: Client, live_model: Any) -> None:
    forget_all_availability()
    person = submit_survey(survey=Survey(liked=PICKS), token="another-token-of-this-test")
    html = shown(english, person)
    answer = words(section(html, 'id="answer"'))
    assert "No platform yet" in answer
    assert "We would only be guessing" in answer
    assert "won" not in answer
    assert "recommended</span>" not in html
    assert "<title>No platform yet" in html


def test_a_first_place_by_estimate_only_says_so(english: Client, respondent: Respondent) -> None:
    stored = respondent.platform_recommendation
    stored.parts["platforms"][0] |= {"films_on": 0, "films_unknown": 20}
    stored.save()
    text = words(shown(english, respondent))
    assert "It comes first by estimate only" in text
    assert "We do not know yet. We do not know which of your films it has." in text


def test_a_platform_that_is_no_longer_compared_is_marked(
    english: Client, respondent: Respondent
) -> None:
    Platform.objects.filter(pk=respondent.platform_recommendation.platform_id).update(
        is_active=False
    )
    html = shown(english, respondent)
    assert "OTTwin does not compare this platform any more." in html
    assert "no longer compared" in html


@pytest.mark.parametrize("how", ["no product", "no price"])
def test_without_a_price_the_page_says_so(
    english: Client, respondent: Respondent, how: str
) -> None:
    if how == "no product":
        Product.objects.all().delete()
    else:
        Product.objects.update(monthly_price=None)
    text = words(section(shown(english, respondent), 'id="answer"'))
    assert "A month from Unknown No price is known for it today. See its own page" in text


@pytest.mark.parametrize(
    ("kind", "others", "said"),
    [
        ("bundle", ["tving", "wavve"], "A bundle price that includes TVING, Wavve."),
        ("plan", ["tving"], "A bundle price that includes TVING."),
        ("membership", [], "The price of a whole membership that includes it."),
        ("plan", [], None),
    ],
)
def test_a_price_that_pays_for_more_says_so(
    english: Client, respondent: Respondent, kind: str, others: list[str], said: str | None
) -> None:
    day = date(2026, 1, 1)
    cheap = Product.objects.create(
        slug="x", name="X", kind=kind, monthly_price=6500, valid_from=day, checked_on=day
    )
    cheap.platforms.set(["netflix", *others])
    text = words(section(shown(english, respondent), 'id="answer"'))
    if said:
        assert f"6,500 won over your budget X {said} Checked" in text
    else:
        assert "includes" not in text


def test_the_cheapest_price_is_told_with_the_budget_and_its_age() -> None:
    today = date(2026, 3, 1)
    unpriced = Product(slug="a", monthly_price=None, checked_on=today)
    priced = Product(slug="b", monthly_price=9900, checked_on=today - timedelta(days=60))
    old = Product(slug="c", monthly_price=9900, checked_on=today - timedelta(days=61))
    assert cheapest([unpriced], budget=None, today=today) is None
    for budget, over in ((None, None), (9900, False), (9899, True)):
        price = cheapest([priced, old, unpriced], budget=budget, today=today)
        assert price is not None
        assert (price.product, price.over_budget, price.is_old) == (priced, over, False)
    price = cheapest([old], budget=None, today=today)
    assert price is not None
    assert price.is_old


def test_all_products_on_sale_are_shown_with_price_and_day_of_check(
    english: Client, respondent: Respondent
) -> None:
    text = words(shown(english, respondent))
    assert "All prices of Netflix" in text
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
    on_sale = [wavve.products.on_sale(date(*day)).exists() for day in days]
    assert on_sale == [False, True, True, False]


def test_the_sentence_names_who_has_more_when_usage_decides(respondent: Respondent) -> None:
    result = stored_result(respondent.user_id)
    assert result is not None
    rows = [row for row in platform_rows(result) if not row.nothing_known]
    with translation.override("en"):
        sentence = reason(rows[::-1])
        assert f"{rows[0].platform.name} has slightly more" in sentence
        assert f"people like you use {rows[-1].platform.name} more" in sentence
        assert "No other platform has more." in reason(rows)


def test_a_platform_of_which_nothing_is_known_makes_nobody_uncertain(
    respondent: Respondent,
) -> None:
    result = stored_result(respondent.user_id)
    assert result is not None
    rows = platform_rows(result)
    guesses = [row for row in rows if row.nothing_known]
    assert guesses
    assert all(row.platform.name not in certainty(rows, 0.5).why for row in guesses)


# --- the comparison ------------------------------------------------------------------------------


def test_every_platform_has_a_bar_of_what_is_sure_likely_and_unknown(
    english: Client, respondent: Respondent
) -> None:
    bars = shown(english, respondent).partition('class="plain bars"')[2].partition("</ol>")[0]
    rows = re.findall(r"<li.*?</li>", bars, re.DOTALL)
    scores = respondent.platform_recommendation.parts["platforms"]
    longest = max(score["coverage_high"] for score in scores)
    assert len(rows) == len(scores)
    for row, score in zip(rows, scores, strict=True):
        ends = dict(re.findall(r'<rect class="(\w+)" width="([\d.]+)"', row))
        assert float(ends["unknown"]) == pytest.approx(
            100 * score["coverage_high"] / longest, abs=0.01
        )
        text = words(row)
        if score["films_on"]:
            assert float(ends["sure"]) == pytest.approx(
                100 * score["coverage_low"] / longest, abs=0.01
            )
            assert float(ends["sure"]) <= float(ends["likely"]) <= float(ends["unknown"])
            assert f"about {score['coverage']:.1f} films" in text
            assert f"Sure {score['coverage_low']:.1f}" in text
            assert f"weight ×{score['weight']:.2f}" in text
        elif score["films_unknown"] == 50:
            assert "nothing known yet" in text
            assert set(ends) == {"unknown"}
    assert "recommended" in rows[0]
    assert [("you pay for it" in row) for row in rows].count(True) == 1


def test_every_platform_is_shown_with_every_factor_of_its_score(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    table = html[html.index('id="factors"') : html.index('id="twin"')].partition("</table>")[0]
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
    assert f"λ = {parts['exponent']:.1f}" in html


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


def test_an_unknown_platform_is_never_said_to_lack_a_film(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    assert "nothing known of your films" in html
    assert "because their score would only be a guess" in html
    films = words(section(html, 'id="films"'))
    assert "We know nothing yet of Apple TV+, Coupang Play" in films


def test_a_film_that_is_no_longer_loaded_makes_no_platform_known(
    english: Client, respondent: Respondent
) -> None:
    before = shown(english, respondent).count("nothing known yet")
    Movie.objects.get(pk=stored_films(respondent)[7].movie_id).delete()
    html = shown(english, respondent)
    assert "Your 49 films" in html
    assert html.count("nothing known yet") == before > 0


# --- the twin ------------------------------------------------------------------------------------


def test_the_twin_is_told_in_plain_words_without_a_number(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    similarity = Similarity.objects.get(user=respondent)
    twin = section(html, 'id="twin"')
    text = words(twin)
    seen = len(similarity.overlapped_movies)
    assert f"A woman aged 25 to 34 who has seen {seen} of the 5 films that you picked" in text
    for movie in Movie.objects.filter(pk__in=similarity.overlapped_movies):
        assert f'<span class="shelf-title">{movie.title}' in twin
    assert "same gender and age band" in text
    assert "Jaccard similarity" in text
    assert f"{similarity.score:.3f}" in text
    assert "ml_user" not in html


@pytest.mark.parametrize(
    ("gender", "age", "words_for_it"),
    [
        ("male", 1, "A man under 18 years old who"),
        ("", 56, "A person aged 56 or older who"),
        ("female", 47, "A woman aged 45 to 49 who"),
        ("male", None, "A man who"),
    ],
)
def test_a_twin_has_a_gender_and_an_age_band(
    english: Client, respondent: Respondent, gender: str, age: int | None, words_for_it: str
) -> None:
    MovieLensUser.objects.filter(pk=respondent.similarity.ml_user_id).update(gender=gender, age=age)
    assert words_for_it in words(shown(english, respondent))


def test_a_twin_without_a_common_film_is_near_in_taste(
    english: Client, respondent: Respondent
) -> None:
    Similarity.objects.update(overlapped_movies=[])
    text = words(shown(english, respondent))
    assert "A woman aged 25 to 34, with the taste that is nearest to yours" in text


def test_a_twin_of_a_replaced_data_set_is_missed_politely(
    english: Client, respondent: Respondent
) -> None:
    Similarity.objects.update(ml_user=None)
    text = words(shown(english, respondent))
    assert "A person who has seen" in text
    assert "has been replaced since" in text


def test_fewer_than_four_picks_are_mentioned(english: Client, respondent: Respondent) -> None:
    assert "is mixed in" not in shown(english, respondent)
    few = submit_survey(survey=Survey(liked=PICKS[:3]), token="another-token-of-this-test")
    assert "You picked 3 films. With fewer than four" in shown(english, few)


def test_a_result_without_picks_has_no_twin_and_says_so(english: Client, live_model: Any) -> None:
    nobody = submit_survey(survey=Survey(liked=[]), token="another-token-of-this-test")
    html = shown(english, nobody)
    assert "there is no twin" in html
    assert "You picked 0 films." in html
    assert words(html).count("Why? Your gender and age group likes it") == 50


# --- the films -----------------------------------------------------------------------------------


def test_the_films_are_in_order_with_stars_and_platforms(
    english: Client, respondent: Respondent
) -> None:
    items = cards(shown(english, respondent))
    films = stored_films(respondent)
    assert len(items) == len(films) == 50
    said = {"twin": "your twin's stars", "predicted": "expected stars", "average": "average stars"}
    for item, film in zip(items, films, strict=True):
        text = words(item)
        source = said[film.rating_source]
        if film.rating_source == "twin" and film.predicted_rating < 3.5:
            source += ", though it suits your own taste"
        assert f'<h3 id="film-{film.movie_id}" tabindex="-1">{film.movie.title}' in item
        assert f"({film.movie.year})" in text
        assert f"★ {film.predicted_rating:.1f} {source} Where?" in text
        where, _, unknown = text.partition("Unknown:")
        states = film.movie.platforms
        assert ("Netflix" in where) == (states.get("netflix") is True)
        assert ("Netflix" in unknown) == ("netflix" not in states)
        assert ("Where? Not known yet" in where) == (True not in states.values())
        assert ("Checked Jan. 2, 2026." in text) == (film.movie.platforms_checked_at is not None)
        assert ("Never checked." in text) == (film.movie.platforms_checked_at is None)


def test_few_stars_of_the_twin_are_not_what_a_film_is_recommended_for(
    english: Client, respondent: Respondent
) -> None:
    films = stored_films(respondent)
    for film, stars, source in (
        (films[0], 3.0, "twin"),
        (films[1], 3.5, "twin"),
        (films[2], 3.0, "predicted"),
        (films[3], None, "average"),
    ):
        film.predicted_rating, film.rating_source = stars, source
        film.save()
    texts = [words(card) for card in cards(shown(english, respondent))]
    assert "★ 3.0 your twin's stars, though it suits your own taste Where?" in texts[0]
    assert "★ 3.5 your twin's stars Where?" in texts[1]
    assert "★ 3.0 expected stars Where?" in texts[2]
    assert "no rating yet Where?" in texts[3]
    assert "★" not in texts[3]


@pytest.mark.parametrize(
    ("source", "said"),
    [("tmdb", "TMDB, JustWatch"), ("catalogue-2024", "a separate list (catalogue-2024)")],
)
def test_who_says_where_a_film_is_can_be_understood(
    english: Client, respondent: Respondent, source: str, said: str
) -> None:
    Availability.objects.exclude(source="staff").update(source=source)
    html = shown(english, respondent)
    checked = html.count("Checked Jan. 2, 2026. Source:")
    assert html.count(f"Checked Jan. 2, 2026. Source: {said}.") == checked > 0


def test_a_film_that_no_subscription_has_is_not_called_unknown(
    english: Client, respondent: Respondent
) -> None:
    film = stored_films(respondent)[0].movie
    states = {platform.pk: False for platform in Platform.objects.offered()}
    correct_availability(movie=film, states=states)
    assert "In no subscription" in cards(shown(english, respondent))[0]


def test_every_film_has_a_link_to_say_that_something_is_wrong(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent, "?weight=80&on=netflix")
    back = f"/results/{respondent.user_id}/%3Fweight%3D80%26on%3Dnetflix"
    for item, film in zip(
        cards(html),
        [film for film in stored_films(respondent) if film.movie.platforms.get("netflix")],
        strict=True,
    ):
        address = f"/availability/reports/?next={back}&amp;movie={film.movie_id}"
        assert f'<a href="{address}">Wrong?</a>' in item


def test_the_page_is_small(client: Client, respondent: Respondent) -> None:
    assert len(shown(client, respondent).encode()) < 90_000


def test_thanks_for_a_report_stand_at_the_film(english: Client, respondent: Respondent) -> None:
    cache.clear()
    film = stored_films(respondent)[20].movie_id
    back = f"/results/{respondent.user_id}/#film-{film}"
    data = {"movie": film, "platform": "netflix", "next": back}
    assert english.post("/availability/reports/", data)["Location"] == back
    html = shown(english, respondent)
    assert html.count("Thank you. We will check") == 1
    assert "Thank you. We will check" in cards(html)[20]


def test_thanks_for_a_film_that_is_not_shown_stand_on_top(
    english: Client, respondent: Respondent
) -> None:
    cache.clear()
    film = next(row for row in stored_films(respondent) if not row.movie.platforms.get("netflix"))
    data = {"movie": film.movie_id, "platform": "netflix", "next": "/about/"}
    english.post("/availability/reports/", data)
    html = shown(english, respondent, "?on=netflix")
    assert html.index("Thank you. We will check") < html.index("<h1")


def test_korean_pages_have_korean_titles_and_the_original_beside(
    client: Client, respondent: Respondent
) -> None:
    html = shown(client, respondent)
    film = stored_films(respondent)[0].movie
    assert '<html lang="ko">' in html
    assert film.title_ko in html
    assert f'lang="en">{film.title}</span>' in html
    assert Platform.objects.get(pk="coupang_play").name_ko in html


def test_fewer_than_fifty_films_are_counted_as_they_are(
    english: Client, respondent: Respondent
) -> None:
    respondent.recommended_movies.filter(rank__gt=7).delete()
    html = shown(english, respondent)
    assert "Your 7 films" in html
    assert len(cards(html)) == 7


# --- the page as a whole -------------------------------------------------------------------------


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
    # And products, their platforms, the draft, the banner's data set; however many reactions.
    with django_assert_num_queries(13):
        client.get(f"/results/{respondent.user_id}/?weight=70&on=netflix")
    Reaction.objects.bulk_create(
        Reaction(user=respondent, movie_id=movie, kind="seen") for movie in film_ids("Horror")[:9]
    )
    with django_assert_num_queries(13):
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


def test_deleting_twice_is_as_good_as_once(english: Client, respondent: Respondent) -> None:
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
