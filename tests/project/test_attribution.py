"""TMDB and JustWatch are named wherever their data are shown, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.models import SAMPLE, DataLoad
from movies.api import ATTRIBUTION
from movies.models import TMDB, Availability, Movie
from movies.services.availability import Statement, correct_availability, record_statements
from recommend.services.submission import Survey, submit_survey
from tests.worlds import film_ids

NOTICE = (
    '<span lang="en">This product uses TMDB and the TMDB APIs but is not endorsed, certified, '
    "or otherwise approved by TMDB.</span>"
)
TMDB_LINK = 'href="https://www.themoviedb.org/"'
JUSTWATCH_LINK = 'href="https://www.justwatch.com/kr"'
WATCH_PAGE = "https://www.themoviedb.org/movie/603/watch?locale=KR"


@pytest.fixture
def result(live_model: Any) -> str:
    survey = Survey(liked=film_ids("Action")[:5], gender="female", age=27)
    respondent = submit_survey(survey=survey, token="a-token-of-this-test")
    Movie.objects.filter(recommended_to__user=respondent).update(tmdb_id=603)
    return str(respondent.user_id)


def use_the_sample() -> None:
    DataLoad.objects.filter(kind=DataLoad.Kind.MOVIELENS).update(id_space=SAMPLE)


def shown(client: Client, path: str) -> str:
    client.cookies["django_language"] = "en"
    return str(client.get(path).content.decode())


def test_the_result_names_both_beside_the_films(client: Client, result: str) -> None:
    html = shown(client, f"/results/{result}/")
    films = html[html.index('id="your-films"') :]
    for text in (NOTICE, TMDB_LINK, JUSTWATCH_LINK, "Streaming data: JustWatch"):
        assert films.count(text) == 1
    client.cookies["django_language"] = "ko"
    korean = client.get(f"/results/{result}/").content.decode()
    assert "스트리밍 정보 출처: JustWatch" in korean
    assert NOTICE in korean


def test_the_survey_names_tmdb_for_the_titles(client: Client, live_model: Any) -> None:
    html = shown(client, "/survey/")
    assert NOTICE in html
    assert TMDB_LINK in html
    assert "JustWatch" not in html


def test_pages_without_their_data_do_not_name_them(client: Client, live_model: Any) -> None:
    assert "TMDB" not in shown(client, "/statistics/")


def test_the_start_page_names_both_once_below_its_shelves(client: Client, live_model: Any) -> None:
    html = shown(client, "/")
    shelves = html[html.index('class="shelf"') :]
    for text in (NOTICE, TMDB_LINK, JUSTWATCH_LINK, "Streaming data: JustWatch"):
        assert html.count(text) == shelves.count(text) == 1


def test_pages_of_the_sample_do_not_name_them_but_about_always_does(
    client: Client, result: str
) -> None:
    use_the_sample()
    for path in (f"/results/{result}/", "/survey/"):
        html = shown(client, path)
        assert "themoviedb.org" not in html
        assert "JustWatch" not in html
    about = shown(client, "/about/")
    for text in (NOTICE, TMDB_LINK, JUSTWATCH_LINK):
        assert text in about


def test_about_names_them_in_an_empty_installation(client: Client, db: None) -> None:
    assert NOTICE in shown(client, "/about/")


def test_a_film_links_to_the_page_where_it_can_be_checked(client: Client, result: str) -> None:
    html = shown(client, f"/results/{result}/")
    assert html.count(f'<a href="{WATCH_PAGE}" rel="noopener noreferrer">') == 50
    Movie.objects.update(tmdb_id=None)
    assert "/watch?locale=KR" not in shown(client, f"/results/{result}/")


def test_a_film_names_its_newest_source_and_whether_staff_corrected_it(
    client: Client, result: str
) -> None:
    path = f"/results/{result}/"
    assert "Checked Jan. 2, 2026. Source: a separate list (test)." in shown(client, path)
    assert "Corrected by our staff." not in shown(client, path)
    film = Movie.objects.filter(recommended_to__user=result, platforms__netflix=True)[0]
    record_statements([Statement(film.pk, "netflix", TMDB, True, timezone.now())])
    assert "Source: TMDB, JustWatch." in shown(client, path)
    correct_availability(movie=film, states={"netflix": False})
    html = shown(client, path)
    assert "Source: TMDB, JustWatch. Corrected by our staff." in html
    Availability.objects.exclude(source="staff").delete()
    Movie.objects.update(platforms_checked_at=None)
    html = shown(client, path)
    item = html[html.index(f'<h3 id="film-{film.pk}"') :]
    item = item[: item.index("</li>")]
    assert "Corrected by our staff." in item
    assert "Never checked." not in item


@pytest.mark.parametrize("sample", [False, True])
def test_the_api_names_them_unless_it_is_the_sample(
    client: Client, result: str, sample: bool
) -> None:
    if sample:
        use_the_sample()
    answers = [
        client.get("/api/movies/", {"limit": 1}),
        client.get("/api/platforms/"),
        client.get(f"/api/results/{result}/"),
        client.post("/api/recommendations/", {"liked": []}, content_type="application/json"),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.json()["attribution"] == ([] if sample else ATTRIBUTION)


def test_api_and_pages_use_the_same_words(client: Client, db: None) -> None:
    about = shown(client, "/about/")
    for source in ATTRIBUTION:
        assert source["notice"] in about
        assert f'href="{source["url"]}"' in about


def test_the_schema_describes_the_attribution(client: Client, db: None) -> None:
    schema = client.get(
        "/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"}
    ).json()
    schemas = schema["components"]["schemas"]
    for name in ("MoviesOutput", "PlatformsOutput", "RecommendationOutput", "ResultOutput"):
        assert "attribution" in schemas[name]["required"]
