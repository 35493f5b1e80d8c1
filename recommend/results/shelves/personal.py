"""The shelves that follow a member's taste: for you, because you liked it, your genre."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain

from django.utils.translation import gettext as _

from common.particles import object_particle
from movies.genres import genre_name, without_formats
from movies.models import Movie
from movies.selectors.snapshot import Snapshot
from recommend.ranking.words.similar import similar_films
from recommend.results.shelves.page import Page
from survey.models import Member


class ForYouShelf:
    """The served ranking of the newest result with all likes since."""

    name = "for-you"
    for_visitors = False

    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def title(self) -> str:
        return _("For you")

    @property
    def why(self) -> str:
        return _("From your newest result and every like since.")

    def films(self, member: Member | None, limit: int) -> Sequence[Movie]:
        ranking = self._page.ranking(member)
        if ranking is None:
            return []
        # First what a result would list; where that is not enough, the best of all the others.
        ids = dict.fromkeys(chain(ranking.listed, ranking.by_score))
        return self._page.in_order(ids, member, limit, again=False)


class BecauseShelf:
    """What is most like the film that the member liked last, as the page of that film says, too."""

    name = "because"
    for_visitors = False

    def __init__(self, page: Page) -> None:
        self._page = page
        self._liked = ""

    @property
    def title(self) -> str:
        words = {"film": self._liked, "object": object_particle(self._liked)}
        return _("Because you liked “%(film)s”%(object)s") % words

    @property
    def why(self) -> str:
        return _("The films nearest to the one that you liked last.")

    def films(self, member: Member | None, limit: int) -> Sequence[Movie]:
        known = self._page.known_of(member)
        if not known.likes:
            return []
        liked, _when = known.likes[0]
        catalogue = self._page.catalogue
        among = self._page.may_show(member) & ~catalogue.among(known.liked_before)
        shown = similar_films(liked, catalogue, self._page.genre_model, limit=limit, among=among)
        found = {movie.pk: movie for movie in catalogue.films([liked, *shown])}
        self._liked = found[liked].display_title if liked in found else ""
        return [found[movie] for movie in shown if movie in found] if self._liked else []


class GenreShelf:
    """The genre that the member likes most, by their taste."""

    name = "genre"
    for_visitors = False

    def __init__(self, page: Page) -> None:
        self._page = page
        self._genre = ""

    @property
    def title(self) -> str:
        return _("Your genre: %(genre)s") % {"genre": genre_name(self._genre)}

    @property
    def why(self) -> str:
        return _("The genre that you like most, best first.")

    def films(self, member: Member | None, limit: int) -> Sequence[Movie]:
        ranking = self._page.ranking(member)
        if ranking is None:
            return []
        self._genre = liked_most(self._page.known_of(member).liked, self._page.catalogue)
        if not self._genre:
            return []
        ids = ranking.by_score
        return self._page.in_order(ids, member, limit, genre=self._genre, again=False)


def liked_most(liked: Sequence[int], catalogue: Snapshot) -> str:
    """The genre of most of these films, newest first; "" if no genre of them is known.

    A film counts 1/n for each of its n genres, and a format (IMAX) is none. Ties: the genre of the
    newest such film, then the first by name.
    """
    counted: dict[str, float] = defaultdict(float)
    for movie in liked:
        genres = without_formats(catalogue.genres_of(movie))
        for genre in genres:
            counted[genre] += 1 / len(genres)
    # `max` keeps the first of equals, and a genre stands where the newest film brought it.
    return max(counted, key=lambda genre: round(counted[genre], 9), default="")
