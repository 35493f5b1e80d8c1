"""Reads a stored result for the result page and the API.

A result is shown as it was computed when the person answered, or last reacted to a film: scores,
stars and usage figures come from the stored rows, never from a new computation. Only products and
the availability of films are today's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from common.selectors import sample_in_use
from matching.models import Similarity
from movies.models import STAFF, Availability, Movie, MovieLensUser, Platform
from ottstats.models import PlatformRecommendation
from ottstats.selectors.usage import ratios_of
from recommend.decision.platform import PlatformScore, reweighted
from recommend.models import Reaction, RecommendedMovie
from recommend.results.parts import StoredParts
from survey.models import Respondent


@dataclass(frozen=True)
class StoredResult(StoredParts):
    """Everything that is stored about one respondent's result: the parts, and the rows beside them.

    `similarity` and `twin` are None if no film was picked, `twin` also once another data set has
    replaced the twin's. `overlapped` are the films of `liked` that the twin has seen, `films` the
    recommended ones in order, `reactions` those to earlier ones, newest first. `checked_by` has, by
    film, the source of the newest statement of where it is, except our staff's. `compared` are the
    platforms by slug, `asked` is the film to ask about next.
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
    compared: Mapping[str, Platform]
    asked: Movie | None
    is_sample: bool

    def platforms_at(self, exponent: float | None) -> Sequence[PlatformScore]:
        """The platforms under another lambda, best first; None: as they are stored."""
        if exponent is None:
            return self.platforms
        return reweighted(self.platforms, ratios_of(self.usage), exponent=exponent)


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
    parts = StoredParts.from_json(respondent.platform_recommendation.parts)
    films = list(respondent.recommended_movies.select_related("movie").order_by("rank"))
    ask = parts.what_if.ask
    return StoredResult(
        **vars(parts),
        respondent=respondent,
        liked=liked,
        subscribed=sorted(respondent.subscribed_platforms.values_list("slug", flat=True)),
        similarity=similarity,
        twin=similarity.ml_user if similarity else None,
        overlapped=[movie for movie in liked if movie.movie_id in seen],
        films=films,
        reactions=list(respondent.reactions.select_related("movie").order_by("-created_at", "-pk")),
        checked_by=_checked_by([film.movie_id for film in films]),
        platform_recommendation=respondent.platform_recommendation,
        compared=Platform.objects.named().in_bulk([row.platform for row in parts.platforms]),
        asked=None if ask is None else Movie.objects.filter(pk=ask).first(),
        is_sample=sample_in_use(),
    )


def _checked_by(movies: Sequence[int]) -> dict[int, str]:
    words = Availability.objects.filter(movie__in=movies).exclude(source=STAFF)
    newest = words.order_by("movie", "-checked_at", "-id").distinct("movie")
    return dict(newest.values_list("movie_id", "source"))
