"""Staff import details of films, and products, in the admin."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from common.models import DataLoad
from movies.models import Movie, Product
from tests.movies.admin.admin_imports import confirm, counts, errors, kept_rows, messages, upload
from tests.operators import refusal, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_films")]
DETAILS = "movie_id,imdb_id,tmdb_id,title_ko,poster_path\n"
PRODUCTS = (
    "slug,name,name_ko,kind,platforms,monthly_price,has_ads,valid_from,valid_to,source,"
    "checked_on,source_url\n"
)


# --- films ---


def test_details_are_imported_as_by_the_command(staff: Client, tmp_path: Path) -> None:
    Movie.objects.filter(pk=1).update(tmdb_id=862, tmdb_id_source="staff", title_ko="토이")
    content = DETAILS + "260,76759,11,스타워즈,/star.jpg\n1,,999,,\n9999,,1,,\n"
    page = upload(staff, "movie", content, "details.csv")
    assert counts(page) == {"changed": 1, "unchanged": 1, "skipped": 1}
    assert confirm(staff, "movie", page).status_code == 200
    found = Movie.objects.get(pk=260)
    assert (found.imdb_id, found.tmdb_id, found.title_ko) == (76759, 11, "스타워즈")
    toy = Movie.objects.get(pk=1)
    assert (toy.tmdb_id, toy.tmdb_id_source, toy.title_ko) == (862, "staff", "토이")
    assert Movie.objects.count() == 5
    ledger = DataLoad.objects.get(kind="movie_details")
    assert (ledger.name, ledger.counts) == ("details.csv", {"used": 2, "skipped": 1})
    path = tmp_path / "details.csv"
    path.write_text(content, encoding="utf-8")
    out, _ = run("load_movie_details", path)
    assert "is loaded already" in out


def test_faulty_details_are_refused_with_all_their_faults(staff: Client, tmp_path: Path) -> None:
    content = DETAILS + f"x,,,,\n1,y,,,\n1,,0,,\n260,,,{'가' * 301},\n2571,,,,{'p' * 101}\n"
    path = tmp_path / "details.csv"
    path.write_text(content, encoding="utf-8")
    before = kept_rows()
    refused = refusal("load_movie_details", path)
    told = errors(upload(staff, "movie", content, "details.csv"))
    assert told == refused.splitlines()
    assert len(told) == 6
    assert kept_rows() == before


# --- products ---


def test_products_are_added_and_changed(staff: Client) -> None:
    content = PRODUCTS + (
        "both,Both,둘 다,bundle,tving|netflix,12000,false,2026-01-01,,list,2026-10-01,"
        "https://x.test/\n"
        "ads,Ads,,ad_tier,netflix,,true,2026-01-01,2026-12-31,list,2026-10-01,\n"
    )
    page = upload(staff, "product", content, "products.csv")
    assert counts(page) == {"new": 2}
    told = messages(confirm(staff, "product", page))
    assert told == "Imported products.csv: 2 rows added or changed."
    both = Product.objects.get(slug="both")
    assert sorted(both.platforms.values_list("slug", flat=True)) == ["netflix", "tving"]
    assert (both.monthly_price, both.has_ads, both.valid_to) == (12000, False, None)
    assert Product.objects.get(slug="ads").valid_to == date(2026, 12, 31)
    again = upload(staff, "product", content.replace("12000", "13000"), "products.csv")
    assert counts(again) == {"changed": 1, "unchanged": 1}
    confirm(staff, "product", again)
    both.refresh_from_db()
    assert both.monthly_price == 13000


def test_faulty_products_are_refused_whole(staff: Client) -> None:
    good = "a,A,,plan,netflix,1,false,2026-01-01,,list,2026-10-01,\n"
    faulty = (
        "b,B,,plan,cinema,x,perhaps,2026-13-01,2026-01-01,list,never,\n"
        "a,A,,plan,,1,false,2026-01-01,,list,2026-10-01,\n"
    )
    before = kept_rows()
    told = errors(upload(staff, "product", PRODUCTS + good + faulty, "products.csv"))
    text = "\n".join(told)
    for part in (
        "line 3: monthly_price 'x'",
        "line 3: has_ads 'perhaps'",
        "line 3: valid_from '2026-13-01'",
        "line 3: checked_on 'never'",
        "line 3: platforms 'cinema'",
        "line 4: slug 'a' is repeated",
    ):
        assert part in text
    rules = PRODUCTS + (
        "a,A,,ad_tier,netflix,1,false,2026-01-01,,list,2026-10-01,\n"
        "b,B,,plan,netflix,1,false,2026-01-02,2026-01-01,list,2026-10-01,\n"
        "c c,,,club,netflix,1,false,2026-01-02,,,2026-10-01,no address\n"
    )
    told = errors(upload(staff, "product", rules, "products.csv"))
    assert told[0] == "products.csv, line 2: An ad tier has ads."
    assert told[1] == "products.csv, line 3: The last day is before the first."
    for part in ("slug:", "name:", "kind:", "source:", "source_url:"):
        assert [one.startswith(f"products.csv, line 4: {part}") for one in told].count(True) == 1
    assert kept_rows() == before


def test_faults_are_said_in_the_language_of_the_page_one_message_each(staff: Client) -> None:
    staff.cookies["django_language"] = "ko"
    faulty = (
        "a,A,,plan,cinema,x,false,2026-01-01,,list,2026-10-01,\n"
        "b,B,,plan,netflix,1,maybe,2026-01-01,,list,2026-10-01,\n"
    )
    assert errors(upload(staff, "product", PRODUCTS + faulty, "products.csv")) == [
        "products.csv 2번째 줄: monthly_price 'x': 정수로 적어 주세요",
        "products.csv 2번째 줄: platforms 'cinema': 등록되지 않은 OTT예요. "
        "쓸 수 있는 OTT: netflix, tving, watcha",
        "products.csv 3번째 줄: has_ads 'maybe': true나 false로 적어 주세요",
    ]
