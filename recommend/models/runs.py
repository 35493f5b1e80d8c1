"""Model runs, with their vectors and their films for the survey."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from movies.models import Movie, MovieLensUser
from recommend.scoring.calibration import Calibration
from recommend.scoring.variety import Variety
from recommend.scoring.weights import FACTORS, SETTINGS, WEIGHTS, Weights

RUN_ARRAYS = ("gram", "group_tastes", "answer_groups")  # only ranking needs them
UNREAD = (*RUN_ARRAYS, "calibration")  # only ranking and the page of the run need them


def _set_by_staff(name: str) -> dict[str, Any]:
    """Arguments of the field of a setting."""
    setting = SETTINGS[name]
    return {
        "verbose_name": _(setting.label),
        "help_text": _(setting.help),
        "default": setting.default,
        "validators": [MinValueValidator(setting.low), MaxValueValidator(setting.high)],
    }


def _in_range(*names: str) -> Q:
    return Q(**{f"{name}__range": (SETTINGS[name].low, SETTINGS[name].high) for name in names})


class ModelRunQuerySet(models.QuerySet["ModelRun"]):
    def live(self) -> ModelRun | None:
        """The run that readers see; None if no run is published."""
        return self.filter(state=ModelRun.State.LIVE).first()

    def served(self) -> ModelRunQuerySet:
        """With the settings that serving needs; arrays are read apart, once a process."""
        return self.defer(*RUN_ARRAYS, "metrics", "parameters")

    def light(self) -> ModelRunQuerySet:
        """Without what only ranking and the page of the run need."""
        return self.defer(*UNREAD)


class ModelRun(models.Model):
    """One trained model: parameters, metrics, and the settings that staff can change.

    A run is written once, in state `ready`, by training. Publishing makes it `live` and the one
    before it `retired` in a single UPDATE; everything that readers use hangs on the run's id.
    """

    class State(models.TextChoices):
        READY = "ready", _("Ready")
        LIVE = "live", _("Live")
        RETIRED = "retired", _("Retired")

    state = models.CharField(
        verbose_name=_("state"), max_length=10, choices=State, default=State.READY
    )
    is_live = models.GeneratedField(
        verbose_name=_("is live"),
        expression=Case(When(state="live", then=Value(True)), default=None),
        output_field=models.BooleanField(null=True),
        db_persist=True,
    )
    data_name = models.CharField(
        verbose_name=_("data set"), max_length=200, help_text=_("The data set it was trained on")
    )
    data_digest = models.CharField(
        verbose_name=_("SHA-256 of the data"),
        max_length=64,
        help_text=_("SHA-256 of that data set"),
    )
    seed = models.PositiveIntegerField(verbose_name=_("seed"))
    parameters = models.JSONField(verbose_name=_("parameters"), default=dict)
    metrics = models.JSONField(verbose_name=_("metrics"), default=dict)
    gram = models.BinaryField(
        verbose_name=_("sum of products of factors"),
        help_text=_("Sum of y y' over all films, 64 x 64 float64 in C order, for the fold-in"),
    )
    group_tastes = models.BinaryField(
        verbose_name=_("mean tastes of groups"),
        help_text=_("Mean taste by gender and age band, 3 x 8 x 64 float64 in C order"),
    )
    answer_groups = models.BinaryField(
        verbose_name=_("codes of groups"),
        help_text=_("Code of a gender and age band, 3 x 8 x 64 float64 in C order"),
    )
    confidence = models.FloatField(
        verbose_name=_("confidence"), help_text=_("Confidence of a pick in the fold-in")
    )
    regularization = models.FloatField(
        verbose_name=_("regularization"), help_text=_("ALS regularisation")
    )
    calibration = models.JSONField(
        verbose_name=_("P(like)"),
        help_text=_("P(like) by share and number of ratings, fitted on held-out users"),
    )
    twin_weight = models.FloatField(**_set_by_staff("twin_weight"))
    neighbour_weight = models.FloatField(**_set_by_staff("neighbour_weight"))
    neighbour_count = models.PositiveSmallIntegerField(**_set_by_staff("neighbour_count"))
    answers_weight = models.FloatField(**_set_by_staff("answers_weight"))
    novelty_weight = models.FloatField(**_set_by_staff("novelty_weight"))
    diversity = models.FloatField(**_set_by_staff("diversity"))
    series_limit = models.PositiveSmallIntegerField(**_set_by_staff("series_limit"))
    usage_exponent = models.FloatField(**_set_by_staff("usage_exponent"))
    genre_films = models.PositiveIntegerField(**_set_by_staff("genre_films"))
    created_at = models.DateTimeField(verbose_name=_("created at"), auto_now_add=True)
    published_at = models.DateTimeField(
        verbose_name=_("published at"), null=True, blank=True, editable=False
    )

    objects = ModelRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("model run")
        verbose_name_plural = _("model runs")
        ordering = ["-id"]
        constraints = [
            # Deferred, so that one UPDATE can retire a run and publish the next.
            models.UniqueConstraint(
                fields=["is_live"],
                name="modelrun_one_live",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ready", "live", "retired"]), name="modelrun_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="ready") | Q(published_at__isnull=False),
                name="modelrun_published_at",
            ),
            models.CheckConstraint(
                condition=_in_range("usage_exponent"),
                name="modelrun_usage_exponent_in_range",
                violation_error_message=_("The weight of usage statistics is from 0 to 1."),
            ),
            models.CheckConstraint(
                condition=_in_range(*WEIGHTS),
                name="modelrun_weights_in_range",
                violation_error_message=_(
                    "Weights are from 0 to 100, the number of neighbours from 1 to 1,000."
                ),
            ),
            models.CheckConstraint(
                condition=_in_range("diversity", "series_limit"),
                name="modelrun_variety_in_range",
                violation_error_message=_(
                    "Diversity is from 0 to 1, the most films of one series from 1 to 50."
                ),
            ),
            models.CheckConstraint(
                condition=_in_range("genre_films"),
                name="modelrun_genre_films_in_range",
                violation_error_message=_(
                    "The start of the AI picks is from 1 to 1,000,000 films."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.data_name}"

    @property
    def weights(self) -> Weights:
        """The weights of the blend, as staff set them."""
        return Weights.read({name: getattr(self, name) for name in WEIGHTS})

    @property
    def variety(self) -> Variety:
        """The variety of the lists, as staff set it."""
        return Variety(self.diversity, self.series_limit)

    @property
    def chances(self) -> Calibration:
        """The run's P(like)."""
        return Calibration.read(self.calibration)


