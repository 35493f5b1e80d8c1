"""The films of the result page, with where they are and thanks for reports."""

from __future__ import annotations

import gzip

import pytest
from django.core.cache import cache
from django.test import Client

from movies.models import Availability, Platform
from movies.services.availability import correct_availability
from recommend.models import HomeTaste, ModelRun, MovieFactors
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import (
    PICKS,
    cards,
    section,
    shown,
    stored_films,
    words,
)


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
        link = f'<a href="/movies/{film.movie_id}/">{film.movie.title}'
        assert f'<h3 id="film-{film.movie_id}" tabindex="-1">{link}' in item
        assert f"({film.movie.year})" in text
        assert f"★ {film.predicted_rating:.1f} {source}" in text
        where, _, unknown = text.partition("Unknown:")
        states = film.movie.platforms
        assert ("Netflix" in where) == (states.get("netflix") is True)
        assert ("Netflix" in unknown) == ("netflix" not in states)
        assert ("Not known yet" in where) == (True not in states.values())
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
    assert "★ 3.0 your twin's stars, though it suits your own taste" in texts[0]
    assert "★ 3.5 your twin's stars" in texts[1]
    assert "★ 3.0 expected stars" in texts[2]
    assert "no rating yet" in texts[3]
    assert "★" not in texts[3]


@pytest.mark.parametrize(
    ("source", "said"),
    [("tmdb", "TMDB, JustWatch"), ("catalogue-2024", "a separate list (catalogue-2024)")],
)
def test_the_source_of_where_a_film_is_can_be_understood(
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
        assert f'<a href="{address}">Report a mistake</a>' in item


def test_the_page_is_small(client: Client, respondent: Respondent) -> None:
    page = shown(client, respondent).encode()
    assert len(page) < 100_000
    assert len(gzip.compress(page)) < 20_000


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


def test_people_at_home_are_neighbours_and_the_twin_is_a_movielens_user(
    english: Client, respondent: Respondent, live_model: ModelRun
) -> None:
    *_, last = stored_films(respondent)
    twin = respondent.similarity.ml_user
    taste = MovieFactors.objects.get(run=live_model, movie=PICKS[0]).factors
    HomeTaste.objects.bulk_create(
        HomeTaste(run=live_model, row=row, taste=taste, liked=[*PICKS, last.movie_id])
        for row in range(90)
    )
    live_model.neighbour_count, live_model.neighbour_weight = 170, 100.0  # everybody's likes count
    live_model.metrics |= {"home_people": 90}
    live_model.save(update_fields=["neighbour_count", "neighbour_weight", "metrics"])

    person = submit_survey(
        survey=Survey(liked=PICKS, gender="female", age=27), token="somebody-after-the-training"
    )

    assert stored_films(person)[0].movie_id == last.movie_id
    assert person.similarity.ml_user == twin
    html = shown(english, person)
    assert "Among the people of MovieLens" in section(html, 'class="twin"')
    assert "MovieLens" not in section(html, 'class="films"')
