"""Forms of the model lab: what to train, what to tune, which runs to compare."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.commands.arguments import LARGEST_SEED
from recommend.models import ModelRun
from recommend.scoring.star_algorithms import STAR_ALGORITHMS
from recommend.services.lab_jobs import SPACES

LIVE, DEFAULTS = "live", "defaults"
MOST_TRIALS, MOST_TRIALS_IN_A_REQUEST = 200, 20
MOST_MINUTES, MOST_MINUTES_IN_A_REQUEST = 60, 3
# Field of the form: the parameter of the ranking that it sets.
BLEND_FIELDS = {
    "factors": "als.factors",
    "confidence": "als.confidence",
    "regularization": "als.regularization",
    "passes": "encoder.passes",
    "learning_rate": "encoder.learning_rate",
}


class OrderForm(forms.Form):
    """What a job of the lab is to do."""

    def parameters(self) -> dict[str, Any]:
        """Of the job."""
        raise NotImplementedError

    def command(self) -> str:
        """What does the same for an operator."""
        raise NotImplementedError


class RetrainForm(OrderForm):
    """Nothing to choose: the recipe is that of the live run."""

    def parameters(self) -> dict[str, Any]:
        return {}

    def command(self) -> str:
        return "manage.py retrain"


class RecipeForm(OrderForm):
    """Where to begin: whatever is left empty below stays as it is there."""

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
    seed = forms.IntegerField(
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
    factors = forms.IntegerField(
        label=_("Numbers in a taste"),
        min_value=1,
        max_value=64,
        required=False,
        help_text=_("1 to 64; more can tell finer tastes apart and need more data."),
    )
    confidence = forms.FloatField(
        label=_("Confidence of a like"),
        min_value=1,
        max_value=1_000,
        required=False,
        help_text=_("How much more a like counts than a film that somebody has not rated."),
    )
    regularization = forms.FloatField(
        label=_("Regularisation"),
        min_value=0.01,
        max_value=10_000,
        required=False,
        help_text=_("More keeps tastes nearer to the average; less follows each rating."),
    )
    passes = forms.IntegerField(
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

    def command(self) -> str:
        """As far as the commands have the parameters."""
        options = {
            "seed": "--seed",
            "rating_algorithm": "--rating-algorithm",
            "factors": "--factors",
            "confidence": "--confidence",
            "regularization": "--regularization",
        }
        given = [f"{option} {self.cleaned_data[name]}" for name, option in options.items()
                 if self.cleaned_data[name] not in (None, "")]  # fmt: skip
        first = " ".join(["train_model", *given])
        return f"manage.py {first}`, `manage.py predict_ratings`, `manage.py load_predictions FILE"


class TuneForm(RecipeForm):
    space = forms.ChoiceField(label=_("What to tune"), choices=SPACES, initial=SPACES[0][0])
    trials = forms.IntegerField(
        label=_("Trials"),
        min_value=1,
        initial=MOST_TRIALS_IN_A_REQUEST,
        help_text=_("Sets of parameters to try. The present ones are the first trial."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes at most"),
        min_value=1,
        help_text=_("No trial begins after that; the best one so far is trained then."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waits = not settings.REDIS_URL
        limits = {
            "trials": MOST_TRIALS_IN_A_REQUEST if waits else MOST_TRIALS,
            "minutes": MOST_MINUTES_IN_A_REQUEST if waits else MOST_MINUTES,
        }
        for name, most in limits.items():
            field = self.fields[name]
            assert isinstance(field, forms.IntegerField)  # noqa: S101
            field.max_value = most
            field.validators += [forms.IntegerField(max_value=most).validators[-1]]
            field.widget.attrs["max"] = most
        self.fields["minutes"].initial = limits["minutes"]

    def parameters(self) -> dict[str, Any]:
        given = self.cleaned_data
        return super().parameters() | {
            "space": given["space"],
            "trials": given["trials"],
            "timeout": 60.0 * given["minutes"],
        }

    def command(self) -> str:
        given = self.cleaned_data
        return (
            f"manage.py tune_model {given['space']} --trials {given['trials']} "
            f"--minutes {given['minutes']} --train"
        )


class CompareForm(forms.Form):
    """Two different runs: the first one is looked at, the second one is what it is held against."""

    a = forms.ModelChoiceField(ModelRun.objects.none(), label=_("Run"))
    b = forms.ModelChoiceField(ModelRun.objects.none(), label=_("held against"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runs = ModelRun.objects.only("pk", "data_name", "state").order_by("-pk")
        for name in ("a", "b"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
            field.queryset = runs

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("a") is not None and given.get("a") == given.get("b"):
            raise forms.ValidationError(_("Choose two different runs."))
        return given
