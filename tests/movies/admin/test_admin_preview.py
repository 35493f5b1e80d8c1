"""Staff see which answers a price or a weight would change before they save it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies.models import Movie, Product
from ottstats.selectors.usage import UsageRatio, ratios_of
from recommend.decision.platform import PlatformScore, reweighted
from recommend.models import ModelRun, Persona
from recommend.results.parts import scores_from_json, usage_from_json
from recommend.scoring.weights import RANKING
from recommend.services.personas import make_personas
from tests.movies.admin.previews import (
    COUNT,
    RUNS,
    bought,
    differing,
    forms,
    netflix,
    page_of,
    previewed,
    product_form,
    weights,
    words,
)
from tests.operators import staff_with
from tests.worlds import bare_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def personas(live_model: ModelRun) -> ModelRun:
    make_personas(run=live_model, count=COUNT)
    return live_model


def test_every_form_has_the_button_behind_save(personas: ModelRun, staff: Client) -> None:
    for row in (netflix(), Movie.objects.get(pk=1), personas):
        text = words(staff.get(page_of(row)))
        assert text.count('name="_preview"') == 1
        assert text.index('name="_save"') < text.index('name="_preview"')
        assert "Preview: nothing is saved yet" not in text
    others = staff.get(reverse("admin:movies_provider_add"))
    assert 'name="_preview"' not in words(others)


def test_a_price_is_previewed_and_then_does_what_the_preview_said(
    personas: ModelRun, staff: Client
) -> None:
    product, before = netflix(), bought()
    page = previewed(staff, product, product_form(product, monthly_price=14_500))
    changes = page.context["preview"].changes
    assert (
        staff.post(page_of(product), product_form(product, monthly_price=14_500)).status_code == 302
    )
    assert 0 < changes.subscription == differing(before, bought())
    assert (changes.people, changes.platform, changes.either) == (COUNT, 0, changes.subscription)
    assert (
        f"Of {COUNT} personas {changes.either} would get another answer: platform 0, "
        f"subscription {changes.subscription}."
    ) in words(page)


def test_the_page_keeps_what_was_entered_and_says_what_it_counted(
    personas: ModelRun, staff: Client
) -> None:
    product = netflix()
    page = previewed(staff, product, product_form(product, monthly_price=29_999, source="flyer"))
    text = words(page)
    assert 'value="29999"' in text
    assert 'value="flyer"' in text
    assert "Subscription: the most frequent changes" in text
    assert product.name in text
    assert f"with model run {personas}" in text
    assert "Personas are simulated people" in text
    assert "errornote" not in text
    shown = page.context["preview"]
    assert sum(shift.people for shift in shown.subscription_shifts) <= shown.changes.subscription
    assert any(product.name in shift.before for shift in shown.subscription_shifts)


@pytest.mark.parametrize(
    "change",
    [
        {"monthly_price": ""},
        {"valid_to": "2026-01-01", "valid_from": "2025-01-01"},
        {"platforms": ["laftel"]},
        {"kind": "bundle", "platforms": ["netflix", "watcha"], "monthly_price": "9900"},
        {},
    ],
    ids=["no price", "no longer on sale", "other platform", "bundle", "nothing"],
)
def test_price_platforms_kind_and_days_all_count(
    change: dict[str, Any], personas: ModelRun, staff: Client
) -> None:
    product, before = netflix(), bought()
    data = product_form(product) | change
    page = previewed(staff, product, data)
    assert staff.post(page_of(product), data).status_code == 302
    assert page.context["preview"].changes.subscription == differing(before, bought())
    assert bool(page.context["preview"].changes.subscription) == bool(change)
    if not change:
        assert f"None of {COUNT} personas would get another answer." in words(page)


def test_a_new_product_is_previewed_before_it_exists(personas: ModelRun, staff: Client) -> None:
    address, before = reverse("admin:movies_product_add"), bought()
    today = timezone.localdate().isoformat()
    data = {
        "slug": "nearly_free",
        "name": "Nearly free",
        "kind": "plan",
        "platforms": ["netflix", "watcha"],
        "monthly_price": "100",
        "valid_from": today,
        "source": "rumour",
        "checked_on": today,
    }
    page = staff.post(address, data | {"_preview": ""})
    assert page.status_code == 200
    assert not Product.objects.filter(slug="nearly_free").exists()
    changes = page.context["preview"].changes
    assert "Nearly free" in page.context["preview"].subscription_shifts[0].after
    assert staff.post(address, data).status_code == 302
    assert 0 < changes.subscription == differing(before, bought())


def test_a_product_of_a_later_day_is_previewed_for_that_day(
    personas: ModelRun, staff: Client
) -> None:
    day = timezone.localdate() + timedelta(days=30)
    product = netflix()
    page = previewed(
        staff, product, product_form(product, valid_from=day.isoformat(), monthly_price=29_000)
    )
    assert page.context["preview"].day == day
    assert page.context["preview"].changes.subscription > 0


def test_a_form_with_errors_shows_them_and_no_preview(personas: ModelRun, staff: Client) -> None:
    product, movie = netflix(), Movie.objects.get(pk=1)
    wrong: list[tuple[Any, dict[str, Any], str]] = [
        (product, product_form(product, monthly_price="-5"), "monthly_price"),
        (product, product_form(product, platforms=[]), "platforms"),
        (product, product_form(product, valid_to="1999-01-01"), "__all__"),
        (movie, {"on_netflix": "perhaps"}, "on_netflix"),
        (movie, {"note_tving": "a note of nothing"}, "note_tving"),
        (personas, weights(personas, usage_exponent="1.5"), "usage_exponent"),
    ]
    for row, data, field in wrong:
        page = previewed(staff, row, data)
        assert field in page.context["adminform"].form.errors
        assert "errornote" in words(page)
        assert "Preview: nothing is saved yet" not in words(page)


def test_lambda_is_previewed_and_then_does_what_the_preview_said(
    personas: ModelRun, staff: Client
) -> None:
    near = [
        asdict(PlatformScore("netflix", 5.0, 5.0, 5.0, 5.0, 1.0, 0.5, 9, 0, True)),
        asdict(PlatformScore("watcha", 4.8, 4.8, 4.8, 4.8, 1.0, 0.5, 9, 0, True)),
    ]
    for one in Persona.objects.filter(number__lte=5):
        usage = {
            "watcha": [asdict(UsageRatio("age", "20-29", 30.0, 20.0, 15.0, 10.0, "a source", 1.5))]
        }
        Persona.objects.filter(pk=one.pk).update(
            parts=one.parts | {"platforms": near, "usage": usage}
        )
    ModelRun.objects.filter(pk=personas.pk).update(usage_exponent=0)
    page = previewed(staff, personas, weights(personas, usage_exponent=1))
    changes = page.context["preview"].changes

    def first(exponent: float) -> list[str]:
        return [
            reweighted(
                scores_from_json(one.parts["platforms"]),
                ratios_of(usage_from_json(one.parts["usage"])),
                exponent=exponent,
            )[0].platform
            for one in Persona.objects.order_by("number")
        ]

    assert 5 <= changes.platform == differing(first(0.0), first(1.0))
    assert (changes.subscription, changes.either) == (0, changes.platform)
    assert changes.touched is None
    assert "hardly matters" not in words(page)


def test_weights_that_change_the_ranking_are_named_as_left_out(
    personas: ModelRun, staff: Client
) -> None:
    left_out = "Not in these figures: the weights of the ranking, and how much lists vary."
    only_lambda = previewed(staff, personas, weights(personas, usage_exponent=0.1))
    assert left_out not in words(only_lambda)
    for name in RANKING:
        other = 0.9 if isinstance(getattr(personas, name), float) else 1
        page = previewed(staff, personas, weights(personas, **{name: other}))
        assert left_out in words(page)
        assert page.context["preview"].changes.either == 0


def test_a_run_that_is_not_live_says_so(personas: ModelRun, staff: Client) -> None:
    other = bare_run(data_name="other")
    page = previewed(staff, other, weights(other, usage_exponent=0.1))
    assert page.context["preview"] is None
    assert "This run is not live: it answers nobody now." in words(page)


def test_without_personas_the_page_says_what_to_do(live_model: ModelRun, staff: Client) -> None:
    changed = forms(live_model, Movie.objects.get(pk=2))
    for row, data in changed:
        text = words(previewed(staff, row, data))
        assert "There are no personas to try it on." in text
        assert "“Make new personas …”" in text
        assert f'href="{reverse(RUNS)}"' in text
    ModelRun.objects.update(state="retired")
    for row, data in changed[:2]:
        assert "There are no personas to try it on." in words(previewed(staff, row, data))


@pytest.mark.parametrize("allowed", ["view", "change"])
def test_only_users_who_may_change_may_preview(personas: ModelRun, allowed: str) -> None:
    client = staff_with(f"{allowed}_product", f"{allowed}_movie", f"{allowed}_modelrun")
    for row, data in forms(personas, Movie.objects.get(pk=2)):
        looked = client.get(page_of(row))
        assert looked.status_code == 200
        assert ('name="_preview"' in words(looked)) == (allowed == "change")
        status = client.post(page_of(row), data | {"_preview": ""}).status_code
        assert status == (200 if allowed == "change" else 403)
    assert Client().post(page_of(netflix()), {"_preview": ""}).status_code == 302  # to the login


def test_who_may_not_see_model_runs_gets_no_link_to_them(live_model: ModelRun) -> None:
    client, product = staff_with("change_product"), netflix()
    text = words(client.post(page_of(product), product_form(product) | {"_preview": ""}))
    assert "There are no personas to try it on." in text
    assert reverse(RUNS) not in text


def test_saving_still_saves_and_is_logged(personas: ModelRun, staff: Client) -> None:
    product = netflix()
    previewed(staff, product, product_form(product, monthly_price=123))
    assert LogEntry.objects.count() == 0
    staff.post(page_of(product), product_form(product, monthly_price=123) | {"_save": "Save"})
    assert Product.objects.get(pk=product.pk).monthly_price == 123
    assert LogEntry.objects.count() == 1
