"""Staff change attractions, and see what people would pay for if they had to see one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies.models import Attraction, AttractionPlatform, Product
from recommend.decision.decide import decide, market_of
from recommend.decision.offers import MustHave, Wishes
from recommend.decision.outlook import Outlook
from recommend.models import ModelRun, Persona
from recommend.results.advice import offers_of, products_on
from recommend.services.personas import make_personas
from tests.movies.admin.previews import COUNT, differing, page_of, previewed, words

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def personas(live_model: ModelRun) -> ModelRun:
    make_personas(run=live_model, count=COUNT)
    return live_model


@pytest.fixture
def show(live_model: ModelRun) -> Attraction:
    show = Attraction.objects.create(
        slug="new_show", title="New show", kind="variety", source="press", checked_on=TODAY
    )
    AttractionPlatform.objects.create(attraction=show, platform_id="netflix", is_exclusive=True)
    return show


def form(show: Attraction, *places: tuple[str, str], **values: Any) -> dict[str, Any]:
    """The page's form with these places (platform, product) in place of the saved ones."""
    saved = list(show.places.all()) if show.pk else []
    data: dict[str, Any] = {
        "slug": show.slug,
        "title": show.title,
        "title_ko": show.title_ko,
        "kind": show.kind,
        "category": show.category,
        "starts_on": "",
        "ends_on": "",
        "source": show.source,
        "checked_on": show.checked_on.isoformat(),
        "certainty": show.certainty,
        "places-TOTAL_FORMS": len(saved) + len(places),
        "places-INITIAL_FORMS": len(saved),
    }
    for number, place in enumerate(saved):
        data |= {
            f"places-{number}-id": place.pk,
            f"places-{number}-platform": place.platform_id,
            f"places-{number}-product_slug": place.product_slug,
        }
        if places:
            data[f"places-{number}-DELETE"] = "on"
        elif place.is_exclusive:
            data[f"places-{number}-is_exclusive"] = "on"
    for number, (platform, product) in enumerate(places, start=len(saved)):
        data |= {
            f"places-{number}-platform": platform,
            f"places-{number}-product_slug": product,
        }
    return data | values


def bought(*ways: tuple[str, str]) -> list[frozenset[str]]:
    """What the core tells each persona to buy who has to see something in one of these ways."""
    wishes = Wishes(must_have=(MustHave("it", frozenset(ways)),) if ways else ())
    offers = offers_of(products_on(TODAY), TODAY)
    return [
        frozenset(
            decide(
                market_of(Outlook.from_json(one.parts["outlook"]), offers, wishes),
                budget=one.monthly_budget,
            ).best.products
        )
        for one in Persona.objects.order_by("number")
    ]


def places(show: Attraction) -> list[tuple[str, str]]:
    return sorted(show.places.values_list("platform_id", "product_slug"))


def test_the_preview_counts_who_would_buy_something_else_to_see_it(
    personas: ModelRun, show: Attraction, staff: Client
) -> None:
    page = previewed(staff, show, form(show, ("apple_tv_plus", "")))
    changes = page.context["preview"].changes
    expected = differing(bought(("netflix", "")), bought(("apple_tv_plus", "")))
    assert 0 < changes.subscription == expected
    assert (changes.people, changes.platform) == (COUNT, 0)
    assert "Counted as if every persona had to see it." in words(page)
    assert "Apple TV+" in page.context["preview"].subscription_shifts[0].after


def test_a_product_that_it_takes_is_bought_with_what_that_requires(
    personas: ModelRun, show: Attraction, staff: Client
) -> None:
    passes = ("coupang_play", "coupang_sports_pass_wow")
    page = previewed(staff, show, form(show, passes))
    changes = page.context["preview"].changes
    assert 0 < changes.subscription == differing(bought(("netflix", "")), bought(passes))
    wow = set(bought(passes)[0]) & {"coupang_wow", "coupang_sports_pass_wow"}
    assert len(wow) in (0, 2)


def test_what_nobody_can_ask_for_is_nobodys_wish(
    personas: ModelRun, show: Attraction, staff: Client
) -> None:
    ended = (TODAY - timedelta(days=1)).isoformat()
    page = previewed(staff, show, form(show, ends_on=ended))
    changes = page.context["preview"].changes
    assert changes.subscription == differing(bought(("netflix", "")), bought())
    assert "With these days or this certainty nobody can ask for it." in words(page)
    same = previewed(staff, show, form(show))
    assert same.context["preview"].changes.either == 0


