"""An upload in the admin between preview and confirmation, and the permission to import."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from movies.models import Availability, Platform
from tests.movies.admin.admin_imports import FAULTY, SMALL, address, confirm, messages, upload
from tests.operators import staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_films")]


# --- uploads between preview and confirmation ---


def test_nothing_is_left_behind_of_an_upload(staff: Client) -> None:
    sessions = Session.objects.count()
    page = upload(staff, "availability", SMALL)
    assert Session.objects.count() == sessions + 1
    upload(staff, "availability", SMALL)  # takes its place
    assert Session.objects.count() == sessions + 1
    assert "Upload it again" in messages(confirm(staff, "availability", page))
    upload(staff, "availability", FAULTY)
    page = upload(staff, "availability", SMALL)
    confirm(staff, "availability", page)
    assert Session.objects.count() == sessions
    assert "Upload it again" in messages(confirm(staff, "availability", page))


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
    from movies.admin import import_export

    assert import_export.LARGEST_UPLOAD == 20 * 1024 * 1024
    monkeypatch.setattr(import_export, "LARGEST_UPLOAD", 100)
    page = upload(staff, "availability", SMALL)
    assert "MB at most" in str(page.context["form"].errors["import_file"])
    assert "confirm_form" not in page.context


# --- permissions ---


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
    User.objects.get(username="staff").delete()
    may = staff_with(f"view_{model}", *needed)
    assert may.get(address(model, "import")).status_code == 200
    assert address(model, "import") in may.get(address(model, "changelist")).content.decode()
