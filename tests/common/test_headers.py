"""Every answer tells browsers what they may do with it, also refusals and errors."""

from __future__ import annotations

import re
from http.cookies import Morsel
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as project
from django.test import Client
from django_celery_beat.models import PeriodicTask

from tests.config.test_settings import run
from tests.paths import ROOT

pytestmark = pytest.mark.django_db
EVERYWHERE = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def assert_guarded(response: Any) -> None:
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "geolocation=()" in response["Permissions-Policy"]
    assert "web-share=(self)" in response["Permissions-Policy"]
    assert {name: response[name] for name in EVERYWHERE} == EVERYWHERE


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/about/", 200),
        ("/static/ottwin.css", 200),
        ("/api/health/", 200),
        ("/api/movies/", 200),
        ("/admin/", 302),
        ("/admin/login/", 200),
        ("/no-such-page/", 404),
        (f"/results/{UUID(int=1)}/", 404),
        (f"/api/results/{UUID(int=1)}/", 404),
        ("/survey/discard/", 404),
    ],
)
def test_answers_are_guarded(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    response.close()  # a static file is streamed
    assert response.status_code == status
    assert_guarded(response)


def test_refused_hosts_methods_and_redirects_are_guarded(client: Client, settings: Any) -> None:
    foreign = client.get("/", headers={"host": "evil.example"})
    assert foreign.status_code == 400
    assert_guarded(foreign)
    method = client.post("/about/")
    assert method.status_code == 405
    assert_guarded(method)
    settings.SECURE_SSL_REDIRECT = True
    redirect = Client().get("/")
    assert redirect.status_code == 301
    assert_guarded(redirect)


def test_a_form_without_its_token_and_a_fault_of_ours_are_guarded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forged = Client(enforce_csrf_checks=True).post("/survey/", {})
    assert forged.status_code == 403
    assert_guarded(forged)

    def fails(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("survey.views.entry.in_use", fails)
    fault = Client(raise_request_exception=False).get("/")
    assert fault.status_code == 500
    assert_guarded(fault)


def test_pages_of_periodic_tasks_are_guarded_and_need_no_inline_script(
    admin_client: Client,
) -> None:
    task = PeriodicTask.objects.exclude(crontab=None).first()
    assert task is not None
    for page in ("", "add/", f"{task.pk}/change/"):
        response = admin_client.get(f"/admin/django_celery_beat/periodictask/{page}")
        assert response.status_code == 200
        assert_guarded(response)
        scripts = re.findall(r"<script([^>]*)>", response.content.decode())
        assert scripts
        assert all("src=" in one or "application/json" in one for one in scripts)
    assert "periodic-task.js" in response.content.decode()
    assert 'id="readable-crontabs"' in response.content.decode()


def language_cookie(client: Client) -> Morsel[str]:
    response = client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    return response.cookies["django_language"]


def test_the_cookie_of_the_language_is_for_this_site_alone(client: Client, settings: Any) -> None:
    cookie = language_cookie(client)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert bool(cookie["secure"]) == project.LANGUAGE_COOKIE_SECURE
    settings.LANGUAGE_COOKIE_SECURE = True
    assert language_cookie(Client())["secure"] is True


def test_on_a_public_site_every_cookie_is_sent_over_https_only() -> None:
    code = (
        "import config.settings as s;"
        "print([v for n, v in vars(s).items() if n.endswith('_COOKIE_SECURE')])"
    )
    result = run(code, ROOT, SECRET_KEY="x" * 60, DEBUG="false", ALLOWED_HOSTS="ottwin.example")
    assert result.stdout.strip() == "[True, True, True]"
