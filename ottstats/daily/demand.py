"""What advertisers may see of OTTwin's own respondents, by gender and age together.

It counts only people who were told of these pages (`TOLD_SINCE`). The statistics page shows all who
agreed, by gender and by age; so who was not told follows from the two by subtraction. They are a
further line of the table, `UNTOLD`, whose counts are protected like all others. Counting only those
who were told on the statistics page too would be less code, but would empty that page for the
months until the older results are deleted; and those people did agree to be counted there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ottstats.daily.groups import GroupCounts, Shares
from ottstats.daily.people import NO_ANSWER, CountedPeople, Key
from ottstats.disclosure import SMALLEST, shown_cross
from ottstats.groups import AGE_GROUPS
from ottstats.living.figures import GENDERS

UNTOLD = "untold"
STEP = SMALLEST  # of the people who want something; see `shown_wishes`

Counts = Mapping[Key, int]
Hidden = Mapping[str, tuple[Collection[str], Collection[str]]]  # genders and ages by platform


@dataclass(frozen=True)
class DemandCounts:
    """The counts that may be shown. What has none here is hidden."""

    recommended: Counts = field(default_factory=dict)
    wanted: Counts = field(default_factory=dict)
    in_district: Mapping[tuple[Key, str], int] = field(default_factory=dict)  # recommended

    def to_json(self) -> dict[str, Any]:
        return {
            "recommended": [[*key, people] for key, people in self.recommended.items()],
            "wanted": [[*key, people] for key, people in self.wanted.items()],
            "in_district": [
                [*key, district, people] for (key, district), people in self.in_district.items()
            ],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> DemandCounts:
        return cls(
            recommended={(p, g, a): people for p, g, a, people in stored["recommended"]},
            wanted={(p, g, a): people for p, g, a, people in stored["wanted"]},
            in_district={((p, g, a), d): people for p, g, a, d, people in stored["in_district"]},
        )


def demand_counts(
    people: CountedPeople, wishes: Counts, public: GroupCounts, districts: Sequence[str]
) -> DemandCounts:
    """`public`: what the statistics page shows; `districts`: all that there are, by Korean name."""
    hidden = {
        slug: (_hidden_groups(public.by_gender, slug), _hidden_groups(public.by_age, slug))
        for slug in public.by_gender.counts
    }
    recommended = _shown(_with_untold(people), hidden)
    return DemandCounts(
        recommended=recommended,
        wanted=shown_wishes(wishes),
        in_district=_shown_districts(people, recommended, districts),
    )


def shown_wishes(wishes: Counts) -> Counts:
    """Rounded down to `STEP`.

    Who wants the only title of one platform also counts for another that has more: the difference
    is the number of people who want only the others. Of rounded counts it says nothing under
    `SMALLEST`: each difference leaves at least ten numbers possible.
    """
    return {key: people // STEP * STEP for key, people in _shown(wishes, {}).items()}


def _with_untold(people: CountedPeople) -> Counts:
    """By gender and by age, those who were not told, where a platform has any.

    No page shows how many these are in all. So the place where both lines meet counts as any number
    that may be shown, and may be hidden at no cost.
    """
    counts = Counter(people.told)
    for (platform, gender), number in people.by_gender.items():
        counts[platform, gender, UNTOLD] += number
    for (platform, age), number in people.by_age.items():
        counts[platform, UNTOLD, age] += number
    for (platform, gender, age), number in people.told.items():
        counts[platform, gender, UNTOLD] -= number
        counts[platform, UNTOLD, age] -= number
    for platform in {key[0] for key, number in counts.items() if UNTOLD in key and number}:
        counts[platform, UNTOLD, UNTOLD] = SMALLEST
    return counts


def _hidden_groups(shares: Shares, platform: str) -> list[str]:
    """The groups whose sums the statistics page hides."""
    counts = shares.counts[platform]
    return [group for group, people in zip(shares.groups, counts, strict=True) if people is None]


def _shown(counts: Counts, hidden: Hidden) -> Counts:
    """Each platform is a table of its own: how many of a group were counted in all is not shown."""
    tables: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for (platform, gender, age), people in counts.items():
        tables[platform][gender, age] = people
    return {
        (platform, gender, age): people
        for platform, table in tables.items()
        for (gender, age), people in shown_table(table, *hidden.get(platform, ((), ()))).items()
    }


def shown_table(
    table: Mapping[tuple[str, str], int],
    hidden_genders: Collection[str] = (),
    hidden_ages: Collection[str] = (),
) -> dict[tuple[str, str], int]:
    """What may be shown of one platform by gender and age.

    People without an answer, and those who were not told, are lines of it if there are any.
    """
    some = {key for key, people in table.items() if people}
    more = (NO_ANSWER, UNTOLD)
    genders = [*GENDERS, *(one for one in more if any(gender == one for gender, _age in some))]
    ages = [*AGE_GROUPS, *(one for one in more if any(age == one for _gender, age in some))]
    shown = shown_cross(
        [[table.get((gender, age), 0) for age in ages] for gender in genders],
        hidden_rows={place for place, name in enumerate(genders) if name in hidden_genders},
        hidden_columns={place for place, name in enumerate(ages) if name in hidden_ages},
    )
    return {
        (gender, age): people
        for gender, line in zip(genders, shown, strict=True)
        for age, people in zip(ages, line, strict=True)
        if people is not None and gender in GENDERS and age in AGE_GROUPS
    }


def _shown_districts(
    people: CountedPeople, recommended: Counts, districts: Sequence[str]
) -> dict[tuple[Key, str], int]:
    """By group and district. All districts and people without one add up to the shown group; where
    that is hidden, so are they."""
    of: dict[Key, Counter[str]] = defaultdict(Counter)
    for (key, district), number in people.told_by_district.items():
        of[key][district if district in districts else NO_ANSWER] += number
    names = [*districts, NO_ANSWER]
    return {
        (key, district): number
        for key in recommended
        for district, number in zip(
            names, shown_cross([[of[key][name] for name in names]])[0], strict=True
        )
        if number is not None and district != NO_ANSWER
    }
