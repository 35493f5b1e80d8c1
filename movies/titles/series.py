"""Tells from their titles which films of a catalogue belong to one series. Pure text.

The titles of a series share a name: "Toy Story 2" and "Toy Story", "Star Wars: Episode V" and
"Star Wars: Episode VI". A name alone proves nothing ("Hamlet" was filmed five times), so a series
needs a sign that one film follows another: a number, a subtitle after the title of an earlier
film, or a phrase such as "Returns". Precision comes first: what titles do not tell ("Raiders of
the Lost Ark") is left to TMDB and staff. The specials of one comedian, whose titles begin with the
name and a colon, count as a series.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from movies.titles.folding import split_title, words

LONGEST_KEY: Final = 100
LARGEST_NUMBER: Final = 20
LARGEST_FIRST: Final = 4  # of the numbers of a series; excludes "Apollo 13" and "Apollo 18"
LONGEST_PAUSE: Final = 30  # years between a film and the next one named after it
LONGEST_PAUSE_OF_ONE_WORD: Final = 12  # for a name of one word without a number

Name = tuple[str, ...]  # folded words without an article in front

_SUPERSCRIPTS = str.maketrans({"²": " 2", "³": " 3"})
_BREAK = re.compile(r":\s+|\s+[-–—]\s+")
_TENS, _ONES = ("", "X"), ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_ROMAN = {
    f"{ten}{one}": 10 * tens + ones
    for tens, ten in enumerate(_TENS)
    for ones, one in enumerate(_ONES)
    if ten or one
}
_SPELT = {"one": 1, "two": 2, "deux": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_COUNTED = r"[Pp]art|[Ee]pisode|[Cc]hapter|[Vv]olume|[Vv]ol\.?|[Bb]ook"
_NUMBER = r"[0-9]{1,2}|[IVX]+"
_NUMBERED = re.compile(
    rf"(?P<name>.*?)\W*\b(?:(?:{_COUNTED})\s+(?P<part>{_NUMBER}|[A-Za-z]+)|(?P<bare>{_NUMBER})"
    r"(?:nd|rd|th|\.[0-9])?)(?P<fraction>\s*(?:[0-9]/[0-9]|[½⅓]))?(?P<depth>\s*-?\s*3?-?D)?\W*"
)
_ANNIVERSARY = re.compile(r"(?P<name>.*\S)\s+H[0-9]+")  # "Halloween H20"
# What follows the title of the earlier film in a sequel's title.
_FOLLOWS = re.compile(
    r"returns|forever|forever after|begins|rises|reloaded|revolutions|resurrections?|reborn|too"
    r"|again|(?:strikes|rides) (?:back|again)|goes \w+.*"
)
# What precedes it.
_PRECEDES = re.compile(
    r"another|(?:the )?next|beyond(?: the)?|beneath the|"
    r"(?:the )?(?:return|revenge|trail|curse|son|escape|conquest|battle|bride|rise|dawn|war)"
    r" (?:of|from|for) the"
)
# Stories filmed again and again by unrelated people, and names shared by chance.
_NO_SERIES: Final[frozenset[Name]] = frozenset(
    {
        ("alaska",), ("alice", "in", "wonderland"), ("dracula",), ("frankenstein",), ("godzilla",),
        ("hercules",), ("jesus",), ("king", "kong"), ("peter", "pan"), ("professional",),
        ("robin", "hood"), ("romeo", "and", "juliet"), ("sherlock", "holmes"), ("snow", "white"),
        ("steve", "jobs"), ("sweeney", "todd"), ("tarzan",), ("three", "musketeers"), ("titanic",),
        ("zorro",),
    }
)  # fmt: skip


class _Title(NamedTuple):
    """A title taken apart.

    `prefixes`: what precedes each of its colons and dashes; `last`: what follows the last one.
    `numbered`: the names that it numbers; 0 if "3-D" may only be the format.
    """

    whole: Name
    prefixes: tuple[Name, ...]
    last: Name
    numbered: tuple[tuple[Name, int], ...]


Found = tuple[Name, set[int]]  # the name of a series, and its films by place in the catalogue


def series_keys(titles: Sequence[str], years: Sequence[int | None] | None = None) -> list[str]:
    """The key of each film's series; "" for a film of none.

    Titles are in the form of `Movie.title`: no year, articles in front ("The Godfather: Part II").
    `years` of release tell a remake from the sequel of another film of the same title. At least
    two films share a key, which is the folded name of the series: it depends on which films the
    catalogue has, not on their order.
    """
    catalogue = _Catalogue(titles, years or [None] * len(titles))
    numbered = catalogue.numbered_series()
    subtitled = catalogue.subtitled_series({name for name, _ in numbered})
    found = [*numbered, *subtitled, *catalogue.phrases()]
    return _merged(
        [(name, films) for name, films in found if len(films) > 1 and name not in _NO_SERIES],
        len(titles),
    )


class _Catalogue:
    """Films, as indices, by the parts of their titles."""

    def __init__(self, titles: Sequence[str], years: Sequence[int | None]) -> None:
        self.titles = [_taken_apart(title) for title in titles]
        self.years = years
        self.called: dict[Name, list[int]] = defaultdict(list)
        self.subtitled: dict[Name, list[int]] = defaultdict(list)
        self.ending: dict[Name, list[int]] = defaultdict(list)
        self.numbered: dict[Name, dict[int, int]] = defaultdict(dict)
        for film, title in enumerate(self.titles):
            self.called[title.whole].append(film)
            for prefix in title.prefixes:
                self.subtitled[prefix].append(film)
            if title.prefixes:
                self.ending[title.last].append(film)
            for name, number in title.numbered:
                self.numbered[name][film] = number

    def numbered_series(self) -> list[Found]:
        """Two numbers prove a series; one number needs an earlier film or one with a subtitle."""
        found: list[Found] = []
        for name, films in self.numbered.items():
            numbers = set(films.values()) - {0}
            if not numbers or min(numbers) > LARGEST_FIRST:
                continue
            earlier = self._earlier(name, films, LONGEST_PAUSE)
            if len(name) == len(films) == 1 and self._are_many(name, films):
                earlier = set()
            subtitled = self.subtitled.get(name, [])
            is_sequel = max(numbers) > 1 and (earlier or set(subtitled) - set(films))
            if len(numbers) > 1 or is_sequel:
                series = {*films, *subtitled, *earlier}
                found.append((name, series | self._alike(name, series)))
        return found

    def _are_many(self, name: Name, films: Collection[int]) -> bool:
        """Whether several earlier films have the name: "Hamlet 2" follows no Hamlet."""
        return any(
            sum(self._before(one, film, LONGEST_PAUSE) for one in self.called.get(name, [])) > 1
            for film in films
        )

    def _alike(self, name: Name, series: Collection[int]) -> set[int]:
        """What else belongs to a series with numbers.

        For a name of one word, its plural ("Aliens"). For several words, films with the name as
        subtitle ("The Lost World: Jurassic Park") between the first and the last film, and later
        films of this name.
        """
        if len(name) == 1:
            first = set(self.called.get(name, [])) & set(series)
            plural = self.called.get((f"{name[0]}s",), [])
            return {film for film in plural if self._follows(film, first)}
        known = sorted(year for film in series if (year := self.years[film]) is not None) or [0]
        later = self.called.get(name, []) if len(series) > 2 else []
        between = self.ending.get(name, [])
        return {
            *(film for film in later if known[0] <= (self.years[film] or known[0])),
            *(film for film in between if known[0] <= (self.years[film] or known[0]) <= known[-1]),
        }

    def subtitled_series(self, numbered: Collection[Name]) -> Iterator[Found]:
        """Subtitles after the title of an earlier film; two after a name of several words.

        In a film of a `numbered` series, the colon may be inside a name: "Mission: Impossible"
        follows no "Mission".
        """
        for name, films in self.subtitled.items():
            if len(name) > 1:
                yield name, {*films, *self._earlier(name, films, LONGEST_PAUSE)}
                continue
            films = [film for film in films if not self._is_longer(name, film, numbered)]
            earlier = self._earlier(name, films, LONGEST_PAUSE_OF_ONE_WORD)
            yield name, {*earlier, *(film for film in films if self._follows(film, earlier))}

    def _is_longer(self, name: Name, film: int, numbered: Collection[Name]) -> bool:
        """Whether a series of the film has a longer name that begins with `name`."""
        title = self.titles[film]
        called = [title.whole, *title.prefixes, *(one for one, _ in title.numbered)]
        return any(
            one in numbered and len(one) > len(name) and one[: len(name)] == name for one in called
        )

    def phrases(self) -> Iterator[Found]:
        """ "Batman Returns" after "Batman"; titles that begin "Harry Potter and the"."""
        heroes: dict[Name, set[int]] = defaultdict(set)
        for film, title in enumerate(self.titles):
            for name in _followed(title.whole):
                yield name, {film, *self._earlier(name, [film], LONGEST_PAUSE)}
            if (hero := _hero(title.whole)) is not None:
                heroes[hero].add(film)
        yield from heroes.items()

    def _earlier(self, name: Name, films: Collection[int], pause: int) -> set[int]:
        """For each film, the nearest earlier one with exactly the title `name`."""
        called = [film for film in self.called.get(name, []) if film not in films]
        found = set()
        for film in films:
            before = [one for one in called if self._before(one, film, pause)]
            if before:
                found.add(max(before, key=lambda one: (self.years[one] or 0, -one)))
        return found

    def _follows(self, film: int, earlier: Collection[int]) -> bool:
        return any(self._before(one, film, LONGEST_PAUSE_OF_ONE_WORD) for one in earlier)

    def _before(self, one: int, other: int, pause: int) -> bool:
        """Whether `one` is at most `pause` years before `other`; an unknown year may be any."""
        first, then = self.years[one], self.years[other]
        return first is None or then is None or 0 <= then - first <= pause


def _merged(found: Sequence[Found], size: int) -> list[str]:
    """One key for all series that share a film: the name of most films; ties: alphabetical."""
    keys: list[Name] = [()] * size
    members: dict[Name, set[int]] = {}
    best_first = sorted(found, key=lambda one: (-len(one[1]), one[0]))
    for name, films in best_first:
        touched = sorted({keys[film] for film in films} - {()})
        key = max(touched, key=lambda one: len(members[one])) if touched else name
        for other in (key, *touched):
            films = films | members.pop(other, set())
        members[key] = films
        for film in films:
            keys[film] = key
    return [" ".join(key)[:LONGEST_KEY] for key in keys]


# --- one title -----------------------------------------------------------------------------------


def _taken_apart(title: str) -> _Title:
    main, *others = split_title(title.translate(_SUPERSCRIPTS))
    parts = _BREAK.split(main)
    folded = [_name(part) for part in parts]
    prefixes = [_joined(folded[:count]) for count in range(1, len(parts))]
    numbered = [one for other in (main, *others) for one in _numbers(_BREAK.split(other))]
    return _Title(
        _joined(folded), tuple(name for name in prefixes if name), folded[-1], tuple(numbered)
    )


def _numbers(parts: Sequence[str]) -> Iterator[tuple[Name, int]]:
    """The names that precede a number, alone and with what precedes them."""
    before: list[Name] = []
    for part in parts:
        if found := _ANNIVERSARY.fullmatch(part):
            yield _name(found["name"]), 0
        if (found := _NUMBERED.fullmatch(part)) and (number := _number(found)) is not None:
            own = _name(found["name"])
            names = {own, _joined([*before, own])} - {()}
            yield from ((name, number) for name in sorted(names))
        before.append(_name(part))


def _number(found: re.Match[str]) -> int | None:
    """The number: 1 only after "Part" and similar words, 0 if uncertain; None for no number."""
    if found["bare"] == "3" and found["depth"]:
        return 0
    text = found["part"] or found["bare"]
    number = int(text) if text.isdecimal() else _ROMAN.get(text) or _SPELT.get(text.lower(), 0)
    least = 1 if found["part"] else 2
    return number if number >= least and (number <= LARGEST_NUMBER or found["fraction"]) else None


def _name(text: str) -> Name:
    folded = tuple(words(text))
    return folded[1:] if len(folded) > 1 and folded[0] in ("the", "a", "an") else folded


def _joined(names: Sequence[Name]) -> Name:
    return tuple(word for name in names for word in name)


def _followed(name: Name) -> Iterator[Name]:
    """Possible titles of the film that this one follows."""
    for place in range(1, len(name)):
        if _FOLLOWS.fullmatch(" ".join(name[place:])):
            yield name[:place]
        if len(name) - place > 1 and _PRECEDES.fullmatch(" ".join(name[:place])):
            yield name[place:]


def _hero(name: Name) -> Name | None:
    """ "Harry Potter" of "Harry Potter and the Goblet of Fire"."""
    for place in range(2, len(name) - 2):
        if name[place : place + 2] == ("and", "the"):
            return name[:place]
    return None
