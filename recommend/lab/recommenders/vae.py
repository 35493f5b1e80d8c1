"""A variational autoencoder: the one neural model of the comparison (optional extra `neural`).

Source: D. Liang, R. Krishnan, M. Hoffman, T. Jebara, "Variational autoencoders for collaborative
filtering", WWW 2018 (Mult-VAE):

    mu, ln sigma = W2 tanh(W1 [x / sqrt(k), group] + b1) + b2      x: 0/1 at the k picks
    z = mu + sigma e,  e ~ N(0, I)           scores = W4 tanh(W3 z + b3) + b4

and P(the next film they like is m) = softmax of the scores. Training maximises

    mean log-likelihood of the other likes  -  beta KL(N(mu, sigma) || N(0, I))

with beta growing from 0 to `kl_weight` over the first half of the steps. Ranking uses z = mu.
Like `encoder.SurveyEncoder` it learns from simulated answers of the survey instead of from whole
histories with a part dropped.

JAX and optax are imported on fitting only, so the product runs without them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from common.arrays import Floats, Floats32, Ints
from common.errors import DataError
from recommend.lab.data.cases import Demographics, group_places
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.answers import (
    GROUP_COLUMNS,
    SurveyDraw,
    batches,
    group_rows,
    log_shares,
    people_to_learn_from,
    pick_rows,
)
from recommend.lab.recommenders.ranges import INFINITE, within

Layers = dict[str, Any]  # arrays of NumPy before and after, of JAX while training

# One thread, so that sums are always added up in the same order.
ONE_THREAD = {"xla_cpu_multi_thread_eigen": False}


@dataclass(frozen=True)
class VaeModel:
    """The layers, as in the module's docstring."""

    layers: dict[str, Floats32]

    def score(self, liked: Sequence[Ints], demographics: Demographics) -> Floats:
        picks = pick_rows(liked, len(self.layers["b4"]), weighted=True)
        groups = group_rows(*group_places(demographics))
        exact = {name: layer.astype(np.float64) for name, layer in self.layers.items()}
        n_movies = picks.shape[1]
        hidden = np.tanh(
            picks.astype(np.float64) @ exact["W1"][:n_movies]
            + groups.astype(np.float64) @ exact["W1"][n_movies:]
            + exact["b1"]
        )
        mean = (hidden @ exact["W2"] + exact["b2"])[:, : exact["W3"].shape[0]]
        decoded = np.tanh(mean @ exact["W3"] + exact["b3"])
        return np.asarray(decoded @ exact["W4"] + exact["b4"])


@dataclass(frozen=True)
class Vae(SurveyDraw):
    """`hidden` and `latent` sizes (1 to 10,000) of the layers, `passes` over all people, weight
    decay `regularization`; `kl_weight` 0 to 1; the picks are drawn as for `SurveyEncoder`."""

    hidden: int = within(200, 1, 10_000)
    latent: int = within(64, 1, 10_000)
    passes: int = within(25, 1, 10_000)
    learning_rate: float = within(2e-3, 1e-9, 1.0)
    regularization: float = within(1e-5, 0.0, INFINITE)
    kl_weight: float = within(0.002, 0.0, 1.0)

    def fit(self, data: RatingData, *, seed: int) -> VaeModel:
        """Raises `DataError` if the extra is not installed."""
        try:
            import jax
            import optax
        except ModuleNotFoundError as error:
            raise DataError(
                f"{error.name} is not installed: pip install 'ottwin[neural]'"
            ) from error
        rng = np.random.default_rng(seed)
        parts = batches(people_to_learn_from(data), self.passes, rng)
        answers = self.answers(data)
        schedule = optax.cosine_decay_schedule(self.learning_rate, len(parts))
        optimiser = optax.adam(schedule)
        layers: Layers = self._start(data, rng)
        state = optimiser.init(layers)
        size = max(len(part) for part in parts)
        with jax.default_device(jax.local_devices(backend="cpu")[0]):
            step = jax.jit(self._step(optimiser), compiler_options=ONE_THREAD)
            for number, part in enumerate(parts):
                beta = self.kl_weight * min(2.0 * number / len(parts), 1.0)
                drawn = [_filled(matrix, size) for matrix in answers.draw(part, rng)]
                noise = rng.standard_normal((size, self.latent), dtype=np.float32)
                layers, state = step(layers, state, drawn, noise, np.float32(beta))
        return VaeModel({name: np.asarray(layer) for name, layer in layers.items()})

    def _start(self, data: RatingData, rng: np.random.Generator) -> Layers:
        """Small random layers, with the last biases of `log_shares`."""
        n_movies = len(data.movie_ids)
        shapes = {  # rows, columns, scale
            "W1": (n_movies + GROUP_COLUMNS, self.hidden, 0.3),
            "W2": (self.hidden, 2 * self.latent, 1.0 / np.sqrt(self.hidden)),
            "W3": (self.latent, self.hidden, 1.0 / np.sqrt(self.latent)),
            "W4": (self.hidden, n_movies, 0.01),
        }
        layers = {
            name: (scale * rng.standard_normal((rows, columns))).astype(np.float32)
            for name, (rows, columns, scale) in shapes.items()
        }
        biases = {f"b{name[1]}": np.zeros(one[1], np.float32) for name, one in shapes.items()}
        biases["b4"] = log_shares(data)
        return layers | biases

    def _step(self, optimiser: Any) -> Callable[..., tuple[Layers, Any]]:
        """One step of the optimiser along the gradient of a batch."""
        import jax
        import jax.numpy as jnp
        import optax

        def loss(layers: Layers, drawn: list[Any], noise: Any, beta: Any) -> Any:
            picks, groups, truths = drawn
            hidden = jnp.tanh(jnp.hstack([picks, groups]) @ layers["W1"] + layers["b1"])
            mean, log_sigma = jnp.split(hidden @ layers["W2"] + layers["b2"], 2, axis=1)
            latent = mean + jnp.exp(log_sigma) * noise
            decoded = jnp.tanh(latent @ layers["W3"] + layers["b3"])
            scores = jnp.where(picks > 0, -1e9, decoded @ layers["W4"] + layers["b4"])
            likelihood = (jax.nn.log_softmax(scores) * truths).sum(axis=1)
            kl = (0.5 * (jnp.exp(2 * log_sigma) + mean**2 - 1) - log_sigma).sum(axis=1)
            real = truths.sum(axis=1)  # 0 in rows that only fill up the batch
            decay = sum((layers[name] ** 2).sum() for name in ("W1", "W2", "W3", "W4"))
            fit = (real * (beta * kl - likelihood)).sum() / real.sum()
            return fit + self.regularization * decay

        def step(
            layers: Layers, state: Any, drawn: list[Any], noise: Any, beta: Any
        ) -> tuple[Layers, Any]:
            slopes = jax.grad(loss)(layers, drawn, noise, beta)
            changes, state = optimiser.update(slopes, state)
            return optax.apply_updates(layers, changes), state

        return step


def _filled(matrix: sparse.csr_matrix, size: int) -> Floats32:
    """Dense (size, …), rows of zeros at the end: every batch of one shape compiles once."""
    dense = np.zeros((size, matrix.shape[1]), np.float32)
    dense[: matrix.shape[0]] = matrix.toarray()
    return dense
