"""Every card of a film leads to its page; the tiles of the survey, which are ticked, do not."""

from __future__ import annotations

import re
from pathlib import Path

from django.test import Client

from movies.models import Movie
from recommend.models import ModelRun
from recommend.services.submission import Survey, submit_survey
from tests.paths import ROOT
from tests.worlds import film_ids

NOT_CARDS = {
    "survey/_tile.html",  # a checkbox
    "survey/films.html",  # small pictures of what is ticked
    "recommend/film.html",  # the page itself
    "recommend/report.html",  # the title beside it leads there
    "recommend/_film.html",  # likewise, and its link covers the picture
    "recommend/me/_event.html",  # as in _film.html
}
PICTURE = '{% include "_poster.html"'


def test_every_picture_of_a_film_stands_in_a_link_to_it() -> None:
    templates = ROOT / "templates"
    for path in sorted(templates.rglob("*.html")):
        name = str(path.relative_to(templates))
        text = path.read_text(encoding="utf-8")
        if PICTURE not in text or name in NOT_CARDS:
            continue
        for before in text.split(PICTURE)[:-1]:
            link = before[before.rfind("<") :]
            assert re.match(r"<a [^>]*href=\"({% url 'film'|{{ \w+\.address }})", link), name


def test_the_pages_of_a_result_lead_to_films_that_exist(
    live_model: ModelRun, tmp_path: Path
) -> None:
    client = Client()
    survey = Survey(liked=film_ids("Action")[:5], gender="female", age=27, subscribed=())
    result = submit_survey(survey=survey, token="a-token-of-this-test")

    for path in ("", "plan/"):
        html = client.get(f"/results/{result.pk}/{path}").content.decode()
        numbers = {int(one) for one in re.findall(r'href="/movies/(\d+)/"', html)}
        assert numbers
        assert Movie.objects.filter(pk__in=numbers).count() == len(numbers)
