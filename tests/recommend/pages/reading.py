"""What the tests of pages read from HTML, and data that they share."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client
from django.utils import timezone, translation

from movies.models import Movie, Platform
from recommend.models import RecommendedMovie
from recommend.pages.wording import films_there
from recommend.results.whereabouts import Whereabouts, current_whereabouts
from survey.models import Respondent
from tests.worlds import film_ids

PICKS = film_ids("Action")[:5]


def shown(client: Client, respondent: Respondent, query: str = "") -> str:
    """The result page."""
    response = client.get(f"/results/{respondent.user_id}/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def words(html: str) -> str:
    """The text of a page, without tags, without drawings, and with single spaces."""
    shown = re.sub(r"<svg\b.*?</svg>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def section(html: str, start: str) -> str:
    """From the mark to the end of its section."""
    return html[html.index(start) :].partition("</section>")[0]


def answer_of(html: str) -> str:
    """The ticket, and the section that says why."""
    return section(html, 'id="answer"') + section(html, 'id="why"')


def cards(html: str) -> list[str]:
    """The recommended films."""
    return re.findall(
        r'<li><span class="poster bare.*?</li>', html[html.index('"plain films-list"') :], re.DOTALL
    )


def stored_films(respondent: Respondent) -> list[RecommendedMovie]:
    return list(respondent.recommended_movies.select_related("movie").order_by("rank"))


def field(html: str, name: str) -> str:
    """The value of a field of the form."""
    tag = re.search(rf'<input[^>]* name="{name}"[^>]*>', html)
    assert tag
    value = re.search(r'value="([^"]*)"', tag[0])
    assert value
    return unescape(value[1])


def said(html: str, name: str) -> str:
    """What stands below a field."""
    return words(html.partition(f'id="said-{name}">')[2].partition("</div>")[0])


def whereabouts_for(respondent: Respondent) -> Whereabouts:
    """The films of the respondent's list, where they are today."""
    return current_whereabouts(
        [film.movie for film in stored_films(respondent)], timezone.localdate()
    )


def figure(respondent: Respondent, *platforms: str) -> str:
    """What an English page says of these platforms together."""
    with translation.override("en"):
        return films_there(whereabouts_for(respondent).on(platforms))


def forget_all_availability() -> None:
    Movie.objects.update(platforms_fetched={}, platforms_staff={})
    Platform.objects.update(
        films_known=0, films_carried=0, surveyed_known=0, surveyed_carried=0, surveyed_on=None
    )
