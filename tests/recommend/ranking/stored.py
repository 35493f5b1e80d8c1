"""A stored run as the training code knows it, and what the serving path ranks for its cases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from recommend.lab.data.cases import Cases
from recommend.lab.data.database import read_observed_ratings
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.als_factors import AlsModel, AlsParameters
from recommend.lab.recommenders.blend import BlendModel
from recommend.lab.recommenders.ease import ItemWeights
from recommend.lab.recommenders.encoder import EncoderModel
from recommend.lab.recommenders.formulas import Neighbours
from recommend.models import HomeTaste, ModelRun, MovieFactors, TasteVector
from recommend.ranking.catalogue import Catalogue, rank_catalogue
from recommend.ranking.vectors import run_arrays
from recommend.scoring.links import unpacked_links
from recommend.scoring.weights import FACTORS, Weights


def stored_blend(run: ModelRun, weights: Weights) -> BlendModel:
    """The run's vectors as the training code knows them."""
    data = read_observed_ratings()
    users = np.zeros((len(data.user_ids), FACTORS), np.float32)
    for row in TasteVector.objects.filter(run=run):
        users[np.searchsorted(data.user_ids, row.ml_user_id)] = np.asarray(row.taste)
    films = list(MovieFactors.objects.filter(run=run, from_content=False).order_by("movie_id"))
    assert [film.movie_id for film in films] == data.movie_ids.tolist()
    factors, encoders, decoders = (
        np.array([np.asarray(getattr(film, name)) for film in films], np.float32)
        for name in ("factors", "encoder", "decoder")
    )
    biases = np.array([film.bias for film in films], np.float32)
    arrays = run_arrays(run.pk)
    return BlendModel(
        train=data,
        tastes=AlsModel(users, factors, AlsParameters(**run.parameters["als"])),
        answers=EncoderModel(encoders, decoders, biases, arrays.answer_groups.astype(np.float32)),
        group_tastes=arrays.group_tastes,
        weights=weights,
        people=Neighbours(users, data.liked).and_of(_at_home(run, data)),
        audience=np.log(np.expm1([film.log_ratings for film in films]) / data.rating_counts),
        links=_links(films),
    )


def _links(films: Sequence[MovieFactors]) -> ItemWeights:
    ids = np.array([film.movie_id for film in films])
    weights = np.zeros((len(films), len(films)))
    for row, film in enumerate(films):
        linked, found = unpacked_links([bytes(film.links or b"")])
        weights[row, np.searchsorted(ids, linked)] = found
    return ItemWeights(weights, np.arange(len(films)), len(films))


def _at_home(run: ModelRun, data: RatingData) -> Neighbours:
    """The neighbours from home that are stored of the run."""
    rows = list(HomeTaste.objects.filter(run=run).order_by("row"))
    tastes = np.array([np.asarray(row.taste) for row in rows], np.float32).reshape(-1, FACTORS)
    likes = np.zeros((len(rows), len(data.movie_ids)), np.float32)
    for place, row in enumerate(rows):
        likes[place, np.searchsorted(data.movie_ids, row.liked)] = 1.0
    return Neighbours(tastes, sparse.csr_matrix(likes))


def served_to(
    run: ModelRun, blend: BlendModel, cases: Cases, left_out: Sequence[Sequence[int]]
) -> list[Catalogue]:
    """The catalogues that the serving path ranks for the cases."""
    tastes = formulas.own_tastes(blend.tastes, cases, blend.group_tastes)
    codes = blend.answers.codes(cases.picks, cases.demographics)
    twins = blend.train.user_ids[formulas.jaccard_twins(blend.train, cases)].tolist()
    ids = blend.train.movie_ids
    stored = MovieFactors.objects.filter(run=run, links__isnull=False)
    links = {movie_id: bytes(one) for movie_id, one in stored.values_list("movie_id", "links")}
    return [
        rank_catalogue(
            run=run.pk,
            weights=blend.weights,
            taste=taste,
            code=code,
            links=[links[one] for one in ids[picked].tolist() if one in links],
            twin=twin,
            left_out=picks,
        )
        for taste, code, twin, picked, picks in zip(
            tastes, codes, twins, cases.picks, left_out, strict=True
        )
    ]
