"""`python -m benchmarks.search`: how long a search for films takes, by kind of query.

Uses a temporary database beside the one in use, with 87,000 films. Their invented titles are as
long as those of MovieLens, with few frequent and many rare words; half of the films have a Korean
title. A kind of query is 200 texts drawn from these titles with a fixed seed. Django's test client
sends them to the API, so the times include everything but the network. Also prints the time in the
database alone, and its ratio to ILIKE over both titles in the same run.

`--keep` keeps the database for the next call, which then takes seconds instead of a minute.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.test import Client, override_settings

from benchmarks.databases import scratch_database
from benchmarks.measuring import arguments_of, spread, timed
from movies.models import Movie
from movies.titles.index import refresh_titles
from movies.titles.search import find_films

DATABASE = "bench_ottwin_search"
FILMS = 87_000
TEXTS = 200
LIMIT = 20
LIMIT_MS = 30

# The most frequent words; the others are made from these syllables.
ENGLISH = (
    "love man night story life last dead day big little girl american world men house black blood "
    "time boy king war dark christmas city death heart woman white return red star lost"
)
KOREAN = (
    "이야기 크리스마스 라스트 사랑 맨 아이 밤 여자 인생 나의 마지막 세계 전쟁 소녀 러브 데이 블랙 "
    "비밀 남자 킹 시간 하우스 다크"
)
ENGLISH_SYLLABLES = (
    "ab al am an ar bar be bla bri ca cha con cor da de dis dor ed el en er es fa fe flo fra ga "
    "gen gra ha hel hi in is ja jo ka kin la lan le li lo ma mer mi mon na ne ni no ol on or pa "
    "per pla po qui ra re ri ro sa sel sha si sta ster su ta ter ti ton tra tu ul un ur va ver vi"
)
KOREAN_SYLLABLES = (
    "가나다라마바사아자카타하거너더러머버서어저커터허고노도로모보소오조코토호구누두루무부수우주"
    "그느드르므브스으즈크트흐기니디리미비시이지키티히강란만상인정한성원신영진선민준현은철경"
)
LEXICON = 40_000


class Words:
    """The n-th most frequent word has a frequency proportional to 1 / (n + 40), as in MovieLens."""

    def __init__(self, rng: random.Random, frequent: list[str], syllables: list[str]) -> None:
        self.rng = rng
        rare = range(LEXICON - len(frequent))
        self.lexicon = frequent + ["".join(rng.choices(syllables, k=2 + n % 3)) for n in rare]
        self.weights = list(accumulate(1 / (place + 41) for place in range(LEXICON)))

    def some(self, *numbers: int) -> list[str]:
        """Draw words; how many is drawn from `numbers`."""
        return self.rng.choices(self.lexicon, cum_weights=self.weights, k=self.rng.choice(numbers))


def invented_titles(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Title and Korean title of each film, best-known first."""
    english = Words(rng, ENGLISH.split(), ENGLISH_SYLLABLES.split())
    korean = Words(rng, KOREAN.split(), list(KOREAN_SYLLABLES))
    for _ in range(FILMS):
        link = rng.choice([" of the ", " and ", " of ", " in ", " ", " ", " ", " "])
        title = link.join(english.some(1, 1, 2, 2, 2, 3)).title()
        title = f"The {title}" if rng.random() < 0.25 else title
        title += f" {rng.randint(2, 4)}" if rng.random() < 0.06 else ""
        if rng.random() < 0.15:
            title += f" ({' '.join(english.some(2, 3)).title()})"
        yield title, " ".join(korean.some(1, 1, 2, 2, 3)) if rng.random() < 0.5 else ""


