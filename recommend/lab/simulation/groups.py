"""Groups of people, to see whether a ranking serves all of them alike. Pure: no Django import.

By gender, by age band, and by taste. Groups of taste are clusters of the genres that people like,
not of positions in the taste space of a model, which would favour or harm recommenders of its kind.
The clusters are made once from all people of the data set, so that a group has the same people in
every split; nothing is trained on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Ints, Strings
from movies.demographics import AGE_BANDS, band_limits
from recommend.lab.data.ratings import RatingData
from recommend.lab.simulation.survey import MINIMUM_LIKES

TASTE_CLUSTERS = 6
PEOPLE_A_CLUSTER = 10  # at least, on average; so a tiny data set gets fewer clusters
STARTS = 10
NO_GENRES = "(no genres listed)"  # as MovieLens writes it
WITHOUT = ""  # of a person who belongs to no group


@dataclass(frozen=True)
class FilmGenres:
    """`belongs` (n_movies, g): 1 if the film is of the genre, else 0; `names` of the g genres."""

    names: Sequence[str]
    belongs: sparse.csr_matrix


def film_genres(data: RatingData) -> FilmGenres | None:
    """The genres of the columns of `data`; None if no genres are known."""
    if data.content is None:
        return None
    named = [[one for one in own if one != NO_GENRES] for own in data.content.genres]
    names = sorted({one for own in named for one in own})
    if not names:
        return None
    places = {name: place for place, name in enumerate(names)}
    pairs = [(row, places[one]) for row, own in enumerate(named) for one in own]
    rows, columns = np.array(pairs, dtype=np.int64).T
    shape = (len(named), len(names))
    return FilmGenres(names, sparse.csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=shape))


def people_groups(data: RatingData, *, seed: int) -> dict[str, Strings]:
    """By axis: the name of each person's group (n_users,), "" for a person in none.

    There is no axis "taste" if no genres are known.
    """
    genres = film_genres(data)
    genders = {"female": "women", "male": "men"}
    groups = {
        "gender": np.array([genders.get(one, WITHOUT) for one in data.genders.tolist()]),
        "age": np.array([_band_name(band) for band in data.age_bands.tolist()]),
    }
    if genres is not None:
        groups["taste"] = taste_groups(data, genres, seed=seed)
    return groups


def _band_name(band: int) -> str:
    if band not in AGE_BANDS:
        return WITHOUT
    first, last = band_limits(band)
    if last is None:
        return f"{first} and over"
    return f"under {last + 1}" if band == AGE_BANDS[0] else f"{first} to {last}"


def taste_groups(data: RatingData, genres: FilmGenres, *, seed: int) -> Strings:
    """The cluster (n_users,) of each person with at least 15 likes, named by its genres.

    A profile is the share of each genre among a person's likes, a film of several genres counting
    in part for each. k-means (ten starts of k-means++) on the square roots of the shares, which is
    clustering by Hellinger distance, where a rare genre counts as much as a common one. A name is
    the two genres by whose shares the cluster is furthest above all people, in standard deviations
    over people; the same seed gives the same clusters.
    """
    active = np.flatnonzero(np.diff(data.liked.indptr) >= MINIMUM_LIKES)
    parts = genres.belongs.multiply(1.0 / np.maximum(genres.belongs.sum(axis=1), 1.0)).tocsr()
    profiles = np.asarray((data.liked[active] @ parts).todense(), dtype=np.float64)
    known = profiles.sum(axis=1) > 0
    active, profiles = active[known], profiles[known]
    labels = np.full(len(data.user_ids), WITHOUT, dtype=object)
    shares = profiles / profiles.sum(axis=1, keepdims=True)
    different = len(np.unique(shares.round(6), axis=0))  # k-means needs one per cluster
    count = min(TASTE_CLUSTERS, len(active) // PEOPLE_A_CLUSTER, different)
    if count < 2:
        return labels.astype(np.str_)
    with threadpool_limits(1):
        clusters = KMeans(count, n_init=STARTS, random_state=seed).fit_predict(np.sqrt(shares))
    labels[active] = np.array(_names(shares, clusters, genres.names), dtype=object)[clusters]
    return labels.astype(np.str_)


def _names(shares: Floats, clusters: Ints, genres: Sequence[str]) -> list[str]:
    """A different name for each cluster."""
    spread = shares.std(axis=0)
    names: list[str] = []
    for cluster in range(int(clusters.max()) + 1):
        above = shares[clusters == cluster].mean(axis=0) - shares.mean(axis=0)
        lift = np.divide(above, spread, out=np.zeros_like(above), where=spread > 0)
        order = np.argsort(-lift, kind="stable")
        name = " & ".join(genres[place] for place in order[:2].tolist())
        names.append(name if name not in names else f"{name} ({cluster + 1})")
    return names
