"""Before staff save a price, an availability or a weight they see whose answer it would change."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies.models import Movie, Platform, Product
from movies.services.availability import Statement, correct_availability, record_statements
from movies.services.platform_rates import refresh_platform_rates
from recommend.admin.runs import RANKING, WEIGHTS
from recommend.advice import offers_of, products_on
from recommend.decision import decide, market_of
from recommend.models import ModelRun, Persona
from recommend.outlook import Outlook
from recommend.platform_choice import PlatformScore, reweighted
from recommend.services.personas import make_personas
from tests.operators import all_rows
from tests.worlds import bare_run

pytestmark = pytest.mark.django_db

COUNT = 24
RUNS = "admin:recommend_modelrun_changelist"
Page = Any


@pytest.fixture
def personas(live_model: ModelRun) -> ModelRun:
    make_personas(run=live_model, count=COUNT)
    return live_model


@pytest.fixture
def staff(admin_client: Client) -> Client:
    admin_client.cookies["django_language"] = "en"
    return admin_client


def page_of(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def netflix() -> Product:
    """The cheapest one with a price that gives Netflix and is on sale."""
    on_sale = Product.objects.on_sale(timezone.localdate()).filter(platforms="netflix")
    return on_sale.exclude(monthly_price=None).order_by("monthly_price")[0]


def product_form(product: Product, **values: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": product.name,
        "name_ko": product.name_ko,
        "kind": product.kind,
        "platforms": [one.pk for one in product.platforms.all()],
        "monthly_price": "" if product.monthly_price is None else product.monthly_price,
        "valid_from": product.valid_from.isoformat(),
        "valid_to": product.valid_to.isoformat() if product.valid_to else "",
        "source": product.source,
        "source_url": product.source_url,
        "checked_on": product.checked_on.isoformat(),
    }
    if product.has_ads:
        data["has_ads"] = "on"
    return data | values


def weights(run: ModelRun, **values: Any) -> dict[str, Any]:
    return {name: getattr(run, name) for name in WEIGHTS} | values


def bought() -> list[frozenset[str]]:
    """What the core itself says now that each persona is to buy."""
    offers = offers_of(products_on(timezone.localdate()))
    return [
        frozenset(
            decide(
                market_of(Outlook.from_json(one.parts["outlook"]), offers),
                budget=one.monthly_budget,
            ).best.products
        )
        for one in Persona.objects.order_by("number")
    ]


def differing(before: list[Any], after: list[Any]) -> int:
    return sum(was != now for was, now in zip(before, after, strict=True))


def previewed(client: Client, row: Any, data: dict[str, Any]) -> Page:
    """The page of a preview; nothing at all may have been stored, and nothing logged."""
    page = client.get(page_of(row))  # a session may be written
    before = all_rows()
    page = client.post(page_of(row), data | {"_preview": "Preview"})
    assert page.status_code == 200
    assert all_rows() == before
    return page


def words(page: Page) -> str:
    return " ".join(page.content.decode().split())


def test_every_form_has_the_button_behind_save(personas: ModelRun, staff: Client) -> None:
    for row in (netflix(), Movie.objects.get(pk=1), personas):
        text = words(staff.get(page_of(row)))
        assert text.count('name="_preview"') == 1
        assert text.index('name="_save"') < text.index('name="_preview"')
        assert "Preview: nothing is saved yet" not in text
    others = staff.get(page_of(Platform.objects.get(pk="netflix")))
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


def test_a_correction_of_a_film_is_previewed(personas: ModelRun, staff: Client) -> None:
    movie = Movie.objects.get(pk=2)
    page = previewed(staff, movie, {"on_netflix": "not_carried", "on_watcha": "carried"})
    changes = page.context["preview"].changes
    assert 0 < changes.touched <= COUNT
    assert changes.either <= changes.touched
    assert (
        f"The film is among the likely films of {changes.touched} personas; to the other "
        f"{COUNT - changes.touched} it hardly matters where it is."
    ) in words(page)
    chosen = page.context["adminform"].form["on_netflix"].value()
    assert chosen == "not_carried"
    movie.refresh_from_db()
    assert movie.platforms_staff == {}
    assert movie.platforms["netflix"] is True


FILM = 2  # of which it is known that Netflix has it, and Watcha not


@pytest.fixture
def even(personas: ModelRun) -> Movie:
    """Netflix leads by less than one film that all but the first persona are likely to like."""
    outlook = {
        "platforms": ["netflix", "watcha"],
        "spread": 0.5,
        "evidence": ["netflix", "watcha"],
        "rates": {"netflix": [10, 0.5], "watcha": [10, 0.5]},
        "groups": [["10", 3, 2.0, 0.0, []], ["01", 3, 1.5, 0.0, []]],
    }
    rows = [
        asdict(PlatformScore(slug, 2.0, 2.0, 2.0, 2.0, 1.0, 0.5, 3, 0))
        for slug in ("netflix", "watcha")
    ]
    parts = {"outlook": outlook, "platforms": rows, "usage": {}, "likely": [[FILM, 0.9]]}
    movie = Movie.objects.get(pk=FILM)
    correct_availability(movie=movie, states={"netflix": True, "watcha": False})
    Persona.objects.update(parts=parts, monthly_budget=30_000, made_at=timezone.now())
    Persona.objects.filter(number=1).update(parts=parts | {"likely": [[FILM + 1, 0.9]]})
    movie.refresh_from_db()
    return movie


def test_a_correction_that_turns_the_first_platform_over_is_counted(
    even: Movie, staff: Client
) -> None:
    page = previewed(staff, even, {"on_netflix": "not_carried", "on_watcha": "carried"})
    changes = page.context["preview"].changes
    assert (changes.platform, changes.touched) == (COUNT - 1, COUNT - 1)
    (shift,) = page.context["preview"].platform_shifts
    assert (shift.before, shift.after, shift.people) == (["Netflix"], ["Watcha"], COUNT - 1)
    assert "Platform: the most frequent changes" in words(page)
    assert previewed(staff, even, {}).context["preview"].changes.either == 0


def test_a_film_that_was_corrected_since_the_personas_were_made_is_compared_with_today(
    even: Movie, staff: Client
) -> None:
    """Their stored answers have it where it was then; what counts is what it would change now."""
    correct_availability(movie=even, states={"netflix": False, "watcha": True})
    even.refresh_from_db()
    as_it_is = {"on_netflix": "not_carried", "on_watcha": "carried"}
    assert previewed(staff, even, as_it_is).context["preview"].changes.either == 0
    page = previewed(staff, even, {"on_netflix": "carried", "on_watcha": "not_carried"})
    (shift,) = page.context["preview"].platform_shifts
    assert (shift.before, shift.after, shift.people) == (["Watcha"], ["Netflix"], COUNT - 1)


def test_the_first_word_on_a_platform_and_the_last_one_are_seen(
    personas: ModelRun, staff: Client
) -> None:
    """Of a platform of which nothing is known nothing is counted, whatever is likely."""
    refresh_platform_rates()
    today = timezone.localdate()
    product = Product.objects.create(
        slug="laftel", name="Laftel", monthly_price=100, valid_from=today, checked_on=today
    )
    product.platforms.add("laftel")
    movie = Movie.objects.get(pk=80)
    assert Platform.objects.get(pk="laftel").films_known == 0
    heard = previewed(staff, movie, {"on_laftel": "carried"}).context["preview"]
    assert heard.changes.subscription > COUNT / 2
    assert all("Laftel" in shift.after for shift in heard.subscription_shifts)
    correct_availability(movie=movie, states={"laftel": True})
    make_personas(run=personas, count=COUNT)
    assert "laftel" in Persona.objects.all()[0].parts["outlook"]["evidence"]
    movie.refresh_from_db()
    unheard = previewed(staff, movie, {"on_laftel": ""}).context["preview"]
    assert unheard.changes.subscription > COUNT / 2
    assert all("Laftel" in shift.before for shift in unheard.subscription_shifts)


def test_a_correction_that_is_taken_back_counts_as_what_was_fetched(
    even: Movie, staff: Client
) -> None:
    """Fetched is that Netflix has the film: to take that correction back changes nothing."""
    page = previewed(staff, even, {"on_netflix": "", "on_watcha": "not_carried"})
    assert page.context["preview"].changes.platform == 0
    tomorrow = timezone.now() + timedelta(days=1)
    record_statements([Statement(FILM, "netflix", "test", False, tomorrow)])
    assert Movie.objects.get(pk=FILM).platforms["netflix"] is True
    page = previewed(staff, even, {"on_netflix": "", "on_watcha": "not_carried"})
    assert page.context["preview"].changes.platform == COUNT - 1


def test_lambda_is_previewed_and_then_does_what_the_preview_said(
    personas: ModelRun, staff: Client
) -> None:
    near = [
        asdict(PlatformScore("netflix", 5.0, 5.0, 5.0, 5.0, 1.0, 0.5, 9, 0)),
        asdict(PlatformScore("watcha", 4.8, 4.8, 4.8, 4.8, 1.0, 0.5, 9, 0)),
    ]
    for one in Persona.objects.filter(number__lte=5):
        usage = {"watcha": [{"ratio": 1.5}]}
        Persona.objects.filter(pk=one.pk).update(
            parts=one.parts | {"platforms": near, "usage": usage}
        )
    ModelRun.objects.filter(pk=personas.pk).update(usage_exponent=0)
    page = previewed(staff, personas, weights(personas, usage_exponent=1))
    changes = page.context["preview"].changes

    def first(exponent: float) -> list[str]:
        return [
            reweighted(
                [PlatformScore(**row) for row in one.parts["platforms"]],
                {slug: [row["ratio"] for row in rows] for slug, rows in one.parts["usage"].items()},
                exponent=exponent,
            )[0].platform
            for one in Persona.objects.order_by("number")
        ]

    assert 5 <= changes.platform == differing(first(0.0), first(1.0))
    assert (changes.subscription, changes.either) == (0, changes.platform)
    assert changes.touched is None
    assert "hardly matters" not in words(page)


def test_weights_that_rank_anew_are_said_to_be_left_out(personas: ModelRun, staff: Client) -> None:
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
    product, movie = netflix(), Movie.objects.get(pk=2)
    forms: list[tuple[Any, dict[str, Any]]] = [
        (product, product_form(product, monthly_price=1)),
        (movie, {"on_netflix": "carried"}),
        (live_model, weights(live_model, usage_exponent=0.1)),
    ]
    for row, data in forms:
        text = words(previewed(staff, row, data))
        assert "There are no personas to try it on." in text
        assert "manage.py make_personas" in text
        assert f'href="{reverse(RUNS)}"' in text
    ModelRun.objects.update(state="retired")
    for row, data in forms[:2]:
        assert "There are no personas to try it on." in words(previewed(staff, row, data))


def staff_with(*codenames: str) -> Client:
    user = User.objects.create_user("looks", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


@pytest.mark.parametrize("allowed", ["view", "change"])
def test_who_may_change_may_preview_and_nobody_else(personas: ModelRun, allowed: str) -> None:
    product, movie = netflix(), Movie.objects.get(pk=2)
    client = staff_with(f"{allowed}_product", f"{allowed}_movie", f"{allowed}_modelrun")
    forms: list[tuple[Any, dict[str, Any]]] = [
        (product, product_form(product, monthly_price=1)),
        (movie, {"on_netflix": "carried"}),
        (personas, weights(personas, usage_exponent=0.1)),
    ]
    for row, data in forms:
        looked = client.get(page_of(row))
        assert looked.status_code == 200
        assert ('name="_preview"' in words(looked)) == (allowed == "change")
        status = client.post(page_of(row), data | {"_preview": ""}).status_code
        assert status == (200 if allowed == "change" else 403)
    assert Client().post(page_of(product), {"_preview": ""}).status_code == 302  # to the login


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


def act(client: Client) -> list[tuple[str, str]]:
    page = client.post(reverse(RUNS), {"action": "make_personas", "index": "0"}, follow=True)
    assert page.status_code == 200
    return [(message.level_tag, str(message)) for message in page.context["messages"]]


def test_personas_are_made_from_the_list_of_runs(
    live_model: ModelRun, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommend.admin.making.IN_A_REQUEST", 5)
    assert "live run (5; this page waits half a minute or more)" in words(staff.get(reverse(RUNS)))
    assert act(staff) == [
        ("success", "5 personas were made. `manage.py make_personas` makes 1,000.")
    ]
    assert Persona.objects.filter(run=live_model).count() == 5


def test_a_page_does_not_put_few_personas_in_place_of_many(
    personas: ModelRun, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommend.admin.making.IN_A_REQUEST", 5)
    ((level, text),) = act(staff)
    assert (level, "and there are 24" in text) == ("error", True)
    assert Persona.objects.count() == COUNT


@pytest.mark.parametrize("fault", ["no run", "no people"])
def test_personas_that_can_not_be_made_are_a_message(
    fault: str, live_model: ModelRun, staff: Client
) -> None:
    if fault == "no run":
        ModelRun.objects.update(state="retired")
    else:
        live_model.ratings.model.objects.observed().delete()
    assert [level for level, _text in act(staff)] == ["error"]
    assert Persona.objects.count() == 0


def test_with_redis_a_worker_makes_all_of_them(
    live_model: ModelRun, staff: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr("recommend.tasks.make_personas.delay", lambda count: asked.append(count))
    settings.REDIS_URL = "redis://localhost:1"
    assert "(1,000, by a worker in some minutes)" in words(staff.get(reverse(RUNS)))
    ((level, text),) = act(staff)
    assert (level, "A worker makes 1,000 personas now" in text) == ("success", True)
    assert asked == [1000]


def test_a_broker_that_is_away_is_a_message(
    live_model: ModelRun, staff: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kombu.exceptions import OperationalError

    def away(count: int) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("recommend.tasks.make_personas.delay", away)
    settings.REDIS_URL = "redis://localhost:1"
    ((level, text),) = act(staff)
    assert (level, "Redis cannot be reached" in text) == ("error", True)


def test_who_may_only_look_at_runs_makes_no_personas(live_model: ModelRun) -> None:
    client = staff_with("view_modelrun")
    assert "make_personas" not in words(client.get(reverse(RUNS)))
    act(client)
    assert Persona.objects.count() == 0


def test_personas_can_be_looked_at_and_not_changed(personas: ModelRun, staff: Client) -> None:
    one = Persona.objects.order_by("number")[0]
    text = words(staff.get(page_of(one)))
    assert "netflix" in text
    assert 'name="_save"' not in text
    assert staff.post(page_of(one), {"number": "99"}).status_code == 403