def build_world() -> None:
    """Insert the films in an order other than that of their ids, as in real data."""
    rng = random.Random(1)
    numbered = zip(rng.sample(range(1, 10 * FILMS), FILMS), invented_titles(rng), strict=True)
    films = (
        Movie(movie_id=number, title=title, title_ko=korean, rating_count=FILMS // place)
        for place, (number, (title, korean)) in enumerate(numbered, start=1)
    )
    with transaction.atomic():
        Movie.objects.bulk_create(films, batch_size=2_000)
        taken, _ = timed(refresh_titles)
        print(f"Folded the titles of {FILMS:,} films in {taken / 1000:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE movies_movie, movies_titleindex")
        cursor.execute(
            "SELECT pg_size_pretty(pg_table_size('movies_titleindex')), "
            "pg_size_pretty(pg_indexes_size('movies_titleindex'))"
        )
        print("Their table is {} and its indexes {}".format(*cursor.fetchone()))


def one_typo(rng: random.Random, text: str) -> str:
    """The text with one keystroke added, missing or different, or two swapped."""
    letters = list(unicodedata.normalize("NFD", text))
    place = rng.randrange(len(letters) - 1)
    other = rng.choice(letters)
    change: Callable[[], Any] = rng.choice(
        [
            lambda: letters.insert(place, other),
            lambda: letters.pop(place),
            lambda: letters.__setitem__(place, other),
            lambda: letters.insert(place, letters.pop(place + 1)),
        ]
    )
    change()
    return unicodedata.normalize("NFC", "".join(letters))


def half_composed(rng: random.Random, title: str) -> str:
    letters = unicodedata.normalize("NFD", title)
    return unicodedata.normalize("NFC", letters[: rng.randint(2, max(2, len(letters) - 1))])


def first_consonants(rng: random.Random, title: str) -> str:
    letters = [unicodedata.normalize("NFD", syllable)[0] for syllable in title if syllable != " "]
    return "".join(letters[: rng.randint(2, max(2, len(letters)))])


def texts_by_kind() -> dict[str, list[str]]:
    """Texts drawn from the titles of all films, well known or not."""
    rng = random.Random(2)
    rows = list(Movie.objects.order_by("pk").values_list("title", "title_ko"))
    both = [title for row in rng.sample(rows, 4_000) for title in row if len(title) > 4]
    korean = [title for _, title in rng.sample(rows, 8_000) if len(title) > 2]
    drawn = iter(rng.choices(both, k=4 * TEXTS))
    hangul = iter(rng.choices(korean, k=2 * TEXTS))
    inside = [(next(drawn), rng.randint(1, 3)) for _ in range(TEXTS)]
    return {
        "beginning": [next(drawn)[: rng.randint(2, 8)] for _ in range(TEXTS)],
        "inside": [title[start : start + 5] for title, start in inside],
        "whole title": [next(drawn) for _ in range(TEXTS)],
        "initials": [first_consonants(rng, next(hangul)) for _ in range(TEXTS)],
        "half composed": [half_composed(rng, next(hangul)) for _ in range(TEXTS)],
        "typo": [one_typo(rng, next(drawn)) for _ in range(TEXTS)],
        "nothing": ["".join(rng.choices("bcdfghjkqvwxz", k=8)) for _ in range(TEXTS)],
        "one syllable": rng.choices(KOREAN_SYLLABLES, k=TEXTS),
        "very common": rng.choices(["the", "a", "이", "love", "사랑", "of", "s", "ㅅ"], k=TEXTS),
    }


def by_ilike(text: str) -> list[Movie]:
    """The search that the index replaced."""
    found = Movie.objects.filter(Q(title__icontains=text) | Q(title_ko__icontains=text))
    return list(found.best_known_first()[:LIMIT])


def milliseconds(action: Callable[[str], Any], texts: list[str]) -> list[float]:
    """The shortest of three times for each text, so that other load matters little."""
    return [min(timed(partial(action, text))[0] for _ in range(3)) for text in texts]


def main() -> None:
    parser = arguments_of(__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the database for the next call")
    options = parser.parse_args()
    with override_settings(ALLOWED_HOSTS=["*"]), scratch_database(DATABASE, keep=options.keep):
        if not Movie.objects.exists():
            build_world()
        client = Client()
        print(
            f"\n{'milliseconds at /api/movies/':<28} p50   p95   max   in the database  ILIKE / it"
        )
        every: list[float] = []
        for kind, texts in texts_by_kind().items():
            taken = milliseconds(
                lambda text: client.get("/api/movies/", {"search": text, "limit": LIMIT}), texts
            )
            shown = spread(taken)
            chosen = spread(milliseconds(lambda text: find_films(text, LIMIT), texts)).p50
            before = spread(milliseconds(by_ilike, texts[:40])).p50
            print(
                f"{kind:<25} {shown.p50:>6.1f}{shown.p95:>6.1f}{shown.most:>6.1f} "
                f"{chosen:>13.1f} {before / chosen:>13.1f}"
            )
            every += taken
        print(f"All together: p95 {spread(every).p95:.1f} ms; the limit is {LIMIT_MS} ms")


if __name__ == "__main__":
    main()
