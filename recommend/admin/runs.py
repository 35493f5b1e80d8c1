"""The admin of model runs: their weights, publishing, personas and previews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import GuardedDeletion, Previewed
from common.errors import DataError, NotReadyError
from recommend.admin import figures, plots
from recommend.admin.making import actions_label, make_new
from recommend.admin.pages import LabPages
from recommend.models import RUN_ARRAYS, LabJob, ModelRun
from recommend.results.staff.previews import preview_exponent
from recommend.scoring.weights import RANKING, SETTINGS

if TYPE_CHECKING:
    RunForm = forms.ModelForm[ModelRun]
else:
    RunForm = forms.ModelForm

OF_NO_RUN = ("roll_back", "make_personas")  # actions on the live run, which need no chosen run


class WeightsForm(RunForm):
    """The settings that staff can change; the model and the database check the limits."""

    class Meta:
        model = ModelRun
        fields = tuple(SETTINGS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            setting = SETTINGS[name]
            step = "1" if setting.is_whole else "any"
            field.widget.attrs |= {"min": setting.low, "max": setting.high, "step": step}


@admin.register(ModelRun)
class ModelRunAdmin(LabPages, Previewed[ModelRun], GuardedDeletion[ModelRun]):
    form = WeightsForm
    change_form_template = "admin/recommend/modelrun/change_form.html"
    change_list_template = "admin/recommend/modelrun/change_list.html"
    list_display = [
        "__str__",
        "state",
        "ratio",
        "blend_ndcg",
        "rmse",
        "verdict",
        "seed",
        "created",
        "published",
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
            {
                "fields": tuple(SETTINGS),
                "description": _("Readers of a live run see a change at once."),
            },
        ),
        (_("As trained"), {"fields": readonly_fields}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelRun]:
        judged = LabJob.objects.judgements().filter(run=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .defer(*RUN_ARRAYS)
            .annotate(newest_verdict=Subquery(judged.values("result__shadow__verdict")[:1]))
        )

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
        """Delete ratings and vectors by one DELETE each, without reading them: no signals.

        The rows are locked and checked again: a run may have been published meanwhile.
        """
        with transaction.atomic():
            runs = list(queryset.select_for_update().defer(*RUN_ARRAYS))
            if any(run.state == ModelRun.State.LIVE for run in runs):
                raise PermissionDenied
            ModelRun.objects.filter(pk__in=[run.pk for run in runs]).defer(*RUN_ARRAYS).delete()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Some actions need no chosen run, but Django runs no action without one."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if request.POST.get("action") in OF_NO_RUN and not chosen:
            data = request.POST.copy()
            data[ACTION_CHECKBOX_NAME] = "0"  # the number of no run
            request.POST = data  # type: ignore[assignment]
        jobs = LabJob.objects.open().order_by("pk").only("pk", "kind", "state", "progress")
        ours = {"may_change": self.has_change_permission(request), "open_jobs": list(jobs)}
        return super().changelist_view(request, ours | (extra_context or {}))

    @admin.action(description=_("Publish the chosen run"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[ModelRun]) -> HttpResponse | None:
        """Asks first about a run that was judged and may be worse; publishes others at once."""
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            text = gettext("Choose exactly one run to publish.")
            self.message_user(request, text, messages.ERROR)
            return None
        (run,) = chosen
        live = self._live()
        judgement = figures.newest_judgement(run, live)
        if live is not None and judgement is not None and judgement.is_doubtful:
            return HttpResponseRedirect(reverse("admin:recommend_modelrun_publish", args=[run.pk]))
        self.publish_one(request, run)
        return None

    @admin.action(description=_("Roll back to the run before"), permissions=["change"])
    def roll_back(self, request: HttpRequest, queryset: QuerySet[ModelRun]) -> None:
        """Ignores the chosen runs: there is one live run, and one before it."""
        self.roll_back_now(request)

    @admin.action(permissions=["change"])
    def make_personas(self, request: HttpRequest, queryset: QuerySet[ModelRun]) -> None:
        """Ignores the chosen runs: the live run answers personas."""
        try:
            self.message_user(request, make_new(request.user), messages.SUCCESS)
        except (DataError, NotReadyError) as error:
            self.message_user(request, str(error), messages.ERROR)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The label of the action says how long it takes."""
        actions: dict[str, Any] = super().get_actions(request)
        if made := actions.get("make_personas"):
            actions["make_personas"] = (made[0], made[1], actions_label())
        return actions

    def preview(self, request: HttpRequest, form: Any, formsets: Sequence[Any]) -> dict[str, Any]:
        """Previews lambda only: the other weights change rankings, which are not stored."""
        before, after = form.initial["usage_exponent"], form.cleaned_data["usage_exponent"]
        notes = []
        if set(RANKING) & set(form.changed_data):
            notes.append(
                gettext(
                    "Not in these figures: the weights of the ranking, and how much lists vary. "
                    "They rank all films again, and stored answers cannot show the effect. "
                    "After saving, `manage.py evaluate` measures the ranking."
                )
            )
        if form.instance.state != ModelRun.State.LIVE:
            notes.append(gettext("This run is not live: it answers nobody now."))
        return {
            "preview": preview_exponent(form.instance, before=before, after=after),
            "preview_notes": notes,
        }

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        run: ModelRun = context["original"]
        context |= {
            "plots": plots.of_run(run),
            "judgement": figures.newest_judgement(run, self._live()),
            "may_change": self.has_change_permission(request),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("× popularity"))
    def ratio(self, obj: ModelRun) -> str | None:
        value = figures.ratio_to_popularity(obj)
        return None if value is None else f"{value:.3f}"

    @admin.display(description=_("RMSE"))
    def rmse(self, obj: ModelRun) -> str | None:
        return figures.metric(obj, "rmse")

    @admin.display(description=_("NDCG@50"))
    def blend_ndcg(self, obj: ModelRun) -> str | None:
        return figures.metric(obj, "blend_ndcg_at_50")

    @admin.display(description=_("Shadow evaluation"))
    def verdict(self, obj: Any) -> Any:
        return figures.VERDICTS.get(obj.newest_verdict)

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, obj: ModelRun) -> str:
        return short_time(obj.created_at)

    @admin.display(description=_("published"), ordering="published_at")
    def published(self, obj: ModelRun) -> str | None:
        return short_time(obj.published_at) if obj.published_at else None

    @admin.display(description=_("metrics"))
    def metrics_shown(self, obj: ModelRun) -> SafeString | str:
        return figures.table(figures.metric_rows(obj))

    @admin.display(description=_("P(like) by share and number of ratings"))
    def calibration_shown(self, obj: ModelRun) -> SafeString | str:
        return figures.table(figures.calibration_rows(obj))

    @admin.display(description=_("parameters"))
    def parameters_shown(self, obj: ModelRun) -> SafeString | str:
        return figures.table(figures.parameter_rows(obj.parameters))


def short_time(moment: datetime) -> str:
    """A time, short enough for a list of many columns."""
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
