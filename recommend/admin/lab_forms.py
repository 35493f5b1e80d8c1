"""Forms of the model lab: what to train, what to tune, which runs to compare."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from common.commands.arguments import LARGEST_SEED
from common.numbers import WholeNumberField
from recommend.models import ModelRun
from recommend.scoring.star_algorithms import STAR_ALGORITHMS
from recommend.scoring.weights import ALS_LIMITS
from recommend.services.lab_jobs import SPACES, USUAL_SPACE

LIVE, DEFAULTS = "live", "defaults"
MOST = {"trials": 200, "minutes": 60}
USUAL_TRIALS = 20
# The parameter of the ranking that each field of the form sets.
BLEND_FIELDS = {
    "factors": "als.factors",
    "confidence": "als.confidence",
    "regularization": "als.regularization",
    "passes": "encoder.passes",
    "learning_rate": "encoder.learning_rate",
}


# Fields of the form that `train_model` has too.
OPTIONS = ("seed", "rating_algorithm", "factors", "confidence", "regularization")


def _als_limits(name: str) -> dict[str, Any]:
    low, high, _meaning = ALS_LIMITS[name]
    return {"min_value": low, "max_value": high, "required": False}


class OrderForm(forms.Form):
    """What a job of the lab should do. Retraining leaves nothing to choose."""

    def parameters(self) -> dict[str, Any]:
        """The parameters of the job."""
        return {}


class RecipeForm(OrderForm):
    """Where to begin; an empty field below keeps the value from there."""

    base = forms.ChoiceField(
        label=_("Begin with"),
        choices=[
            (LIVE, _("what the live run was trained with, and its weights")),
            (DEFAULTS, _("the defaults")),
        ],
        widget=forms.RadioSelect,
        initial=LIVE,
    )

    def parameters(self) -> dict[str, Any]:
        return {"base": self.cleaned_data["base"]}


class TrainForm(RecipeForm):
    seed = WholeNumberField(
        label=_("Seed"),
        min_value=0,
        max_value=LARGEST_SEED,
        required=False,
        help_text=_("The same data, parameters and seed give the same run."),
    )
    rating_algorithm = forms.ChoiceField(
        label=_("Algorithm of the stars"),
        choices=[("", _("as above")), *((name, name) for name in sorted(STAR_ALGORITHMS))],
        required=False,
        help_text=_(
            "Predicts the stars that are shown beside a film; it does not rank. The KNN family, "
            "SlopeOne and CoClustering are slow on large data."
        ),
    )
    factors = WholeNumberField(
        label=_("Numbers in a taste"),
        **_als_limits("factors"),
        help_text=_("1 to 64; more can tell finer tastes apart and need more data."),
    )
    confidence = forms.FloatField(
        label=_("Confidence of a like"),
        **_als_limits("confidence"),
        help_text=_("How much more a like counts than a film that somebody has not rated."),
    )
    regularization = forms.FloatField(
        label=_("Regularisation"),
        **_als_limits("regularization"),
        help_text=_("More keeps tastes nearer to the average; less follows each rating."),
    )
    passes = WholeNumberField(
        label=_("Passes of the encoder of answers"),
        min_value=1,
        max_value=500,
        required=False,
        help_text=_("How often it sees everybody's answers; twice as many take twice as long."),
    )
    learning_rate = forms.FloatField(
        label=_("Learning rate of the encoder of answers"),
        min_value=0.00001,
        max_value=1,
        required=False,
    )

    def parameters(self) -> dict[str, Any]:
        given = self.cleaned_data
        found = super().parameters()
        if given["seed"] is not None:
            found["seed"] = given["seed"]
        if given["rating_algorithm"]:
            found["rating_algorithm"] = given["rating_algorithm"]
        blend = {
            parameter: given[name]
            for name, parameter in BLEND_FIELDS.items()
            if given[name] is not None
        }
        return found | ({"blend": blend} if blend else {})


class TuneForm(RecipeForm):
    space = forms.ChoiceField(
        label=_("What to tune"), choices=list(SPACES.items()), initial=USUAL_SPACE
    )
    trials = WholeNumberField(
        label=_("Trials"),
        min_value=1,
        initial=USUAL_TRIALS,
        help_text=_("Sets of parameters to try. The present ones are the first trial."),
    )
    minutes = WholeNumberField(
        label=_("Minutes at most"),
        min_value=1,
        help_text=_("No trial begins after that; the best one so far is trained then."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in MOST.items():
            self.fields[name].validators.append(MaxValueValidator(most))
            self.fields[name].widget.attrs["max"] = most
        self.fields["minutes"].initial = MOST["minutes"]

    def parameters(self) -> dict[str, Any]:
        given = self.cleaned_data
        return super().parameters() | {
            "space": given["space"],
            "trials": given["trials"],
            "timeout": 60.0 * given["minutes"],
        }


RUNS = ModelRun.objects.only("pk", "data_name", "state").order_by("-pk")


class CompareForm(forms.Form):
    """Two different runs: the first one is compared with the second one."""

    a = forms.ModelChoiceField(RUNS, label=_("Run"))
    b = forms.ModelChoiceField(RUNS, label=_("held against"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("a") is not None and given.get("a") == given.get("b"):
            raise forms.ValidationError(_("Choose two different runs."))
        return given
