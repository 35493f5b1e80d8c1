"""Only staff and advertisers see the pages of the audience; a menu leads them there."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from ottstats.services.reference import load_reference_data
from survey.models import MEMBERSHIP_VERSION, Member
from tests.ottstats.audience_users import CUSTOMER, SERVICE, advertiser, client_of
from tests.ottstats.living_world import living_world
from tests.survey.members.accounts import log_in

pytestmark = pytest.mark.django_db
FILE = f"{CUSTOMER}?file=scores"
PAGES = pytest.mark.parametrize("page", [CUSTOMER, SERVICE, FILE, f"{SERVICE}?file=adverts"])


@pytest.fixture(autouse=True)
def loaded(db: None) -> None:
    load_reference_data()
    living_world()


@PAGES
def test_a_stranger_is_sent_to_log_in_and_comes_back(client: Client, page: str) -> None:
    response = client.get(page)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=/audience/")
    assert ("file" in page) == ("file%3D" in response["Location"])


@PAGES
def test_a_member_who_is_no_advertiser_is_refused(page: str) -> None:
    user = User.objects.create_user("kim", password="a-long-password-1")
    Member.objects.create(user=user, membership_version=MEMBERSHIP_VERSION)
    response = client_of(user).get(page)
    assert response.status_code == 403
    html = response.content.decode()
    assert "For advertisers only" in html
    assert 'href="/audience/' not in html
    assert "no-store" in response["Cache-Control"]


@PAGES
def test_advertisers_and_staff_see_it_and_nobody_keeps_it(page: str) -> None:
    for user in (advertiser(), User.objects.create_user("lee", is_staff=True)):
        response = client_of(user).get(page)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"


def test_a_closed_account_sees_nothing() -> None:
    user = advertiser()
    client = client_of(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(CUSTOMER).status_code == 302


def test_who_leaves_the_group_is_refused_at_once() -> None:
    user = advertiser()
    client = client_of(user)
    assert client.get(CUSTOMER).status_code == 200
    user.groups.clear()
    assert client.get(CUSTOMER).status_code == 403
    assert 'href="/audience/' not in client.get("/about/").content.decode()


def test_the_group_gives_no_permission_in_admin() -> None:
    group = Group.objects.get(name="advertiser")
    assert not group.permissions.exists()
    assert client_of(advertiser()).get("/admin/").status_code == 302


def test_the_menu_leads_advertisers_there_from_log_in_on(client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert 'href="/audience/' not in client.get("/about/").content.decode()
    advertiser()
    response = log_in(client, next=SERVICE)
    assert (response.status_code, response["Location"]) == (302, SERVICE)
    assert 'href="/audience/customer/"' in client.get("/about/").content.decode()


def test_the_home_page_of_staff_leads_there(staff: Client) -> None:
    html = staff.get("/admin/").content.decode()
    assert '<a href="/audience/customer/">Find target customers</a>' in html


@pytest.mark.parametrize("page", [CUSTOMER, SERVICE])
def test_the_pages_are_only_read(page: str) -> None:
    client = client_of(advertiser())
    assert client.head(page).status_code == 200
    assert client.post(page).status_code == 405
