"""Pages of the model lab by name, and jobs as the lab stores them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from recommend.models import LabJob, ModelRun
from recommend.services import lab_jobs


def page(name: str, *args: int) -> str:
    return reverse(f"admin:recommend_modelrun_{name}", args=args)


def job_page(name: str, job: LabJob) -> str:
    return reverse(f"admin:recommend_labjob_{name}", args=[job.pk])


def said(response: Any) -> list[tuple[str, str]]:
    return [(one.level_tag, str(one)) for one in response.context["messages"]]


def shadow(
    verdict: str, run: ModelRun, live: ModelRun, *, low: float = 0.9, high: float = 0.97
) -> LabJob:
    """A shadow evaluation as the lab stores it."""
    middle = (low + high) / 2
    one = {
        "candidate": 0.31, "live": 0.33, "popularity": 0.25, "p_value": 0.001, "verdict": verdict,
        "ratio": {"value": middle, "low": low, "high": high},
        "over_popularity": {"value": 1.2, "low": 1.1, "high": 1.3},
    }  # fmt: skip
    groups = [
        {"kind": "gender", "group": "female", "cases": 20, "candidate": 0.3, "live": 0.32},
        {"kind": "age", "group": "56", "cases": 9, "candidate": 0.28, "live": 0.31},
    ]
    result = {
        "verdict": verdict, "beats_popularity": True, "seeds": [21, 22, 23], "cases": 36,
        "people": 30, "margin": 0.01, "compared": [one | {"picks": 10}, one | {"picks": 3}],
        "groups": groups, "settings": lab_jobs.settings_of(run),
        "live_settings": lab_jobs.settings_of(live),
    }  # fmt: skip
    return LabJob.objects.create(
        kind="shadow", state="done", started_at=timezone.now(), ended_at=timezone.now(),
        run=run, against=live, result={"shadow": result},
    )  # fmt: skip
