"""The page of a film: what is known of it, and what is not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from movies.models import (
    Availability,
    FilmText,
    Movie,
    MovieDetails,
    Offer,
    Product,
    Provider,
)
from movies.services.availability import correct_availability
from tests.recommend.pages.reading import section, words
from tests.worlds import film_ids

pytestmark = pytest.mark.usefixtures("world")

ON_NETFLIX, NOT_THERE, NEVER_CHECKED = 2, 1, 41


def page(client: Client, movie: int = ON_NETFLIX) -> str:
    response = client.get(f"/movies/{movie}/")
    assert response.status_code == 200
    return str(response.content.decode())


def bare_film(**columns: Any) -> Movie:
    """A film of which nothing but its title is known."""
    return Movie.objects.create(movie_id=900, title="Unheard of", genres=[], **columns)


def add_text(language: str, overview: str, movie: int = ON_NETFLIX) -> None:
    FilmText.objects.create(
        movie_id=movie,
        language=language,
        overview=overview,
        source="KMDb",
        loaded_on=timezone.localdate(),
    )


def test_it_names_the_film_with_year_genres_and_stars(english: Client) -> None:
    html = page(english)
    text = words(html)

    film = Movie.objects.get(pk=ON_NETFLIX)
    assert f"Action film 2 ({film.year})" in text
    assert '<p class="other-title" lang="ko">Action 영화 2</p>' in html
    assert '<p class="film-genres">Action</p>' in html
    assert f"★ {film.rating_avg:.1f} average of {film.rating_count} ratings at MovieLens" in text


def test_a_korean_reader_sees_the_korean_title_first(client: Client) -> None:
    html = page(client)

    assert re.search(r"<h1[^>]*>Action 영화 2 ", html)
    assert '<p class="other-title" lang="en">Action film 2</p>' in html


def test_where_it_is_has_three_states_with_source_and_day(english: Client) -> None:
    where = words(section(page(english), 'aria-labelledby="where"'))

    assert "Netflix : probably Checked Jan. 2, 2026. Source: test." in where
    assert "Watcha : no Checked Jan. 2, 2026. Source: test." in where
    assert re.search(r"Not known yet: .*TVING", where)


def test_what_staff_said_counts(english: Client) -> None:
    correct_availability(movie=Movie.objects.get(pk=ON_NETFLIX), states={"tving": True})

    where = words(section(page(english), 'aria-labelledby="where"'))

    assert re.search(r"TVING : yes Checked [^.]+\. \d+, \d+ by our staff\.", where)


def test_a_film_of_which_nobody_has_looked_says_so(english: Client) -> None:
    text = words(page(english, NEVER_CHECKED))

    assert "Nobody has checked yet where it is included." in text
    assert "The cheapest way" not in text


def test_the_cheapest_product_with_price_day_and_source(english: Client) -> None:
    product = Product.objects.filter(slug="netflix_ad_standard").latest("valid_from")

    text = words(section(page(english), 'aria-labelledby="cheapest"'))

    assert "7,000 won a month Netflix Standard with ads with ads" in text
    assert product.source in text
    assert "Checked" in text


def test_no_product_that_needs_another_one_or_a_phone_line_is_the_cheapest(
    english: Client,
) -> None:
    Product.objects.filter(slug="netflix_extra_member").update(monthly_price=1)

    assert "7,000 won a month" in words(page(english))


def test_providers_that_rent_it_are_named_once(english: Client) -> None:
    provider = Provider.objects.create(provider_id=3, name="Google Play Movies")
    for kind in (Offer.Kind.RENT, Offer.Kind.BUY):
        Offer.objects.create(movie_id=ON_NETFLIX, provider=provider, kind=kind)

    assert words(page(english)).count("To rent or buy at: Google Play Movies.") == 1


def test_the_text_is_that_of_the_readers_language(english: Client) -> None:
    add_text("ko", "장난감이 살아난다")
    add_text("en", "Toys come alive")

    story = section(page(english), 'aria-labelledby="story"')

    assert "Toys come alive" in story
    assert "장난감" not in story
    assert "Source: KMDb." in words(story)
    assert " lang=" not in story


def test_else_it_is_the_other_one_marked_as_such(english: Client, client: Client) -> None:
    add_text("ko", "장난감이 살아난다")

    assert '<p class="film-story" lang="ko">장난감이 살아난다</p>' in page(english)
    client.cookies["django_language"] = "ko"
    assert '<p class="film-story">장난감이 살아난다</p>' in page(client)


def test_tmdbs_text_serves_where_none_was_loaded(client: Client) -> None:
    MovieDetails.objects.create(
        movie_id=ON_NETFLIX, original_title="L'Action", original_language="fr",
        overview="TMDB의 줄거리", fetched_at=timezone.now(),
    )  # fmt: skip
    html = page(client)
    assert "TMDB의 줄거리" in html
    assert '<p class="other-title" lang="fr">L&#x27;Action</p>' in html

    add_text("ko", "다른 줄거리")
    assert "TMDB의 줄거리" not in page(client)


def test_markup_in_titles_and_texts_is_text(english: Client) -> None:
    evil = "<script>alert(1)</script>"
    Movie.objects.filter(pk=ON_NETFLIX).update(title=evil, title_ko='"><img src=x onerror=a>')
    Movie.objects.filter(pk=ON_NETFLIX).update(genres=[evil[:30]], series=evil)
    FilmText.objects.create(
        movie_id=ON_NETFLIX, language="en", overview=f"{evil}\u202e", source=evil,
        loaded_on=timezone.localdate(),
    )  # fmt: skip
    Availability.objects.filter(movie=ON_NETFLIX).update(source=evil)

    html = page(english)

    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_film_without_anything_has_a_page(english: Client) -> None:
    text = words(page(english, bare_film().pk))

    assert "Unheard of" in text
    assert "no rating yet" in text
    assert "Nobody has checked yet" in text
    for absent in ("What it is about", "Similar films", "Other films of the series", "★"):
        assert absent not in text


def test_films_of_its_series_come_in_the_order_of_their_years(english: Client) -> None:
    Movie.objects.filter(pk__in=[1, 2, 3]).update(series="saga")
    Movie.objects.filter(pk=3).update(year=1970)

    series = section(page(english), 'aria-labelledby="series"')

    assert re.findall(r'href="/movies/(\d+)/"', series) == ["3", "1"]


def test_without_a_model_films_of_the_same_genres_are_like_it(english: Client) -> None:
    similar = section(page(english), 'aria-labelledby="similar"')

    numbers = [int(one) for one in re.findall(r'href="/movies/(\d+)/"', similar)]
    assert len(numbers) == 10
    assert ON_NETFLIX not in numbers
    assert set(numbers) <= set(film_ids("Action"))


def test_the_number_of_queries_does_not_grow(english: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(english)
        return len(queries)

    asked()
    before = asked()
    Movie.objects.filter(pk__lte=20).update(series="saga")
    add_text("en", "a")
    add_text("ko", "b")

    asked()  # which reads the changed catalogue
    assert asked() <= before + 1  # the films of the series
    assert before <= 20


@pytest.mark.parametrize(
    "address", ["0", "-1", str(2**31), str(2**63), "9" * 5000, "abc", "1.5", "²", "77777"]
)
@pytest.mark.parametrize("what", ["", "like/"])
def test_what_is_no_film_is_not_found(english: Client, address: str, what: str) -> None:
    send = english.post if what else english.get
    response = send(f"/movies/{address}/{what}")

    assert response.status_code == 404
    assert "<h1" in response.content.decode()


def test_no_cache_that_others_share_keeps_it(english: Client) -> None:
    response = english.get(f"/movies/{ON_NETFLIX}/")
    assert "private" in response["Cache-Control"]
    assert "no-cache" in response["Cache-Control"]


def test_head_is_answered_without_a_body(english: Client) -> None:
    response = english.head(f"/movies/{ON_NETFLIX}/")
    assert (response.status_code, response.content) == (200, b"")


def test_search_engines_and_messengers_learn_what_it_is(english: Client) -> None:
    head = page(english).partition("</head>")[0]

    assert f'<link rel="canonical" href="http://testserver/movies/{ON_NETFLIX}/">' in head
    assert 'property="og:title" content="Action film 2 (' in head
    assert re.search(r'name="description" content="Action film 2 [^"]+ is on Netflix', head)


def test_a_mistake_can_be_reported_and_the_way_leads_back(english: Client) -> None:
    html = page(english)
    assert f"/availability/reports/?movie={ON_NETFLIX}&amp;next=/movies/{ON_NETFLIX}/" in html

    data = {"movie": ON_NETFLIX, "platform": "netflix", "next": f"/movies/{ON_NETFLIX}/"}
    thanked = english.post("/availability/reports/", data, follow=True).content.decode()
    assert "Thank you. We will check Action film 2" in words(thanked)
