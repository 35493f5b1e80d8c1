"""Rows of every model for the admin pages, related as the services relate them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from common.models import DataLoad
from matching.models import Similarity
from movies.models import (
    Attraction,
    AttractionPlatform,
    Availability,
    AvailabilityChange,
    AvailabilityReport,
    FetchAttempt,
    FetchFailure,
    FetchJob,
    IdSuggestion,
    Listing,
    Movie,
    MovieDetails,
    MovieLensUser,
    Notice,
    Offer,
    Platform,
    Product,
    Provider,
    TitleIndex,
)
from movies.titles.index import refresh_titles
from ottstats.living.figures import SERVICES
from ottstats.models import (
    District,
    DistrictPopulation,
    LivingCell,
    LivingDong,
    PlatformRecommendation,
    PlatformTally,
    UsageStatistic,
)
from recommend.models import (
    GenreModel,
    HomePerson,
    LabJob,
    ModelRun,
    Persona,
    Rating,
    Reaction,
    RecommendedMovie,
    SeasonKeywords,
    SurveyFilm,
    TasteVector,
    Viewing,
    Workflow,
)
from recommend.scoring.weights import FACTORS
from recommend.services.workflow import asking
from survey.models import Member, Respondent
from tests.worlds import add_factors, bare_run

Rows = dict[Any, Any]


def label(model: Any) -> str:
    return str(model._meta.label)


def url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


SEASON: dict[str, Any] = {
    "name_ko": "겨울",
    "name_en": "Winter",
    "words": ["눈"],
    "from_day": date(2026, 11, 30),
    "to_day": date(2027, 2, 28),
}


def one_of_each() -> Rows:
    """By model, one row of every model."""
    platform = Platform.objects.create(slug="netflix", name="Netflix", homepage="https://x.test/")
    product = Product.objects.create(
        slug="basic",
        name="Basic",
        valid_from=date(2026, 1, 1),
        source="price list",
        checked_on=date(2026, 1, 1),
    )
    movie = Movie.objects.create(
        movie_id=260, title="Star Wars", year=1977, platforms_fetched={"netflix": True}
    )
    refresh_titles()
    ml_user = MovieLensUser.objects.create(
        ml_user_id=5, gender="female", age=25, watched="01" * 2048, simhash="1" * 64
    )
    run = bare_run(
        data_name="tiny",
        metrics={"rmse": 0.87, "blend_ndcg_at_50": 0.388, "popularity_ndcg_at_50": 0.28},
    )
    created = [
        product,
        *_rows_of(movie, platform, product, ml_user, run),
        TitleIndex.objects.get(),
        PlatformTally.objects.get(platform=platform),
        DataLoad.objects.create(
            kind="movielens", name="ml-tiny", digest="0" * 64, counts={"movies": 1}, seconds=1
        ),
        Rating.objects.create(ml_user=ml_user, movie=movie, rating=4),
        LabJob.objects.create(kind="train", run=run),
        asking.start(),
        Group.objects.create(name="editors"),
        User.objects.create_user("somebody"),
        Member.objects.create(user=User.objects.create_user("me@site.example")),
        Notice.objects.create(key="old_prices", detail="basic"),
        GenreModel.objects.create(
            run=run, genres=["Drama"], alpha=0.3, vocabulary="word", learned_from=1, seed=124
        ),
        SeasonKeywords.objects.first() or SeasonKeywords.objects.create(**SEASON),
    ]  # fmt: skip
    return {type(row): row for row in created}


def forget_other_tests(table: str) -> None:
    """A test that filled a table leaves its planner statistics behind; they are not rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(f'ANALYZE "{table}"')


def more_rows(rows: Rows) -> None:
    """Enough rows for a test to notice a query per row of a list."""
    run = rows[ModelRun]
    for number in range(300, 305):
        platform = Platform.objects.create(slug=f"p{number}", name=f"Platform {number}")
        movie = Movie.objects.create(
            movie_id=number, title=f"Film {number}", platforms_fetched={platform.slug: True}
        )
        ml_user = MovieLensUser.objects.create(
            ml_user_id=number, watched="0" * 4096, simhash="0" * 64
        )
        _rows_of(movie, platform, rows[Product], ml_user, run)
        Rating.objects.create(ml_user=ml_user, movie=movie, rating=3, run=run, rank=1)
        LabJob.objects.create(kind="shadow", run=run, against=run)
        Workflow.objects.create(state="done", ended_at=timezone.now())
    refresh_titles()


