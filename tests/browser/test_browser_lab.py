"""Staff in a real browser, without script: tune, compare, judge, publish, roll back."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from recommend.admin import making
from recommend.models import LabJob, ModelRun
from tests.browser.browsers import Visitors, fits
from tests.worlds import make_recipe_quick

pytestmark = pytest.mark.browser

Screen = dict[str, int]
PICTURES = os.environ.get("OTTWIN_PICTURES", "")  # a folder for pictures of the pages


@pytest.fixture
def live(live_model: ModelRun, monkeypatch: pytest.MonkeyPatch) -> ModelRun:
    """Its recipe takes no time to train again, and few personas are made where one is published."""
    monkeypatch.setattr(making, "COUNT", 20)
    make_recipe_quick(live_model)
    live_model.save()
    return live_model


@pytest.fixture
def boss(live: ModelRun, visitors: Visitors, screen: Screen) -> Page:
    """Staff who have logged in, on a phone and on a desktop."""
    User.objects.create_superuser("boss", password="secret-of-this-test")
    page = visitors(screen, script=False, language="en")
    page.set_default_timeout(120_000)  # pages train while one waits
    page.goto("/admin/recommend/modelrun/")
    page.get_by_label("Username").fill("boss")
    page.get_by_label("Password").fill("secret-of-this-test")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Select model run to change")).to_be_visible()
    return page


def seen(page: Page, name: str) -> None:
    """Nothing is wider than the screen, which is looked at."""
    if PICTURES:
        assert page.viewport_size is not None
        path = Path(PICTURES) / f"{name}-{page.viewport_size['width']}.png"
        page.screenshot(path=str(path), full_page=True)
    assert fits(page), name


def state(page: Page, run: ModelRun) -> str:
    return ModelRun.objects.values_list("state", flat=True).get(pk=run.pk)


def _tuned(page: Page) -> ModelRun:
    """Tune with two trials; the run that was trained with what was found."""
    page.get_by_role("link", name="Tune", exact=True).click()
    expect(page.get_by_role("heading", name="Tune and train")).to_be_visible()
    page.get_by_label("Trials").fill("2")
    seen(page, "tune")
    page.get_by_role("button", name="Tune and train").click()
    expect(page.locator(".messagelist .success")).to_contain_text("is done")
    expect(page.get_by_role("heading", name="What tuning found")).to_be_visible()
    seen(page, "tuned")
    run = LabJob.objects.get(kind="tune").run
    assert run is not None
    assert run.parameters["study"].startswith("lab-")
    return run


def test_staff_tune_compare_publish_and_roll_back(boss: Page, live: ModelRun) -> None:
    page = boss
    seen(page, "list")

    run = _tuned(page)
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_role("heading", name="Compare two runs")).to_be_visible()
    # The best of two trials may be what it began with; what was drawn of people differs then.
    expect(page.locator(".lab-person")).to_have_count(5)
    expect(page.get_by_text("this run was not judged")).to_be_visible()
    seen(page, "compare")

    page.get_by_role("link", name=f"Shadow-evaluate #{run.pk}").click()
    page.get_by_role("button", name="Shadow-evaluate").click()
    expect(page.locator(".lab-judgement .verdict")).to_be_visible()
    verdict = page.locator(".lab-judgement .verdict").inner_text()
    seen(page, "judged")

    page.get_by_role("link", name="Publish", exact=True).click()
    expect(page.locator(".lab-judgement .verdict")).to_have_text(verdict)
    if page.get_by_label(re.compile("^Publish it although")).count():
        page.get_by_label(re.compile("^Publish it although")).check()
    seen(page, "publish")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist .success")).to_contain_text(f"Run #{run.pk}")
    assert ModelRun.objects.live() == run

    page.goto(f"/admin/recommend/modelrun/{run.pk}/change/")
    expect(page.get_by_role("heading", name="Plots")).to_be_visible()
    page.get_by_label("Diversity").fill("0.5")
    seen(page, "run")
    page.get_by_role("button", name="Save", exact=True).click()
    assert ModelRun.objects.get(pk=run.pk).diversity == 0.5

    page.get_by_role("link", name="Roll back").click()
    expect(page.get_by_text(f"{live} would be live again")).to_be_visible()
    page.get_by_role("button", name="Roll back").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Rolled back")
    assert ModelRun.objects.live() == live
    seen(page, "list-after")

    page.get_by_role("link", name="Lab jobs").first.click()
    expect(page.locator("#result_list tbody tr")).to_have_count(4)  # two of them made personas
    seen(page, "jobs")
