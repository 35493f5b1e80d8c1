"""An advertiser's walk in a real browser, and a stranger's who is sent to log in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from movies.models import Platform
from tests.browser.browsers import DESKTOP, PHONE, Visitors, heading, korean_texts
from tests.browser.faults import faults
from tests.ottstats.audience_users import CUSTOMER, SERVICE, advertiser, demand_of
from tests.ottstats.living_world import NAMES, living_world
from tests.survey.members.accounts import EMAIL, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture(autouse=True)
def loaded(site: str) -> None:
    """Nine months, respondents whom all pages may show, and an advertiser."""
    living_world([f"2023-0{month}" for month in range(1, 10)])
    for place, platform in enumerate(Platform.objects.offered()[:3]):
        for gender in ("female", "male"):
            for age in (16, 25, 35, 45, 55, 65, 75):
                demand_of(30 - 8 * place, platform.slug, gender=gender, age=age)
    advertiser()


def log_in(page: Page) -> None:
    page.locator("#id_email").fill(EMAIL)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#account-form button").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_stranger_logs_in_and_an_advertiser_finds_customers_and_places(
    visitors: Visitors, screen: dict[str, int], script: bool
) -> None:
    page = visitors(screen, script=script, language="en")
    page.goto(f"{CUSTOMER}?district=마포구&gender=male&age=30")
    assert "/login/?next=/audience/customer/" in page.url
    log_in(page)
    page.wait_for_url("**/audience/customer/?*")
    heading(page).to_have_text("What does this customer use?")
    expect(page.locator("#answer")).to_contain_text("Mapo-gu, men in their 30s, 2023-09")
    page.get_by_label("Month", exact=True).select_option("2023-01")
    page.get_by_label("Method", exact=True).select_option("weighted")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#answer")).to_contain_text("2023-01")
    expect(page.locator(".answer .warning")).to_contain_text("It misleads")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").first.click()
    assert download.value.suggested_filename == "audience-scores.csv"
    page.get_by_role("link", name="Customers of a service").click()
    heading(page).to_have_text("Who uses this service?")
    page.get_by_label("Service", exact=True).select_option("youtube")
    page.get_by_label("How many targets").fill("4")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".target")).to_have_count(4)
    page.get_by_label("How many targets").fill("400")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("from 1 to 300")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1280"])
@pytest.mark.parametrize(("language", "scheme"), [("ko", "light"), ("en", "dark")])
def test_no_page_for_advertisers_has_a_fault_of_accessibility(
    visitors: Visitors, size: dict[str, int], language: str, scheme: str
) -> None:
    page = visitors(size, language=language, scheme=scheme)
    page.goto(CUSTOMER)
    log_in(page)
    page.wait_for_url(f"**{CUSTOMER}")
    found = []
    for path in (CUSTOMER, f"{CUSTOMER}?method=weighted", f"{CUSTOMER}?age=25", SERVICE):
        page.goto(path)
        found += faults(page, f"{language} {path}")
        if language == "en":
            values = {korean for _name, korean in NAMES.values()}  # of the addresses
            assert {*korean_texts(page)} <= values
    assert found == []


def test_who_is_no_advertiser_reads_why(visitors: Visitors) -> None:
    from tests.survey.members.accounts import joined

    joined("kim@site.kr")
    page = visitors(language="en")
    page.goto(SERVICE)
    page.locator("#id_email").fill("kim@site.kr")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#account-form button").click()
    heading(page).to_have_text("For advertisers only")
    assert faults(page, "refused") == []
