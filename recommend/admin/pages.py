"""Pages beside the list of model runs: train, tune, judge, compare, publish, roll back.

Each page shows a form or a question, and does what is confirmed. Staff who may only view can
compare runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import SiteAdmin
from common.errors import DataError, NotReadyError
from recommend.admin import comparing, figures, jobs, making
from recommend.admin.lab_forms import CompareForm, OrderForm, TrainForm, TuneForm
from recommend.models import LabJob, ModelRun
from recommend.services import model_runs

LIST = "admin:recommend_modelrun_changelist"


class LabPages(SiteAdmin[ModelRun]):
    """The pages as views of the admin of model runs."""

    def get_urls(self) -> list[URLPattern]:
        views: dict[str, Callable[..., HttpResponse]] = {
            "compare/": self.compare_view,
            "train/": self.train_view,
            "tune/": self.tune_view,
            "retrain/": self.retrain_view,
            "profile/": self.profile_view,
            "genres/": self.genres_view,
            "roll_back/": self.roll_back_view,
            "<int:number>/shadow/": self.shadow_view,
            "<int:number>/publish/": self.publish_view,
        }
        ours = [
            path(
                route.replace("_", "-"),
                self.admin_site.admin_view(view),
                name=f"recommend_modelrun_{route.split('/')[-2]}",
            )
            for route, view in views.items()
        ]
        return [*ours, *super().get_urls()]

    # --- comparing -------------------------------------------------------------------------------

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """`?a=&b=`: b defaults to the live run, a to the newest other run."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = CompareForm(self._pair(request.GET.get("a"), request.GET.get("b")))
        context: dict[str, Any] = {"form": form}
        if form.is_bound and form.is_valid():
            numbers = [form.cleaned_data[name].pk for name in ("a", "b")]
            runs = ModelRun.objects.light().in_bulk(numbers)
            first, second = (runs[number] for number in numbers)
            try:
                context |= comparing.context(first, second, self._live())
            except (DataError, NotReadyError) as error:
                self.message_user(request, str(error), messages.ERROR)
        return self._page(request, "compare", _("Compare two runs"), context)

    def _pair(self, first: str | None, second: str | None) -> dict[str, str] | None:
        """The chosen runs, completed by the live and the newest run; None without two runs."""
        runs = list(ModelRun.objects.order_by("-pk").values_list("pk", "state")[:50])
        live = [str(number) for number, state in runs if state == ModelRun.State.LIVE]
        newest = [str(number) for number, _state in runs if str(number) not in live]
        if first is None:
            first = next((one for one in [*newest, *live] if one != second), None)
        if second is None:
            second = next((one for one in [*live, *newest] if one != first), None)
        if first is None or second is None:
            return None
        return {"a": first, "b": second}

    # --- jobs of the lab -------------------------------------------------------------------------

    def train_view(self, request: HttpRequest) -> HttpResponse:
        return self._order(request, TrainForm, LabJob.Kind.TRAIN, _("Train a run"))

    def tune_view(self, request: HttpRequest) -> HttpResponse:
        return self._order(request, TuneForm, LabJob.Kind.TUNE, _("Tune and train"))

    def retrain_view(self, request: HttpRequest) -> HttpResponse:
        return self._order(request, OrderForm, LabJob.Kind.RETRAIN, _("Retrain now"))

    def profile_view(self, request: HttpRequest) -> HttpResponse:
        return self._order(request, OrderForm, LabJob.Kind.PROFILE, _("Look at the data"))

    def genres_view(self, request: HttpRequest) -> HttpResponse:
        return self._order(request, OrderForm, LabJob.Kind.GENRES, _("Train the genre model"))

    def shadow_view(self, request: HttpRequest, number: int) -> HttpResponse:
        self._check_change(request)
        run = self._run(number)
        title = _("Shadow evaluation against the live run")
        if request.method == "POST":
            started = self._start(
                request,
                kind=LabJob.Kind.SHADOW,
                parameters={},
                run=run,
            )
            if started is not None:
                return started
        context = {"run": run, "live": self._live(), "waits": jobs.who_waits()}
        return self._page(request, "shadow", title, context)

    def _order(
        self,
        request: HttpRequest,
        form_class: type[OrderForm],
        kind: LabJob.Kind,
        title: Any,
    ) -> HttpResponse:
        self._check_change(request)
        form = form_class()
        if request.method == "POST":
            form = form_class(request.POST)
            if form.is_valid():
                started = self._start(request, kind=kind, parameters=form.parameters())
                if started is not None:
                    return started
        context = {"form": form, "kind": kind, "live": self._live(), "waits": jobs.who_waits()}
        return self._page(request, "order", title, context)

    def _start(self, request: HttpRequest, **asked: Any) -> HttpResponse | None:
        """Redirect to the page of the job; None, with a message, if it did not start or failed."""
        try:
            job, said = jobs.start(user=request.user, **asked)
        except (DataError, NotReadyError) as error:
            self.message_user(request, str(error), messages.ERROR)
            return None
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:recommend_labjob_change", args=[job.pk]))

    # --- publishing ------------------------------------------------------------------------------

    def publish_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Shows the verdict, if any. A run that may be worse needs a confirmation."""
        self._check_change(request)
        run, live = self._run(number), self._live()
        judgement = figures.newest_judgement(run, live)
        doubtful = live is not None and (judgement is None or judgement.is_doubtful)
        if request.method == "POST":
            if doubtful and "sure" not in request.POST:
                text = gettext("Tick the box to publish it all the same.")
                self.message_user(request, text, messages.ERROR)
            else:
                self.publish_one(request, run)
                return HttpResponseRedirect(reverse(LIST))
        context = {"run": run, "live": live, "judgement": judgement, "doubtful": doubtful}
        return self._page(request, "publish", _("Publish a run"), context)

    def publish_one(self, request: HttpRequest, run: ModelRun) -> None:
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
        self._make_personas(request)

    def _make_personas(self, request: HttpRequest) -> None:
        """For the previews, which answer personas with the run that is live."""
        try:
            self.message_user(request, making.make_new(request.user), messages.INFO)
        except (DataError, NotReadyError) as error:
            self.message_user(request, str(error), messages.WARNING)

    def roll_back_view(self, request: HttpRequest) -> HttpResponse:
        self._check_change(request)
        if request.method == "POST":
            self.roll_back_now(request)
            return HttpResponseRedirect(reverse(LIST))
        context = {"live": self._live(), "earlier": model_runs.run_before_live()}
        return self._page(request, "roll_back", _("Roll back"), context)

    def roll_back_now(self, request: HttpRequest) -> None:
        try:
            with transaction.atomic():
                run = model_runs.roll_back()
        except (DataError, IntegrityError) as error:
            self._say_failed(request, error)
            return
        self.log_change(request, run, gettext("Rolled back to."))
        text = gettext("Rolled back: run %(run)s is live now.") % {"run": run}
        self.message_user(request, text, messages.SUCCESS)
        self._make_personas(request)

    def _say_failed(self, request: HttpRequest, error: Exception) -> None:
        """An `IntegrityError` means that two runs were published at once; only one can be live."""
        text = str(error)
        if isinstance(error, IntegrityError):
            text = gettext("Another run was published at the same moment. Look, then try again.")
        self.message_user(request, text, messages.ERROR)

    # --- what the pages share --------------------------------------------------------------------

    def _check_change(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied

    def _run(self, number: int) -> ModelRun:
        return get_object_or_404(ModelRun.objects.light(), pk=number)

    def _live(self) -> ModelRun | None:
        return ModelRun.objects.light().live()

    def _page(
        self, request: HttpRequest, name: str, title: Any, context: dict[str, Any]
    ) -> HttpResponse:
        shared = {
            "title": title,
            "opts": self.opts,
            "may_change": self.has_change_permission(request),
        }
        return TemplateResponse(
            request,
            f"admin/recommend/modelrun/{name}.html",
            self.admin_site.each_context(request) | shared | context,
        )
