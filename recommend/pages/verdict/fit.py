"""Two true sentences: which platform is best for the person, and which fits more than others."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from recommend.pages.verdict.platforms import PlatformRow
from recommend.results.lift import Fit


def fit_sentences(rows: Sequence[PlatformRow], fit: Fit | None) -> list[str]:
    """None where nothing is known, and only the first without an average person."""
    names = {row.score.platform: row.platform for row in rows if not row.nothing_known}
    if rows[0].score.platform not in names:
        return []
    best = {"platform": rows[0].platform}
    first = _("If you want just one: %(platform)s.") % best
    if fit is None:
        return [first]
    if fit.whatever_the_taste:
        first = _("Whatever one's taste, %(platform)s is ahead, for you as for most people.") % best
    lift = fit.more_than_others
    if lift is None or lift.platform not in names:
        return [first]
    words = {
        "platform": names[lift.platform],
        "own": f"{100 * lift.share:.0f}",
        "others": f"{100 * lift.average:.0f}",
    }
    text = _(
        "%(platform)s fits you more than others: %(own)s%% of the films that you would like on all "
        "platforms, %(others)s%% for the average person."
    )
    return [first, text % words]
