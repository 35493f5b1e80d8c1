"""Turns a title as MovieLens catalogues it into the title that people know, and its year.

"City of Lost Children, The (Cité des enfants perdus, La) (1995)" becomes
("The City of Lost Children (La Cité des enfants perdus)", 1995). Pure text: reads no file.
"""

from __future__ import annotations

import re

FIRST_YEAR, LAST_YEAR = 1870, 2100

# The articles, in the languages of the catalogue, that stand behind a comma. Case matters: the
# catalogue capitalises them, and ", i" or ", de" can end an ordinary title.
_ARTICLE = (
    "The|A|An|Da|"  # English; "Hip Hop Witch, Da"
    "La|Le|Les|L'|L’|Un|Une|"  # French
    "Il|Lo|I|Gli|Una|Uno|Un'|"  # Italian
    "El|Los|Las|Unos|Unas|Els|"  # Spanish, Catalan
    "Der|Die|Das|Ein|Eine|"  # German
    "Det|Den|De|En|Et|Ett|"  # Danish, Norwegian, Swedish
    "Het|Een|"  # Dutch
    "O|Os|As|Um|Uma"  # Portuguese
)
_TRAILING_ARTICLE = re.compile(rf"(?P<title>.*\S),\s+(?P<article>{_ARTICLE})", re.DOTALL)
_ALSO_KNOWN_AS = re.compile(r"(?P<prefix>a\.?k\.?a\.?:?\s+)(?P<title>.+)", re.IGNORECASE)
# "(1995)", a range "(2006–2007)" or "(2009– )", and the "(V)" that MovieLens 100K writes behind the
# year of a film made for video.
_TRAILING_YEAR = re.compile(
    r"\((?P<year>[0-9]{4})(?:\s*[-–—]\s*(?:[0-9]{4})?)?\s*\)(?:\s*\((?:V|TV|VG)\))?$"
)


def split_year(raw: str) -> tuple[str, int | None]:
    """The text before the year at the end, and the (first) year, or None without one.

    Runs of white space become one space. A text that is only a year is the title: "(1984)".
    """
    text = " ".join(raw.split())
    if text.endswith("))") and text.count(")") > text.count("("):
        text = text[:-1]  # an error in a few rows of MovieLens 20M: "... aika) (1983))"
    found = _TRAILING_YEAR.search(text)
    if found is None:
        return text, None
    title, year = text[: found.start()].rstrip(), int(found["year"])
    if not title or not FIRST_YEAR <= year <= LAST_YEAR:
        return text, None
    return title, year


def articles_in_front(title: str) -> str:
    """Move ", The" to the front of the title and of each title in parentheses at its end."""
    main, others = _split_parentheses(title)
    parts = [_article_in_front(main)] + [f"({_other_title(other)})" for other in others]
    return " ".join(part for part in parts if part)


def _split_parentheses(title: str) -> tuple[str, list[str]]:
    """ "Trou, Le (Hole, The) (Night Watch, The)" -> "Trou, Le", ["Hole, The", "Night Watch, The"].

    Parentheses that open the title ("(Untitled)") or stand inside it belong to the title.
    """
    others: list[str] = []
    while title.endswith(")"):
        start = _opening(title)
        if start < 1 or title[start - 1] != " ":
            break
        others.insert(0, title[start + 1 : -1])
        title = title[:start].rstrip()
    return title, others


def _opening(title: str) -> int:
    """Where the parenthesis that closes at the end of the title opens; -1 if nowhere."""
    depth = 0
    for index in range(len(title) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(title[index], 0)
        if depth == 0:
            return index
    return -1


def _other_title(text: str) -> str:
    known_as = _ALSO_KNOWN_AS.fullmatch(text)
    if known_as is not None:
        return known_as["prefix"] + _article_in_front(known_as["title"])
    return _article_in_front(text)


def _article_in_front(title: str) -> str:
    found = _TRAILING_ARTICLE.fullmatch(title)
    if found is None:
        return title
    article = found["article"]
    space = "" if article[-1] in "'’" else " "
    return f"{article}{space}{found['title']}"
