"""What browsers, search engines and messengers find; the language of those who read neither."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image


def test_the_site_can_be_installed(db: None, client: Client) -> None:
    html = client.get("/about/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in html
    answer = client.get("/manifest.webmanifest", headers={"accept-language": "ko"})
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["start_url"], manifest["display"], manifest["lang"]) == (
        "/",
        "standalone",
        "ko",
    )
    for icon in manifest["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        with Image.open(str(path)) as image:
            assert icon["sizes"] == f"{image.width}x{image.height}"
    assert "manifest-src 'self'" in client.get("/about/")["Content-Security-Policy"]
    assert client.get("/favicon.ico")["Location"].startswith("/static/icon-192")


def test_robots_read_public_pages_and_previews_of_shared_results(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    refused = re.findall(r"Disallow: (\S+)", text)
    assert {"/admin/", "/results/"} <= set(refused)
    assert not any(path.startswith(tuple(refused)) for path in ("/", "/about/", "/shared/x/"))


@pytest.mark.parametrize("path", ["/", "/about/", "/privacy/", "/statistics/"])
@pytest.mark.parametrize(("language", "locale"), [("ko", "ko_KR"), ("en", "en_US")])
def test_public_pages_have_a_preview(
    path: str, language: str, locale: str, db: None, client: Client
) -> None:
    html = client.get(path, headers={"accept-language": language}).content.decode()
    found = dict(re.findall(r'<meta property="og:([\w:]+)" content="([^"]+)">', html))
    assert found["title"] in html[html.index("<title>") : html.index("</title>")]
    assert found["url"] == f"http://testserver{path}"
    assert found["locale"] == locale
    assert found["description"]
    picture = finders.find(found["image"].removeprefix("http://testserver/static/"))
    with Image.open(str(picture)) as image:
        assert image.size == (int(found["image:width"]), int(found["image:height"]))


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("ja-JP,ja;q=0.9", "en"), ("de", "en"), ("kok", "en"), ("de,en;q=0.5,ko;q=0.4", "en"),
        ("ja,ko;q=0.5", "ko"), ("ko-KR", "ko"), ("", "ko"), ("*", "ko"), ("ja,*;q=0.1", "ko"),
    ],
)  # fmt: skip
def test_who_reads_neither_language_gets_english(
    asked: str, language: str, db: None, client: Client
) -> None:
    html = client.get("/about/", headers={"accept-language": asked}).content.decode()
    assert f'<html lang="{language}"' in html


def test_a_choice_goes_before_what_the_browser_asks(db: None, client: Client) -> None:
    client.cookies["django_language"] = "ko"
    html = client.get("/about/", headers={"accept-language": "ja"}).content.decode()
    assert '<html lang="ko"' in html


def test_contact_is_shown_where_there_is_one(db: None, client: Client, settings: Any) -> None:
    assert "mailto:" not in client.get("/privacy/").content.decode()
    settings.CONTACT = "hello@ottwin.example"
    for path in ("/about/", "/privacy/"):
        assert 'href="mailto:hello@ottwin.example"' in client.get(path).content.decode()
