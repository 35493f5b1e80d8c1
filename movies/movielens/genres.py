"""The genres of a film from one cell, however they are separated. Pure."""

from __future__ import annotations

import ast
import json
import re
from typing import Final

from common import tables
from common.errors import DataError
from movies.movielens.layouts import GENRES_OF_100K
from movies.movielens.rows import cut_off

MAX_GENRE: Final = 30  # characters: what the column of the database holds

# Not a hyphen alone, a space or an apostrophe: Film-Noir, Science Fiction, Children's.
_BETWEEN = re.compile(r"[|,;/+·ㆍ・•、]|\s[->]\s")
_NO_GENRES = {"", "unknown", "(no genres listed)"}
_NO_VALUE = {"n/a", "\\n", "none", "nan"}
_SPELLED = {"Children's": "Children"}
_GENRES_OF_MOVIELENS = {*GENRES_OF_100K, "Children", "IMAX", "(no genres listed)"}
_BARE_LIST = re.compile(r"""\[([^'"\[\]{}]*)\]|\{([^'"\[\]{}:]*)\}""")
# Python would join ['Drama' 'War'], as NumPy prints a list, to one text.
_WITHOUT_COMMA = re.compile(r"""['"]\s+['"]""")
_EXPECTED = "expected names with | between them, or a list such as ['Drama', 'War']"


def genres_of(cell: str, *, file: str, line: int, is_cut: bool) -> list[str]:
    """The genres, each once; `is_cut`: the file ends here without a line end.

    Between names may be | , ; / + or ·, or spaces if every word is a genre of MovieLens. A list of
    JSON, Python or PostgreSQL is one too, also of objects with `name`, as TMDB writes them. Raises
    `DataError` for any other list, and for a name that is too long or cut short.
    """
    text = cell.strip()
    if text.lower() in _NO_VALUE:
        return []
    names = _listed(text, file, line) if text.startswith(("[", "{")) else [text]
    between = [part.strip() for name in names for part in _BETWEEN.split(name)]
    parts = [part for name in between for part in _words(name)]
    if is_cut and _looks_cut(parts[-1]):
        raise cut_off(parts[-1], file, line)
    kept = [_SPELLED.get(part, part) for part in parts if part not in _NO_GENRES]
    for name in kept:
        if len(name) > MAX_GENRE:
            expected = f"expected 1 to {MAX_GENRE}, with | between genres"
            what = f"the genre {tables.shown(name)} has {len(name)} characters; {expected}"
            raise DataError(what, file=file, line=line)
    return list(dict.fromkeys(kept))


def _words(name: str) -> list[str]:
    words = name.split()
    return words if len(words) > 1 and set(words) <= _GENRES_OF_MOVIELENS else [name]


def _listed(text: str, file: str, line: int) -> list[str]:
    """The names in a list of JSON, Python or PostgreSQL."""
    fault = DataError(f"the genres are {tables.shown(text)}; {_EXPECTED}", file=file, line=line)
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        if bare := _BARE_LIST.fullmatch(text):
            return [bare[1] or bare[2] or ""]
        if _WITHOUT_COMMA.search(text):
            raise fault from None
        try:
            items = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            raise fault from None
    listed = [item.get("name") if isinstance(item, dict) else item for item in _items(items)]
    names = [name for name in listed if isinstance(name, str)]
    if len(names) < len(listed):
        raise fault
    return names or [""]


def _items(found: object) -> list[object]:
    return list(found) if isinstance(found, list | tuple) else [found]


def _looks_cut(genre: str) -> bool:
    """Whether the text is the beginning of a known genre, but not a known genre."""
    return genre not in _GENRES_OF_MOVIELENS and any(
        known.startswith(genre) for known in _GENRES_OF_MOVIELENS
    )
