"""The twin in plain words, without any id."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from matching.models import Relaxation
from movies.demographics import age_band, band_limits
from movies.models import Gender, MovieLensUser
from recommend.results.stored import StoredResult


@dataclass(frozen=True)
class TwinText:
    """The twin in one sentence, and how it was found."""

    sentence: str
    searched: str
    method: str
    similarity: float


def twin_text(result: StoredResult) -> TwinText | None:
    """None for a person without a twin."""
    similarity = result.similarity
    if similarity is None:
        return None
    return TwinText(
        sentence=_sentence(result),
        searched=str(Relaxation(similarity.relaxation).label),
        method=similarity.get_method_display(),
        similarity=similarity.score,
    )


def _sentence(result: StoredResult) -> str:
    """Names only the films once another data set has replaced that of the twin."""
    if result.twin is None:
        text = _("A person who has seen %(seen)s of the %(liked)s films that you picked")
    elif not result.overlapped:
        text = _("%(who)s, with the taste that is nearest to yours")
    else:
        text = _("%(who)s who has seen %(seen)s of the %(liked)s films that you picked")
    return text % {
        "who": who(result.twin) if result.twin else "",
        "seen": len(result.overlapped),
        "liked": len(result.liked),
    }


def who(twin: MovieLensUser) -> str:
    """Gender and age band (exact ages are not shown: some releases only have bands)."""
    nouns = {Gender.FEMALE.value: _("A woman"), Gender.MALE.value: _("A man")}
    noun = nouns.get(twin.gender, _("A person"))
    if twin.age is None:
        return noun
    low, high = band_limits(age_band(twin.age))
    if high is None:
        ages = _("aged %(low)s or older") % {"low": low}
    elif low == 1:
        ages = _("under %(limit)s years old") % {"limit": high + 1}
    else:
        ages = _("aged %(low)s to %(high)s") % {"low": low, "high": high}
    return _("%(noun)s %(ages)s") % {"noun": noun, "ages": ages}
