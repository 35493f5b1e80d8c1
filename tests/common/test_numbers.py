"""Numbers as people write them are read as what they mean, or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from common.numbers import Unit, WholeNumberField, read_number
from movies.models import Product
from recommend.pages.result.choices import PageChoices, Refused


@pytest.mark.parametrize(
    ("text", "won"),
    [
        ("15000", 15_000), ("15,000", 15_000), ("15 000", 15_000), ("15'000원", 15_000),
        ("１５，０００원", 15_000), ("￦15,000", 15_000), ("₩ 15000", 15_000),
        ("15000won", 15_000), ("월 15,000원", 15_000), ("매달 2만원", 20_000),
        ("한 달에 2만 원", 20_000), ("2만원/월", 20_000), ("20000 won per month", 20_000),
        ("1만5천원", 15_000), ("1만 5천", 15_000), ("1만5000원", 15_000),
        ("1만 5,000원", 15_000), ("만원", 10_000), ("만 오천원", 15_000), ("이만원", 20_000),
        ("1.5만원", 15_000), ("2.5천원", 2_500), ("15천원", 15_000), ("천원", 1_000),
        ("9천9백원", 9_900), ("9,900원", 9_900), ("100만원", 1_000_000),
        ("천만원", 10_000_000), ("1만500원", 10_500), ("이천", 2_000), ("오십오원", 55),
        ("1억", 100_000_000), ("0원", 0), ("-5000", -5_000), ("−5000원", -5_000),
        (" 2만원씩 ", 20_000),
    ],
)  # fmt: skip
def test_an_amount_is_read(text: str, won: int) -> None:
    assert read_number(text, [Unit.WON]) == won


@pytest.mark.parametrize(
    "text",
    [
        "15.000", "15.000원", "15000.0", "1,5000", "15,00", "1,50,000", "15,000,00", "1 5",
        "15,000.50", "1만 50000원", "1만 2만", "5천 2만", "1.5만 3천", "1.25만", "만만",
        "2~3만원", "약 2만원", "15k", "2만5", "2만 5", "20대", "1e4", "٣", "²", "१५", "--5",
        "원", "만세", "2천5", "만오", "15000원원", "15,000달러", "$15",
    ],
)  # fmt: skip
def test_what_may_mean_another_number_is_not_read(text: str) -> None:
    assert read_number(text, [Unit.WON]) is None


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("만 25세", Unit.YEARS, 25), ("만25", Unit.YEARS, 25), ("25살", Unit.YEARS, 25),
        ("２５ 세", Unit.YEARS, 25), ("25 years old", Unit.YEARS, 25), ("2만", Unit.YEARS, None),
        ("31.0", Unit.YEARS, None), ("30대", Unit.YEARS, None), ("95년생", Unit.YEARS, None),
        ("31개월", Unit.YEARS, None), ("25원", Unit.YEARS, None), ("8시간", Unit.HOURS, 8),
        ("8.000", Unit.HOURS, None), ("6개월", Unit.MONTHS, 6), ("6 months", Unit.MONTHS, 6),
        ("6시간", Unit.MONTHS, None), ("25살", Unit.WON, None),
    ],
)  # fmt: skip
def test_each_field_has_its_unit(text: str, unit: Unit, number: int | None) -> None:
    assert read_number(text, [unit]) == number


@pytest.mark.parametrize("text", ["15.000", "1.0", "많이", "9" * 400])
def test_a_form_says_what_it_cannot_read(text: str) -> None:
    with pytest.raises(ValidationError):
        WholeNumberField(required=False).clean(text)


@pytest.mark.parametrize(
    ("text", "budget", "why"),
    [
        ("1만 5천원", 15_000, None),
        ("15.000", None, Refused.NONSENSE),
        ("-1", None, Refused.BELOW),
        ("2억", None, Refused.ABOVE),
        ("　", None, Refused.EMPTY),
    ],
)
def test_the_budget_of_a_result_page_is_read_the_same_way(
    text: str, budget: int | None, why: Refused | None
) -> None:
    choices = PageChoices.read({"budget": text})
    assert (choices.budget, choices.refused) == (budget, why)


def test_staff_forms_read_numbers_the_same_way(admin_client: Client) -> None:
    product = Product.objects.create(
        slug="basic", name="Basic", monthly_price=9_500, valid_from=date(2026, 1, 1),
        source="price list", checked_on=date(2026, 1, 1),
    )  # fmt: skip
    address = reverse("admin:movies_product_change", args=[product.pk])
    form = admin_client.get(address).context["adminform"].form
    field = form.fields["monthly_price"]
    assert field.clean("13,500원") == 13_500
    with pytest.raises(ValidationError):
        field.clean("13.500")
