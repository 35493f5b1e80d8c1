"""Reading back a stored result: what the result page and the API show. Reads only.

A result is shown as it was computed when the person answered, or last reacted to a film: scores,
stars and the usage figures behind them come from the stored rows, never from a new computation.
Only what is known of a film's availability and of products is of today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from common.selectors import sample_in_use
from matching.models import Similarity
from movies.models import STAFF, Availability, Movie, MovieLensUser, Platform
from ottstats.models import PlatformRecommendation
from recommend.decision.outlook import Outlook
from recommend.decision.platform import PlatformScore, reweighted, stored_scores
from recommend.models import Reaction, RecommendedMovie
from recommend.results.forecast import WhatIf
from survey.models import Respondent


@dataclass(frozen=True)
class StoredResult:
    """Everything that is stored of one respondent's result.

    `similarity` is None for somebody who picked no film; `twin` also once another data set has
    taken the place of the twin's. `overlapped` are the films of `liked` that the twin has seen,
    `films` the recommended ones in order, `reactions` those to others before, the newest first;
    `checked_by` has, by film, the source of the newest word on where it is, leaving out our staff.
    `platforms` are best first; `usage` has, by platform, the figures behind its weight as rows
    with the keys `dimension`, `group`, `percent`, `percent_overall`, `source` and `ratio`.
    `compared` are the platforms of `platforms`, by slug. `run` is the number of the model run,
    `likely` has P(like) by film, `asked` is the film to ask about next.
    """

    respondent: Respondent
    liked: Sequence[Movie]
    subscribed: Sequence[str]
    similarity: Similarity | None
    twin: MovieLensUser | None
    overlapped: Sequence[Movie]
    films: Sequence[RecommendedMovie]
    reactions: Sequence[Reaction]
    checked_by: Mapping[int, str]
    platform_recommendation: PlatformRecommendation
    platforms: Sequence[PlatformScore]
    compared: Mapping[str, Platform]
    usage: Mapping[str, list[dict[str, Any]]]
    exponent: float
    run: int
    computed_on: date
    outlook: Outlook
    what_if: WhatIf
    asked: Movie | None
    likely: Mapping[int, float]
    is_sample: bool

    def platforms_at(self, exponent: float | None) -> list[PlatformScore]:
        """The platforms under another lambda, best first; None: as they are stored."""
        if exponent is None:
            return list(self.platforms)
        ratios = {slug: [row["ratio"] for row in rows] for slug, rows in self.usage.items()}
        return reweighted(self.platforms, ratios, exponent=exponent)


def stored_result(user_id: UUID) -> StoredResult | None:
    """The result in 9 queries; None if there is none, or its retention period is over."""
    respondent = (
        Respondent.objects.select_related(
            "similarity__ml_user", "platform_recommendation__platform"
        )
        .filter(user_id=user_id, retain_until__gt=timezone.now())
        .first()
    )
    if respondent is None or not hasattr(respondent, "platform_recommendation"):
        return None
    similarity: Similarity | None = getattr(respondent, "similarity", None)
    seen = set(similarity.overlapped_movies) if similarity else set()
    liked = list(respondent.preferred_movies.order_by("-rating_count", "movie_id"))
    recommendation = respondent.platform_recommendation
    parts = recommendation.parts
    films = list(respondent.recommended_movies.select_related("movie").order_by("rank"))
    platforms = stored_scores(parts["platforms"])
    return StoredResult(
        respondent=respondent,
        liked=liked,
        subscribed=sorted(respondent.subscribed_platforms.values_list("slug", flat=True)),
        similarity=similarity,
        twin=similarity.ml_user if similarity else None,
        overlapped=[movie for movie in liked if movie.movie_id in seen],
        films=films,
        reactions=list(respondent.reactions.select_related("movie").order_by("-created_at", "-pk")),
        checked_by=_checked_by([film.movie_id for film in films]),
        platform_recommendation=recommendation,
        platforms=platforms,
        compared=Platform.objects.named().in_bulk([row.platform for row in platforms]),
        usage=parts["usage"],
        exponent=parts["exponent"],
        run=parts["run"],
        computed_on=date.fromisoformat(parts["computed_on"]),
        outlook=Outlook.from_json(parts["outlook"]),
        what_if=WhatIf(**parts["what_if"]),
        asked=Movie.objects.filter(pk=recommendation.asked).first()
        if recommendation.asked
        else None,
        likely=dict(parts["likely"]),
        is_sample=sample_in_use(),
    )


def _checked_by(movies: Sequence[int]) -> dict[int, str]:
    words = Availability.objects.filter(movie__in=movies).exclude(source=STAFF)
    newest = words.order_by("movie", "-checked_at", "-id").distinct("movie")
    return dict(newest.values_list("movie_id", "source"))
