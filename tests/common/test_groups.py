"""The groups of staff that ship: what each may look at, change and delete, in admin and API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client

from matching.models import Similarity
from movies.models import Attraction, Movie, Platform, Product, Provider
from ottstats.models import PlatformRecommendation, UsageStatistic
from recommend.models import (
    HomePerson,
    ModelRun,
    Reaction,
    RecommendedMovie,
    SeasonKeywords,
)
from survey.models import Member, Respondent
from tests.movies.admin.admin_rows import Rows, forget_other_tests, one_of_each, url

pytestmark = pytest.mark.django_db
UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
GROUPS = ("viewer", "editor", "operator", "owner")
FACTS = {Platform, Product, Attraction, UsageStatistic, SeasonKeywords}
ADDED = {"viewer": set(), "editor": FACTS, "operator": FACTS, "owner": FACTS}
CHANGED = {
    "viewer": set(),
    "editor": FACTS | {Movie, Provider},
    "operator": FACTS | {Movie, Provider, ModelRun},
    "owner": FACTS | {Movie, Provider, ModelRun},
}
DELETED = {
    "viewer": set(),
    "editor": set(),
    "operator": FACTS | {ModelRun},
    "owner": FACTS | {HomePerson, Member, ModelRun, Respondent},
}
OF_RESPONDENTS = (Respondent, Similarity, PlatformRecommendation, RecommendedMovie, Reaction)


@pytest.fixture
def rows(db: None) -> Rows:
    rows = one_of_each()
    forget_other_tests("recommend_rating")
    return rows


def member(group: str) -> Client:
    user = User.objects.create_user(f"a {group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


def pages() -> list[Any]:
    """The models of our apps that have pages in admin."""
    ours = ("common", "movies", "survey", "matching", "ottstats", "recommend")
    return [model for model in admin.site._registry if model._meta.app_label in ours]


@pytest.mark.parametrize("group", GROUPS)
def test_what_a_group_may_do_in_admin(group: str, rows: Rows) -> None:
    client = member(group)
    for model in pages():
        row = rows[model]
        name = model._meta.label
        assert client.get(url(model, "changelist")).status_code == 200, (
            f"{group} cannot look at {name}: add a migration like common's 0005_groups_of_staff"
        )
        assert client.get(url(model, "change", row.pk)).status_code == 200, name
        may_add = client.get(url(model, "add")).status_code == 200
        assert may_add == (model in ADDED[group]), name
        may_change = client.post(url(model, "change", row.pk), {}).status_code != 403
        assert may_change == (model in CHANGED[group]), name
        may_delete = client.get(url(model, "delete", row.pk)).status_code != 403
        assert may_delete == (model in DELETED[group]), name


@pytest.mark.parametrize("group", GROUPS)
def test_only_owners_see_and_change_accounts_and_operators_the_schedule(group: str) -> None:
    client = member(group)
    for page in ("auth/user/", "auth/group/", f"auth/user/{User.objects.get().pk}/change/"):
        expected = 200 if group == "owner" else 403
        assert client.get(f"/admin/{page}").status_code == expected
    assert client.get("/admin/django_celery_beat/periodictask/").status_code == 200
    may_add = client.get("/admin/django_celery_beat/periodictask/add/").status_code == 200
    assert may_add == (group in ("operator", "owner"))


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("way", ["api", "page"])
def test_who_may_delete_a_result(group: str, way: str, rows: Rows) -> None:
    client, key = member(group), rows[Respondent].pk
    if way == "api":
        found = client.delete(f"/api/results/{key}/", headers={"accept-language": "en"})
        refusal = {"detail": "Your account may not delete results."}
        assert found.status_code == (204 if group == "owner" else 403)
        assert group == "owner" or found.json() == refusal
    else:
        found = client.post(f"/results/{key}/delete/")
        assert found.status_code == (302 if group == "owner" else 403)
    assert Respondent.objects.exists() == (group != "owner")


def test_respondents_delete_their_own_result_as_ever(client: Client, rows: Rows) -> None:
    assert client.delete(f"/api/results/{rows[Respondent].pk}/").status_code == 204
    client.force_login(User.objects.create_user("no staff"))
    again = Respondent.objects.create(submission="y", retain_until="2999-01-01T00:00:00Z")
    assert client.delete(f"/api/results/{again.pk}/").status_code == 204


def test_staff_without_a_group_delete_nothing(client: Client, rows: Rows) -> None:
    client.force_login(User.objects.create_user("kim", is_staff=True))
    assert client.delete(f"/api/results/{rows[Respondent].pk}/").status_code == 403


# --- ids are secrets -----------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["viewer", "owner"])
def test_no_page_of_admin_shows_the_id_of_a_result(group: str, rows: Rows) -> None:
    client, respondent = member(group), rows[Respondent]
    respondent.refresh_from_db()
    for model in OF_RESPONDENTS:
        row = rows[model]
        number = row.pk if model in (RecommendedMovie, Reaction) else respondent.number
        for page in (
            url(model, "changelist"),
            f"{url(model, 'changelist')}?q=%23{respondent.number}",
            url(model, "change", number),
            url(model, "history", number),
            url(model, "delete", number),
        ):
            html = client.get(page).content.decode()
            assert not UUID.search(html), page
        assert f"#{respondent.number}" in client.get(url(model, "changelist")).content.decode()
    assert not UUID.search(client.get("/admin/").content.decode())


def test_chosen_rows_are_deleted_by_number(rows: Rows) -> None:
    owner, list_page = member("owner"), url(Respondent, "changelist")
    other = Respondent.objects.create(submission="y", retain_until="2999-01-01T00:00:00Z")
    rows[Respondent].refresh_from_db()
    data = {"action": "delete_selected", "_selected_action": str(rows[Respondent].number)}
    asked = owner.post(list_page, data)
    html = asked.content.decode()
    assert f'name="_selected_action" value="{rows[Respondent].number}"' in html
    assert not UUID.search(html)
    done = owner.post(list_page, {**data, "post": "yes"}, follow=True)
    assert list(Respondent.objects.all()) == [other]
    assert not UUID.search(done.content.decode())
    assert not UUID.search(owner.get("/admin/").content.decode())  # the recent actions


def test_a_number_finds_the_rows_and_so_does_an_id_that_staff_were_told(rows: Rows) -> None:
    viewer, respondent = member("viewer"), rows[Respondent]
    respondent.refresh_from_db()
    other = Respondent.objects.create(submission="y", retain_until="2999-01-01T00:00:00Z")
    other.refresh_from_db()
    for word in (f"#{respondent.number}", str(respondent.pk)):
        for model in OF_RESPONDENTS:
            found = viewer.get(url(model, "changelist"), {"q": word}).context["cl"].result_list
            assert [row.pk for row in found] == [rows[model].pk]
    for word in ("#0", f"#{2**70}", f"#{respondent.number} {other.pk}"):
        found = viewer.get(url(Respondent, "changelist"), {"q": word}).context["cl"].result_list
        assert not found


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (Respondent, "user_id__startswith"),
        (Respondent, "pk__startswith"),
        (Respondent, "drafts__draft_id__gt"),
        (Similarity, "user__startswith"),
        (Similarity, "user__user_id__startswith"),
        (RecommendedMovie, "user_id__gte"),
        (PlatformRecommendation, "share_id__startswith"),
        (PlatformRecommendation, "platform__subscribers__user_id__startswith"),
        (Movie, "preferred_by__user_id__startswith"),
        (Movie, "reactions__user__startswith"),
        (Platform, "subscribers__user_id__startswith"),
    ],
)
def test_no_list_tells_an_id_letter_by_letter(model: Any, lookup: str, rows: Rows) -> None:
    address = url(model, "changelist")
    assert member("viewer").get(address, {lookup: str(rows[Respondent].pk)}).status_code == 400


def test_lists_still_filter_by_columns_and_by_what_they_offer(rows: Rows) -> None:
    viewer = member("viewer")
    for model, lookup, value in (
        (Respondent, "created_at__gte", "2020-01-01 00:00:00+09:00"),
        (Respondent, "gender__exact", "female"),
        (PlatformRecommendation, "platform__slug__exact", "netflix"),
        (Product, "platforms__slug__exact", "netflix"),
        (ModelRun, "id", "1"),
    ):
        assert viewer.get(url(model, "changelist"), {lookup: value}).status_code == 200
