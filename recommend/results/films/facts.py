"""All facts about one film: where it is, what it is about, what it costs, what is like it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from common.selectors import sample_in_use
from movies.models import (
    LARGEST_MOVIE_ID,
    STAFF,
    TMDB,
    Availability,
    FilmText,
    Movie,
    MovieDetails,
    Offer,
    Platform,
    Product,
)
from movies.models.pictures import vary_covers
from recommend.models import MemberEvent
from recommend.ranking.in_use import in_use
from recommend.ranking.words.similar import similar_films
from recommend.results.advice import products_on
from recommend.results.whereabouts import current_whereabouts
from survey.models import Member

MOST_SIMILAR = 10
MOST_OF_SERIES = 12
SHOWN_FIELDS = ("movie_id", "title", "title_ko", "year", "genres", "poster_path")


@dataclass(frozen=True)
class PlaceOfFilm:
    """What is known of the film on a platform: `state` None is "not known".

    `is_sure`: it was seen there so recently that it surely still is. `source` and `checked_on` are
    those of the statement that counts; "" and None if there is none.
    """

    platform: Platform
    state: bool | None
    is_sure: bool
    source: str
    checked_on: date | None


@dataclass(frozen=True)
class TextOfFilm:
    """What the film is about, in one language."""

    language: str
    overview: str
    keywords: Sequence[str]
    source: str
    loaded_on: date


@dataclass(frozen=True)
class FilmFacts:
    """A film with all that is known of it; `series` and `similar` are other films.

    `cheapest` is the cheapest product that anybody can buy and that includes the film; `rented_at`
    are providers that rent or sell it. `details` are TMDB's.
    """

    movie: Movie
    details: MovieDetails | None
    places: Sequence[PlaceOfFilm]
    texts: Sequence[TextOfFilm]
    cheapest: Product | None
    rented_at: Sequence[str]
    series: Sequence[Movie]
    similar: Sequence[Movie]
    is_sample: bool

    def text_in(self, language: str) -> TextOfFilm | None:
        """The text in this language, else in the other; None if there is none."""
        told = [text for text in self.texts if text.overview]
        return next((text for text in told if text.language == language), next(iter(told), None))


@dataclass(frozen=True)
class SaidByMember:
    """What a member has said of a film."""

    liked: bool
    seen: bool
    not_interested: bool


def movie_numbered(movie_id: int) -> Movie | None:
    """None if there is no such film, however large the number."""
    if not 0 < movie_id <= LARGEST_MOVIE_ID:
        return None
    return Movie.objects.filter(pk=movie_id).first()


def film_facts(movie_id: int) -> FilmFacts | None:
    """All facts in at most 14 queries; None if there is no such film."""
    movie = movie_numbered(movie_id)
    if movie is None:
        return None
    details = MovieDetails.objects.filter(movie=movie).first()
    today, places = timezone.localdate(), _places(movie)
    current = in_use()
    catalogue = current.catalogue
    alike = similar_films(movie.pk, catalogue, current.genre_model, limit=MOST_SIMILAR)
    similar = catalogue.films(alike)
    series = _series(movie)
    vary_covers(series)
    vary_covers(similar)
    return FilmFacts(
        movie=movie,
        details=details,
        places=places,
        texts=_texts(movie, details),
        cheapest=_cheapest({place.platform.pk for place in places if place.state}, today),
        rented_at=_rented_at(movie),
        series=series,
        similar=similar,
        is_sample=sample_in_use(),
    )


def mine_of(member: Member, movie_id: int) -> SaidByMember:
    events = MemberEvent.objects.filter(member=member, movie=movie_id)
    kinds = set(events.values_list("kind", flat=True))
    return SaidByMember(
        liked=MemberEvent.Kind.LIKE in kinds,
        seen=MemberEvent.Kind.SEEN in kinds,
        not_interested=MemberEvent.Kind.NOT_INTERESTED in kinds,
    )


def _places(movie: Movie) -> list[PlaceOfFilm]:
    """Every offered platform by name: those that have it, those that do not, the others."""
    whereabouts = current_whereabouts([movie], timezone.localdate())
    newest = {}
    for row in Availability.objects.filter(movie=movie):
        is_staffs = row.source == STAFF
        if is_staffs if row.platform_id in movie.platforms_staff else row.is_newest:
            newest[row.platform_id] = row
    places = []
    for platform in Platform.objects.offered().named():
        slug, said = platform.slug, newest.get(platform.slug)
        places.append(
            PlaceOfFilm(
                platform=platform,
                state=movie.platforms.get(slug),
                is_sure=whereabouts.is_sure(movie.pk, slug),
                source=said.source if said else "",
                checked_on=timezone.localdate(said.checked_at) if said else None,
            )
        )
    order = {True: 0, False: 1, None: 2}
    return sorted(places, key=lambda place: (order[place.state], str(place.platform)))


def _texts(movie: Movie, details: MovieDetails | None) -> list[TextOfFilm]:
    """Loaded ones, and TMDB's overview, which is Korean, where no Korean one was loaded."""
    texts = [
        TextOfFilm(row.language, row.overview, row.keywords, row.source, row.loaded_on)
        for row in FilmText.objects.filter(movie=movie).order_by("-language")
    ]
    korean = FilmText.Language.KOREAN.value
    is_told = any(text.language == korean and text.overview for text in texts)
    if details and details.overview and not is_told:
        day = timezone.localdate(details.fetched_at)
        texts.insert(0, TextOfFilm(korean, details.overview, [], TMDB, day))
    return texts


def _cheapest(platforms: Collection[str], today: date) -> Product | None:
    """The cheapest product for one of these platforms that one can buy by itself."""
    if not platforms:
        return None
    for product in products_on(today):
        alone = product.is_candidate and not product.requires and product.kind != product.Kind.ADDON
        if alone and any(one.pk in platforms for one in product.platforms.all()):
            return product
    return None


def _rented_at(movie: Movie) -> list[str]:
    """Each provider once, by name, as TMDB last said."""
    offers = Offer.objects.filter(movie=movie, kind__in=[Offer.Kind.RENT, Offer.Kind.BUY])
    return sorted(set(offers.values_list("provider__name", flat=True)))


def _series(movie: Movie) -> list[Movie]:
    """Other films of its series, the oldest first."""
    if not movie.series:
        return []
    others = Movie.objects.filter(series=movie.series).exclude(pk=movie.pk)
    return list(others.only(*SHOWN_FIELDS).order_by("year", "movie_id")[:MOST_OF_SERIES])
