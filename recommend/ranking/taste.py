"""The taste that a person's answers reveal, by the vectors of a run. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext

from common.arrays import Floats
from common.errors import DataError
from movies.demographics import group_of
from movies.models import Movie
from recommend.models import ModelRun
from recommend.ranking.answers import Answers
from recommend.ranking.vectors import matrix, run_arrays
from recommend.scoring.fold_in import FoldIn, answer_codes, shrunk


@dataclass(frozen=True)
class Taste:
    """A person's taste `vector` (f,) and the `code` (f,) of their answers, and their parts.

    `bits` are the places of the liked films in the fingerprint; `picks` (k) are the liked films
    that have factors, and `fold_in` folds them in. `group` (f,) is the mean taste of the gender
    and age group. The code is the sum of `encoders` (k, f) of the picks and `group_code` (f,).
    `links`: to other films, of each pick that has some (`recommend.scoring.links`).
    """

    vector: Floats
    code: Floats
    liked: list[int]
    bits: list[int]
    picks: list[int]
    fold_in: FoldIn
    group: Floats
    encoders: Floats
    group_code: Floats
    links: list[bytes]

    def with_picks(self, own: Floats, picks: int) -> Floats:
        """The taste for a fold-in `own` (f,) of this many `picks`; for (n, f), that of each."""
        return shrunk(own, self.group, picks=picks)

    def codes_without_pick(self) -> Floats:
        """(k, f): the code without each of the picks."""
        others = self.encoders.sum(axis=0) - self.encoders
        return answer_codes(others, len(self.picks) - 1, self.group_code)

    def codes_with_film(self, encoders: Floats) -> Floats:
        """(n, f): the code with one more pick, for each of the films with `encoders` (n, f)."""
        return answer_codes(
            self.encoders.sum(axis=0) + encoders, len(self.picks) + 1, self.group_code
        )


@dataclass(frozen=True)
class NamedFilm:
    """A film that answers name: its `factors` (f,) and `encoder` (f,) in the run, None where it has
    none, its `links` to others, and its `bit` in the fingerprint, None where that is not needed."""

    movie_id: int
    bit: int | None
    factors: Any
    encoder: Any
    links: bytes


def taste_of(run: ModelRun, answers: Answers) -> Taste:
    """Raises `DataError` for a liked film that is not loaded. One query."""
    of_run = FilteredRelation("movie_factors", condition=Q(movie_factors__run=run))
    rows = (
        Movie.objects.filter(movie_id__in={*answers.liked, *answers.not_interested})
        .annotate(of_run=of_run)
        .order_by("movie_id")
        .values_list(
            *("movie_id", "fingerprint_bit"),
            *("of_run__factors", "of_run__encoder", "of_run__links"),
        )
    )
    films = [
        NamedFilm(movie, bit, factors, encoder, bytes(links or b""))
        for movie, bit, factors, encoder, links in rows
    ]
    return taste_from(run, answers, films)


def taste_from(run: ModelRun, answers: Answers, films: Sequence[NamedFilm]) -> Taste:
    """`films`: those of the answers that are loaded, by ascending number.

    Raises `DataError` if a liked one is not among them.
    """
    chosen, unwanted = set(answers.liked), set(answers.not_interested)
    if missing := sorted(chosen - {film.movie_id for film in films}):
        numbers = ", ".join(map(str, missing[:10]))
        raise DataError(gettext("liked: no such movie: %(numbers)s") % {"numbers": numbers})
    liked = [film for film in films if film.movie_id in chosen]
    picks = [film for film in liked if film.factors is not None]
    arrays = run_arrays(run.pk)
    fold_in = FoldIn.of(
        arrays.gram,
        matrix([film.factors for film in picks]),
        not_interested=matrix(
            [
                film.factors
                for film in films
                if film.movie_id in unwanted and film.factors is not None
            ]
        ),
        confidence=run.confidence,
        regularization=run.regularization,
    )
    encoders = matrix([film.encoder for film in picks])
    group = group_of(answers.gender, answers.age)
    taste = Taste(
        vector=fold_in.taste,
        code=answer_codes(encoders.sum(axis=0), len(picks), arrays.answer_groups[group]),
        liked=sorted(chosen),
        bits=[film.bit for film in liked if film.bit is not None],
        picks=[film.movie_id for film in picks],
        fold_in=fold_in,
        group=arrays.group_tastes[group],
        encoders=encoders,
        group_code=arrays.answer_groups[group],
        links=[film.links for film in liked if film.links],
    )
    return replace(taste, vector=taste.with_picks(taste.vector, len(picks)))
