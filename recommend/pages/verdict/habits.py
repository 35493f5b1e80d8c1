"""What people like the person use: the lines behind a weight, peers, answers that do not count."""

from __future__ import annotations

from django.utils.translation import gettext as _

from movies.models import Gender, Platform
from ottstats.living.residence import decade
from ottstats.models import UsageStatistic
from ottstats.selectors.residence import district_name, districts_disagree
from ottstats.selectors.usage import DistrictUsageRatio, UsageRatio, group_name, source_name
from recommend.results.stored import StoredResult


def usage_line(row: UsageRatio) -> tuple[str, str]:
    """What is behind one ratio, and the sources of its figures."""
    if not isinstance(row, DistrictUsageRatio):
        return _ratio_text(row, row.ratio), source_name(row.source)
    if row.district_ratio == 1:  # below the floor of `ottstats.living.residence`
        text = _(
            "%(in_seoul)s; %(district)s does not count: so few people of your gender and age use "
            "it that districts cannot be told apart"
        )
    else:
        text = _(
            "%(in_seoul)s; in %(district)s people of your gender and age use it %(times)s times as "
            "much as in all of Seoul: together %(ratio)s times"
        )
    words = {
        "in_seoul": _ratio_text(row, row.region_ratio),
        "district": district_name(row.district),
        "times": f"{row.district_ratio:.2f}",
        "ratio": f"{row.ratio:.2f}",
    }
    sources = dict.fromkeys((row.source, *row.district_source.split("; ")))
    return text % words, source_name("; ".join(sources))


def _ratio_text(row: UsageRatio, ratio: float) -> str:
    """Shares among the platforms; answers stored before these were compared have only levels."""
    if row.share is None or row.share_overall is None:
        text = _("%(axis)s (%(group)s): %(percent)s%% against %(overall)s%% of all = %(ratio)s")
        own, overall = row.percent, row.percent_overall
    else:
        text = _(
            "%(axis)s (%(group)s): %(percent)s%% of the OTTs they use, for everyone %(overall)s%% "
            "= %(ratio)s times"
        )
        own, overall = row.share, row.share_overall
    words = {
        "axis": dict(UsageStatistic.Dimension.choices).get(row.dimension, row.dimension),
        "group": group_name(row.dimension, row.group),
        "percent": f"{own:.1f}",
        "overall": f"{overall:.1f}",
        "ratio": f"{ratio:.2f}",
    }
    return text % words


def peers(result: StoredResult, platform: Platform) -> str:
    """How many people of the same age, or else gender, use the platform; "" without figures.

    And whether they choose it more or less often than everyone, if that shows in one decimal.
    """
    figures = {row.dimension: row for row in result.usage.get(platform.pk, [])}
    row = figures.get(UsageStatistic.Dimension.AGE) or figures.get(UsageStatistic.Dimension.GENDER)
    if row is None:
        return ""
    words = {
        "percent": f"{row.percent:.0f}",
        "people": _people(row.dimension, row.group),
        "source": row.source,
        "times": f"{row.ratio:.1f}",
    }
    text = _("%(percent)s%% of %(people)s use it (%(source)s).")
    if row.share is None or words["times"] == "1.0":
        return text % words
    if row.ratio > 1:
        more = _("Of the OTTs they use, they choose it %(times)s times as often as everyone.")
    else:
        more = _("Of the OTTs they use, they choose it less: %(times)s times as often as everyone.")
    return f"{text % words} {more % words}"


def _people(dimension: str, group: str) -> str:
    if dimension == UsageStatistic.Dimension.GENDER:
        names = {Gender.FEMALE.value: _("women"), Gender.MALE.value: _("men")}
        return names.get(group, group)
    low, _dash, high = group.partition("-")
    if low.endswith("0") and high.endswith("9") and int(high) - int(low) == 9:
        return _("people in their %(decade)ss") % {"decade": low}
    return _("people %(aged)s") % {"aged": group_name(dimension, group)}


def neutral_axes(result: StoredResult) -> list[str]:
    """Answers that do not change the comparison, each with the reason."""
    respondent = result.respondent
    published = {row.dimension for rows in result.usage.values() for row in rows}
    unpublished = _("no figures are published")
    unanswered = _("you gave no answer")
    answers = (
        ("gender", _("Gender"), bool(respondent.gender)),
        ("age", _("Age"), respondent.age is not None),
        ("region", _("Residence"), bool(respondent.region)),
        ("education", _("Education"), True),
        ("income", _("Income"), True),
        ("ott_frequency", _("How often you watch OTT"), True),
    )
    listed = [
        f"{label} ({unpublished if answered else unanswered})"
        for dimension, label, answered in answers
        if dimension not in published
    ]
    return [*listed, *_unused_district(result)]


def _unused_district(result: StoredResult) -> list[str]:
    """The district, if it changes nothing, with the reason."""
    respondent = result.respondent
    rows = [row for usage in result.usage.values() for row in usage]
    if not respondent.district or any(isinstance(row, DistrictUsageRatio) for row in rows):
        return []
    if not respondent.gender or decade(respondent.age) is None:
        why = _("it counts only with a gender and an age from 20 to 79")
    elif districts_disagree():
        why = _("its figures do not fit those of all Korea")
    else:
        why = _("no figures are published")
    return [f"{district_name(respondent.district)} ({why})"]
