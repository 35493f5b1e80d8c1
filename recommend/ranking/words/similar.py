"""The films that are most like a film, by content. Reads only."""

from __future__ import annotations

import numpy as np

from common.arrays import Bools, Floats, Ints
from movies.selectors.snapshot import Snapshot
from recommend.ranking.words.served_genres import ServedGenres


def similar_films(
    movie_id: int,
    catalogue: Snapshot,
    served: ServedGenres | None,
    *,
    limit: int,
    among: Bools | None = None,
) -> list[int]:
    """The most similar films, the nearest first; ties: the best known, then the lower id.

    Similar: cosine of the words (TF-IDF) + cosine of the genres, |both| / sqrt(|a| |b|); 0 to 2.
    The words are those that the genre model of the live run, `served`, has of each film: all 0
    without one, and for films that it does not know (of film `movie_id` they are read). Films with
    a similarity of 0 are not similar. `among` (n,): only these films of the catalogue; None: all.
    Empty for an unknown film. 2 queries if the model does not know the film, else none.
    """
    place = catalogue.places([movie_id])
    if not len(place):
        return []
    scores = _by_genres(catalogue, int(place[0])) + _by_words(movie_id, catalogue.movie_ids, served)
    wanted = scores > 0
    wanted[place] = False
    if among is not None:
        wanted &= among
    ids, ratings, scores = catalogue.movie_ids[wanted], catalogue.ratings[wanted], scores[wanted]
    # Rounded: equal films may differ in the last digit.
    order = np.lexsort((ids, -ratings, -scores.round(9)))
    found: list[int] = ids[order[:limit]].tolist()
    return found


def _by_genres(catalogue: Snapshot, place: int) -> Floats:
    """Cosines of the genres (n,) of all films with those of the film at `place`."""
    own = catalogue.genres[place]
    shared = catalogue.genres[:, own].sum(axis=1)
    sizes = catalogue.genres.sum(axis=1) * own.sum()
    cosines: Floats = shared / np.sqrt(np.maximum(sizes, 1))
    return cosines


def _by_words(movie_id: int, ids: Ints, served: ServedGenres | None) -> Floats:
    """Cosines of words (n,) of these films."""
    tokens = served.tokens_of([movie_id]).get(movie_id) if served else None
    if served is None or tokens is None or not len(served.tokens.film_ids):
        return np.zeros(len(ids))
    known = served.tokens.film_ids
    places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    alike = served.tokens.alike(*tokens)[places]
    return np.where(known[places] == ids, alike, 0.0)
