"""Drawn covers and marks: what they show, that neighbours differ, and how they are served."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import translation

from movies.drawings.covers import STYLES, TELLING, CoverFilm, cover, style_of, variants, wall
from movies.drawings.lettering import fitted
from movies.drawings.marks import SLATE, mark_of
from movies.models import Movie
from movies.models.pictures import varied, vary_covers

LONG = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb <1964> & More, Anew"


def film(number: int = 1, **values: object) -> CoverFilm:
    known = {"title": "기생충", "year": 2019, "genres": ["Drama"], **values}
    return CoverFilm(movie_id=number, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize("style", STYLES)
def test_every_motif_in_every_duotone_is_a_drawing_of_its_own(style: str) -> None:
    genre = next(genre for genre, of in TELLING.items() if of == style)
    count = len(STYLES[style].motifs) * len(STYLES[style].duotones)
    drawn = [cover(film(genres=[genre]), number) for number in range(count)]
    assert len(set(drawn)) == count
    for drawing in drawn:
        root = ElementTree.fromstring(drawing)  # noqa: S314
        assert (root.get("width"), root.get("height")) == ("208", "312")
        assert drawing.count("기생충") == 1
        assert "’19" in drawing
        assert "style=" not in drawing
        assert "gradient" not in drawing.lower()
        assert len(drawing) < 5_000


def test_a_bare_cover_has_no_words_and_an_old_film_a_frame() -> None:
    assert "<text" not in cover(film(), bare=True)
    assert 'fill="none" stroke="#FBEFD2"' in cover(film(year=1960))
    assert 'stroke="#FBEFD2"' not in cover(film(year=1990))
    assert "’" not in cover(film(year=None))


def test_a_long_title_is_cut_and_markup_in_it_is_none() -> None:
    size, lines = fitted(LONG)
    assert (size, len(lines)) == (25, 4)
    assert lines[-1].endswith("…")
    assert fitted("업") == (50, ["업"])
    drawn = cover(film(title="<b>&\"'"))
    assert "<b>" not in drawn
    ElementTree.fromstring(drawn)  # noqa: S314


def test_neighbours_of_one_genre_differ_in_motif_and_duotone() -> None:
    row = [film(number, genres=["Horror"]) for number in range(40)]
    numbers = variants(row)
    motifs = len(STYLES["horror"].motifs)
    for one, other in zip(numbers, numbers[1:], strict=False):
        assert one % motifs != other % motifs
        assert one // motifs != other // motifs
    assert variants(row[:1]) == [row[0].seed % (motifs * len(STYLES["horror"].duotones))]


def test_the_most_telling_genre_decides() -> None:
    assert style_of(["Comedy", "Romance"]) == "romance"
    assert style_of(["Horror", "Romance"]) == "romance"
    assert style_of(["Horror", "Romance", "Thriller"]) == "horror"
    assert style_of(["Animation", "Romance"]) == "animation"
    assert style_of(["Whatever"]) == style_of([]) == "drama"


def test_a_wall_is_one_drawing_of_whole_rows() -> None:
    drawn = wall([film(number) for number in range(13)], columns=4)
    root = ElementTree.fromstring(drawn)  # noqa: S314
    assert len(root.findall("{http://www.w3.org/2000/svg}svg")) == 12
    assert root.get("viewBox") == "0 0 856 792"


def test_a_mark_is_a_syllable_or_two_letters_that_can_be_read() -> None:
    assert mark_of("넷플릭스", "#E50914").letters == "넷"
    assert mark_of("Netflix", "#E50914") == mark_of("Network", "#E50914")
    assert mark_of("Netflix", "#E50914").ink == "#FFFFFF"
    assert mark_of("쿠팡플레이", "#32C5FF").ink != "#FFFFFF"
    assert mark_of("U+모바일tv", "").ground == SLATE
    assert mark_of("U+모바일tv", "").letters == "U+"


@pytest.mark.django_db
class TestServed:
    @pytest.fixture
    def movie(self) -> Movie:
        return Movie.objects.create(
            movie_id=7, title="Host, The", title_ko="괴물", year=2006, genres=["Horror"]
        )

    def test_a_cover_is_kept_for_a_year_under_an_address_of_its_own(
        self, client: Client, movie: Movie
    ) -> None:
        for language, title in (("ko", ">괴물<"), ("en", ">Host,<")):
            with translation.override(language):
                address = movie.picture.cover
            assert re.fullmatch(rf"/covers/{language}/7-\d-[0-9a-f]{{8}}\.svg", address)
            for _ in range(2):  # drawn, and kept
                response = client.get(address)
                assert response["Content-Type"] == "image/svg+xml"
                assert "immutable" in response["Cache-Control"]
                assert title in response.content.decode()

    def test_another_title_is_another_address_and_the_old_one_is_not_kept(
        self, client: Client, movie: Movie
    ) -> None:
        movie.year = 1999  # another address than that of other tests
        movie.save(update_fields=["year"])
        old = movie.picture.cover
        Movie.objects.update(title_ko="한강의 괴물")
        movie.refresh_from_db()
        assert movie.picture.cover != old
        response = client.get(old)
        assert "한강의" in response.content.decode()
        assert response["Cache-Control"] == "public, max-age=60"

    @pytest.mark.parametrize("name", ["8-0-00000000", "7-99-00000000", "7-0", "x-0-00000000"])
    def test_there_is_no_other_cover(self, client: Client, movie: Movie, name: str) -> None:
        assert client.get(f"/covers/ko/{name}.svg").status_code == 404

    def test_a_poster_takes_the_place_of_the_cover(self, movie: Movie, settings: object) -> None:
        assert movie.picture.address == movie.picture.cover
        movie.poster_path = "/host.jpg"
        assert movie.picture.address.endswith("/w185/host.jpg")

    def test_the_wall_has_the_best_known_films(self, client: Client, movie: Movie) -> None:
        for number in range(40):
            Movie.objects.create(movie_id=100 + number, title=f"film {number}", rating_count=9)
        response = client.get("/covers/en/wall.svg")
        assert response.content.count(b"<svg ") == 33
        assert "max-age=3600" in response["Cache-Control"]

    def test_films_in_a_row_are_of_different_genres_where_possible(self) -> None:
        films = [
            Movie(movie_id=number, title="x", genres=[genre])
            for number, genre in enumerate(["Horror"] * 3 + ["Comedy"] * 3)
        ]
        assert [one.genres[0] for one in varied(films)] == ["Horror", "Comedy"] * 3
        vary_covers(films)
        assert all(one.cover_variant is not None for one in films)
