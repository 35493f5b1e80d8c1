"""Files that staff import in the admin: uploading, confirming, and what is stored."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from common.models import DataLoad
from movies.models import Availability, AvailabilityChange, Movie, Platform
from tests.operators import all_rows

AVAILABILITY = "movie_id,platform,available,source,checked_on\n"
SMALL = AVAILABILITY + (
    "260,netflix,true,catalogue,2026-10-01\n"
    "260,tving,FALSE,catalogue,2026-10-01\n"
    "1,netflix,false,staff,2026-09-30\n"
    "999999,netflix,true,catalogue,2026-10-01\n"
)
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


# Of the page itself, not of what is imported.
OF_THE_PAGE = {"django_session", "survey_loginsession", "django_admin_log", "auth_user"}


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
    """What a load of availability stores, without ids, times and users."""
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
