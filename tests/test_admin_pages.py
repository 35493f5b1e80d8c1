"""Every list, search, filter, add and change page of the admin opens, for those who may see it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.admin import EstimatedPaginator
from common.models import DataLoad
from matching.models import Similarity
from movies.models import (
    Availability,
    AvailabilityChange,
    AvailabilityReport,
    FetchAttempt,
    FetchJob,
    IdSuggestion,
    Movie,
    MovieDetails,
    MovieLensUser,
    Notice,
    Offer,
    Platform,
    Product,
    Provider,
    TitleIndex,
)
from movies.services.titles import refresh_titles
from ottstats.models import PlatformRecommendation, PlatformTally, UsageStatistic
from recommend.models import (
    LabJob,
    ModelRun,
    MovieFactors,
    Persona,
    Rating,
    Reaction,
    RecommendedMovie,
    SurveyFilm,
    TasteVector,
    Viewing,
)
from recommend.scoring import FACTORS
from survey.models import Draft, Respondent
from tests.worlds import add_factors, bare_run

pytestmark = pytest.mark.django_db

OURS = ("auth", "common", "movies", "survey", "matching", "ottstats", "recommend")
MODELS = sorted(
    (model for model in admin.site._registry if model._meta.app_label in OURS),
    key=lambda model: model._meta.label,
)
ADDED_BY_STAFF = {Platform, Product, UsageStatistic, User, Group}
CHANGED_BY_STAFF = ADDED_BY_STAFF | {Movie, ModelRun, Provider}
READ_ONLY = [model for model in MODELS if model not in CHANGED_BY_STAFF]
# Session, user, page count, rows; then one for the choices of each filter that reads a table.
# The planner's estimate comes before an exact count of a small table (`EstimatedPaginator`).
QUERIES = {
    "auth.Group": 5,
    "auth.User": 6,
    "common.DataLoad": 5,
    "matching.Similarity": 5,
    "movies.Availability": 7,
    "movies.AvailabilityChange": 6,
    "movies.AvailabilityReport": 7,
    "movies.FetchAttempt": 5,
    "movies.FetchJob": 5,
    "movies.IdSuggestion": 5,
    "movies.Movie": 6,
    "movies.MovieDetails": 5,
    "movies.MovieLensUser": 5,
    "movies.Notice": 5,
    "movies.Offer": 5,
    "movies.Platform": 4,
    "movies.Product": 6,
    "movies.Provider": 4,
    "movies.TitleIndex": 5,
    "ottstats.PlatformRecommendation": 6,
    "ottstats.PlatformTally": 5,
    "ottstats.UsageStatistic": 6,
    "recommend.LabJob": 5,
    "recommend.ModelRun": 5,
    "recommend.MovieFactors": 6,
    "recommend.Persona": 6,
    "recommend.Rating": 6,
    "recommend.Reaction": 5,
    "recommend.RecommendedMovie": 5,
    "recommend.SurveyFilm": 6,
    "recommend.TasteVector": 6,
    "recommend.Viewing": 5,
    "survey.Respondent": 5,
}


def label(model: Any) -> str:
    return str(model._meta.label)


def url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def rows(db: None) -> dict[Any, Any]:
    """One row of every model, tied together as the services would."""
    platform = Platform.objects.create(slug="netflix", name="Netflix", homepage="https://x.test/")
    product = Product.objects.create(
        slug="basic",
        name="Basic",
        valid_from=date(2026, 1, 1),
        source="price list",
        checked_on=date(2026, 1, 1),
    )
    product.platforms.add(platform)
    movie = Movie.objects.create(
        movie_id=260, title="Star Wars", year=1977, platforms_fetched={"netflix": True}
    )
    refresh_titles()
    ml_user = MovieLensUser.objects.create(
        ml_user_id=5, gender="female", age=25, watched="01" * 2048, simhash="1" * 64
    )
    run = bare_run(
        data_name="tiny",
        metrics={"rmse": 0.87, "blend_ndcg_at_50": 0.388, "popularity_ndcg_at_50": 0.28},
    )
    respondent = Respondent.objects.create(
        submission="x", retain_until=timezone.now() + timedelta(days=90)
    )
    respondent.preferred_movies.add(movie)
    vector = [0.5] * FACTORS
    recommended = PlatformRecommendation.objects.create(
        user=respondent, platform=platform, score=1, parts={"platforms": []}
    )
    created = [
        platform,
        product,
        movie,
        TitleIndex.objects.get(),
        ml_user,
        run,
        respondent,
        recommended,
        PlatformTally.objects.get(platform=platform),
        UsageStatistic.objects.create(
            source="KOBACO",
            year=2022,
            dimension="gender",
            group="female",
            platform=platform,
            percent=30,
            sample_size=100,
        ),
        DataLoad.objects.create(
            kind="movielens", name="ml-tiny", digest="0" * 64, counts={"movies": 1}, seconds=1
        ),
        TasteVector.objects.create(run=run, ml_user=ml_user, taste=vector),
        add_factors(run, movie=movie.pk),
        Rating.objects.create(ml_user=ml_user, movie=movie, rating=4),
        viewing_of(ml_user, movie),
        Similarity.objects.create(
            user=respondent, ml_user=ml_user, score=0.5, method="jaccard", relaxation="none", run=1
        ),
        RecommendedMovie.objects.create(
            user=respondent, movie=movie, rank=1, score=1, rating_source="average"
        ),
        Reaction.objects.create(user=respondent, movie=movie, kind="seen"),
        SurveyFilm.objects.create(run=run, movie=movie, likes=1),
        Persona.objects.create(run=run, number=1, parts={"platforms": []}),
        LabJob.objects.create(kind="train", run=run),
        Group.objects.create(name="editors"),
        User.objects.create_user("somebody"),
        Notice.objects.create(key="old_prices", detail="basic"),
        *known_of(movie, platform, Provider.objects.create(provider_id=97, name="Watcha")),
    ]
    return {type(row): row for row in created}


def viewing_of(ml_user: MovieLensUser, movie: Movie) -> Viewing:
    return Viewing.objects.create(
        ml_user=ml_user,
        movie=movie,
        ratio=0.9,
        views=1,
        series_progress=0,
        last_watched_at=timezone.now(),
    )


def known_of(movie: Movie, platform: Platform, provider: Provider) -> list[Any]:
    """A row of each model that says something of a film on a platform."""
    now = timezone.now()
    what = {"movie": movie, "platform": platform}
    return [
        provider,
        Availability.objects.create(**what, source="tmdb", included=True, checked_at=now),
        AvailabilityChange.objects.create(**what, source="tmdb", after=True, carried_after=True),
        AvailabilityReport.objects.create(**what, shown=True),
        FetchAttempt.objects.create(movie=movie, outcome="ok"),
        FetchJob.objects.create(movie=movie, position=1),
        IdSuggestion.objects.create(movie=movie, tmdb_id=movie.pk, title="A", reason="year"),
        MovieDetails.objects.create(movie=movie, fetched_at=now),
        Offer.objects.create(movie=movie, provider=provider, kind="flatrate"),
    ]


def more_rows(rows: dict[Any, Any]) -> None:
    """So that a query for each row of a list is noticed."""
    for number in range(300, 305):
        platform = Platform.objects.create(slug=f"p{number}", name=f"Platform {number}")
        rows[Product].platforms.add(platform)
        movie = Movie.objects.create(
            movie_id=number, title=f"Film {number}", platforms_fetched={platform.slug: True}
        )
        ml_user = MovieLensUser.objects.create(
            ml_user_id=number, watched="0" * 4096, simhash="0" * 64
        )
        respondent = Respondent.objects.create(
            submission=f"more {number}", retain_until=timezone.now() + timedelta(days=90)
        )
        known_of(movie, platform, Provider.objects.create(provider_id=number, name=f"P {number}"))
        vector = [0.25] * FACTORS
        TasteVector.objects.create(run=rows[ModelRun], ml_user=ml_user, taste=vector)
        add_factors(rows[ModelRun], movie=movie.pk)
        Rating.objects.create(ml_user=ml_user, movie=movie, rating=3, run=rows[ModelRun], rank=1)
        viewing_of(ml_user, movie)
        Similarity.objects.create(
            user=respondent,
            ml_user=ml_user,
            score=0.1,
            method="taste",
            relaxation="everyone",
            run=1,
        )
        RecommendedMovie.objects.create(
            user=respondent, movie=movie, rank=1, score=1, rating_source="average"
        )
        Reaction.objects.create(user=respondent, movie=movie, kind="not_interested")
        SurveyFilm.objects.create(run=rows[ModelRun], movie=movie, likes=1)
        Persona.objects.create(run=rows[ModelRun], number=number, parts={"platforms": []})
        LabJob.objects.create(kind="shadow", run=rows[ModelRun], against=rows[ModelRun])
        PlatformRecommendation.objects.create(user=respondent, platform=platform, score=1, parts={})
        UsageStatistic.objects.create(
            source="KOBACO",
            year=2022,
            dimension="age",
            group="70+",
            platform=platform,
            percent=1,
            sample_size=1,
        )
    refresh_titles()


def staff_client(*codenames: str) -> Client:
    user = User.objects.create_user("staff", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def test_every_model_of_the_project_has_a_page() -> None:
    from django.apps import apps

    ours = ("common", "movies", "survey", "matching", "ottstats", "recommend")
    models = {model for app in ours for model in apps.get_app_config(app).get_models()}
    # What somebody has not sent yet is not for staff to look at.
    assert models - set(MODELS) == {Draft}


def test_the_index_names_the_site_and_every_model(
    admin_client: Client, rows: dict[Any, Any]
) -> None:
    page = admin_client.get(reverse("admin:index"))
    assert b"OTTwin" in page.content
    for model in MODELS:
        assert url(model, "changelist") in page.content.decode()


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_the_list_opens_with_few_queries(
    model: Any, admin_client: Client, rows: dict[Any, Any]
) -> None:
    more_rows(rows)
    with CaptureQueriesContext(connection) as queries:
        page = admin_client.get(url(model, "changelist"))
    assert page.status_code == 200
    assert list(page.context["cl"].result_list)
    listed = [query["sql"] for query in queries]
    assert len(listed) == QUERIES[label(model)], "\n".join(listed)


@pytest.mark.parametrize("model", MODELS, ids=label)
@pytest.mark.parametrize("text", ["star", "260", "260 5", "9" * 30, "한국 영화", "\x00", "'\"%_"])
def test_search_opens_whatever_is_typed(
    model: Any, text: str, admin_client: Client, rows: dict[Any, Any]
) -> None:
    assert admin_client.get(url(model, "changelist"), {"q": text}).status_code == 200


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (Movie, "star wars"),
        (Rating, "5"),
        (Rating, "260"),
        (Rating, "5 260"),
        (MovieLensUser, "5"),
        (TasteVector, "5"),
        (MovieFactors, "260"),
        (Platform, "flix"),
        (DataLoad, "tiny"),
        (ModelRun, "tiny"),
    ],
)
def test_search_finds_the_row(
    model: Any, text: str, admin_client: Client, rows: dict[Any, Any]
) -> None:
    page = admin_client.get(url(model, "changelist"), {"q": text})
    assert list(page.context["cl"].result_list) == [rows[model]]
    nothing = admin_client.get(url(model, "changelist"), {"q": "77777"})
    assert list(nothing.context["cl"].result_list) == []


@pytest.mark.parametrize(
    "model", [Respondent, Similarity, PlatformRecommendation, RecommendedMovie], ids=label
)
def test_search_by_the_id_of_a_respondent(
    model: Any, admin_client: Client, rows: dict[Any, Any]
) -> None:
    found = admin_client.get(url(model, "changelist"), {"q": rows[Respondent].pk})
    assert list(found.context["cl"].result_list) == [rows[model]]
    other = admin_client.get(url(model, "changelist"), {"q": uuid.uuid4()})
    assert list(other.context["cl"].result_list) == []


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_every_choice_of_every_filter_opens(
    model: Any, admin_client: Client, rows: dict[Any, Any]
) -> None:
    more_rows(rows)
    page = admin_client.get(url(model, "changelist"))
    changelist = page.context["cl"]
    choices = [
        choice["query_string"]
        for spec in changelist.filter_specs
        for choice in spec.choices(changelist)
    ]
    assert choices or not changelist.model_admin.list_filter
    for query in choices:
        opened = admin_client.get(url(model, "changelist") + query)
        assert opened.status_code == 200, query


@pytest.mark.parametrize("name", ["carried", "unknown", "corrected", "decade"])
def test_a_filter_value_that_is_not_offered_leaves_the_list_as_it_is(
    name: str, admin_client: Client, rows: dict[Any, Any]
) -> None:
    page = admin_client.get(url(Movie, "changelist"), {name: "nonsense"})
    assert list(page.context["cl"].result_list) == [rows[Movie]]


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_the_add_page_opens_only_for_what_staff_may_add(model: Any, admin_client: Client) -> None:
    expected = 200 if model in ADDED_BY_STAFF else 403
    assert admin_client.get(url(model, "add")).status_code == expected
    assert expected == 200 or admin_client.post(url(model, "add"), {}).status_code == 403


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_the_page_of_a_row_and_its_history_open(
    model: Any, admin_client: Client, rows: dict[Any, Any]
) -> None:
    page = admin_client.get(url(model, "change", rows[model].pk))
    assert page.status_code == 200
    assert "0101010101" not in page.content.decode()
    assert admin_client.get(url(model, "history", rows[model].pk)).status_code == 200


def test_vectors_and_bits_are_summarised(admin_client: Client, rows: dict[Any, Any]) -> None:
    admin_client.cookies["django_language"] = "en"
    user = admin_client.get(url(MovieLensUser, "change", 5)).content.decode()
    assert "2,048 of 4,096 bits are set" in user
    assert "ffffffffffffffff" in user
    vector = admin_client.get(url(TasteVector, "change", rows[TasteVector].pk)).content.decode()
    assert "64 numbers, length 4.000: 0.500, 0.500, 0.500, 0.500, …" in vector


@pytest.mark.parametrize("model", READ_ONLY, ids=label)
def test_what_was_loaded_refuses_every_write(
    model: Any, admin_client: Client, rows: dict[Any, Any]
) -> None:
    row = rows[model]
    assert admin_client.post(url(model, "change", row.pk), {"rating": 1}).status_code == 403
    if model is not Respondent:
        assert admin_client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        admin_client.post(url(model, "changelist"), data)
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_staff_without_permission_and_strangers_see_nothing(
    model: Any, client: Client, rows: dict[Any, Any]
) -> None:
    staff = staff_client()
    for address in (url(model, "changelist"), url(model, "change", rows[model].pk)):
        assert staff.get(address).status_code == 403
        stranger = client.get(address)
        assert stranger.status_code == 302
        assert reverse("admin:login") in stranger["Location"]


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_staff_who_may_only_look_see_list_and_row(model: Any, rows: dict[Any, Any]) -> None:
    staff = staff_client(f"view_{model._meta.model_name}")
    assert staff.get(url(model, "changelist")).status_code == 200
    address = url(model, "change", rows[model].pk)
    assert staff.get(address).status_code == 200
    assert staff.post(address, {}).status_code == 403


def test_a_respondent_is_deleted_with_everything(
    admin_client: Client, rows: dict[Any, Any]
) -> None:
    address = url(Respondent, "delete", rows[Respondent].pk)
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, {"post": "yes"}).status_code == 302
    for model in (Respondent, Similarity, RecommendedMovie, PlatformRecommendation):
        assert not model._default_manager.exists()
    assert PlatformTally.objects.get().recommended_count == 0


def test_chosen_respondents_are_deleted_with_everything_and_others_stay(
    rows: dict[Any, Any],
) -> None:
    other = Respondent.objects.create(
        submission="y", retain_until=timezone.now() + timedelta(days=90)
    )
    staff = staff_client("view_respondent", "delete_respondent")
    data = {"action": "delete_selected", "_selected_action": str(rows[Respondent].pk)}
    asked = staff.post(url(Respondent, "changelist"), data)
    assert asked.status_code == 200
    assert Respondent.objects.count() == 2
    staff.post(url(Respondent, "changelist"), {**data, "post": "yes"})
    assert list(Respondent.objects.all()) == [other]
    assert not RecommendedMovie.objects.exists()
    assert PlatformTally.objects.get().recommended_count == 0
    assert LogEntry.objects.count() == 1


PLATFORM = {"name": "Netflix Korea", "name_ko": "", "homepage": "", "tmdb_provider_ids": "8"}


def test_changing_a_platform_keeps_its_slug_its_counts_and_what_was_shipped(
    admin_client: Client, rows: dict[Any, Any]
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
    admin_client: Client, rows: dict[Any, Any]
) -> None:
    Provider.objects.create(provider_id=8, name="Netflix", is_listed=True, listed_at=timezone.now())
    data = PLATFORM | {"tmdb_provider_ids": "8,97", "is_active": "on"}
    assert admin_client.post(url(Platform, "change", "netflix"), data).status_code == 302
    assert Movie.objects.get().platforms == {"netflix": True}
    admin_client.post(url(Platform, "change", "netflix"), PLATFORM | {"is_active": "on"})
    assert Movie.objects.get().platforms == {"netflix": False}


def test_a_provider_belongs_to_one_platform(admin_client: Client, rows: dict[Any, Any]) -> None:
    Platform.objects.create(slug="watcha", name="Watcha", tmdb_provider_ids=[97])
    page = admin_client.post(
        url(Platform, "change", "netflix"), PLATFORM | {"tmdb_provider_ids": "8,97"}
    )
    assert "97 belongs to Watcha" in page.content.decode() or "97" in str(
        page.context["adminform"].form.errors["tmdb_provider_ids"]
    )
    assert Platform.objects.get(slug="netflix").tmdb_provider_ids == []


def test_an_ad_tier_has_ads(admin_client: Client, rows: dict[Any, Any]) -> None:
    admin_client.cookies["django_language"] = "en"
    fields = {
        "name": "Basic",
        "kind": "ad_tier",
        "platforms": ["netflix"],
        "valid_from": "2026-02-01",
        "source": "s",
        "checked_on": "2026-01-01",
    }
    address = url(Product, "change", rows[Product].pk)
    page = admin_client.post(address, fields)
    assert page.status_code == 200
    assert page.context["adminform"].form.non_field_errors() == ["An ad tier has ads."]
    assert admin_client.post(address, fields | {"has_ads": "on"}).status_code == 302
    assert Product.objects.get().kind == "ad_tier"


def test_products_with_old_prices_are_found_and_the_source_is_a_link(
    admin_client: Client, rows: dict[Any, Any]
) -> None:
    today = timezone.localdate()
    Product.objects.update(checked_on=today - timedelta(days=61), source_url="https://x.test/p")
    Product.objects.create(
        slug="new", name="New", valid_from=today, source="s", checked_on=today - timedelta(days=60)
    )

    def listed(query: str) -> list[str]:
        page = admin_client.get(url(Product, "changelist") + query)
        return [product.slug for product in page.context["cl"].result_list]

    assert listed("?price=old") == ["basic"]
    assert listed("?price=fresh") == ["new"]
    assert listed("?kind__exact=plan") == ["basic", "new"]
    page = admin_client.get(url(Product, "changelist")).content.decode()
    assert 'href="https://x.test/p"' in page


def test_the_reference_data_keep_what_staff_changed(admin_client: Client) -> None:
    from ottstats.services import load_reference_data

    load_reference_data()
    data = PLATFORM | {"is_active": "on"}
    assert admin_client.post(url(Platform, "change", "netflix"), data).status_code == 302
    statistic = UsageStatistic.objects.filter(platform="netflix", group="female").first()
    assert statistic is not None
    figures = {"percent": "12.5", "sample_size": "99"}
    address = url(UsageStatistic, "change", statistic.pk)
    assert admin_client.post(address, figures).status_code == 302
    product = Product.objects.get(slug="netflix_standard")
    fields = {
        "name": product.name,
        "platforms": ["netflix"],
        "monthly_price": "12345",
        "valid_from": "2023-12-01",
        "valid_to": "2026-12-31",
        "source": "by phone",
        "checked_on": "2026-10-01",
    }
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


def test_a_shipped_product_is_not_deleted_but_another_is(
    admin_client: Client, rows: dict[Any, Any]
) -> None:
    product = rows[Product]
    Product.objects.update(shipped={"slug": "basic"})
    address = url(Product, "delete", product.pk)
    refused = admin_client.post(address, {"post": "yes"}, follow=True)
    assert "valid to" in str(next(iter(refused.context["messages"])))
    assert Product.objects.exists()
    Product.objects.update(shipped=None)
    admin_client.post(address, {"post": "yes"})
    assert not Product.objects.exists()


def test_a_product_does_not_end_before_it_begins(
    admin_client: Client, rows: dict[Any, Any]
) -> None:
    data = {
        "name": "Basic",
        "platforms": ["netflix"],
        "valid_from": "2026-02-01",
        "valid_to": "2026-01-01",
        "source": "s",
        "checked_on": "2026-01-01",
    }
    page = admin_client.post(url(Product, "change", rows[Product].pk), data)
    assert page.status_code == 200
    assert page.context["adminform"].form.non_field_errors()


STATISTIC = {
    "source": "KISDI",
    "year": "2024",
    "dimension": "age",
    "group": "20-29",
    "platform": "netflix",
    "percent": "40",
    "sample_size": "10",
}


def test_a_usage_statistic_is_added_changed_and_deleted(
    admin_client: Client, rows: dict[Any, Any]
) -> None:
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
    field: str, value: str, admin_client: Client, rows: dict[Any, Any]
) -> None:
    page = admin_client.post(url(UsageStatistic, "add"), STATISTIC | {field: value})
    assert page.status_code == 200
    assert field in page.context["adminform"].form.errors
    assert UsageStatistic.objects.count() == 1


def test_a_group_of_gender_is_a_gender(admin_client: Client, rows: dict[Any, Any]) -> None:
    data = STATISTIC | {"dimension": "gender", "group": "70+"}
    page = admin_client.post(url(UsageStatistic, "add"), data)
    assert "group" in page.context["adminform"].form.errors


def test_a_shipped_figure_keeps_its_key_and_its_deletion_warns(
    admin_client: Client, rows: dict[Any, Any]
) -> None:
    UsageStatistic.objects.update(shipped={"percent": 30})
    statistic = rows[UsageStatistic]
    admin_client.post(url(UsageStatistic, "change", statistic.pk), STATISTIC)
    statistic.refresh_from_db()
    assert (statistic.source, statistic.group, statistic.percent) == ("KOBACO", "female", 40)
    address = url(UsageStatistic, "delete", statistic.pk)
    page = admin_client.post(address, {"post": "yes"}, follow=True)
    assert "warning" in [message.level_tag for message in page.context["messages"]]


def test_the_paginator_counts_small_tables_and_estimates_large_ones(
    rows: dict[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert EstimatedPaginator(Rating.objects.order_by("ml_user_id"), 50).count == 1
    assert EstimatedPaginator(Rating.objects.none(), 50).count == 0
    monkeypatch.setattr(EstimatedPaginator, "EXACT_BELOW", 1)
    with CaptureQueriesContext(connection) as queries:
        assert EstimatedPaginator(Rating.objects.order_by("ml_user_id"), 50).count >= 1
    assert [query["sql"].split()[0] for query in queries] == ["EXPLAIN"]


def test_a_page_far_down_a_large_table_is_not_offered(
    admin_client: Client, rows: dict[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    more_rows(rows)
    monkeypatch.setattr(EstimatedPaginator, "MOST_PAGES", 2)
    paginator = EstimatedPaginator(Rating.objects.order_by("ml_user_id"), 1)
    assert (paginator.count, paginator.num_pages) == (6, 2)
    monkeypatch.setattr("recommend.admin.RatingAdmin.list_per_page", 1)
    assert admin_client.get(url(Rating, "changelist"), {"p": 2}).status_code == 200
    assert admin_client.get(url(Rating, "changelist"), {"p": 3}).status_code == 302


def plan_nodes(plan: dict[str, Any]) -> list[str]:
    return [
        plan["Node Type"],
        *(node for part in plan.get("Plans", []) for node in plan_nodes(part)),
    ]


@pytest.mark.parametrize("query", ["", "?q=5", "?q=260", "?run=observed"])
def test_the_list_of_ratings_reads_an_index(
    query: str, admin_client: Client, rows: dict[Any, Any]
) -> None:
    """Ordering and search of the list, planned as if reading the whole table were dear."""
    changelist = admin_client.get(url(Rating, "changelist") + query).context["cl"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = json.loads(changelist.queryset[:50].explain(format="json"))[0]["Plan"]
    assert "Seq Scan" not in plan_nodes(plan)
