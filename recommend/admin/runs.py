"""Model runs, which staff weigh and publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import GuardedDeletion, Previewed, pretty_json
from common.errors import DataError, NotReadyError
from recommend.admin.making import actions_label, make_anew
from recommend.models import RUN_ARRAYS, ModelRun
from recommend.personas import preview_exponent
from recommend.services import model_runs

if TYPE_CHECKING:
    RunForm = forms.ModelForm[ModelRun]
else:
    RunForm = forms.ModelForm

LIMITS = {
    "answers_weight": (0, 100),
    "twin_weight": (0, 100),
    "neighbour_weight": (0, 100),
    "neighbour_count": (1, 1000),
    "novelty_weight": (0, 100),
    "diversity": (0, 1),
    "series_limit": (1, 50),
    "usage_exponent": (0, 1),
}
WEIGHTS = tuple(LIMITS)
RANKING = frozenset(WEIGHTS) - {"usage_exponent"}
OF_NO_RUN = ("roll_back", "make_personas")  # actions on the live run, whatever is chosen


class WeightsForm(RunForm):
    """The weights that staff can change, within the limits that the database keeps too."""

    class Meta:
        model = ModelRun
        fields = WEIGHTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (low, high) in LIMITS.items():
            if field := self.fields.get(name):
                field.validators += [MinValueValidator(low), MaxValueValidator(high)]
                step = "1" if isinstance(field, forms.IntegerField) else "any"
                field.widget.attrs |= {"min": low, "max": high, "step": step}


@admin.register(ModelRun)
class ModelRunAdmin(Previewed[ModelRun], GuardedDeletion[ModelRun]):
    form = WeightsForm
    list_display = [
        "__str__",
        "state",
        "rmse",
        "blend_ndcg",
        "popularity_ndcg",
        "created_at",
        "published_at",
    ]
    list_filter = ["state"]
    search_fields = ["data_name", "data_digest"]
    ordering = ["-id"]
    actions = ["publish", "roll_back", "make_personas"]
    readonly_fields = (
        "state",
        "data_name",
        "data_digest",
        "seed",
        "created_at",
        "published_at",
        "metrics_shown",
        "parameters_shown",
        "confidence",
        "regularization",
        "calibration_shown",
    )
    fieldsets = [
        (
            _("Weights"),
            {"fields": WEIGHTS, "description": _("Readers of a live run see a change at once.")},
        ),
        (_("As trained"), {"fields": readonly_fields}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelRun]:
        return super().get_queryset(request).defer(*RUN_ARRAYS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def why_kept(self, obj: ModelRun) -> str | None:
        if obj.state != ModelRun.State.LIVE:
            return None
        text = gettext("%(run)s is live. Publish another run or roll back before you delete it.")
        return text % {"run": obj}

    def delete_model(self, request: HttpRequest, obj: ModelRun) -> None:
        self.delete_queryset(request, ModelRun.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ModelRun]) -> None:
        """Ratings and vectors go by one DELETE each, unread: nothing listens to their signals.

        Locked and looked at again, because a run may have been published since the page was shown.
        """
        with transaction.atomic():
            runs = list(queryset.select_for_update().defer(*RUN_ARRAYS))
            if any(run.state == ModelRun.State.LIVE for run in runs):
                raise PermissionDenied
            ModelRun.objects.filter(pk__in=[run.pk for run in runs]).defer(*RUN_ARRAYS).delete()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Some actions need no chosen run, but Django calls no action without one."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if request.POST.get("action") in OF_NO_RUN and not chosen:
            data = request.POST.copy()
            data[ACTION_CHECKBOX_NAME] = "0"  # the number of no run
            request.POST = data  # type: ignore[assignment]
        return super().changelist_view(request, extra_context)

    @admin.action(description=_("Publish the chosen run"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[ModelRun]) -> None:
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            text = gettext("Choose exactly one run to publish.")
            self.message_user(request, text, messages.ERROR)
            return
        (run,) = chosen
        try:
            with transaction.atomic():
                before = model_runs.publish_run(run=run)
        except (DataError, IntegrityError) as error:
            self._say_failed(request, error)
            return
        self.log_change(request, run, gettext("Published."))
        text = gettext("Run %(run)s is live now; before it: %(before)s.")
        text %= {"run": run, "before": before or gettext("none")}
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=_("Roll back to the run before"), permissions=["change"])
    def roll_back(self, request: HttpRequest, queryset: QuerySet[ModelRun]) -> None:
        """Whatever is chosen: there is one live run, and one before it."""
        try:
            with transaction.atomic():
                run = model_runs.roll_back()
        except (DataError, IntegrityError) as error:
            self._say_failed(request, error)
            return
        self.log_change(request, run, gettext("Rolled back to."))
        text = gettext("Rolled back: run %(run)s is live now.") % {"run": run}
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(permissions=["change"])
    def make_personas(self, request: HttpRequest, queryset: QuerySet[ModelRun]) -> None:
        """Whatever is chosen: personas are answered by the live run."""
        try:
            self.message_user(request, make_anew(), messages.SUCCESS)
        except (DataError, NotReadyError) as error:
            self.message_user(request, str(error), messages.ERROR)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Who chooses to make personas is told before how long that takes."""
        actions: dict[str, Any] = super().get_actions(request)
        if made := actions.get("make_personas"):
            actions["make_personas"] = (made[0], made[1], actions_label())
        return actions

    def preview(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        """Of lambda. The other weights rank all films anew, of which nothing is stored."""
        before, after = form.initial["usage_exponent"], form.cleaned_data["usage_exponent"]
        notes = []
        if RANKING & set(form.changed_data):
            notes.append(
                gettext(
                    "Not in these figures: the weights of the twin and of the neighbours. They "
                    "rank all films anew, and stored answers can not tell what comes of that. "
                    "After saving, `manage.py evaluate` measures the ranking."
                )
            )
        if form.instance.state != ModelRun.State.LIVE:
            notes.append(gettext("This run is not live: nobody is answered by it now."))
        return {
            "preview": preview_exponent(form.instance, before=before, after=after),
            "preview_notes": notes,
        }

    def _say_failed(self, request: HttpRequest, error: Exception) -> None:
        """An `IntegrityError` is the constraint of one live run: two published at once."""
        text = str(error)
        if isinstance(error, IntegrityError):
            text = gettext("Another run was published at the same moment. Look, then try again.")
        self.message_user(request, text, messages.ERROR)

    @admin.display(description=_("RMSE"))
    def rmse(self, obj: ModelRun) -> str | None:
        return metric(obj, "rmse")

    @admin.display(description=_("NDCG@50, blend"))
    def blend_ndcg(self, obj: ModelRun) -> str | None:
        return metric(obj, "blend_ndcg_at_50")

    @admin.display(description=_("NDCG@50, popularity"))
    def popularity_ndcg(self, obj: ModelRun) -> str | None:
        return metric(obj, "popularity_ndcg_at_50")

    @admin.display(description=_("metrics"))
    def metrics_shown(self, obj: ModelRun) -> SafeString:
        return pretty_json(obj.metrics)

    @admin.display(description=_("P(like) by rank and number of ratings"))
    def calibration_shown(self, obj: ModelRun) -> SafeString:
        shown = {key: value for key, value in obj.calibration.items() if key != "resampled"}
        return pretty_json(shown)

    @admin.display(description=_("parameters"))
    def parameters_shown(self, obj: ModelRun) -> SafeString:
        return pretty_json(obj.parameters)


def metric(run: ModelRun, name: str) -> str | None:
    """A metric with three decimals; None where it was not measured."""
    value = run.metrics.get(name)
    return f"{value:.3f}" if isinstance(value, (int, float)) else None
