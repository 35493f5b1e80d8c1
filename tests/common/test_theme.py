"""The colours that a reader chooses: kept in a cookie, on every page, without script."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_theme_that_is_chosen_stays_until_the_device_decides_again(client: Client) -> None:
    assert "data-theme" not in client.get("/about/").content.decode()
    response = client.post("/theme/", {"theme": "dark", "next": "/about/?x=1"})
    assert response["Location"] == "/about/?x=1"
    cookie = response.cookies["ottwin_theme"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    html = client.get("/about/").content.decode()
    assert ' data-theme="dark">' in html
    assert 'value="dark" aria-pressed="true"' in html
    client.post("/theme/", {"theme": "system", "next": "/about/"})
    assert "data-theme" not in client.get("/about/").content.decode()


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "about", ""])
def test_it_leads_back_to_this_site_only(client: Client, path: str) -> None:
    assert client.post("/theme/", {"theme": "light", "next": path})["Location"] == "/"


def test_an_unknown_theme_is_none(client: Client) -> None:
    client.cookies["ottwin_theme"] = '"><script>'
    assert "data-theme" not in client.get("/about/").content.decode()
