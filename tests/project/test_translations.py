"""Korean is complete: every text of the code and the templates is translated and compiled."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

from tests.paths import ROOT
from tests.programs import needed_program

PO = ROOT / "common/locale/ko/LC_MESSAGES/django.po"
SOURCES = ("common", "movies", "survey", "matching", "ottstats", "recommend", "config", "templates")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


@pytest.fixture(scope="module")
def korean() -> polib.POFile:
    return polib.pofile(str(PO))


def key(entry: polib.MOEntry | polib.POEntry) -> tuple[str | None, str, str | None]:
    return entry.msgctxt, entry.msgid, entry.msgid_plural or None


def translation(entry: polib.MOEntry | polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_is_translated(korean: polib.POFile) -> None:
    assert [entry.msgid for entry in korean.untranslated_entries()] == []
    assert [entry.msgid for entry in korean.fuzzy_entries()] == []
    assert [entry.msgid for entry in korean.obsolete_entries()] == []


def test_translations_keep_every_placeholder(korean: polib.POFile) -> None:
    for entry in korean:
        wanted = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in translation(entry):
            found = sorted(PLACEHOLDER.findall(text))
            assert set(found) - {"%%"} == set(wanted) - {"%%"}, entry.msgid
            assert found.count("%%") >= wanted.count("%%"), entry.msgid


def test_the_compiled_file_equals_the_text(korean: polib.POFile) -> None:
    compiled = polib.mofile(str(PO.with_suffix(".mo")))
    assert {key(entry): translation(entry) for entry in compiled} == {
        key(entry): translation(entry) for entry in korean
    }


def test_every_text_of_the_code_and_the_templates_is_in_the_file(
    korean: polib.POFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed_program("xgettext")
    for source in SOURCES:
        shutil.copytree(
            ROOT / source,
            tmp_path / source,
            ignore=shutil.ignore_patterns("__pycache__", "migrations", "locale"),
        )
    locale = tmp_path / "common" / "locale"
    locale.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [locale])
    call_command("makemessages", locale=["ko"], verbosity=0)
    fresh = polib.pofile(str(locale / "ko/LC_MESSAGES/django.po"))
    missing = {key(entry) for entry in fresh} - {key(entry) for entry in korean}
    assert sorted(text for _context, text, _plural in missing) == []
