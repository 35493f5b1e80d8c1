"""What members say about themselves, checked and stored; the same rules for pages and API."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from movies.genres import CHOICES, OTHER_SPELLINGS
from survey.models import (
    LONGEST_KEYWORD,
    MAXIMUM_AGE,
    MEMBERSHIP_VERSION,
    MINIMUM_AGE,
    MOST_INTERESTS,
    MOST_KEYWORDS,
    Member,
)

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What nobody sees: soft hyphens, spaces of no width, marks and turns of the writing direction, what
# fills a Hangul syllable. Joiners stay: emoji and some scripts are written with them.
UNSEEN = re.compile(
    r"[\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]+"
)
# What looks like a space and is a letter to programs: empty Braille, and Hangul that fills a place.
BLANK = re.compile(r"[\u2800\u3164\uffa0]")
SEEN = re.compile(r"[^\s\u200c\u200d\ufe00-\ufe0f]")


@dataclass(frozen=True)
class Profile:
    """Optional; "" and None mean no answer. Make it by `checked`."""

    gender: str = ""
    birth_year: int | None = None
    region: str = ""
    interests: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


def checked(profile: Profile) -> Profile:
    """The profile with blanks left out, each word once, and genres as films have them.

    Raises `ValidationError` by field. Gender and region are choices, which forms and API check.
    """
    faults: dict[str, str] = {}
    interests = tuple(dict.fromkeys(OTHER_SPELLINGS.get(one, one) for one in profile.interests))
    keywords = tuple(dict.fromkeys(filter(None, map(tidied, profile.keywords))))
    if profile.birth_year is not None and not _is_old_enough(profile.birth_year):
        faults["birth_year"] = _("Please check the year: members are 14 or older.")
    if unknown := [name for name in interests if name not in CHOICES]:
        faults["interests"] = _("No such genre: %(genre)s") % {"genre": unknown[0][:30]}
    elif len(interests) > MOST_INTERESTS:
        faults["interests"] = _("Choose at most %(most)s genres.") % {"most": MOST_INTERESTS}
    if any(CONTROL.search(word) for word in keywords):
        faults["keywords"] = _("Keywords are words on one line.")
    elif len(keywords) > MOST_KEYWORDS or any(len(word) > LONGEST_KEYWORD for word in keywords):
        limits = {"most": MOST_KEYWORDS, "longest": LONGEST_KEYWORD}
        text = _("Write at most %(most)s keywords of at most %(longest)s characters each.")
        faults["keywords"] = text % limits
    if faults:
        raise ValidationError(faults)
    return Profile(profile.gender, profile.birth_year, profile.region, interests, keywords)


def tidied(keyword: str) -> str:
    """The keyword as it is stored and counted: "" if there is nothing to see in it.

    Composed (NFC), as keyboards write it: some systems hand over each Hangul syllable as two or
    three characters. Without what nobody sees, and single spaces.
    """
    word = BLANK.sub(" ", UNSEEN.sub("", unicodedata.normalize("NFC", keyword)))
    return re.sub(r" +", " ", word.strip(" ,")) if SEEN.search(word) else ""


def _is_old_enough(year: int) -> bool:
    return MINIMUM_AGE <= timezone.localdate().year - year <= MAXIMUM_AGE


def columns(profile: Profile) -> dict[str, object]:
    """The columns of `Member`."""
    values = {field.name: getattr(profile, field.name) for field in fields(profile)}
    return {name: list(one) if isinstance(one, tuple) else one for name, one in values.items()}


def learning_columns(learns: bool) -> dict[str, object]:
    """The columns of the optional consent: given now, or not given."""
    return {
        "learning_version": MEMBERSHIP_VERSION if learns else "",
        "learning_consented_at": timezone.now() if learns else None,
    }


@transaction.atomic
def change(*, member: Member, said: Iterable[str], profile: Profile, learns: bool | None) -> Member:
    """Store the fields of the profile that were `said`, and the consent unless it is None.

    A consent that stands keeps its time. Raises `ValidationError` by field, and
    `Member.DoesNotExist` for a member who left.
    """
    new = columns(checked(profile))
    stored = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    values = {name: new[name] for name in said}
    if learns is not None and learns != stored.learns:
        values |= learning_columns(learns)
    for name, value in values.items():
        setattr(stored, name, value)
    if values:
        stored.save(update_fields=list(values))
    return stored
