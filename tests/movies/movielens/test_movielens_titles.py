"""Catalogue titles become the titles that people know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movies.movielens.titles import FIRST_YEAR, LAST_YEAR, articles_in_front, split_year


def parse_title(raw: str) -> tuple[str, int | None]:
    title, year = split_year(raw)
    return articles_in_front(title), year


words = st.from_regex(r"[A-Z][a-z]{1,8}( [a-z]{3,8}){0,3}", fullmatch=True)
years = st.integers(FIRST_YEAR, LAST_YEAR)
articles = st.sampled_from(
    ("The", "A", "An", "La", "Le", "Il", "I", "El", "Los", "Der", "Das", "Det")
)


@pytest.mark.parametrize(
    ("catalogued", "title", "year"),
    [
        ("Toy Story (1995)", "Toy Story", 1995),
        ("Matrix, The (1999)", "The Matrix", 1999),
        ("Christmas Carol, A (1938)", "A Christmas Carol", 1938),
        ("American in Paris, An (1951)", "An American in Paris", 1951),
        ("Enfer, L' (1994)", "L'Enfer", 1994),
        ("Avventura, L’ (1960)", "L’Avventura", 1960),
        ("Good, the Bad and the Ugly, The (1966)", "The Good, the Bad and the Ugly", 1966),
        (
            "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
            "The City of Lost Children (La Cité des enfants perdus)",
            1995,
        ),
        (
            "Pom Poko (a.k.a. Raccoon War, The) (Heisei tanuki gassen pompoko) (1994)",
            "Pom Poko (a.k.a. The Raccoon War) (Heisei tanuki gassen pompoko)",
            1994,
        ),
        ("European Vacation (aka Trip, The) (1985)", "European Vacation (aka The Trip)", 1985),
        (
            "Trou, Le (Hole, The) (Night Watch, The) (1960)",
            "Le Trou (The Hole) (The Night Watch)",
            1960,
        ),
        ("Vitelloni, I (1953)", "I Vitelloni", 1953),
        ("Convent, The (Convento, O) (1995)", "The Convent (O Convento)", 1995),
        (
            "Seventh Seal, The (Sjunde inseglet, Det) (1957)",
            "The Seventh Seal (Det Sjunde inseglet)",
            1957,
        ),
    ],
)
def test_articles_move_to_the_front_in_every_language(
    catalogued: str, title: str, year: int
) -> None:
    assert parse_title(catalogued) == (title, year)


@pytest.mark.parametrize(
    "title",
    [
        "Shawshank, A Story",
        "I Love You, Man",
        "Straight White Male, 60",
        "Lust, Caution (Se, jie)",
        "Rome, Open City (Roma, città aperta)",
        "Evangelion: 1.0 You Are (Not) Alone",
        "(500) Days of Summer",
        "(Untitled)",
        ", The",
        "Half open (Hole",
        "Half closed)",
    ],
)
def test_other_commas_and_parentheses_stay_where_they_are(title: str) -> None:
    assert parse_title(f"{title} (2007)") == (title, 2007)


@pytest.mark.parametrize(
    ("catalogued", "title", "year"),
    [
        ("Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto", 2006),
        ("Fawlty Towers (1975-1979)", "Fawlty Towers", 1975),
        ("Big Bang Theory, The (2007-)", "The Big Bang Theory", 2007),
        ("Diplomatic Immunity (2009– )", "Diplomatic Immunity", 2009),
        ("Two Friends (1986) ", "Two Friends", 1986),
        ("Land Before Time III (1995) (V)", "Land Before Time III", 1995),
        ("Mona (Mona ja aika) (1983))", "Mona (Mona ja aika)", 1983),
        ("Babylon 5", "Babylon 5", None),
        ("unknown", "unknown", None),
        ("1984 (1956)", "1984", 1956),
        ("(1984)", "(1984)", None),
        ("Room (0042)", "Room (0042)", None),
        ("Hole (a.k.a. Trou (1960))", "Hole (a.k.a. Trou (1960))", None),
        ("Blade  Runner\t2049 (2017)", "Blade Runner 2049", 2017),
        ("", "", None),
    ],
)
def test_the_first_year_at_the_end_is_the_year(
    catalogued: str, title: str, year: int | None
) -> None:
    assert parse_title(catalogued) == (title, year)


@given(words, articles, years)
def test_any_article_and_year_are_found(title: str, article: str, year: int) -> None:
    assert parse_title(f"{title}, {article} ({year})") == (f"{article} {title}", year)


@given(words, words, articles, articles, years)
def test_both_titles_of_a_foreign_film_are_turned(
    english: str, original: str, first: str, second: str, year: int
) -> None:
    catalogued = f"{english}, {first} ({original}, {second}) ({year})"
    assert parse_title(catalogued) == (f"{first} {english} ({second} {original})", year)


@given(words)
def test_a_plain_title_is_left_alone(title: str) -> None:
    assert parse_title(title) == (title, None)


@given(st.text(alphabet="ab (),'’.19-–TheLa\t\n", max_size=40))
def test_no_text_breaks_the_parser_or_loses_a_letter(raw: str) -> None:
    title, year = parse_title(raw)
    before, _ = split_year(raw)
    assert title == " ".join(title.split())
    assert bool(title) == bool(raw.strip())
    assert sorted(filter(str.isalpha, title)) == sorted(filter(str.isalpha, before))
    assert year is None or FIRST_YEAR <= year <= LAST_YEAR