def _rows_of(
    movie: Movie, platform: Platform, product: Product, ml_user: MovieLensUser, run: ModelRun
) -> list[Any]:
    """The given rows, and one of each model that relates them."""
    product.platforms.add(platform)
    provider = Provider.objects.create(provider_id=movie.pk, name=f"Provider {movie.pk}")
    said = {"movie": movie, "platform": platform}
    now, vector = timezone.now(), [0.5] * FACTORS
    return [
        *(movie, platform, ml_user, run, provider),
        Availability.objects.create(**said, source="tmdb", included=True, checked_at=now),
        AvailabilityChange.objects.create(**said, source="tmdb", after=True, carried_after=True),
        AvailabilityReport.objects.create(**said, shown=True),
        FetchAttempt.objects.create(movie=movie, outcome="ok"),
        FetchFailure.objects.create(movie=movie, outcome="timeout"),
        FetchJob.objects.create(movie=movie, position=1),
        Listing.objects.create(
            platform=platform, provider_ids=[movie.pk], state="applied", ended_at=now
        ),
        IdSuggestion.objects.create(movie=movie, tmdb_id=movie.pk, title="A", reason="year"),
        MovieDetails.objects.create(movie=movie, fetched_at=now),
        Offer.objects.create(movie=movie, provider=provider, kind="flatrate"),
        _attraction(f"show_{movie.pk}", platform),
        TasteVector.objects.create(run=run, ml_user=ml_user, taste=vector),
        add_factors(run, movie=movie.pk),
        SurveyFilm.objects.create(run=run, movie=movie, likes=1),
        Persona.objects.create(run=run, number=movie.pk, parts={"platforms": []}),
        *_person_at_home(movie, run),
        Viewing.objects.create(
            ml_user=ml_user, movie=movie, ratio=0.9, views=1, series_progress=0, last_watched_at=now
        ),
        UsageStatistic.objects.create(
            source="KOBACO", year=2022, dimension="gender", group="female", platform=platform,
            percent=30, sample_size=100,
        ),
        *_living_data(movie.pk),
        *_answers(movie, platform, ml_user),
    ]  # fmt: skip


def _answers(movie: Movie, platform: Platform, ml_user: MovieLensUser) -> list[Any]:
    """A respondent who likes the film, with all their results."""
    user = Respondent.objects.create(
        submission=f"likes {movie.pk}", retain_until=timezone.now() + timedelta(days=90)
    )
    user.preferred_movies.add(movie)
    return [
        user,
        PlatformRecommendation.objects.create(
            user=user, platform=platform, score=1, parts={"platforms": []}
        ),
        Similarity.objects.create(
            user=user, ml_user=ml_user, score=0.5, method="jaccard", relaxation="none", run=1
        ),
        RecommendedMovie.objects.create(
            user=user, movie=movie, rank=1, score=1, rating_source="average"
        ),
        Reaction.objects.create(user=user, movie=movie, kind="seen"),
    ]


def _living_data(number: int) -> list[Any]:
    """A district, and the use of seven services in it."""
    place = f"district {number}"
    district = District.objects.create(code=f"{number:05}", name=place, name_ko=place, outline="M")
    of_district = {"district": district, "gender": "female", "age": 20}
    used = dict.fromkeys(SERVICES, 0.5)
    return [
        district,
        LivingCell.objects.create(
            **of_district, **used, month=date(2023, 1, 1), population=9, dongs=1
        ),
        LivingDong.objects.create(**of_district, **used, number=1),
        DistrictPopulation.objects.create(**of_district, population=9, single_households=1),
    ]


def _person_at_home(movie: Movie, run: ModelRun) -> list[Any]:
    """Somebody who rated the film, and is a neighbour in the run."""
    person = HomePerson.objects.create(name=f"person {movie.pk}")
    rating = person.ratings.create(movie=movie, rating=4.5)
    run.home_tastes.create(row=movie.pk, taste=[0.5] * FACTORS, liked=[movie.pk])
    run.home_members.create(row=movie.pk, person=person)
    return [person, rating]


def _attraction(slug: str, platform: Platform) -> Attraction:
    attraction = Attraction.objects.create(
        slug=slug, title=slug, kind="series", source="press", checked_on=date(2026, 1, 1)
    )
    AttractionPlatform.objects.create(attraction=attraction, platform=platform)
    return attraction
