"""The page where people report wrong availability of a film, and the drawn covers."""

from __future__ import annotations

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DataError, NotReadyError
from common.web.noindex import noindex
from common.web.public.next import next_of
from common.web.throttling import limited, minutes_of
from movies.api import told_before
from movies.drawings.covers import MOST_VARIANTS, cover, wall
from movies.models import LARGEST_MOVIE_ID, Movie, Platform
from movies.models.pictures import BARE, drawn_film, varied
from movies.services.reports import report_wrong

A_YEAR, AN_HOUR, A_MINUTE = 365 * 24 * 3600, 3600, 60
WALL_FILMS, WALL_COLUMNS, WALL_KNOWN = 32, 8, 120
KEPT_FOR = 24 * 3600  # seconds that the server keeps a cover that it drew


def _too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    minutes = minutes_of(seconds)
    text = ngettext(
        "Too many reports came from your network, so no more are accepted for now. "
        "Please try again in %(minutes)s minute.",
        "Too many reports came from your network, so no more are accepted for now. "
        "Please try again in %(minutes)s minutes.",
        minutes,
    )
    return _refused(request, text % {"minutes": minutes}, 429)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def report_availability(request: HttpRequest) -> HttpResponse:
    """A film's availability, each entry a button that reports it as wrong."""
    return _reported(request) if request.method == "POST" else _entries(request)


@noindex
def _entries(request: HttpRequest) -> HttpResponse:
    movie = Movie.objects.filter(pk=_movie_id(request.GET.get("movie", ""))).first()
    if movie is None:
        return _refused(request, _("This film is not known here, or no longer."), 404)
    words = {
        True: pgettext("a platform has the film", "yes"),
        False: pgettext("a platform has the film", "no"),
        None: pgettext("a platform has the film", "unknown"),
    }
    back = next_of(request)
    context = {
        "movie": movie,
        "entries": [
            (platform, words[movie.platforms.get(platform.slug)])
            for platform in sorted(Platform.objects.offered(), key=str)
        ],
        "back": back if "#" in back else f"{back}#film-{movie.pk}",
    }
    return render(request, "recommend/report.html", context)


@limited("reports", _too_many)
def _reported(request: HttpRequest) -> HttpResponse:
    """Take a report, and answer on the page that it came from, at the film."""
    movie_id = _movie_id(request.POST.get("movie", ""))
    platform = request.POST.get("platform", "")
    try:
        again = told_before(request, movie_id, platform)
        report = report_wrong(movie_id=movie_id, platform=platform, again=again)
    except DataError:
        text = _("This film or platform is not known here, or no longer. Nothing was stored.")
        return _refused(request, text, 400)
    except NotReadyError:
        text = _("The films are being replaced right now. Please try again in a few minutes.")
        return _refused(request, text, 503)
    text = _("Thank you. We will check %(film)s on %(platform)s; until then it stays as it is.")
    words = {"film": report.movie, "platform": report.platform}
    messages.success(request, text % words, extra_tags=f"film-{movie_id}")
    return redirect(next_of(request))


def _movie_id(text: str) -> int:
    """The number, or 0, which no film has."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_MOVIE_ID))):
        return 0
    return int(text)


def _refused(request: HttpRequest, text: str, status: int) -> HttpResponse:
    context = {"text": text, "back": next_of(request)}
    return render(request, "recommend/report_refused.html", context, status=status)


@require_safe
def film_cover(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """The drawn cover of a film, as SVG; `name` is id, variant and digest (`cover_address`).

    The digest of what the cover shows is part of the address, so browsers may keep it for a year.
    """
    key = f"cover:{kind}:{name}"
    drawing: str | None = cache.get(key)
    if drawing is not None:
        return _drawn(drawing, A_YEAR)
    movie_id, variant, digest = name.split("-")
    movie = Movie.objects.filter(pk=_movie_id(movie_id)).first()
    if movie is None or int(variant) >= MOST_VARIANTS:
        raise Http404
    film = drawn_film(movie, kind)
    drawing = cover(film, int(variant), bare=kind == BARE)
    if digest != film.digest():  # the film has another title by now
        return _drawn(drawing, A_MINUTE)
    cache.set(key, drawing, KEPT_FOR)
    return _drawn(drawing, A_YEAR)


@require_safe
def cover_wall(request: HttpRequest, language: str) -> HttpResponse:
    """The covers of the best-known films in one picture, for the start page."""
    key = f"cover:wall:{language}"
    drawing: str | None = cache.get(key)
    if drawing is None:
        best_known = list(Movie.objects.best_known_first()[:WALL_KNOWN])
        films = [drawn_film(movie, language) for movie in varied(best_known)[:WALL_FILMS]]
        drawing = wall(films, columns=WALL_COLUMNS)
        cache.set(key, drawing, AN_HOUR)
    return _drawn(drawing, AN_HOUR)


def _drawn(drawing: str, seconds: int) -> HttpResponse:
    response = HttpResponse(drawing, content_type="image/svg+xml")
    lasting = {"immutable": True} if seconds == A_YEAR else {}
    patch_cache_control(response, public=True, max_age=seconds, **lasting)
    return response