class SurveyFilm(models.Model):
    """A film that the survey may offer."""

    run = models.ForeignKey(
        ModelRun,
        verbose_name=_("model run"),
        on_delete=models.CASCADE,
        related_name="survey_films",
        db_index=False,
    )
    movie = models.ForeignKey(
        Movie, verbose_name=_("movie"), on_delete=models.CASCADE, related_name="survey_films"
    )
    likes = models.PositiveIntegerField(
        verbose_name=_("likes"),
        help_text=_("People who like it; at home, if the run learned there"),
    )

    class Meta:
        verbose_name = _("survey film")
        verbose_name_plural = _("survey films")
        constraints = [models.UniqueConstraint(fields=["run", "movie"], name="surveyfilm_once")]

    def __str__(self) -> str:
        return f"run {self.run_id}, movie {self.movie_id}"


class TasteVector(models.Model):
    """A MovieLens user's ALS factors in one run. Not a column of the user: see ADR 0006."""

    run = models.ForeignKey(
        ModelRun,
        verbose_name=_("model run"),
        on_delete=models.CASCADE,
        related_name="taste_vectors",
    )
    ml_user = models.ForeignKey(
        MovieLensUser,
        verbose_name=_("MovieLens user"),
        on_delete=models.CASCADE,
        related_name="taste_vectors",
    )
    taste = VectorField(verbose_name=_("taste"), dimensions=FACTORS)

    class Meta:
        verbose_name = _("taste vector")
        verbose_name_plural = _("taste vectors")
        constraints = [models.UniqueConstraint(fields=["run", "ml_user"], name="tastevector_once")]

    def __str__(self) -> str:
        return f"run {self.run_id}, user {self.ml_user_id}"


class MovieFactors(models.Model):
    """A film's vectors in one run: ALS factors, and those of the encoder of answers."""

    run = models.ForeignKey(
        ModelRun,
        verbose_name=_("model run"),
        on_delete=models.CASCADE,
        related_name="movie_factors",
    )
    movie = models.ForeignKey(
        Movie, verbose_name=_("movie"), on_delete=models.CASCADE, related_name="movie_factors"
    )
    factors = VectorField(verbose_name=_("factors"), dimensions=FACTORS)
    encoder = VectorField(
        verbose_name=_("row of the encoder"),
        dimensions=FACTORS,
        help_text=_("What it adds to the code of who picks it"),
    )
    decoder = VectorField(
        verbose_name=_("row of the decoder"),
        dimensions=FACTORS,
        help_text=_("By which codes are turned into its score"),
    )
    bias = models.FloatField(verbose_name=_("bias"), help_text=_("Its score for an empty code"))
    links = models.BinaryField(
        verbose_name=_("links at home"),
        null=True,
        help_text=_("What it adds to the score of other films for who picks it, learned at home"),
    )
    log_ratings = models.FloatField(
        verbose_name=_("logarithm of ratings"),
        help_text=_("ln(1 + number of people who have rated it)"),
    )
    from_content = models.BooleanField(
        verbose_name=_("guessed from content"),
        default=False,
        help_text=_("Guessed from what the film is about: nobody has rated it"),
    )

    class Meta:
        verbose_name = _("movie factors")
        verbose_name_plural = _("movie factors")
        constraints = [models.UniqueConstraint(fields=["run", "movie"], name="moviefactors_once")]

    def __str__(self) -> str:
        return f"run {self.run_id}, movie {self.movie_id}"
