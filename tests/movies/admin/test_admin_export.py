"""Staff export lists as CSV and XLSX, filtered as they see them, in files that load again."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies.models import STAFF, Availability, Movie, Platform, Product
from movies.services.availability import Statement, record_statements
from tests.operators import run
from tests.paths import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def films() -> None:
    for slug in ("netflix", "tving"):
        Platform.objects.create(slug=slug, name=slug.title())
    Movie.objects.create(
        movie_id=1, title="A", title_ko="=가, 나", imdb_id=5, tmdb_id=6, rating_count=9
    )
    Movie.objects.create(movie_id=2, title="B")
    at = timezone.now() - timedelta(days=1)
    record_statements(
        [
            Statement(1, "netflix", "catalogue, 2024", True, at),
            Statement(1, "tving", "tmdb", False, at),
            Statement(2, "netflix", STAFF, False, at),
        ]
    )
    product = Product.objects.create(
        slug="both",
        name="Both",
        kind="bundle",
        monthly_price=12000,
        valid_from=date(2026, 1, 1),
        source="list",
        source_url="https://x.test/",
        checked_on=date(2026, 10, 1),
    )
    product.platforms.set(["netflix", "tving"])


def export(client: Client, model: str, *, query: str = "", kind: int = 0) -> HttpResponse:
    address = reverse(f"admin:movies_{model}_export") + query
    return client.post(address, {"format": str(kind), "resource": "0"})


def content(response: Any) -> bytes:
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    return b"".join(response.streaming_content)


def lines(response: Any) -> list[str]:
    return content(response).decode().splitlines()


def test_availability_is_exported_as_the_command_reads_it(
    admin_client: Client, tmp_path: Path
) -> None:
    day = timezone.localdate() - timedelta(days=1)
    data = content(export(admin_client, "availability"))
    assert data.decode().splitlines() == [
        "movie_id,platform,available,source,checked_on",
        f"2,netflix,false,staff,{day}",
        f"1,tving,false,tmdb,{day}",
        f'1,netflix,true,"catalogue, 2024",{day}',
    ]
    path = tmp_path / "availability.csv"
    path.write_bytes(data)
    before = list(Availability.objects.order_by("pk").values_list("pk", "included"))
    out, _ = run("load_availability", path)
    assert "newer ones are known" in out
    assert list(Availability.objects.order_by("pk").values_list("pk", "included")) == before


def test_an_export_honours_filters_and_search(admin_client: Client) -> None:
    def rows(query: str) -> int:
        return len(lines(export(admin_client, "availability", query=query))) - 1

    assert rows("?platform=netflix") == 2
    assert rows("?source=tmdb") == 1
    assert rows("?included=yes&platform=netflix") == 1
    assert rows("?q=2") == 1
    assert rows("?q=3") == 0


def test_films_are_exported_with_the_columns_of_the_details_file(admin_client: Client) -> None:
    assert lines(export(admin_client, "movie")) == [
        "movie_id,imdb_id,tmdb_id,title_ko,poster_path",
        '1,5,6,"\'=가, 나",',
        "2,,,,",
    ]


def test_products_are_exported_with_the_columns_of_the_fixture(admin_client: Client) -> None:
    found = lines(export(admin_client, "product"))
    header = (ROOT / "fixtures/products.csv").read_text().splitlines()[0]
    assert found[0].split(",")[: len(header.split(","))] == header.split(",")
    assert found[1] == (
        "both,Both,,bundle,netflix|tving,12000,false,2026-01-01,,list,2026-10-01"
        ",,,,,,,,,,,,,B,,https://x.test/"
    )


def test_a_workbook_has_the_same_rows_all_of_them_text(admin_client: Client) -> None:
    csv = [
        ["movie_id", "imdb_id", "tmdb_id", "title_ko", "poster_path"],
        ["1", "5", "6", "=가, 나", ""],
        ["2", "", "", "", ""],
    ]
    book = openpyxl.load_workbook(
        io.BytesIO(content(export(admin_client, "movie", kind=1))), read_only=True
    )
    rows = book.active.iter_rows(values_only=True)
    assert [[cell or "" for cell in row] for row in rows] == csv


def test_a_workbook_of_very_many_rows_is_refused_with_a_message(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_client.cookies["django_language"] = "en"
    monkeypatch.setattr("movies.admin.import_export.MOST_EXPORTED_ROWS", 3)
    assert content(export(admin_client, "availability", kind=1))
    monkeypatch.setattr("movies.admin.import_export.MOST_EXPORTED_ROWS", 2)
    page = export(admin_client, "availability", kind=1)
    assert page.status_code == 200
    told = [str(message) for message in page.context["messages"]]
    assert told == ["More than 2 rows: choose CSV, or filter the list first."]


def test_exporting_needs_the_permission_to_look(client: Client, admin_client: Client) -> None:
    user = User.objects.create_user("nobody", is_staff=True)
    client.force_login(user)
    for model in ("availability", "movie", "product"):
        assert export(client, model).status_code == 403
        assert export(Client(), model).status_code == 302
    user.user_permissions.add(Permission.objects.get(codename="view_availability"))
    client.force_login(User.objects.get(pk=user.pk))
    listed = client.get(reverse("admin:movies_availability_changelist")).content.decode()
    assert reverse("admin:movies_availability_export") in listed
    assert lines(export(client, "availability"))
