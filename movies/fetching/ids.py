"""Staff decide whether a film of TMDB is ours."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from common.loading import hold_the_data_set
from movies.fetching.queue import queue_movies
from movies.fetching.store import forget_details
from movies.models import FROM_TMDB, Availability, IdSuggestion, Movie
from movies.services.availability import Statement, record_statements
from movies.services.platform_rates import refresh_platform_rates

State = IdSuggestion.State


@transaction.atomic
def decide_suggestion(*, suggestion: IdSuggestion, accepted: bool, staff: int | None) -> None:
    """Accept: the suggested number becomes the film's. Reject: it is never suggested again.

    Either way the film is due for fetching; an accepted one is queued. Repeating a decision does
    nothing; another decision replaces the earlier one. `NotReadyError` during a load.

    1. Keep the data set from being replaced; lock the film, then its suggestions, so that two
       decisions about one film come one after the other.
    2. Write the decision. Accepting one rejects the film's other open suggestions.
    3. Take over the number; or, if the film has the rejected one, remove it with all that TMDB
       said of that other film. A number that staff confirmed otherwise stays.
    """
    hold_the_data_set()
    movie = Movie.objects.select_for_update(no_key=True).get(pk=suggestion.movie_id)
    locked = IdSuggestion.objects.select_for_update().get(pk=suggestion.pk)
    decision = State.ACCEPTED if accepted else State.REJECTED
    was = locked.state
    if was == decision:
        return
    decided = {"decided_at": timezone.now(), "decided_by": staff}
    IdSuggestion.objects.filter(pk=locked.pk).update(state=decision, **decided)
    if accepted:
        others = IdSuggestion.objects.filter(movie=movie).exclude(pk=locked.pk)
        others.exclude(state=State.REJECTED).update(state=State.REJECTED, **decided)
        if movie.tmdb_id != locked.tmdb_id:
            _forget_another_film(movie)
        _set_number(movie, locked.tmdb_id, Movie.IdSource.STAFF)
        queue_movies([movie.pk])
        return
    is_confirmed = movie.tmdb_id_source == Movie.IdSource.STAFF and was != State.ACCEPTED
    if movie.tmdb_id == locked.tmdb_id and not is_confirmed:
        _forget_another_film(movie)
        _set_number(movie, None, Movie.IdSource.LOADED)
    else:
        Movie.objects.filter(pk=movie.pk).update(answered_at=None)


def _set_number(movie: Movie, tmdb_id: int | None, source: str) -> None:
    Movie.objects.filter(pk=movie.pk).update(
        tmdb_id=tmdb_id, tmdb_id_source=source, answered_at=None
    )


def _forget_another_film(movie: Movie) -> None:
    """Delete what TMDB said under the film's former number, which is another film."""
    forget_details(Movie.objects.filter(pk=movie.pk))
    stated = Availability.objects.filter(movie=movie, source__in=FROM_TMDB)
    if keys := list(stated.values_list("movie_id", "platform_id", "source")):
        now = timezone.now()
        record_statements([Statement(*key, None, now) for key in keys])
        refresh_platform_rates({slug for _movie, slug, _source in keys})
