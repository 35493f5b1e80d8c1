"""Measures of ranked lists. Pure: no Django import. Arrays in, arrays out.

For each case (a list and what the person truly likes), all from 0 to 1, higher is better:
`recall`, `ndcg`, `precision`, `reciprocal_rank`. Their input is `found` (n_cases, n_ranks), whether
the film at each rank is truly liked, and `sizes` (n_cases,), how many films each person truly likes
(at least 1).

For a whole set of lists `top` (n_cases, n_ranks), columns of films: `coverage`, `gini`, `novelty`,
`diversity`, `popular_share`, `overlap`. `likes` (n_movies,) counts the training users who like each
film, of `users` training users.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from common.arrays import Bools, Floats, Ints

HEAD = 0.1  # the most-liked films, as a share of all films


def recall(found: Bools, sizes: Ints) -> Floats:
    """hits / min(k, |T|), so that a perfect list of k has 1.

    Source: D. Liang, R. Krishnan, M. Hoffman, T. Jebara, "Variational autoencoders for
    collaborative filtering", WWW 2018.
    """
    return np.asarray(found.sum(axis=1) / np.minimum(sizes, found.shape[1]), dtype=np.float64)


def ndcg(found: Bools, sizes: Ints) -> Floats:
    """sum over hits of 1 / log2(rank + 1), divided by the same of a perfect list.

    Source: K. Järvelin, J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques",
    ACM TOIS 20 (4), 2002; gains are 0 or 1.
    """
    discounts = 1.0 / np.log2(np.arange(2, found.shape[1] + 2))
    ideal = np.cumsum(discounts)[np.minimum(sizes, found.shape[1]) - 1]
    return np.asarray((found @ discounts) / ideal, dtype=np.float64)


def precision(found: Bools, size: int) -> Floats:
    """hits among the first `size` / `size`. A person who likes fewer films cannot reach 1.

    Source: J. Herlocker et al., "Evaluating collaborative filtering recommender systems", ACM TOIS
    22 (1), 2004.
    """
    return np.asarray(found[:, :size].sum(axis=1) / size, dtype=np.float64)


def reciprocal_rank(found: Bools) -> Floats:
    """1 / rank of the first hit, 0 without any; the mean is MRR.

    Source: E. Voorhees, "The TREC-8 question answering track report", TREC 1999.
    """
    first = found.argmax(axis=1)
    return np.where(found.any(axis=1), 1.0 / (first + 1.0), 0.0)


def exposures(top: Ints, films: int) -> Ints:
    """(films,) how many of the lists contain each film."""
    return np.bincount(top.ravel(), minlength=films)


def coverage(top: Ints, films: int) -> float:
    """Share of all films that at least one list contains: 0 to 1.

    Source: M. Ge, C. Delgado-Battenfeld, D. Jannach, "Beyond accuracy: evaluating recommender
    systems by coverage and serendipity", RecSys 2010. It grows with the number of lists.
    """
    return float((exposures(top, films) > 0).mean())


def gini(top: Ints, films: int) -> float:
    """Gini coefficient of the exposure x of all films, including those in no list.

    sum over i of (2 i - n - 1) x_i / (n sum x), x ascending, i from 1: 0 if all films are in
    the same number of lists, near 1 if few films take all places.
    Source: D. Fleder, K. Hosanagar, "Blockbuster culture's next rise or fall", Management Science
    55 (5), 2009.
    """
    ordered = np.sort(exposures(top, films)).astype(np.float64)
    places = 2.0 * np.arange(1, films + 1) - films - 1
    return float((places * ordered).sum() / (films * ordered.sum()))


def novelty(top: Ints, likes: Floats, users: int) -> float:
    """Mean over all places of -log2(share of training users who like the film), in bits.

    A film without likes counts like one with a single like, because 0 has no logarithm.
    Source: T. Zhou et al., "Solving the apparent diversity-accuracy dilemma of recommender
    systems", PNAS 107 (10), 2010 (mean self-information).
    """
    bits = -np.log2(np.maximum(likes, 1.0) / users)
    return float(bits[top].mean())


def diversity(top: Ints, vectors: sparse.csr_matrix | Floats) -> float:
    """Mean over the lists of 1 - mean cosine of two different films of the list.

    `vectors` (n_movies, f): one for each film, here either its genres (0/1), which say what it is
    about, or the training users who like it (0/1), which any data set has but which put two films
    with few likes far apart whatever they are about. A zero vector is similar to no other.
    With u the unit vectors and k the films of a list, the mean is (|sum u|^2 - sum |u|^2) / (k (k -
    1)). Source: C.-N. Ziegler, S. McNee, J. Konstan, G. Lausen, "Improving recommendation lists
    through topic diversification", WWW 2005 (intra-list similarity).
    """
    rows = sparse.csr_matrix(vectors, dtype=np.float64)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    unit = sparse.diags(scale) @ rows
    size = top.shape[1]
    if size < 2:
        return 0.0
    chooser = sparse.csr_matrix(
        (np.ones(top.size), top.ravel(), np.arange(0, top.size + 1, size)),
        shape=(len(top), rows.shape[0]),
    )
    sums = sparse.csr_matrix(chooser @ unit)
    squared = np.asarray(sums.multiply(sums).sum(axis=1)).ravel()
    own = (lengths > 0).astype(np.float64)[top].sum(axis=1)
    return float(1.0 - ((squared - own) / (size * (size - 1))).mean())


def popular_share(top: Ints, likes: Floats) -> float:
    """Share of all places that the 10 % of all films with the most likes take (rounded up; ties by
    lower column): 0 to 1.

    Source: H. Abdollahpouri et al., "The unfairness of popularity bias in recommendation", RMSE
    workshop at RecSys 2019 (there called short head).
    """
    count = int(np.ceil(HEAD * len(likes)))
    head = np.zeros(len(likes), dtype=bool)
    head[np.argsort(-likes, kind="stable")[:count]] = True
    return float(head[top].mean())


def overlap(top: Ints, films: int) -> float:
    """Mean share of films that the lists of two different people have in common: 0 to 1.

    Over all pairs, exactly: with c_m the number of the n lists that contain film m, and k films a
    list, sum over m of c_m (c_m - 1) / (n (n - 1) k); 1 for a single list. It is 1 less the
    inter-user diversity of T. Zhou et al. (see `novelty`).
    """
    lists, size = top.shape
    if lists < 2:
        return 1.0
    counts = exposures(top, films).astype(np.float64)
    return float((counts * (counts - 1)).sum() / (lists * (lists - 1) * size))