def test_a_new_attraction_is_previewed_before_it_exists(
    personas: ModelRun, show: Attraction, staff: Client
) -> None:
    new = Attraction(slug="new", title="New", kind="sport", source="s", checked_on=TODAY)
    address = reverse("admin:movies_attraction_add")
    data = form(new, ("watcha", ""))
    page = staff.post(address, data | {"_preview": ""})
    assert page.status_code == 200
    assert not Attraction.objects.filter(slug="new").exists()
    expected = differing(bought(), bought(("watcha", "")))
    assert page.context["preview"].changes.subscription == expected
    assert staff.post(address, data).status_code == 302
    assert places(Attraction.objects.get(slug="new")) == [("watcha", "")]


@pytest.mark.parametrize(
    ("entered", "fault"),
    [
        ([("netflix", "nothing")], "nothing is not a product here"),
        ([("tving", "netflix_standard")], "netflix_standard does not give tving"),
        ([("netflix", ""), ("netflix", "netflix_standard")], "with and without a product"),
    ],
)
def test_places_follow_the_rules_of_the_loader(
    entered: list[tuple[str, str]], fault: str, show: Attraction, staff: Client
) -> None:
    for button in ({}, {"_preview": ""}):
        page = staff.post(page_of(show), form(show, *entered) | button)
        assert page.status_code == 200
        assert fault in words(page)
        assert "previewed" not in page.context
    assert places(show) == [("netflix", "")]


def test_what_is_shown_nowhere_else_has_one_platform(show: Attraction, staff: Client) -> None:
    data = form(show, ("netflix", ""), ("tving", ""))
    page = staff.post(page_of(show), data | {"places-1-is_exclusive": "on"})
    assert "exclusive means exactly one platform" in words(page)
    assert staff.post(page_of(show), data).status_code == 302
    assert places(show) == [("netflix", ""), ("tving", "")]


def test_attractions_are_found_by_words_and_filters(show: Attraction, staff: Client) -> None:
    def listed(**query: str) -> set[str]:
        page = staff.get(reverse("admin:movies_attraction_changelist"), query)
        return {one.slug for one in page.context["cl"].queryset}

    assert listed(q="New show") == {"new_show"}
    assert listed(q="야구") >= {"kbo"}
    offered = set(Attraction.objects.offered(TODAY).values_list("slug", flat=True))
    assert listed(offered="yes") == offered
    assert listed(offered="no") == set(
        Attraction.objects.exclude(slug__in=offered).values_list("slug", flat=True)
    )
    assert "new_show" in listed(places__platform__slug__exact="netflix")
    assert listed(kind__exact="sport") & {"new_show"} == set()


def test_a_shipped_attraction_is_kept_and_staff_edits_too(show: Attraction, staff: Client) -> None:
    from ottstats.services.reference import load_reference_data

    epl = Attraction.objects.get(slug="epl")
    address = reverse("admin:movies_attraction_delete", args=[epl.pk])
    refused = staff.post(address, {"post": "yes"}, follow=True)
    assert "ends on" in str(next(iter(refused.context["messages"])))
    data = form(epl, ("tving", ""), ends_on="2027-05-31")
    assert staff.post(page_of(epl), data).status_code == 302
    assert load_reference_data().kept == 1
    assert places(epl) == [("tving", "")]


def test_a_new_price_is_a_form_filled_with_what_stays(show: Attraction, staff: Client) -> None:
    product = Product.objects.get(slug="tving_standard")
    address = staff.get(page_of(product)).content.decode().partition("product/add/?")[2]
    page = staff.get(
        reverse("admin:movies_product_add") + "?" + address.partition('"')[0].replace("&amp;", "&")
    )
    initial = page.context["adminform"].form
    assert initial["slug"].value() == "tving_standard"
    assert initial["platforms"].value() == ["tving"]
    assert initial["monthly_price"].value() in (None, "")
    data = {
        "slug": "tving_standard",
        "name": product.name,
        "platforms": ["tving"],
        "monthly_price": "15000",
        "valid_from": TODAY.isoformat(),
        "checked_on": TODAY.isoformat(),
        "source": "list",
    }
    assert staff.post(reverse("admin:movies_product_add"), data).status_code == 302
    history = Product.objects.filter(slug="tving_standard").order_by("valid_from")
    assert [one.monthly_price for one in history] == [13_500, 15_000]
    again = staff.post(reverse("admin:movies_product_add"), data)
    assert again.status_code == 200
    assert again.context["adminform"].form.errors
