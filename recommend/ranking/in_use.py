"""What answers depend on besides the person, as it is now. Reads only.

One query says which versions of the run, its genre model, films, platforms, seasons and data set
are in use; what a process keeps of them holds as long as its version does. So a change counts in
the next request of every process, and nothing that has not changed is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from common.models import DataLoad
from movies.models import Platform
from movies.models.changes import VERSION, Version
from movies.selectors.snapshot import Snapshot, snapshot_of
from recommend.models import ModelRun, SeasonKeywords
from recommend.ranking.words.served_genres import ServedGenres, stored_genres


def _version(row: str) -> str:
    """SQL for a number that is another one after each change of a row: every UPDATE writes a new
    row somewhere else (ctid), in a transaction (xmin) at a place of its own (cmin)."""
    return f"hashtextextended(concat_ws(' ', {row}.ctid, {row}.xmin, {row}.cmin), 0)"


IN_USE = f"""
SELECT films.*, platforms.*, seasons.*, live.*, model.*, data_set.*
FROM ({VERSION}) films
CROSS JOIN (SELECT count(*), coalesce(sum({_version("row")}), 0) FROM movies_platform row) platforms
CROSS JOIN (SELECT count(*), coalesce(sum({_version("row")}), 0) FROM recommend_seasonkeywords row)
    seasons
LEFT JOIN LATERAL (SELECT row.id, {_version("row")} FROM recommend_modelrun row
    WHERE row.state = %(live)s ORDER BY row.id DESC LIMIT 1) live ON true
LEFT JOIN LATERAL (SELECT row.id FROM recommend_genremodel row WHERE row.run_id = live.id) model
    ON true
LEFT JOIN LATERAL (SELECT row.id, {_version("row")} FROM common_dataload row
    WHERE row.kind = %(movielens)s ORDER BY row.id DESC LIMIT 1) data_set ON true
"""  # noqa: S608 - constants of this module

Numbered = tuple[int | None, int | None]  # the number of a row, and its version


@dataclass(frozen=True)
class InUse:
    """Versions of what is in use. What they stand for is read once by each process, is shared by
    its requests, and must not be changed."""

    films: Version
    platform_rows: tuple[int, int]
    season_rows: tuple[int, int]
    live: Numbered
    genre_model_number: int | None
    loaded: Numbered

    @property
    def run(self) -> ModelRun | None:
        """The published run, without its arrays; None if there is none."""
        return _run(*self.live)

    @property
    def genre_model(self) -> ServedGenres | None:
        """That of the run; None if there is none, or it cannot be read."""
        run = self.run
        if run is None or self.genre_model_number is None:
            return None
        return stored_genres(self.genre_model_number, run.genre_films)

    @property
    def catalogue(self) -> Snapshot:
        """All films."""
        return snapshot_of(self.films)

    @property
    def platforms(self) -> Sequence[Platform]:
        """Those that are compared, with what pages show of them."""
        return _platforms(self.platform_rows)

    @property
    def seasons(self) -> Sequence[SeasonKeywords]:
        """All, by their first day."""
        return _seasons(self.season_rows)

    @property
    def data_set(self) -> DataLoad | None:
        """The MovieLens data set that was loaded last."""
        return _data_set(*self.loaded)

    @property
    def is_sample(self) -> bool:
        """Whether ratings and availability are invented."""
        return self.data_set is not None and self.data_set.is_sample


def in_use() -> InUse:
    """As of now; one query."""
    kinds = {"live": ModelRun.State.LIVE, "movielens": DataLoad.Kind.MOVIELENS}
    with connection.cursor() as cursor:
        cursor.execute(IN_USE, kinds)
        found = [None if one is None else int(one) for one in cursor.fetchone()]
    return InUse(
        films=(found[0] or 0, found[1] or 0, found[2] or 0),
        platform_rows=(found[3] or 0, found[4] or 0),
        season_rows=(found[5] or 0, found[6] or 0),
        live=(found[7], found[8]),
        genre_model_number=found[9],
        loaded=(found[10], found[11]),
    )


@lru_cache(maxsize=2)
def _run(number: int | None, version: int | None) -> ModelRun | None:
    return None if number is None else ModelRun.objects.served().filter(pk=number).first()


@lru_cache(maxsize=1)
def _platforms(version: tuple[int, int]) -> list[Platform]:
    return list(Platform.objects.offered().named())


@lru_cache(maxsize=1)
def _seasons(version: tuple[int, int]) -> list[SeasonKeywords]:
    return list(SeasonKeywords.objects.order_by("from_day"))


@lru_cache(maxsize=2)
def _data_set(number: int | None, version: int | None) -> DataLoad | None:
    return None if number is None else DataLoad.objects.filter(pk=number).first()
