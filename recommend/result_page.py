"""What the result page says about a stored result: rows and plain reasons, ready to print.

Words only, no query and no computation of scores: the numbers are those that were stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from matching.models import Relaxation
from movies.demographics import age_band, band_limits
from movies.genres import genre_name
from movies.models import TMDB, Gender, Movie, Platform
from ottstats.models import UsageStatistic
from ottstats.selectors import group_name
from recommend.models import RatingSource, RecommendedMovie
from recommend.platform_choice import PlatformScore
from recommend.results import StoredResult

WATCH_PAGE = "https://www.themoviedb.org/movie/%s/watch?locale=KR"


@dataclass(frozen=True)
class UsageLine:
    """One ratio behind a platform's weight."""

    axis: str
    group: str
    percent: float
    percent_overall: float
    ratio: float
    source: str


@dataclass(frozen=True)
class PlatformRow:
    """A platform with every factor of its score. `nothing_known`: its coverage is only a guess."""

    platform: Platform
    score: PlatformScore
    usage: Sequence[UsageLine]
    is_best: bool
    is_subscribed: bool
    nothing_known: bool


@dataclass(frozen=True)
class FilmRow:
    """A recommended film; `carried_by`, `unknown_on` and `entries` as known today.

    `entries` has what is said of each platform, `checked_by` who said it, and `watch_page` where
    that can be read; both are empty where there is none.
    """

    movie: Movie
    genres: str
    stars: float | None
    stars_source: str
    carried_by: Sequence[Platform]
    unknown_on: Sequence[Platform]
    entries: Sequence[tuple[Platform, str]]
    checked_by: str
    watch_page: str

    @property
    def anchor(self) -> str:
        """Its place on the page, to which a report of it comes back."""
        return f"film-{self.movie.pk}"


@dataclass(frozen=True)
class TwinText:
    """The twin in words. `who` is empty once another data set has taken its place."""

    who: str
    seen: str
    searched: str
    method: str
    similarity: float


def platform_rows(result: StoredResult) -> list[PlatformRow]:
    """The compared platforms, best first; one that no longer exists is left out."""
    best = result.platform_recommendation.platform_id
    return [
        PlatformRow(
            platform=result.compared[score.platform],
            score=score,
            usage=[_usage_line(row) for row in result.usage.get(score.platform, [])],
            is_best=score.platform == best,
            is_subscribed=score.platform in result.subscribed,
            nothing_known=score.films_on == 0 and score.films_unknown == len(result.films),
        )
        for score in result.platforms
        if score.platform in result.compared
    ]


def _usage_line(row: dict[str, Any]) -> UsageLine:
    dimension = str(row["dimension"])
    return UsageLine(
        axis=str(dict(UsageStatistic.Dimension.choices).get(dimension, dimension)),
        group=group_name(dimension, str(row["group"])),
        percent=row["percent"],
        percent_overall=row["percent_overall"],
        ratio=row["ratio"],
        source=row["source"],
    )


def film_rows(result: StoredResult) -> list[FilmRow]:
    """The recommended films in order."""
    platforms = [row.platform for row in platform_rows(result) if row.platform.is_active]
    return [_film_row(film, platforms, result) for film in result.films]


def _film_row(
    film: RecommendedMovie, platforms: Sequence[Platform], result: StoredResult
) -> FilmRow:
    movie, carriers = film.movie, film.movie.platforms
    words = {
        True: pgettext("a platform has the film", "yes"),
        False: pgettext("a platform has the film", "no"),
        None: pgettext("a platform has the film", "unknown"),
    }
    source = result.checked_by.get(movie.pk, "")
    return FilmRow(
        movie=movie,
        genres=", ".join(genre_name(genre) for genre in movie.genres),
        stars=film.predicted_rating,
        stars_source=str(RatingSource(film.rating_source).label),
        carried_by=[platform for platform in platforms if carriers.get(platform.slug) is True],
        unknown_on=[platform for platform in platforms if platform.slug not in carriers],
        entries=[(platform, words[carriers.get(platform.slug)]) for platform in platforms],
        checked_by="TMDB, JustWatch" if source == TMDB else source,
        watch_page=WATCH_PAGE % movie.tmdb_id if movie.tmdb_id and not result.is_sample else "",
    )


