"""Previewing an admin form, and what the core says of the same change."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies.models import Movie, Product
from recommend.decision.decide import decide, market_of
from recommend.decision.outlook import Outlook
from recommend.models import ModelRun, Persona
from recommend.results.advice import offers_of, products_on
from recommend.scoring.weights import SETTINGS
from tests.operators import all_rows

COUNT = 24  # personas
RUNS = "admin:recommend_modelrun_changelist"
Page = Any


def page_of(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def netflix() -> Product:
    """The cheapest product with Netflix that can be bought by itself."""
    candidates = Product.objects.candidates(timezone.localdate()).filter(requires="")
    return candidates.filter(platforms="netflix").order_by("monthly_price")[0]


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


def forms(run: ModelRun, movie: Movie) -> list[tuple[Any, dict[str, Any]]]:
    """One of each form that can be previewed, changed."""
    product = netflix()
    return [
        (product, product_form(product, monthly_price=1)),
        (movie, {"on_netflix": "carried"}),
        (run, weights(run, usage_exponent=0.1)),
    ]


def weights(run: ModelRun, **values: Any) -> dict[str, Any]:
    return {name: getattr(run, name) for name in SETTINGS} | values


def bought() -> list[frozenset[str]]:
    """What the core now tells each persona to buy."""
    day = timezone.localdate()
    offers = offers_of(products_on(day), day)
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
    """The page of a preview, after checking that nothing was stored or logged."""
    page = client.get(page_of(row))  # a session may be written
    before = all_rows()
    page = client.post(page_of(row), data | {"_preview": "Preview"})
    assert page.status_code == 200
    assert all_rows() == before
    return page


def words(page: Page) -> str:
    return " ".join(page.content.decode().split())
