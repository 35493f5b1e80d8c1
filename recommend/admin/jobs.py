"""Jobs of the model lab: starting them, and the pages that show their progress and results."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from common.admin import ReadOnlyAdmin
from common.backends import broker
from common.errors import DataError
from movies.models import Notice
from recommend.admin import figures, plots
from recommend.models import LabJob, ModelRun
from recommend.services import lab_jobs
from recommend.tasks import start_lab

CHANGE = "recommend.change_modelrun"  # needed to start, cancel and dismiss jobs too


def start(
    *,
    kind: str,
    parameters: Mapping[str, Any],
    user: AbstractBaseUser | AnonymousUser | None,
    run: ModelRun | None = None,
) -> tuple[LabJob, str]:
    """Start a job. Returns it and a message for the page.

    Raises `DataError`, before any work is done, if it cannot start.
    """
    if kind == LabJob.Kind.RETRAIN:
        job = lab_jobs.ask_to_retrain(parameters=parameters, user=user)
    else:
        job = lab_jobs.ask_for(kind=kind, parameters=parameters, run=run, user=user)
    return job, hand_over(job)


def hand_over(job: LabJob) -> str:
    """Let a worker do it, or a process of its own where no Redis is set.

    Returns a message for the page. Raises `DataError` if Redis is away; the job is then cancelled.
    """
    try:
        start_lab()
    except broker.FAILURES as error:
        lab_jobs.cancel(job=job)
        raise DataError(
            gettext("Nothing was started, because Redis cannot be reached: %(error)s")
            % {"error": error}
        ) from error
    job.refresh_from_db()
    return _said_of(job)


def _said_of(job: LabJob) -> str:
    if job.state == LabJob.State.DONE:
        return gettext("%(job)s is done.") % {"job": job}
    if job.state == LabJob.State.FAILED:
        raise DataError(gettext("%(job)s failed: %(error)s") % {"job": job, "error": job.error})
    return gettext("%(job)s has been started; its page shows how it goes.") % {"job": job}


def who_waits() -> str:
    """The note beside a button that starts a job."""
    return gettext("It takes some minutes, beside your work; you are shown how it goes.")


def run_link(run: ModelRun | None) -> SafeString | str:
    if run is None:
        return "–"
    return format_html(
        '<a href="{}">{}</a>', reverse("admin:recommend_modelrun_change", args=[run.pk]), run
    )


@admin.register(LabJob)
class LabJobAdmin(ReadOnlyAdmin[LabJob]):
    """Newest first. Jobs are not edited: staff start them, cancel waiting ones, and view them."""

    change_form_template = "admin/recommend/labjob/change_form.html"
    list_display = ["__str__", "state_shown", "progress_shown", "run_shown", "verdict",
                    "started_by", "created_at", "took"]  # fmt: skip
    list_filter = ["kind", "state"]
    ordering = ["-id"]
    fields = ["kind", "state_shown", "progress_shown", "why", "run_shown", "against_shown",
              "parameters_shown", "asked_by", "created_at", "started_at", "ended_at",
              "took"]  # fmt: skip

    class Media:
        css = {"all": ["lab.css"]}  # noqa: RUF012

    def get_queryset(self, request: HttpRequest) -> QuerySet[LabJob]:
        return LabJob.objects.with_runs().select_related("started_by")

    def get_urls(self) -> list[URLPattern]:
        views = {
            "cancel": self.cancel_view,
            "seen": self.seen_view,
            "profile": self.profile_view,
        }
        ours = [
            path(
                f"<int:number>/{name}/",
                self.admin_site.admin_view(view),
                name=f"recommend_labjob_{name}",
            )
            for name, view in views.items()
        ]
        return [*ours, *super().get_urls()]

    @method_decorator(require_POST)
    def cancel_view(self, request: HttpRequest, number: int) -> HttpResponse:
        job = self._job(request, number)
        try:
            lab_jobs.cancel(job=job)
            self.log_change(request, job, gettext("Cancelled."))
        except DataError as error:
            self.message_user(request, str(error), messages.ERROR)
        return self._back(job)

    @method_decorator(require_POST)
    def seen_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Dismiss the notice of the scheduled retraining."""
        job = self._job(request, number)
        lab_jobs.dismiss_notice()
        self.log_change(request, job, gettext("The notice was taken down."))
        self.message_user(request, gettext("The notice was taken down."), messages.SUCCESS)
        return self._back(job)

    @method_decorator(require_safe)
    def profile_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The report of a profile of the data with its drawings, packed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        job = get_object_or_404(LabJob, pk=number, result__has_key="profile")
        packed = packed_files(job.result["profile"]["files"])
        name = f'attachment; filename="ottwin-profile-{job.pk}.zip"'
        headers = {"Content-Disposition": name}
        return HttpResponse(packed, content_type="application/zip", headers=headers)

    def _job(self, request: HttpRequest, number: int) -> LabJob:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        return get_object_or_404(LabJob, pk=number)

    def _back(self, job: LabJob) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:recommend_labjob_change", args=[job.pk]))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        job: LabJob = context["original"]
        live = ModelRun.objects.light().live()
        may_change = request.user.has_perm(CHANGE)
        shadow, tuned = job.result.get("shadow"), job.result.get("tuned")
        context |= {
            "is_open": job.state in (LabJob.State.QUEUED, LabJob.State.RUNNING),
            "may_publish": may_change and job.run is not None and job.run != live,
            "may_cancel": may_change and job.state == LabJob.State.QUEUED,
            "may_dismiss": may_change
            and job.kind == LabJob.Kind.RETRAIN
            and Notice.objects.filter(key=Notice.Key.RETRAIN).exists(),
            "refusal": lab_jobs.why_not_published(job),
            "judgement": figures.judgement_of(job, job.run, live) if shadow else None,
            "tuned": tuned,
            "tuned_rows": _tuned_rows(tuned) if tuned else [],
            "plots": _plots(job),
            "has_profile": "profile" in job.result,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("state"))
    def state_shown(self, obj: LabJob) -> str:
        if obj.state == LabJob.State.RUNNING and not lab_jobs.is_busy():
            return gettext("Its worker died")
        return str(obj.get_state_display())

    @admin.display(description=_("progress"))
    def progress_shown(self, obj: LabJob) -> str:
        return obj.progress or "–"

    @admin.display(description=_("why it failed"))
    def why(self, obj: LabJob) -> str:
        return obj.error or "–"

    @admin.display(description=_("run"))
    def run_shown(self, obj: LabJob) -> SafeString | str:
        return run_link(obj.run)

    @admin.display(description=_("judged against"))
    def against_shown(self, obj: LabJob) -> SafeString | str:
        return run_link(obj.against)

    @admin.display(description=_("verdict"))
    def verdict(self, obj: LabJob) -> str:
        if (shadow := obj.result.get("shadow")) is None:
            return "–"
        return str(figures.VERDICTS[shadow["verdict"]])

    @admin.display(description=_("parameters"))
    def parameters_shown(self, obj: LabJob) -> SafeString | str:
        rows = figures.parameter_rows(obj.parameters)
        return figures.table(rows) if rows else "–"

    @admin.display(description=_("asked for by"))
    def asked_by(self, obj: LabJob) -> str:
        return str(obj.started_by) if obj.started_by else gettext("the schedule or a command")

    @admin.display(description=_("took"))
    def took(self, obj: LabJob) -> str:
        if obj.started_at is None:
            return "–"
        seconds = ((obj.ended_at or timezone.now()) - obj.started_at).total_seconds()
        return str(timedelta(seconds=round(seconds)))


def _tuned_rows(tuned: Mapping[str, Any]) -> list[figures.LabelledFigure]:
    default = tuned["default_value"]
    return [
        figures.LabelledFigure(_("Best value"), f"{tuned['best_value']:.4f}"),
        figures.LabelledFigure(
            _("Value of what it began with"), "–" if default is None else f"{default:.4f}"
        ),
        *figures.parameter_rows(tuned["best_parameters"]),
    ]


def _plots(job: LabJob) -> list[plots.Plot]:
    shadow, tuned = job.result.get("shadow"), job.result.get("tuned")
    names = (str(job.run or "?"), str(job.against or "?"))
    found = [
        plots.of_groups(shadow, names) if shadow else None,
        plots.of_trials(tuned) if tuned else None,
    ]
    profile = job.result.get("profile")
    drawn = plots.of_profile(profile) if profile else []
    return [*(one for one in found if one is not None), *drawn]


def packed_files(files: Mapping[str, str]) -> bytes:
    """A ZIP of these files; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
