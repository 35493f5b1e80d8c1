"""Staff import files in the admin: previewed, then stored as by the commands, or refused whole."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.models import DataLoad
from movies.models import Availability, AvailabilityChange, Movie, Platform, Product
from movies.services.availability import correct_availability
from tests.archives import tiny_release
from tests.operators import all_rows, run

pytestmark = pytest.mark.django_db

AVAILABILITY = "movie_id,platform,available,source,checked_on\n"
SMALL = AVAILABILITY + (
    "260,netflix,true,catalogue,2026-10-01\n"
    "260,tving,FALSE,catalogue,2026-10-01\n"
    "1,netflix,false,staff,2026-09-30\n"
    "999999,netflix,true,catalogue,2026-10-01\n"
)
DETAILS = "movie_id,imdb_id,tmdb_id,title_ko,poster_path\n"
PRODUCTS = (
    "slug,name,name_ko,kind,platforms,monthly_price,has_ads,valid_from,valid_to,source,"
    "checked_on,source_url\n"
)
# Of the page itself, not of what is imported.
OF_THE_PAGE = {"django_session", "django_admin_log", "auth_user"}


@pytest.fixture(autouse=True)
def films(tmp_path: Path) -> None:
    """The five films of the tiny 1M, and three platforms."""
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    for slug in ("netflix", "tving", "watcha"):
        Platform.objects.create(slug=slug, name=slug.title())


@pytest.fixture
def staff(admin_client: Client) -> Client:
    admin_client.cookies["django_language"] = "en"
    return admin_client


def address(model: str, page: str) -> str:
    return reverse(f"admin:movies_{model}_{page}")


def upload(
    client: Client, model: str, content: str | bytes, name: str = "availability.csv"
) -> HttpResponse:
    data = content.encode() if isinstance(content, str) else content
    kind = "1" if name.endswith(".xlsx") else "0"
    fields = {"import_file": SimpleUploadedFile(name, data), "format": kind, "resource": "0"}
    return client.post(address(model, "import"), fields)


def confirm(client: Client, model: str, page: Any, *, follow: bool = True) -> Any:
    fields = page.context["confirm_form"].initial
    return client.post(address(model, "process_import"), fields, follow=follow)


def take(client: Client, model: str, content: str | bytes, name: str = "availability.csv") -> str:
    """Upload, confirm, and the message that follows."""
    page = upload(client, model, content, name)
    assert "confirm_form" in page.context, errors(page)
    return messages(confirm(client, model, page))


def messages(page: Any) -> str:
    return "\n".join(str(message) for message in page.context["messages"])


def errors(page: Any) -> list[str]:
    return [str(error.error) for error in page.context["result"].base_errors]


def counts(page: Any) -> dict[str, int]:
    return dict(page.context["result"].preview.counts)


def kept_rows() -> dict[str, list[str]]:
    return {table: rows for table, rows in all_rows().items() if table not in OF_THE_PAGE}


def comparable() -> dict[str, Any]:
    """What a load of availability leaves, without ids, moments and who did it."""
    moment = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+\d\d")
    columns = ("movie_id", "platform_id", "source")
    return {
        "statements": sorted(
            Availability.objects.values_list(*columns, "included", "checked_at", "note")
        ),
        "films": sorted(
            Movie.objects.values_list(
                "pk", "platforms", "platforms_fetched", "platforms_staff", "in_conflict",
                "platforms_checked_at", "answered_at",
            ),
            key=lambda row: row[0],
        ),
        "changes": sorted(
            map(
                str,
                AvailabilityChange.objects.values_list(
                    *columns, "before", "after", "carried_before", "carried_after", "effect", "note"
                ),
            )
        ),
        "ledger": list(
            DataLoad.objects.filter(kind="availability").values_list("name", "digest", "counts")
        ),
        "rates": [moment.sub("", row) for row in all_rows()["movies_platform"]],
    }  # fmt: skip


def reset() -> None:
    Availability.objects.all().delete()
    AvailabilityChange.objects.all().delete()
    DataLoad.objects.filter(kind="availability").delete()
    Movie.objects.update(
        platforms_fetched={}, platforms_staff={}, platforms_checked_at=None, in_conflict=False
    )
    Platform.objects.update(films_known=0, films_carried=0, surveyed_known=0, surveyed_carried=0)


def sheet(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# --- availability ---


def test_the_preview_says_what_would_change_and_changes_nothing(staff: Client) -> None:
    before = kept_rows()
    page = upload(staff, "availability", SMALL)
    assert counts(page) == {"new": 3, "skipped": 1}
    text = page.content.decode()
    assert "New: 3" in text
    assert "Changed: 0" in text
    assert "Skipped: the film is not loaded: 1" in text
    assert "260 · netflix · catalogue" in text
    assert "yes, 2026-10-01" in text
    assert kept_rows() == before


def test_the_result_is_that_of_the_command(staff: Client, tmp_path: Path) -> None:
    path = tmp_path / "availability.csv"
    path.write_text(SMALL)
    run("load_availability", path)
    expected = comparable()
    assert expected["statements"]
    reset()

    told = take(staff, "availability", SMALL)

    assert comparable() == expected
    assert told == (
        "Imported availability.csv: 3 rows used; 1 skipped, their films are not loaded."
    )


def test_what_is_imported_is_said_by_the_person(staff: Client, admin_user: User) -> None:
    take(staff, "availability", SMALL)
    assert set(Availability.objects.values_list("stated_by", flat=True)) == {admin_user.pk}
    assert set(AvailabilityChange.objects.values_list("changed_by", flat=True)) == {admin_user.pk}
    entry = LogEntry.objects.get()
    assert "Imported availability.csv: 3 rows used" in entry.get_change_message()


def test_the_second_preview_knows_what_is_unchanged_changed_and_older(staff: Client) -> None:
    take(staff, "availability", SMALL)
    same = upload(staff, "availability", SMALL)
    assert counts(same) == {"unchanged": 3, "skipped": 1}
    assert same.context["result"].preview.is_loaded
    assert messages(confirm(staff, "availability", same)) == (
        "Imported availability.csv: loaded already; nothing to do."
    )
    other = AVAILABILITY + (
        "260,netflix,false,catalogue,2026-10-02\n"
        "260,tving,true,catalogue,2026-09-01\n"
        "1,netflix,false,staff,2026-09-30\n"
        "1,watcha,true,catalogue,2026-09-30\n"
    )
    page = upload(staff, "availability", other)
    assert counts(page) == {"changed": 1, "older": 1, "unchanged": 1, "new": 1}
    rows = {row.kind: row for row in page.context["result"].preview.rows}
    assert (rows["changed"].line, rows["changed"].before, rows["changed"].after) == (
        2,
        "yes, 2026-10-01",
        "no, 2026-10-02",
    )
    confirm(staff, "availability", page)
    assert Movie.objects.get(pk=260).platforms == {"netflix": False, "tving": False}


FAULTY = AVAILABILITY + (
    "260,netflix,true,catalogue,2026-10-01\n"
    "x,netflix,true,a,2026-10-01\n"
    "0,netflix,true,a,2026-10-01\n"
    "1,netflix,perhaps,a,2026-10-01\n"
    "1,netflix,true,b,1.10.2026\n"
    "1,netflix,true,c,2026-02-30\n"
    "1,netflix,true,d,1989-12-31\n"
    "1,netflix,true,e,2099-01-01\n"
    "1,cinema,true,f,2026-10-01\n"
    "1,netflix,true,,2026-10-01\n"
    f"1,netflix,true,{'g' * 61},2026-10-01\n"
    "260,netflix,false,catalogue,2026-10-02\n"
    "1,,true,i,2026-10-01\n"
    "99999999999,tving,true,a,2026-10-01\n"
    "1,netflix,,h,2026-10-01\n"
)


def test_twelve_kinds_of_faults_are_told_with_their_lines_as_by_the_command(
    staff: Client, tmp_path: Path
) -> None:
    path = tmp_path / "availability.csv"
    path.write_text(FAULTY)
    before = kept_rows()
    with pytest.raises(CommandError) as caught:
        run("load_availability", path)

    page = upload(staff, "availability", FAULTY)

    told = errors(page)
    assert told == str(caught.value).splitlines()
    lines = [int(re.search(r"line (\d+):", message)[1]) for message in told]  # type: ignore[index]
    assert lines == list(range(3, 15))  # twelve kinds
    assert "confirm_form" not in page.context
    assert "Traceback" not in page.content.decode()
    assert all(f"line {line}:" in page.content.decode() for line in lines)
    assert kept_rows() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        AVAILABILITY.encode(),
        b"movie_id,platform\n1,netflix\n",
        b"movie_id,platform,available,source,checked_on,more\n1,netflix,true,a,2026-01-01,x\n",
        AVAILABILITY.encode() + b"1,netflix,true,a\n",
        AVAILABILITY.encode() + b"1,netflix,true,a,2026-01-01,x\n",
        AVAILABILITY.encode() + b"1,netflix,true,a,2026-01-01\n\n2,netflix,true,a,2026-01-01\n",
        AVAILABILITY.encode() + b'1,netflix,true,"a\nb",2026-01-01\n',
        AVAILABILITY.encode() + b'1,netflix,true,"a,2026-01-01\n',
        AVAILABILITY.encode() + "1,넷플릭스,true,a,2026-01-01\n".encode("cp949"),
        AVAILABILITY.encode("utf-16"),
        AVAILABILITY.encode() + b"1,netflix,true,\x00,2026-01-01\n",
    ],
)
def test_a_file_that_is_no_such_table_is_refused_as_by_the_command(
    content: bytes, staff: Client, tmp_path: Path
) -> None:
    path = tmp_path / "availability.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        run("load_availability", path)
    before = kept_rows()
    page = upload(staff, "availability", content)
    if content:
        assert errors(page) == str(caught.value).splitlines()
    else:
        assert page.context["form"].errors["import_file"]
    assert "confirm_form" not in page.context
    assert kept_rows() == before


@pytest.mark.realdata
def test_the_real_file_gives_what_the_command_gives_in_seconds(
    real_data: Path, staff: Client
) -> None:
    path = real_data / "availability_kr_2024.csv"
    if not path.is_file():
        pytest.skip(f"no {path.name} in {real_data}")
    run("load_reference_data")
    run("load_movielens", real_data / "ml-1m.zip")
    run("load_availability", path)
    expected = comparable()
    reset()

    started = perf_counter()
    told = take(staff, "availability", path.read_bytes(), path.name)

    assert perf_counter() - started < 30
    assert "rows used" in told
    assert comparable() == expected
    assert LogEntry.objects.count() == 1


# --- workbooks ---


def test_a_workbook_gives_what_the_csv_gives(staff: Client) -> None:
    take(staff, "availability", SMALL)
    expected = comparable()
    reset()
    book = sheet(
        tuple(AVAILABILITY.strip().split(",")),
        (260, "netflix", True, "catalogue", date(2026, 10, 1)),
        (260.0, "tving", "FALSE", "catalogue", datetime(2026, 10, 1)),  # noqa: DTZ001
        ("1", "netflix", False, "staff", "2026-09-30"),
        (999999, "netflix", True, "catalogue", date(2026, 10, 1)),
        (None, None),
    )
    take(staff, "availability", book, "availability.xlsx")
    found = comparable()
    assert found.pop("ledger")[0][2] == expected.pop("ledger")[0][2]
    assert found == expected


def test_faults_of_a_workbook_are_told_with_the_row_of_the_sheet(staff: Client) -> None:
    header = tuple(AVAILABILITY.strip().split(","))
    good = (260, "netflix", True, "catalogue", date(2026, 10, 1))
    before = kept_rows()

    def refused(*rows: tuple[Any, ...]) -> list[str]:
        return errors(upload(staff, "availability", sheet(*rows), "a.xlsx"))

    assert refused(header, good, (1.5, "cinema", 3, "a", 7)) == [
        "a.xlsx, line 3: movie_id '1.5' is not a whole number",
        "a.xlsx, line 3: available '3' is not true or false",
        "a.xlsx, line 3: checked_on '7' is not a day such as 2026-01-31",
        errors_of_platform(),
    ]
    assert refused(header, good, (None,), good) == [
        "a.xlsx, line 3: is a blank line; expected a row: remove it"
    ]
    assert refused(header, (*good, "more")) == ["a.xlsx, line 2: has 6 fields; expected 5"]
    assert refused(header, (1, "netflix", True, "two\nlines", "2026-01-01")) == [
        "a.xlsx, line 2: has a cell of several lines; expected one"
    ]
    assert "the header is 'movie_id,platform'" in refused(header[:2], (1, "netflix"))[0]
    assert refused(header) == ["a.xlsx, line 1: has a header but no rows"]
    assert refused() == ["a.xlsx: is empty"]
    assert errors(upload(staff, "availability", b"no zip", "a.xlsx")) == [
        "a.xlsx: is not an Excel workbook (.xlsx)"
    ]
    assert kept_rows() == before


def errors_of_platform() -> str:
    return (
        "a.xlsx, line 3: platform 'cinema' is not a platform here; known: netflix, tving, watcha "
        "(`manage.py load_reference_data` loads those that the project ships)"
    )


def test_a_workbook_that_unpacks_to_very_much_is_refused(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("movies.import_export.LARGEST_UNPACKED", 1000)
    page = upload(staff, "availability", sheet(("movie_id",), (1,)), "a.xlsx")
    assert "unpacks to more than" in errors(page)[0]


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
    with pytest.raises(CommandError) as caught:
        run("load_movie_details", path)
    told = errors(upload(staff, "movie", content, "details.csv"))
    assert told == str(caught.value).splitlines()
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
        assert part in told[2]
    assert kept_rows() == before


# --- uploads between preview and confirmation ---


def test_nothing_is_left_behind_of_an_upload(staff: Client) -> None:
    sessions = Session.objects.count()
    page = upload(staff, "availability", SMALL)
    assert Session.objects.count() == sessions + 1
    upload(staff, "availability", SMALL)  # takes its place
    assert Session.objects.count() == sessions + 1
    assert "Upload anew" in messages(confirm(staff, "availability", page))
    upload(staff, "availability", FAULTY)
    page = upload(staff, "availability", SMALL)
    confirm(staff, "availability", page)
    assert Session.objects.count() == sessions
    assert "Upload anew" in messages(confirm(staff, "availability", page))


def test_what_expired_is_cleared_away_by_the_next_upload(staff: Client) -> None:
    upload(staff, "availability", SMALL)
    sessions = Session.objects.count()
    Session.objects.create(session_key="old", session_data="x", expire_date=timezone.now())
    upload(staff, "availability", SMALL)
    assert Session.objects.count() == sessions


def test_only_who_uploaded_a_file_can_confirm_it(staff: Client) -> None:
    page = upload(staff, "availability", SMALL)
    other = Client()
    other.force_login(User.objects.create_superuser("other"))
    answer = other.post(
        address("availability", "process_import"), page.context["confirm_form"].initial
    )
    assert answer["Location"] == address("availability", "import")
    assert not Availability.objects.exists()
    confirm(staff, "availability", page)
    assert Availability.objects.exists()


def test_what_became_wrong_since_the_preview_is_refused_with_a_message(staff: Client) -> None:
    page = upload(staff, "availability", SMALL)
    Platform.objects.filter(slug="tving").delete()
    told = messages(confirm(staff, "availability", page))
    assert "line 3: platform 'tving' is not a platform here" in told
    assert not Availability.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_large_upload_is_refused(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from movies import import_export

    assert import_export.LARGEST_UPLOAD == 20 * 1024 * 1024
    monkeypatch.setattr(import_export, "LARGEST_UPLOAD", 100)
    page = upload(staff, "availability", SMALL)
    assert "MB at most" in str(page.context["form"].errors["import_file"])
    assert "confirm_form" not in page.context


def test_an_import_never_touches_what_staff_corrected(staff: Client) -> None:
    correct_availability(movie=Movie.objects.get(pk=260), states={"netflix": False})
    take(staff, "availability", SMALL)
    movie = Movie.objects.get(pk=260)
    assert movie.platforms_fetched["netflix"] is True
    assert movie.platforms["netflix"] is False


# --- permissions ---


def staff_with(*codenames: str) -> Client:
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("model", "needed"),
    [
        ("availability", ("add_availability", "change_availability")),
        ("product", ("add_product", "change_product")),
        ("movie", ("change_movie",)),
    ],
)
def test_importing_needs_the_permissions(
    model: str, needed: tuple[str, ...], client: Client
) -> None:
    looking = staff_with(f"view_{model}")
    for page in ("import", "process_import"):
        assert looking.post(address(model, page)).status_code == 403
        assert client.post(address(model, page)).status_code == 302
    listed = looking.get(address(model, "changelist")).content.decode()
    assert address(model, "import") not in listed
    User.objects.get(username="editor").delete()
    may = staff_with(f"view_{model}", *needed)
    assert may.get(address(model, "import")).status_code == 200
    assert address(model, "import") in may.get(address(model, "changelist")).content.decode()
