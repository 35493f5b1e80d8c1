"""Films are found as people type, the best matches first, in step with their titles."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies.fetching.ids import decide_suggestion
from movies.models import IdSuggestion, Movie, MovieDetails, TitleIndex
from movies.movielens import open_release
from movies.titles import index
from movies.titles.index import refresh_titles
from movies.titles.search import find_films, only_matching
from tests.movies.fetching.tmdb_world import add_movies, add_platforms
from tests.movies.tmdb.tmdb_films import invented_films
from tests.movies.tmdb.tmdb_stub import TmdbStub
from tests.operators import refusal, run
from tests.paths import ROOT
from tests.worlds import write_world

pytestmark = pytest.mark.django_db

SHIPPED = ROOT / "fixtures" / "sample_movies.csv"
MORE = [
    ("Le fabuleux destin d'Amélie Poulain (Amélie's Destiny)", "아멜리에의 운명"),
    ("Harry Potter and the Chamber of Secrets", "해리 포터와 비밀의 방"),
    ("WALL·E", "월-E"),
    ("Spider-Man 2", "스파이더맨 2"),
    ("100% Wolf", ""),
    ("The City of Lost Children (La Cité des enfants perdus)", "잃어버린 아이들의 도시"),
    ("$", "돈의 맛"),
]


@pytest.fixture
def films(db: None) -> None:
    """The 513 films of the sample, earlier ones better known, and some more."""
    with SHIPPED.open(encoding="utf-8") as file:
        rows = [(row["title"], row["title_ko"]) for row in csv.DictReader(file)]
    Movie.objects.bulk_create(
        Movie(movie_id=number, title=title, title_ko=title_ko, rating_count=10_000 // number)
        for number, (title, title_ko) in enumerate(rows + MORE, start=1)
    )
    refresh_titles()


def add_films(*rows: tuple[str, str]) -> None:
    """Earlier films are less known, so that any other order has another reason."""
    Movie.objects.bulk_create(
        Movie(movie_id=number, title=title, title_ko=title_ko, rating_count=number)
        for number, (title, title_ko) in enumerate(rows, start=1)
    )
    refresh_titles()


def found(text: str, limit: int = 10) -> list[str]:
    return [film.title for film in find_films(text, limit)]


# --- what finds what ---


FIRST = [
    ("기생충", "Parasite"),
    ("ㄱㅅㅊ", "Parasite"),
    ("기새", "Parasite"),
    ("기생ㅊ", "Parasite"),
    ("기셍충", "Parasite"),
    ("기셍", "Parasite"),
    ("rltodcnd", "Parasite"),
    ("parasite", "Parasite"),
    ("  PARA site ", "Parasite"),
    ("Amélie", "Amelie"),
    ("AMÉLIE's dest", "Le fabuleux destin d'Amélie Poulain (Amélie's Destiny)"),
    ("fabuleux destin", "Le fabuleux destin d'Amélie Poulain (Amélie's Destiny)"),
    ("damelie poulain", "Le fabuleux destin d'Amélie Poulain (Amélie's Destiny)"),
    ("Parasite (2019)", "Parasite"),
    ("Parasite (Gisaeng", "Parasite"),
    ("인터스텔러", "Interstellar"),
    ("interstelar", "Interstellar"),
    ("incepton", "Inception"),
    ("ㅑㅜㅊ데샤ㅐㅜ", "Inception"),
    ("hary potter", "Harry Potter and the Sorcerer's Stone"),
    ("해리포터 비밀의방", "Harry Potter and the Chamber of Secrets"),
    ("stone harry", "Harry Potter and the Sorcerer's Stone"),
    ("sorcerers stone", "Harry Potter and the Sorcerer's Stone"),
    ("쇼생크탈출", "The Shawshank Redemption"),
    ("쇼쌩크탈출", "The Shawshank Redemption"),
    ("ㅅㅅㅋㅌㅊ", "The Shawshank Redemption"),
    ("shawshenk redemtion", "The Shawshank Redemption"),
    ("shawshank", "The Shawshank Redemption"),
    ("wall e", "WALL·E"),
    ("walle", "WALL·E"),
    ("spiderman 2", "Spider-Man 2"),
    ("city of lost", "The City of Lost Children (La Cité des enfants perdus)"),
    ("cite des enfants", "The City of Lost Children (La Cité des enfants perdus)"),
]


def test_a_film_comes_first_for_what_people_type(films: None) -> None:
    assert [(text, *found(text, limit=1)) for text, _title in FIRST] == FIRST


def test_punctuation_alone_finds_nothing(films: None) -> None:
    for text in ("!", "%", "_", "\\", "%_\\", "…?!", "\x00", "'", '"; --', "$", "ㅤ"):
        assert found(text) == []
        assert not only_matching(Movie.objects.all(), text).exists()


def test_signs_of_sql_are_plain_text(films: None) -> None:
    for text in ("100%", "1%0_0", "100\\%", "100' OR ''='", "100\x00"):
        assert set(found(text)) <= {"100% Wolf"}


def test_a_sign_of_like_stands_for_no_other_letter(films: None) -> None:
    assert "Parasite" not in found("para%te") + found("par__te")
    assert found("par_asite") == found("%parasite%") == ["Parasite"]


def test_what_is_in_no_title_finds_nothing(films: None) -> None:
    assert found("zzzqqqxxx") == found("뷁뷁뷁") == found("x" * 5_000) == []


def test_without_text_the_best_known_films_come(films: None) -> None:
    best = list(Movie.objects.order_by("-rating_count", "pk")[:3])
    for text in ("", " ", "\t\n"):
        assert find_films(text, 3) == best
        assert only_matching(Movie.objects.all(), text).count() == Movie.objects.count()


# --- the best first ---


def test_titles_come_before_beginnings_before_words_before_what_is_inside(db: None) -> None:
    add_films(
        ("Batman", ""),
        ("Spider Man", ""),
        ("Manhattan", ""),
        ("The Man", ""),
        ("Man on Fire (Batman)", ""),
        ("Lord of Mannheim", ""),
        ("Man", ""),
        ("Amann", ""),
    )
    assert found("man") == [
        *("Man", "The Man"),
        *("Man on Fire (Batman)", "Manhattan"),
        *("Lord of Mannheim", "Spider Man"),
        *("Amann", "Batman"),
    ]
    assert found("man", limit=3) == ["Man", "The Man", "Man on Fire (Batman)"]
    assert found("man", limit=7)[-1] == "Amann"


def test_words_in_another_order_come_last_and_typos_after_them(db: None) -> None:
    add_films(("Red Fox Blue", ""), ("Blue Foxes and Red", ""), ("Bleu Red", ""))
    assert found("blue red") == ["Blue Foxes and Red", "Red Fox Blue", "Bleu Red"]


def test_of_two_films_known_alike_the_lower_number_comes_first(db: None) -> None:
    add_films(("Heat", ""), ("Heat", ""))
    Movie.objects.update(rating_count=7)
    refresh_titles()
    assert [film.pk for film in find_films("heat", 5)] == [1, 2]


def test_typos_are_not_thought_of_where_a_film_is_called_so_or_there_are_enough(db: None) -> None:
    add_films(("Home", ""), ("Rome", ""), *((f"Romeo {number}", "") for number in range(5)))
    assert "Rome" not in found("home")
    assert "Home" in found("hom")
    assert "Home" not in found("romeo")


def test_of_typos_the_fewest_come_alone(db: None) -> None:
    add_films(("Interstellar", ""), ("Interstellor", ""), ("Entarstellar", ""))
    assert found("interstelar") == ["Interstellar"]
    assert found("entorstellar") == ["Entarstellar"]


def test_a_short_text_is_taken_as_it_is(db: None) -> None:
    add_films(("Up", ""), ("Us", ""), ("It", ""))
    assert found("ux") == []


# --- where it is used ---


def test_the_api_lists_the_best_matches(client: Client, films: None) -> None:
    answer = client.get("/api/movies/", {"search": "기생ㅊ", "limit": 3}).json()
    assert [film["title_ko"] for film in answer["results"]] == ["기생충"]


def test_a_search_takes_few_queries_however_much_it_finds(
    films: None, django_assert_max_num_queries: Any
) -> None:
    for text in ("the", "기생충", "hary potter", "zzzqqq", "ㅅ", ""):
        with django_assert_max_num_queries(5):
            find_films(text, 100)


def test_staff_search_the_list_of_films_in_the_same_way(films: None, admin_client: Client) -> None:
    def listed(text: str) -> list[str]:
        page = admin_client.get(reverse("admin:movies_movie_changelist"), {"q": text})
        return [film.title for film in page.context["cl"].result_list]

    assert listed("ㄱㅅㅊ") == listed("기셍충") == listed("PARA-site") == ["Parasite"]
    assert listed("rltodcnd") == ["Parasite"]
    potters = listed("해리포터")
    assert len(potters) == Movie.objects.filter(title__contains="Harry Potter").count() > 3
    known = {film.title: film.rating_count for film in Movie.objects.all()}
    assert potters == sorted(potters, key=lambda title: -known[title])
    assert listed("secrets chamber") == ["Harry Potter and the Chamber of Secrets"]
    assert listed("%") == []
    page = admin_client.get(
        reverse("admin:movies_movie_changelist"), {"q": "기생충", "corrected": "yes"}
    )
    assert not page.context["cl"].result_list


# --- in step with the titles, after every kind of write ---


def test_a_data_set_brings_its_titles_and_takes_those_before_away(db: None, tmp_path: Path) -> None:
    run("load_movielens", write_world(tmp_path / "a"))
    assert found("horror film 61") == ["Horror film 61"]
    assert TitleIndex.objects.count() == Movie.objects.count() == 80

    films = write_world(tmp_path / "b") / "movie.csv"
    text = films.read_text(encoding="utf-8")
    films.write_text(text.replace("Horror film 61", "괴물").replace("Drama", "Opera"))
    assert "80 movies" in run("load_movielens", tmp_path / "b", "--replace")[0]
    assert "Horror film 61" not in found("horror film 61")
    assert found("ㄱㅁ") == ["괴물"]
    assert len(found("opera", limit=100)) == 20
    assert refresh_titles() == 0


def test_a_load_that_is_tried_or_fails_leaves_the_search_as_it_was(
    db: None, tmp_path: Path
) -> None:
    run("load_movielens", write_world(tmp_path / "a"))
    films = write_world(tmp_path / "b") / "movie.csv"
    films.write_text(films.read_text(encoding="utf-8").replace("Horror", "Terror"))
    run("load_movielens", tmp_path / "b", "--replace", "--dry-run")
    assert len(found("horror film", limit=100)) == 20
    (tmp_path / "b" / "rating.csv").write_text("user_id,movie_id,rating\n1,1,9\n")
    refusal("load_movielens", tmp_path / "b", "--replace")
    assert found("terror") == []


def test_the_best_known_come_first_also_after_other_ratings(db: None, tmp_path: Path) -> None:
    run("load_movielens", write_world(tmp_path / "a"))
    ratings = write_world(tmp_path / "b") / "rating.csv"
    rows = ratings.read_text(encoding="utf-8").splitlines()[1:]
    least = min(find_films("comedy film", 20), key=lambda film: film.rating_count)
    rows = [row for row in rows if row.split(",")[1] != str(least.pk)]
    rows += [f"{user},{least.pk},5" for user in range(1, 81)]
    ratings.write_text("\n".join(["user_id,movie_id,rating", *rows]) + "\n", encoding="utf-8")
    run("load_movielens", tmp_path / "b", "--replace")
    assert find_films("comedy film", 1) == [least]
    assert not [
        row for row in TitleIndex.objects.select_related("movie")
        if row.rating_count != row.movie.rating_count
    ]  # fmt: skip


def test_a_file_of_details_brings_korean_titles(db: None, tmp_path: Path) -> None:
    add_films(("Toy Story", ""), ("Star Wars", "별들의 전쟁"))
    details = tmp_path / "details.csv"
    details.write_text("movie_id,title_ko\n1,토이 스토리\n2,스타워즈\n", encoding="utf-8")
    run("load_movie_details", details)
    assert found("ㅌㅇㅅ") == ["Toy Story"]
    assert found("스타 워즈") == ["Star Wars"]
    assert found("별들의") == []


def test_staff_who_import_details_bring_korean_titles(db: None, admin_client: Client) -> None:
    add_films(("Toy Story", ""))
    file = SimpleUploadedFile("d.csv", "movie_id,title_ko\n1,토이 스토리\n".encode())
    address = reverse("admin:movies_movie_import")
    page = admin_client.post(address, {"import_file": file, "format": "0"})
    fields = page.context["confirm_form"].initial
    assert found("토이") == []
    admin_client.post(reverse("admin:movies_movie_process_import"), fields)
    assert found("토이") == ["Toy Story"]


def test_tmdb_brings_korean_titles_and_takes_them_away(db: None, settings: Any) -> None:
    film = invented_films(1)[0]
    with TmdbStub([film], key="right") as stub:
        settings.TMDB_API_KEY, settings.TMDB_BASE_URL = "right", stub.url
        settings.REDIS_URL = ""
        add_platforms()
        add_movies([film])
        refresh_titles()
        assert film.title not in (film.english_title, "")
        assert found(film.title) == []
        run("fetch_availability")
    assert found(film.title) == [film.english_title]

    MovieDetails.objects.update(fetched_at=timezone.now() - timezone.timedelta(days=181))
    run("purge_tmdb_data")
    assert found(film.title) == []
    assert found(film.english_title) == [film.english_title]


def test_a_title_of_another_film_goes_with_the_number_that_staff_reject(db: None) -> None:
    add_films(("Heat", "히트"))
    Movie.objects.update(tmdb_id=949)
    movie = Movie.objects.get()
    MovieDetails.objects.create(movie=movie, title_ko="히트", fetched_at=timezone.now())
    suggestion = IdSuggestion.objects.create(movie=movie, tmdb_id=949, title="x", reason="y")
    decide_suggestion(suggestion=suggestion, accepted=False, staff=None)
    assert Movie.objects.get().title_ko == ""
    assert found("히트") == []


def test_only_changed_titles_are_folded_again(films: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refresh_titles() == 0
    Movie.objects.filter(pk__in=[1, 2]).update(title_ko="새 제목")
    assert refresh_titles([1, 3]) == 1
    assert [film.pk for film in find_films("새 제목", 5)] == [1]
    assert refresh_titles() == 1
    Movie.objects.create(movie_id=9_999, title="New", title_ko="")
    assert refresh_titles([1]) == 0
    assert refresh_titles([9_999]) == 1
    monkeypatch.setattr(index, "FOLDING", index.FOLDING + 1)
    assert refresh_titles() == Movie.objects.count() == TitleIndex.objects.count()


def test_titles_that_look_the_same_put_together_are_not_taken_for_the_same(db: None) -> None:
    add_films(("Alpha Beta", ""))
    Movie.objects.update(title="Alpha", title_ko=" Beta")
    assert refresh_titles() == 1


# --- real titles ---


@pytest.mark.realdata
def test_real_films_are_found_by_their_korean_titles(db: None, real_data: Path) -> None:
    details = real_data / "movie_details.csv"
    if not details.is_file():
        pytest.skip(f"no movie_details.csv in {real_data} (docs/data.md)")
    with open_release(real_data / "ml-1m.zip") as release:
        rows = json.loads(release.movies[["movie_id", "title"]].to_json(orient="records"))
    Movie.objects.bulk_create(Movie(**row) for row in rows)
    run("load_movie_details", details)
    assert found("쇼쌩크탈출") == ["The Shawshank Redemption"]
    assert found("ㅌㅇㅅㅌㄹ 2") == ["Toy Story 2"]
    assert found("starwars epi")[:1] == ["Star Wars: Episode IV - A New Hope"]
    for movie in Movie.objects.exclude(title_ko="")[:200]:
        assert movie in find_films(movie.title_ko, 20)
        assert movie in find_films(movie.title, 20)