def reason(rows: Sequence[PlatformRow], films: int) -> str:
    """One plain sentence why the first platform was recommended."""
    best = rows[0]
    words = {
        "platform": best.platform,
        "films": films,
        "coverage": f"{best.score.coverage:.1f}",
        "known": best.score.films_on,
    }
    most = max((row for row in rows if not row.nothing_known), key=_coverage, default=best)
    if best.nothing_known or best.score.films_on == 0:
        return (
            _(
                "None of your %(films)s films is known to be on %(platform)s yet. It comes first "
                "by estimate only: about %(coverage)s films that you would like."
            )
            % words
        )
    if best.score.coverage >= most.score.coverage:
        return (
            _(
                "Of your %(films)s films, %(platform)s is known to carry %(known)s, and we expect "
                "that you would like %(coverage)s of what it has: more than on any other platform."
            )
            % words
        )
    return _(
        "Of your %(films)s films, we expect that you would like %(coverage)s of what %(platform)s "
        "has. %(other)s has slightly more (%(more)s), but people like you use %(platform)s more."
    ) % (words | {"other": most.platform, "more": f"{most.score.coverage:.1f}"})


def _coverage(row: PlatformRow) -> float:
    return row.score.coverage


def uncertain_between(rows: Sequence[PlatformRow]) -> list[Platform]:
    """Platforms that could come first once more is known: their interval reaches the best's."""
    best = rows[0].score
    return [
        row.platform
        for row in rows[1:]
        if not row.nothing_known
        and row.score.coverage_high * row.score.weight > best.coverage_low * best.weight
    ]


def unheard_of(rows: Sequence[PlatformRow]) -> list[Platform]:
    """Platforms of which nothing is known for any of the films."""
    return [row.platform for row in rows[1:] if row.nothing_known]


def neutral_axes(result: StoredResult) -> list[str]:
    """Answers that do not change the comparison, each with the reason."""
    respondent = result.respondent
    published = {row["dimension"] for rows in result.usage.values() for row in rows}
    unpublished = _("no figures are published")
    unanswered = _("you gave no answer")
    axes = []
    for dimension, label, answered in (
        ("gender", _("Gender"), bool(respondent.gender)),
        ("age", _("Age"), respondent.age is not None),
    ):
        if dimension not in published:
            axes.append(f"{label} ({unpublished if answered else unanswered})")
    for label in (_("Education"), _("Income"), _("How often you watch OTT")):
        axes.append(f"{label} ({unpublished})")
    return axes


def twin_text(result: StoredResult) -> TwinText | None:
    """The twin in plain words, without any id; None for somebody without a twin."""
    similarity = result.similarity
    if similarity is None:
        return None
    return TwinText(
        who=_who(result),
        seen=ngettext(
            "It has seen %(seen)s of the %(liked)s film that you picked.",
            "It has seen %(seen)s of the %(liked)s films that you picked.",
            len(result.liked),
        )
        % {"seen": len(result.overlapped), "liked": len(result.liked)},
        searched=str(Relaxation(similarity.relaxation).label),
        method=similarity.get_method_display(),
        similarity=similarity.score,
    )


def _who(result: StoredResult) -> str:
    """Gender and age band (exact ages are not shown: some releases only have bands)."""
    twin = result.twin
    if twin is None:
        return ""
    nouns = {
        Gender.FEMALE.value: _("a woman"),
        Gender.MALE.value: _("a man"),
    }
    noun = nouns.get(twin.gender, _("a person"))
    if twin.age is None:
        return _("Your twin is %(noun)s of the MovieLens data set.") % {"noun": noun}
    low, high = band_limits(age_band(twin.age))
    if high is None:
        ages = _("aged %(low)s or older") % {"low": low}
    elif low == 1:
        ages = _("under %(limit)s years old") % {"limit": high + 1}
    else:
        ages = _("aged %(low)s to %(high)s") % {"low": low, "high": high}
    return _("Your twin is %(noun)s %(ages)s of the MovieLens data set.") % {
        "noun": noun,
        "ages": ages,
    }
