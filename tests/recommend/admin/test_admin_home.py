"""People at home in admin: staff view them; owners delete them, from the runs too."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from recommend.models import HomeMember, HomePerson, HomeTaste
from tests.movies.admin.admin_rows import url
from tests.recommend.services.home_files import names, neighbours, stored
from tests.worlds import bare_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(world: str) -> dict[str, HomePerson]:
    people = {name: HomePerson.objects.create(name=name) for name in ("zoe", "adam", "양파")}
    for film, person in enumerate(people.values(), start=1):
        for other in range(film):
            person.ratings.create(movie_id=1 + other, rating=4)
    neighbours(bare_run(), "zoe", "adam", "양파")
    return people


def member(group: str) -> Client:
    user = User.objects.create_user(f"a {group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


def test_the_list_counts_the_ratings_and_finds_a_person(people: dict[str, HomePerson]) -> None:
    page = member("viewer").get(url(HomePerson, "changelist"))
    assert [(row.name, row.number) for row in page.context["cl"].result_list] == [
        ("zoe", 1),
        ("adam", 2),
        ("양파", 3),
    ]
    found = member("editor").get(url(HomePerson, "changelist"), {"q": "양파"})
    assert [row.name for row in found.context["cl"].result_list] == ["양파"]


def test_an_owner_deletes_a_person_with_ratings_and_tastes(people: dict[str, HomePerson]) -> None:
    owner = member("owner")
    asked = owner.get(url(HomePerson, "delete", people["adam"].pk))
    assert asked.status_code == 200
    owner.post(url(HomePerson, "delete", people["adam"].pk), {"post": "yes"})
    assert names() == ["zoe", "양파"]
    assert {name for name, *_ in stored()} == {"zoe", "양파"}
    assert sorted(HomeTaste.objects.values_list("row", flat=True)) == [0, 2]
    assert sorted(HomeMember.objects.values_list("row", flat=True)) == [0, 2]


def test_an_owner_deletes_chosen_people(people: dict[str, HomePerson]) -> None:
    data = {
        "action": "delete_selected",
        "_selected_action": [people["zoe"].pk, people["양파"].pk],
        "post": "yes",
    }
    member("owner").post(url(HomePerson, "changelist"), data)
    assert names() == ["adam"]
    assert list(HomeTaste.objects.values_list("row", flat=True)) == [1]


@pytest.mark.parametrize("group", ["viewer", "editor", "operator"])
def test_other_staff_cannot_delete_them(group: str, people: dict[str, HomePerson]) -> None:
    client = member(group)
    address = url(HomePerson, "delete", people["zoe"].pk)
    assert client.post(address, {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": people["zoe"].pk, "post": "yes"}
    client.post(url(HomePerson, "changelist"), data)
    assert "zoe" in names()
