"""The genres of MovieLens in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

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


def genre_name(genre: str) -> str:
    """The genre in the reader's language; an unknown one unchanged."""
    return str(GENRES.get(genre, genre))
