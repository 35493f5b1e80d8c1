"""The genres of MovieLens in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, override

GENRES: dict[str, Promise] = {
    "Action": gettext_lazy("Action"),
    "Adventure": gettext_lazy("Adventure"),
    "Animation": gettext_lazy("Animation"),
    "Children": gettext_lazy("Children"),
    "Children's": gettext_lazy("Children"),
    "Comedy": gettext_lazy("Comedy"),
    "Crime": gettext_lazy("Crime"),
    "Documentary": gettext_lazy("Documentary"),
    "Drama": gettext_lazy("Drama"),
    "Fantasy": gettext_lazy("Fantasy"),
    "Film-Noir": gettext_lazy("Film noir"),
    "Horror": gettext_lazy("Horror"),
    "IMAX": gettext_lazy("IMAX"),
    "Musical": gettext_lazy("Musical"),
    "Mystery": gettext_lazy("Mystery"),
    "Romance": gettext_lazy("Romance"),
    "Sci-Fi": gettext_lazy("Science fiction"),
    "Thriller": gettext_lazy("Thriller"),
    "War": gettext_lazy("War"),
    "Western": gettext_lazy("Western"),
}
# Films have the second spelling, however their data set writes it (movies.movielens.genres).
OTHER_SPELLINGS = {"Children's": "Children"}
# MovieLens lists a format among the genres. Nobody likes or feels like it as a genre.
FORMATS = frozenset({"IMAX"})
# What people choose from, by the name that films have.
CHOICES = {
    name: label
    for name, label in GENRES.items()
    if name not in OTHER_SPELLINGS and name not in FORMATS
}


def without_formats(genres: Iterable[str]) -> tuple[str, ...]:
    """Each genre once, in the order given."""
    return tuple(dict.fromkeys(genre for genre in genres if genre not in FORMATS))


def genre_name(genre: str) -> str:
    """The genre in the reader's language; an unknown one unchanged."""
    return str(GENRES.get(genre, genre))


@cache
def genres_by_name() -> Mapping[str, tuple[str, ...]]:
    """MovieLens's genres by each of their names, its own, English and Korean, case-folded."""
    found: dict[str, dict[str, None]] = {}
    for genre, name in GENRES.items():
        names = [genre]
        for language in ("en", "ko"):
            with override(language):
                names.append(str(name))
        for one in names:
            found.setdefault(one.casefold(), {})[genre] = None
    return {name: tuple(genres) for name, genres in found.items()}
