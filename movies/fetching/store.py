"""Stores the result of fetching a film: what TMDB said, or that it said nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from common.loading import hold_the_data_set
from movies.fetching.providers import TmdbCoverage, tier_of, tmdb_coverage
from movies.models import (
    TMDB,
    Availability,
    FetchAttempt,
    FetchFailure,
    FetchJob,
    IdSuggestion,
    Movie,
    MovieDetails,
    Offer,
    Provider,
)
from movies.services.availability import Statement, record_statements
from movies.titles.index import refresh_titles
from movies.titles.series_of_films import settle_series
from movies.tmdb.answers import MovieAnswer
from movies.tmdb.lookup import FilmLookup
from movies.tmdb.matching import OurFilm

HANGUL = range(0xAC00, 0xD7A4)
UNREADABLE = "unreadable and left unknown: "


def film_as_known(movie: Movie, rejected: Iterable[int]) -> OurFilm:
    """The film in the form that a lookup takes."""
    return OurFilm(
        movie_id=movie.pk,
        title=movie.title,
        year=movie.year,
        imdb_id=movie.imdb_id,
        tmdb_id=movie.tmdb_id,
        is_confirmed=movie.tmdb_id_source in (Movie.IdSource.STAFF, Movie.IdSource.LISTED),
        rejected=frozenset(rejected),
    )


@transaction.atomic
def store_lookup(*, film: OurFilm, lookup: FilmLookup, worker: str) -> bool:
    """Store everything of one try, or nothing. A failure only leaves its attempts.

    Idempotent for the same answer. Skips a film that was deleted meanwhile. Returns False for a
    film that staff or a file changed since it was looked up (another id, for example): look it up
    again.
    """
    hold_the_data_set()
    movie = Movie.objects.select_for_update(no_key=True).filter(pk=film.movie_id).first()
    if movie is None:
        return True
    now = timezone.now()
    _record_attempts(movie, lookup, worker, now)
    if lookup.outcome not in FetchAttempt.FINAL:
        return True
    decided = IdSuggestion.objects.filter(movie=movie, state=IdSuggestion.State.REJECTED)
    if film_as_known(movie, decided.values_list("tmdb_id", flat=True)) != film:
        return False
    if lookup.answer is not None:
        _store_details(movie, lookup.answer, lookup.id_source, now)
        _store_offers(movie, lookup.answer)
        record_statements(_statements(movie, lookup.answer, tmdb_coverage(), now))
    for suggestion in lookup.suggestions:
        IdSuggestion.objects.get_or_create(
            movie=movie,
            tmdb_id=suggestion.tmdb_id,
            defaults={
                "title": suggestion.title,
                "year": suggestion.year,
                "reason": suggestion.reason[:200],
            },
        )
    Movie.objects.filter(pk=movie.pk).update(answered_at=now)
    FetchJob.objects.filter(movie=movie).delete()
    FetchFailure.objects.filter(movie=movie).delete()
    return True


def _record_attempts(movie: Movie, lookup: FilmLookup, worker: str, now: datetime) -> None:
    tries = [(fault.outcome, fault.detail) for fault in lookup.faults]
    if lookup.outcome:
        tries.append((lookup.outcome, lookup.detail or unreadable(lookup.answer)))
    FetchAttempt.objects.bulk_create(
        FetchAttempt(movie=movie, outcome=outcome, detail=detail[:300], worker=worker, tried_at=now)
        for outcome, detail in tries
    )


def _store_details(movie: Movie, answer: MovieAnswer, id_source: str, now: datetime) -> None:
    """TMDB fills what is empty and updates what it filled; files and staff take precedence."""
    title_ko = korean_title(answer.title)
    earlier = MovieDetails.objects.filter(movie=movie).first()
    changes: dict[str, object] = {}
    if movie.title_ko in ("", earlier.title_ko if earlier else ""):
        changes["title_ko"] = title_ko
    if movie.poster_path in ("", earlier.poster_path if earlier else ""):
        changes["poster_path"] = answer.poster_path or ""
    if id_source:
        changes |= {"tmdb_id": answer.id, "tmdb_id_source": id_source}
    if changes:
        Movie.objects.filter(pk=movie.pk).update(**changes)
    if changes.get("title_ko", movie.title_ko) != movie.title_ko:
        refresh_titles([movie.pk])
    collection = answer.belongs_to_collection
    if (earlier and earlier.collection_id) != (collection and collection.id):
        transaction.on_commit(settle_series)  # other films of the series follow
    MovieDetails.objects.update_or_create(
        movie=movie,
        defaults={
            "title_ko": title_ko,
            "original_title": answer.original_title[:300],
            "original_language": answer.original_language,
            "overview": answer.overview or "",
            "poster_path": answer.poster_path or "",
            "runtime": answer.runtime or None,
            "release_date": answer.release_date,
            "collection_id": collection.id if collection else None,
            "collection": collection.name[:300] if collection else "",
            "fetched_at": now,
        },
    )


@transaction.atomic
def forget_details(films: QuerySet[Movie]) -> int:
    """Delete what TMDB said of the films themselves, and its offers; returns how many films.

    A Korean title or poster that a file or staff gave stays.
    """
    locked = films.order_by("pk").select_for_update(no_key=True, of=("self",))
    numbers = list(locked.values_list("pk", flat=True))
    for column in ("title_ko", "poster_path"):
        films.filter(**{f"details__{column}": F(column)}).update(**{column: ""})
    refresh_titles(numbers)
    Offer.objects.filter(movie__in=films).delete()
    if films.filter(details__collection_id__isnull=False).exists():
        transaction.on_commit(settle_series)
    forgotten, _ = MovieDetails.objects.filter(movie__in=films).delete()
    return forgotten


def korean_title(title: str) -> str:
    """The title, or "" if it is not Korean: TMDB gives the original where it has no Korean one."""
    return title[:300] if any(ord(letter) in HANGUL for letter in title) else ""


def unreadable(answer: MovieAnswer | None) -> str:
    """The detail of an attempt whose answer had fields that count as unknown; else ""."""
    return UNREADABLE + ", ".join(answer.odd_fields) if answer and answer.odd_fields else ""


def unreadable_since(started: datetime) -> str:
    """How many fields of answers since then were left unknown, by name; "" if none was."""
    noted = FetchAttempt.objects.filter(tried_at__gte=started, detail__startswith=UNREADABLE)
    details = noted.values_list("detail", flat=True)
    names = Counter(name for text in details for name in text[len(UNREADABLE) :].split(", "))
    if not names:
        return ""
    counted = ", ".join(f"{times:,} {name}" for name, times in names.most_common())
    return f"{names.total():,} fields unreadable and left unknown ({counted})"


def _store_offers(movie: Movie, answer: MovieAnswer) -> None:
    """Store all five kinds as they are now. A provider not in the list yet gets a row."""
    korea = answer.offers.korea
    offered = {(kind, offer.provider_id): offer for kind, offer in korea.by_kind()} if korea else {}
    stored = {(offer.kind, offer.provider_id): offer.pk for offer in movie.offers.all()}
    if gone := [pk for key, pk in stored.items() if key not in offered]:
        Offer.objects.filter(pk__in=gone).delete()
    new = {key: offer for key, offer in offered.items() if key not in stored}
    if not new:
        return
    names = {number: offer.provider_name for (_kind, number), offer in new.items()}
    Provider.objects.bulk_create(
        (
            Provider(number, name[:100], tier=tier_of(name))
            for number, name in sorted(names.items())
        ),
        ignore_conflicts=True,
    )
    Offer.objects.bulk_create(
        (Offer(movie=movie, provider_id=number, kind=kind) for kind, number in new),
        ignore_conflicts=True,
    )


def _statements(
    movie: Movie, answer: MovieAnswer, known: TmdbCoverage, now: datetime
) -> list[Statement]:
    """What the answer says of each platform.

    An included offer says yes. Silence says no, but only of platforms that TMDB covers, and only
    if the answer names some country: an answer without any says nothing, except that a film which
    TMDB placed before has left.
    """
    states: dict[str, bool] = dict.fromkeys(_silence_means_no(movie, answer, known), False)
    if answer.offers.korea is not None:
        for kind, offer in answer.offers.korea.by_kind():
            slug = known.platforms.get(offer.provider_id)
            if slug is not None and kind in Offer.INCLUDED:
                states[slug] = True
    return [
        Statement(movie.pk, slug, TMDB, included, now) for slug, included in sorted(states.items())
    ]


def _silence_means_no(movie: Movie, answer: MovieAnswer, known: TmdbCoverage) -> set[str]:
    if answer.offers.countries:
        return set(known.covered)
    stated = Availability.objects.filter(movie=movie, source=TMDB)
    return set(known.covered) & set(stated.values_list("platform_id", flat=True))
