"""Workflows: what each step did, and the buttons that start one or let it go on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from common.admin import ReadOnlyAdmin
from common.backends import broker
from common.errors import DataError
from recommend.admin.jobs import CHANGE
from recommend.models import Workflow, WorkflowStep
from recommend.services.workflow import asking, steps
from recommend.tasks import start_steps

State = WorkflowStep.State


@admin.register(Workflow)
class WorkflowAdmin(ReadOnlyAdmin[Workflow]):
    """Newest first. Staff start one or let it go on, and change nothing."""

    change_form_template = "admin/recommend/workflow/change_form.html"
    change_list_template = "admin/recommend/workflow/change_list.html"
    list_display = ["__str__", "state_shown", "step_shown", "started_by", "created_at", "took"]
    list_filter = ["state"]
    list_select_related = ["started_by"]
    ordering = ["-id"]
    fields = ["state_shown", "asked_by", "trials", "created_at", "told_at", "ended_at", "took"]

    class Media:
        css = {"all": ["lab.css"]}  # noqa: RUF012

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workflow]:
        return super().get_queryset(request).prefetch_related("steps")

    def get_urls(self) -> list[URLPattern]:
        ours = [
            path(
                "run-now/",
                self.admin_site.admin_view(self.run_now_view),
                name="recommend_workflow_run_now",
            ),
            path(
                "<int:number>/go-on/",
                self.admin_site.admin_view(self.go_on_view),
                name="recommend_workflow_go_on",
            ),
        ]
        return [*ours, *super().get_urls()]

    @method_decorator(require_POST)
    def run_now_view(self, request: HttpRequest) -> HttpResponse:
        self._check_change(request)
        try:
            workflow = asking.start(user=request.user)
        except DataError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:recommend_workflow_changelist"))
        return self._hand_over(request, workflow, gettext("Started."))

    @method_decorator(require_POST)
    def go_on_view(self, request: HttpRequest, number: int) -> HttpResponse:
        self._check_change(request)
        workflow = get_object_or_404(Workflow, pk=number)
        try:
            workflow = asking.go_on(workflow=workflow)
        except DataError as error:
            self.message_user(request, str(error), messages.ERROR)
            return self._page_of(workflow)
        return self._hand_over(request, workflow, gettext("Gone on with."))

    def _check_change(self, request: HttpRequest) -> None:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied

    def _hand_over(self, request: HttpRequest, workflow: Workflow, done: str) -> HttpResponse:
        self.log_change(request, workflow, done)
        try:
            start_steps(workflow)
        except broker.FAILURES as error:
            text = gettext("Nothing was started, because Redis cannot be reached: %(error)s")
            self.message_user(request, text % {"error": error}, messages.ERROR)
        except DataError as error:  # of a step that was done here
            self.message_user(request, str(error), messages.ERROR)
        else:
            text = gettext("Workflow %(workflow)s goes on; its page shows how it goes.")
            self.message_user(request, text % {"workflow": workflow}, messages.SUCCESS)
        return self._page_of(workflow)

    def _page_of(self, workflow: Workflow) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:recommend_workflow_change", args=[workflow.pk]))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        ours = {"may_change": request.user.has_perm(CHANGE)}
        return super().changelist_view(request, ours | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        workflow: Workflow = context["original"]
        rows, is_busy = list(workflow.steps.select_related("job")), asking.is_busy()
        next_step = next((row for row in rows if row.state not in WorkflowStep.ENDED), None)
        stopped = next_step is not None and not is_busy and workflow == asking.unfinished()
        context |= {
            "is_open": workflow.state == Workflow.State.RUNNING,
            "rows": [_StepRow(row, is_busy) for row in rows],
            "next_step": next_step,
            "may_go_on": stopped and request.user.has_perm(CHANGE),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("state"))
    def state_shown(self, obj: Workflow) -> str:
        running = any(step.state == State.RUNNING for step in obj.steps.all())
        if obj.state == Workflow.State.RUNNING and running and not asking.is_busy():
            return gettext("Its worker died")
        return str(obj.get_state_display())

    @admin.display(description=_("step"))
    def step_shown(self, obj: Workflow) -> str:
        left = [step for step in obj.steps.all() if step.state not in WorkflowStep.ENDED]
        return str(left[0].get_name_display()) if left else "–"

    @admin.display(description=_("asked for by"))
    def asked_by(self, obj: Workflow) -> str:
        return str(obj.started_by) if obj.started_by else gettext("the schedule or a command")

    @admin.display(description=_("took"))
    def took(self, obj: Workflow) -> str:
        return _lasted(obj.created_at, obj.ended_at)


class _StepRow:
    """A step in the words of the page."""

    def __init__(self, step: WorkflowStep, is_busy: bool) -> None:
        self.step = step
        self.name = step.get_name_display()
        is_dead = step.state == State.RUNNING and not is_busy
        self.state = gettext("Its worker died") if is_dead else step.get_state_display()
        self.said = steps.why_of(step) if step.why else steps.line_of(step)
        self.took = _lasted(step.started_at, step.ended_at) if step.started_at else "–"


def _lasted(since: Any, until: Any) -> str:
    seconds = ((until or timezone.now()) - since).total_seconds()
    return str(timedelta(seconds=round(seconds)))
