"""The first page of the admin: today, an alarm, where work begins, and the tables in groups."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies.models import Platform, Product
from ottstats.models import PlatformRecommendation
from recommend.models import ModelRun
from recommend.services.personas import make_personas
from survey.models import Respondent
from tests.operators import staff_with

pytestmark = pytest.mark.django_db
HOME = "/admin/"


def answered(slug: str, number: int, *, days_ago: int = 0) -> None:
    platform, _new = Platform.objects.get_or_create(slug=slug, defaults={"name": slug.title()})
    moment = timezone.now() - timedelta(days=days_ago)
    for place in range(number):
        person = Respondent.objects.create(
            submission=f"{slug} {days_ago} {place}",
            retain_until=timezone.now() + timedelta(days=90),
        )
        row = PlatformRecommendation.objects.create(
            user=person, platform=platform, score=1.0, parts={}
        )
        PlatformRecommendation.objects.filter(pk=row.pk).update(created_at=moment)


def korean(client: Client) -> Client:
    client.cookies["django_language"] = "ko"
    return client


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize(("netflix", "is_alarm"), [(17, True), (16, False)])
def test_a_platform_that_wins_over_80_percent_of_a_week_is_an_alarm(
    netflix: int, is_alarm: bool, staff: Client
) -> None:
    answered("netflix", netflix)
    answered("watcha", 20 - netflix)
    page = staff.get(HOME)
    assert ("85% of this week’s answers are Netflix." in text_of(page.content.decode())) == is_alarm
    assert ('class="staff-alarm"' in page.content.decode()) == is_alarm


def test_yesterdays_winners_are_on_the_first_page_in_korean(admin_client: Client) -> None:
    answered("netflix", 3, days_ago=1)
    answered("watcha", 1, days_ago=1)
    text = text_of(korean(admin_client).get(HOME).content.decode())
    assert "어제: Netflix 3 (75%), Watcha 1 (25%)" in text
    assert "시각은 모두 서울 시각이에요" in text


def test_tables_are_in_groups_and_internal_ones_are_folded(admin_client: Client) -> None:
    page = korean(admin_client).get(HOME).content.decode()
    content = page[page.index('id="content-main"') :]
    usual, folded = content.split('<details class="folded-tables">')
    for url in ("movies_product", "movies_movie", "recommend_modelrun"):
        assert f'href="{reverse(f"admin:{url}_changelist")}"' in usual
    for url in (
        "recommend_tastevector",
        "recommend_moviefactors",
        "django_celery_beat_clockedschedule",
    ):
        address = f'href="{reverse(f"admin:{url}_changelist")}"'
        assert address in folded
        assert address not in usual
    assert "영화·시청 정보" in usual


@pytest.mark.parametrize(
    ("group", "may_import"), [("viewer", False), ("editor", True), ("operator", True)]
)
def test_the_first_page_offers_what_a_group_may_do(group: str, may_import: bool) -> None:
    user = User.objects.create_user("one", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    page = client.get(HOME).content.decode()
    assert (reverse("admin:movies_product_import") in page) == may_import
    assert reverse("admin:ottstats_platformrecommendation_winners") in page
    assert reverse("admin:auth_user_changelist") not in page


def test_staff_without_permissions_see_no_figures() -> None:
    answered("netflix", 21)
    page = staff_with("view_notice").get(HOME).content.decode()
    for part in ("staff-alarm", "staff-tiles", "staff-chart", "staff-jobs"):
        assert f'class="{part}"' not in page
    doings = page.split('class="staff-doings"')[1].split("</ul>")[0]
    assert doings.count("<a ") == 1  # the pages for advertisers, which all staff may see
    assert "/audience/customer/" in doings


def test_a_price_is_previewed_and_changed_in_four_clicks(
    live_model: ModelRun, admin_client: Client
) -> None:
    make_personas(run=live_model, count=5)
    product = Product.objects.filter(kind="plan").order_by("slug")[0]
    client = korean(admin_client)
    home = client.get(HOME).content.decode()
    products = reverse("admin:movies_product_changelist")
    assert f'<a href="{products}?on_sale=yes">요금 바꾸기</a>' in home  # 1
    address = reverse("admin:movies_product_change", args=[product.pk])
    assert address in client.get(products, {"on_sale": "yes"}).content.decode()  # 2
    form = client.get(address).context["adminform"].form
    data = {
        name: "" if value is None else value
        for name, value in form.initial.items()
        if name != "platforms"
    }
    data |= {"platforms": [one.pk for one in product.platforms.all()], "monthly_price": 99_000}
    shown = client.post(address, {**data, "_preview": "1"}).content.decode()  # 3
    assert "미리 보기" in shown
    product.refresh_from_db()
    assert product.monthly_price != 99_000
    client.post(address, {**data, "_save": "1"})  # 4
    product.refresh_from_db()
    assert product.monthly_price == 99_000


def test_a_file_with_three_faults_says_all_three_in_korean(admin_client: Client) -> None:
    Platform.objects.create(slug="netflix", name="Netflix")
    client = korean(admin_client)
    address = reverse("admin:movies_product_import")
    assert f'<a href="{address}">파일 올리기</a>' in client.get(HOME).content.decode()
    content = (
        "slug,name,name_ko,kind,platforms,monthly_price,has_ads,valid_from,valid_to,source,"
        "checked_on\n"
        "a,A,,plan,cinema,x,false,2026-01-01,,list,2026-01-01\n"
        "b,B,,plan,netflix,1,false,2026-01-01,,list,yesterday\n"
    )
    file = SimpleUploadedFile("prices.csv", content.encode())
    page = client.post(address, {"format": "0", "import_file": file})
    faults = [str(error.error) for error in page.context["result"].base_errors]
    assert len(faults) == 3
    assert all(re.match(r"prices\.csv [23]번째 줄: .*[가-힣]", fault) for fault in faults)
