"""The fold-in of picks solves the same system as implicit's user step."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recommend.lab.recommenders.als_factors import AlsParameters, fit_als
from recommend.scoring.fold_in import FoldIn, gram_matrix, shrunk


def test_the_fold_in_is_the_one_of_implicit() -> None:
    rng = np.random.default_rng(3)
    liked = sparse.csr_matrix((rng.random((40, 30)) < 0.3).astype(np.float32))
    parameters = AlsParameters(8, 20.0, 20.0, 10.0, 5)
    model = fit_als(liked, seed=1, parameters=parameters)
    movies = model.movies.astype(np.float64)
    picks = [2, 5, 11]
    own = FoldIn.of(gram_matrix(movies), movies[picks], confidence=20.0, regularization=10.0).taste
    # What implicit's own user step solves: minimise over x, all films, weights 20 and 1.
    weights = np.ones(30)
    weights[picks] = 20.0
    wanted = np.zeros(30)
    wanted[picks] = 1.0
    system = movies.T @ (weights[:, None] * movies) + 10.0 * np.eye(8)
    assert own == pytest.approx(np.linalg.solve(system, movies.T @ (weights * wanted)))


def test_no_pick_folds_into_the_zero_vector_and_shrinks_to_the_group() -> None:
    gram = np.eye(3)
    own = FoldIn.of(gram, np.zeros((0, 3)), confidence=20.0, regularization=1.0).taste
    assert own.tolist() == [0.0, 0.0, 0.0]
    group = np.array([1.0, 2.0, 3.0])
    assert shrunk(own, group, picks=0).tolist() == group.tolist()
    assert shrunk(np.ones(3), group, picks=1).tolist() == [1.0, 1.75, 2.5]
    assert shrunk(np.ones(3), group, picks=9).tolist() == [1.0, 1.0, 1.0]
