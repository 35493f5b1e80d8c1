"""Staff edit platforms, products and usage statistics in the admin; shipped rows stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from movies.models import Movie, Platform, Product, Provider
from ottstats.models import PlatformTally, UsageStatistic
from tests.movies.admin.admin_rows import Rows, one_of_each, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(db: None) -> Rows:
    return one_of_each()


PLATFORM = {"name": "Netflix Korea", "name_ko": "", "homepage": "", "tmdb_provider_ids": "8"}
PRODUCT = {
    "name": "Basic",
    "platforms": ["netflix"],
    "valid_from": "2026-02-01",
    "source": "s",
    "checked_on": "2026-01-01",
}


def test_changing_a_platform_keeps_its_slug_its_counts_and_what_was_shipped(
    admin_client: Client, rows: Rows
) -> None:
    shipped = {"slug": "netflix", "name": "Netflix"}
    Platform.objects.update(shipped=shipped, films_known=7, tmdb_provider_ids=[8])
    data = PLATFORM | {"slug": "other", "films_known": 0, "shipped": "{}", "is_active": "on"}
    assert admin_client.post(url(Platform, "change", "netflix"), data).status_code == 302
    platform = Platform.objects.get()
    assert (platform.slug, platform.name, platform.films_known) == ("netflix", "Netflix Korea", 7)
    assert platform.tmdb_provider_ids == [8]
    assert platform.shipped == shipped


def test_films_follow_a_change_of_a_platforms_provider_ids(
    admin_client: Client, rows: Rows
) -> None:
    Provider.objects.create(provider_id=8, name="Netflix", is_listed=True, listed_at=timezone.now())
    data = PLATFORM | {"tmdb_provider_ids": "8,260", "is_active": "on"}
    assert admin_client.post(url(Platform, "change", "netflix"), data).status_code == 302
    assert Movie.objects.get().platforms == {"netflix": True}
    admin_client.post(url(Platform, "change", "netflix"), PLATFORM | {"is_active": "on"})
    assert Movie.objects.get().platforms == {"netflix": False}


def test_a_provider_belongs_to_one_platform(admin_client: Client, rows: Rows) -> None:
    Platform.objects.create(slug="watcha", name="Watcha", tmdb_provider_ids=[97])
    page = admin_client.post(
        url(Platform, "change", "netflix"), PLATFORM | {"tmdb_provider_ids": "8,97"}
    )
    assert "97 belongs to Watcha" in page.content.decode() or "97" in str(
        page.context["adminform"].form.errors["tmdb_provider_ids"]
    )
    assert Platform.objects.get(slug="netflix").tmdb_provider_ids == []


def test_an_ad_tier_has_ads(admin_client: Client, rows: Rows) -> None:
    admin_client.cookies["django_language"] = "en"
    fields = PRODUCT | {"kind": "ad_tier"}
    address = url(Product, "change", rows[Product].pk)
    page = admin_client.post(address, fields)
    assert page.status_code == 200
    assert page.context["adminform"].form.non_field_errors() == ["An ad tier has ads."]
    assert admin_client.post(address, fields | {"has_ads": "on"}).status_code == 302
    assert Product.objects.get().kind == "ad_tier"


def test_products_with_old_prices_are_found_and_the_source_is_a_link(
    admin_client: Client, rows: Rows
) -> None:
    today = timezone.localdate()
    Product.objects.update(checked_on=today - timedelta(days=91), source_url="https://x.test/p")
    Product.objects.create(
        slug="new", name="New", valid_from=today, source="s", checked_on=today - timedelta(days=90)
    )

    def listed(query: str) -> list[str]:
        page = admin_client.get(url(Product, "changelist") + query)
        return [product.slug for product in page.context["cl"].result_list]

    assert listed("?price=old") == ["basic"]
    assert listed("?price=fresh") == ["new"]
    assert listed("?kind__exact=plan") == ["basic", "new"]
    page = admin_client.get(url(Product, "change", Product.objects.get(slug="basic").pk))
    assert 'href="https://x.test/p"' in page.content.decode()


def test_the_reference_data_keep_what_staff_changed(admin_client: Client) -> None:
    from ottstats.services.reference import load_reference_data

    load_reference_data()
    data = PLATFORM | {"is_active": "on"}
    assert admin_client.post(url(Platform, "change", "netflix"), data).status_code == 302
    statistic = UsageStatistic.objects.filter(platform="netflix", group="female").first()
    assert statistic is not None
    figures = {"percent": "12.5", "sample_size": "99"}
    address = url(UsageStatistic, "change", statistic.pk)
    assert admin_client.post(address, figures).status_code == 302
    product = Product.objects.get(slug="netflix_standard")
    fields = PRODUCT | {"monthly_price": "12345", "valid_to": "2026-12-31", "source": "by phone"}
    assert admin_client.post(url(Product, "change", product.pk), fields).status_code == 302
    counts = load_reference_data()
    assert (counts.added, counts.updated, counts.kept) == (0, 0, 3)
    assert Platform.objects.get(slug="netflix").name == "Netflix Korea"
    statistic.refresh_from_db()
    assert (statistic.percent, statistic.sample_size) == (12.5, 99)
    product.refresh_from_db()
    assert (product.monthly_price, product.slug) == (12345, "netflix_standard")


def test_a_platform_is_added_and_deleted_while_nothing_uses_it(admin_client: Client) -> None:
    data = PLATFORM | {"slug": "new", "is_active": "on"}
    assert admin_client.post(url(Platform, "add"), data).status_code == 302
    assert Platform.objects.get().shipped is None
    assert admin_client.post(url(Platform, "add"), data).status_code == 200  # the slug is taken
    PlatformTally.objects.create(platform_id="new")
    deleted = admin_client.post(url(Platform, "delete", "new"), {"post": "yes"})
    assert deleted.status_code == 302
    assert not Platform.objects.exists()


def in_films(platform: Platform) -> None:
    Movie.objects.create(movie_id=1, title="A", platforms_fetched={platform.slug: False})


def in_product(platform: Platform) -> None:
    product = Product.objects.create(
        slug="p", name="P", valid_from=date(2026, 1, 1), source="s", checked_on=date(2026, 1, 1)
    )
    product.platforms.add(platform)


def as_shipped(platform: Platform) -> None:
    Platform.objects.update(shipped={"slug": platform.slug})


@pytest.mark.parametrize("use", [in_films, in_product, as_shipped])
def test_a_platform_in_use_is_not_deleted(
    use: Callable[[Platform], None], admin_client: Client
) -> None:
    use(Platform.objects.create(slug="new", name="New"))
    for method in (admin_client.get, admin_client.post):
        refused = method(url(Platform, "delete", "new"), {"post": "yes"}, follow=True)
        assert [message.level_tag for message in refused.context["messages"]] == ["error"]
    data = {"action": "delete_selected", "_selected_action": "new", "post": "yes"}
    assert admin_client.post(url(Platform, "changelist"), data).status_code == 200
    assert Platform.objects.exists()


def test_a_shipped_product_is_not_deleted_but_another_is(admin_client: Client, rows: Rows) -> None:
    product = rows[Product]
    Product.objects.update(shipped={"slug": "basic"})
    address = url(Product, "delete", product.pk)
    refused = admin_client.post(address, {"post": "yes"}, follow=True)
    assert "valid to" in str(next(iter(refused.context["messages"])))
    assert Product.objects.exists()
    Product.objects.update(shipped=None)
    admin_client.post(address, {"post": "yes"})
    assert not Product.objects.exists()


def test_a_product_does_not_end_before_it_begins(admin_client: Client, rows: Rows) -> None:
    data = PRODUCT | {"valid_to": "2026-01-01"}
    page = admin_client.post(url(Product, "change", rows[Product].pk), data)
    assert page.status_code == 200
    assert page.context["adminform"].form.non_field_errors()


# --- usage statistics ---


STATISTIC = {
    "source": "KISDI",
    "year": "2024",
    "dimension": "age",
    "group": "20-29",
    "platform": "netflix",
    "percent": "40",
    "sample_size": "10",
}


def test_a_usage_statistic_is_added_changed_and_deleted(admin_client: Client, rows: Rows) -> None:
    assert admin_client.post(url(UsageStatistic, "add"), STATISTIC).status_code == 302
    added = UsageStatistic.objects.get(source="KISDI")
    changed = STATISTIC | {"group": "70+"}
    assert admin_client.post(url(UsageStatistic, "change", added.pk), changed).status_code == 302
    added.refresh_from_db()
    assert (added.group, added.shipped) == ("70+", None)
    admin_client.post(url(UsageStatistic, "delete", added.pk), {"post": "yes"})
    assert not UsageStatistic.objects.filter(source="KISDI").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("group", "female"),
        ("group", "29-20"),
        ("group", "twenties"),
        ("percent", "101"),
        ("percent", "-1"),
        ("percent", "nan"),
        ("sample_size", "0"),
        ("year", "1066"),
        ("source", "  "),
        ("platform", "unknown"),
        ("dimension", "income"),
    ],
)
def test_a_usage_statistic_follows_the_rules_of_the_loader(
    field: str, value: str, admin_client: Client, rows: Rows
) -> None:
    page = admin_client.post(url(UsageStatistic, "add"), STATISTIC | {field: value})
    assert page.status_code == 200
    assert field in page.context["adminform"].form.errors
    assert UsageStatistic.objects.count() == 1


def test_a_group_of_gender_is_a_gender(admin_client: Client, rows: Rows) -> None:
    data = STATISTIC | {"dimension": "gender", "group": "70+"}
    page = admin_client.post(url(UsageStatistic, "add"), data)
    assert "group" in page.context["adminform"].form.errors


def test_a_shipped_figure_keeps_its_key_and_its_deletion_warns(
    admin_client: Client, rows: Rows
) -> None:
    UsageStatistic.objects.update(shipped={"percent": 30})
    statistic = rows[UsageStatistic]
    admin_client.post(url(UsageStatistic, "change", statistic.pk), STATISTIC)
    statistic.refresh_from_db()
    assert (statistic.source, statistic.group, statistic.percent) == ("KOBACO", "female", 40)
    address = url(UsageStatistic, "delete", statistic.pk)
    page = admin_client.post(address, {"post": "yes"}, follow=True)
    assert "warning" in [message.level_tag for message in page.context["messages"]]
