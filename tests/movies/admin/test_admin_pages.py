"""Every list, search, filter, add and change page of the admin opens for permitted users."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.models import DataLoad, RequestCount
from matching.models import Similarity
from movies.models import (
    Attraction,
    AttractionPlatform,
    CatalogueChange,
    FilmText,
    ListingPart,
    Movie,
    MovieLensUser,
    Platform,
    Product,
    Provider,
    StagedFilm,
)
from ottstats.models import DayCounts, PlatformRecommendation, PlatformTally, UsageStatistic
from recommend.models import (
    HomeMember,
    HomePerson,
    HomeTaste,
    MemberEvent,
    ModelRun,
    MovieFactors,
    PickFromLike,
    Rating,
    RecommendedMovie,
    SeasonKeywords,
    TasteVector,
    WorkflowStep,
)
from survey.models import Draft, LoginSession, Member, Respondent
from tests.movies.admin.admin_rows import (
    Rows,
    forget_other_tests,
    label,
    more_rows,
    one_of_each,
    url,
)
from tests.operators import staff_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(db: None) -> Rows:
    rows = one_of_each()
    forget_other_tests("recommend_rating")
    return rows


admin.autodiscover()
OURS = ("auth", "common", "movies", "survey", "matching", "ottstats", "recommend")
MODELS = sorted(
    (model for model in admin.site._registry if model._meta.app_label in OURS),
    key=lambda model: model._meta.label,
)
ADDED_BY_STAFF = {Attraction, Platform, Product, SeasonKeywords, UsageStatistic, User, Group}
CHANGED_BY_STAFF = ADDED_BY_STAFF | {Movie, ModelRun, Provider}
READ_ONLY = [model for model in MODELS if model not in CHANGED_BY_STAFF]


# Session, user, page count, rows; then one for the choices of each filter that reads a table.
# The planner's estimate comes before an exact count of a small table (`EstimatedPaginator`).
QUERIES = {
    "auth.Group": 5,
    "auth.User": 6,
    "common.DataLoad": 5,
    "matching.Similarity": 5,
    "movies.Attraction": 8,
    "movies.Availability": 7,
    "movies.AvailabilityChange": 6,
    "movies.AvailabilityReport": 7,
    "movies.FetchAttempt": 5,
    "movies.FetchFailure": 5,
    "movies.FetchJob": 5,
    "movies.IdSuggestion": 5,
    "movies.Listing": 6,
    "movies.Movie": 6,
    "movies.MovieDetails": 5,
    "movies.MovieLensUser": 5,
    "movies.Notice": 5,
    "movies.Offer": 5,
    "movies.Platform": 4,
    "movies.Product": 6,
    "movies.Provider": 4,
    "movies.TitleIndex": 5,
    "ottstats.District": 5,
    "ottstats.DistrictPopulation": 5,
    "ottstats.LivingCell": 5,
    "ottstats.LivingDong": 5,
    "ottstats.PlatformRecommendation": 6,
    "ottstats.PlatformTally": 5,
    "ottstats.UsageStatistic": 6,
    "recommend.GenreModel": 5,
    "recommend.HomePerson": 5,
    "recommend.HomeRating": 5,
    "recommend.LabJob": 5,
    "recommend.ModelRun": 5,
    "recommend.MovieFactors": 6,
    "recommend.Persona": 6,
    "recommend.Rating": 6,
    "recommend.Reaction": 5,
    "recommend.RecommendedMovie": 5,
    "recommend.SeasonKeywords": 4,
    "recommend.SurveyFilm": 6,
    "recommend.TasteVector": 6,
    "recommend.Viewing": 5,
    "recommend.Workflow": 6,
    "survey.Member": 5,
    "survey.Respondent": 5,
}


def test_every_model_of_the_project_has_a_page() -> None:
    from django.apps import apps

    ours = ("common", "movies", "survey", "matching", "ottstats", "recommend")
    models = {model for app in ours for model in apps.get_app_config(app).get_models()}
    # Staff must not see drafts that people have not submitted; half-read lists say nothing. Places
    # are on the page of the attraction, steps on that of the workflow, texts on the film's page.
    # Changes of the catalogue are mere numbers; counts of a day are on the pages themselves.
    # Who is logged in, what members like, and whose taste a run has is no business of staff.
    assert models - set(MODELS) == {
        Draft,
        AttractionPlatform,
        CatalogueChange,
        DayCounts,
        FilmText,
        HomeMember,
        HomeTaste,
        ListingPart,
        LoginSession,
        MemberEvent,
        PickFromLike,
        RequestCount,
        StagedFilm,
        WorkflowStep,
    }


def test_the_index_names_the_site_and_every_model(admin_client: Client, rows: Rows) -> None:
    page = admin_client.get(reverse("admin:index"))
    assert b"OTTwin" in page.content
    for model in MODELS:
        assert url(model, "changelist") in page.content.decode()


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_the_list_opens_with_few_queries(model: Any, admin_client: Client, rows: Rows) -> None:
    more_rows(rows)
    with CaptureQueriesContext(connection) as queries:
        page = admin_client.get(url(model, "changelist"))
    assert page.status_code == 200
    assert list(page.context["cl"].result_list)
    listed = [query["sql"] for query in queries]
    assert len(listed) == QUERIES[label(model)], "\n".join(listed)


@pytest.mark.parametrize("model", MODELS, ids=label)
@pytest.mark.parametrize("text", ["star", "260", "260 5", "9" * 30, "한국 영화", "'\"%_"])
def test_search_opens_whatever_is_typed(
    model: Any, text: str, admin_client: Client, rows: Rows
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
def test_search_finds_the_row(model: Any, text: str, admin_client: Client, rows: Rows) -> None:
    page = admin_client.get(url(model, "changelist"), {"q": text})
    assert list(page.context["cl"].result_list) == [rows[model]]
    nothing = admin_client.get(url(model, "changelist"), {"q": "77777"})
    assert list(nothing.context["cl"].result_list) == []


@pytest.mark.parametrize(
    "model", [Respondent, Similarity, PlatformRecommendation, RecommendedMovie], ids=label
)
def test_search_by_the_id_of_a_respondent(model: Any, admin_client: Client, rows: Rows) -> None:
    found = admin_client.get(url(model, "changelist"), {"q": rows[Respondent].pk})
    assert list(found.context["cl"].result_list) == [rows[model]]
    other = admin_client.get(url(model, "changelist"), {"q": uuid.uuid4()})
    assert list(other.context["cl"].result_list) == []


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_every_choice_of_every_filter_opens(model: Any, admin_client: Client, rows: Rows) -> None:
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
    name: str, admin_client: Client, rows: Rows
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
    model: Any, admin_client: Client, rows: Rows
) -> None:
    page = admin_client.get(url(model, "change", rows[model].pk))
    assert page.status_code == 200
    assert "0101010101" not in page.content.decode()
    assert admin_client.get(url(model, "history", rows[model].pk)).status_code == 200


def test_vectors_and_bits_are_summarised(admin_client: Client, rows: Rows) -> None:
    admin_client.cookies["django_language"] = "en"
    user = admin_client.get(url(MovieLensUser, "change", 5)).content.decode()
    assert "2,048 of 4,096 bits are set" in user
    assert "ffffffffffffffff" in user
    vector = admin_client.get(url(TasteVector, "change", rows[TasteVector].pk)).content.decode()
    assert "64 numbers, length 4.000: 0.500, 0.500, 0.500, 0.500, …" in vector


@pytest.mark.parametrize("model", READ_ONLY, ids=label)
def test_what_was_loaded_refuses_every_write(model: Any, admin_client: Client, rows: Rows) -> None:
    row = rows[model]
    assert admin_client.post(url(model, "change", row.pk), {"rating": 1}).status_code == 403
    if model not in (HomePerson, Member, Respondent):
        assert admin_client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        admin_client.post(url(model, "changelist"), data)
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_staff_without_permission_and_strangers_see_nothing(
    model: Any, client: Client, rows: Rows
) -> None:
    staff = staff_with()
    for address in (url(model, "changelist"), url(model, "change", rows[model].pk)):
        assert staff.get(address).status_code == 403
        stranger = client.get(address)
        assert stranger.status_code == 302
        assert reverse("admin:login") in stranger["Location"]


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_staff_who_may_only_look_see_list_and_row(model: Any, rows: Rows) -> None:
    staff = staff_with(f"view_{model._meta.model_name}")
    assert staff.get(url(model, "changelist")).status_code == 200
    address = url(model, "change", rows[model].pk)
    assert staff.get(address).status_code == 200
    assert staff.post(address, {}).status_code == 403


def test_a_respondent_is_deleted_with_everything(admin_client: Client, rows: Rows) -> None:
    address = url(Respondent, "delete", rows[Respondent].pk)
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, {"post": "yes"}).status_code == 302
    for model in (Respondent, Similarity, RecommendedMovie, PlatformRecommendation):
        assert not model._default_manager.exists()
    assert PlatformTally.objects.get().recommended_count == 0


def test_chosen_respondents_are_deleted_with_everything_and_others_stay(
    rows: Rows,
) -> None:
    other = Respondent.objects.create(
        submission="y", retain_until=timezone.now() + timedelta(days=90)
    )
    staff = staff_with("view_respondent", "delete_respondent")
    data = {"action": "delete_selected", "_selected_action": str(rows[Respondent].pk)}
    asked = staff.post(url(Respondent, "changelist"), data)
    assert asked.status_code == 200
    assert Respondent.objects.count() == 2
    staff.post(url(Respondent, "changelist"), {**data, "post": "yes"})
    assert list(Respondent.objects.all()) == [other]
    assert not RecommendedMovie.objects.exists()
    assert PlatformTally.objects.get().recommended_count == 0
    assert LogEntry.objects.count() == 1
