"""The film whose answer would tell us most, and the pick on which the platform depends."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from recommend.results.stored import StoredResult


@dataclass(frozen=True)
class FilmQuestion:
    """`text`: what the answer would change; `decisive`: how much depends on a single pick."""

    number: str
    title: str
    text: str
    decisive: str


def film_question(result: StoredResult) -> FilmQuestion | None:
    """None if there is no film to ask about, or it is no longer loaded."""
    film = result.asked
    if film is None:
        return None
    first = result.platform_recommendation.platform_id
    other = result.compared.get(result.what_if.ask_platform or "")
    if other is not None and other.pk != first:
        text = _("If you like it, %(platform)s comes first.") % {"platform": other}
    else:
        text = _("Your answer to this one helps us most.")
    return FilmQuestion(str(film.pk), str(film), text, _decisive(result))


def _decisive(result: StoredResult) -> str:
    pick = next((film for film in result.liked if film.pk == result.what_if.pick), None)
    other = result.compared.get(result.what_if.pick_platform or "")
    if pick is not None and other is not None:
        words = {"film": pick.display_title, "platform": other}
        return _("It all hangs on %(film)s: without it, %(platform)s would come first.") % words
    if len(result.liked) > 1:
        return _("Drop any one of your picks and the answer stays the same.")
    return ""
