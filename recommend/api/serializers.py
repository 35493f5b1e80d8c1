"""What goes into and out of the recommendation API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rest_framework import serializers

from common.version import version
from common.web.output import DataOutput, Slugs
from matching.models import Method, Relaxation
from movies.api import Sourced, SourcedOutput
from movies.models import LARGEST_MOVIE_ID, Gender, Platform
from recommend.api.decision import Advised, DecisionOutput
from recommend.decision.platform import PlatformScore
from recommend.models import RatingSource, RecommendedMovie
from recommend.ranking.answers import Answers
from recommend.ranking.films import RecommendedFilm
from recommend.scoring.weights import STRATEGIES
from recommend.services.submission import Survey
from survey.models import (
    FEWEST_PICKS,
    LARGEST_BUDGET,
    MAXIMUM_AGE,
    MINIMUM_AGE,
    MOST_PICKS,
    SUBMISSION_TOKEN,
    Education,
    Income,
    OttFrequency,
    Respondent,
)


class AnswersInput(serializers.Serializer[Any]):
    """A person's answers; null or left out where they gave none."""

    gender = serializers.ChoiceField(Gender.choices, allow_null=True, default=None)
    age = serializers.IntegerField(
        min_value=MINIMUM_AGE, max_value=MAXIMUM_AGE, allow_null=True, default=None
    )
    education = serializers.ChoiceField(Education.choices, allow_null=True, default=None)
    income = serializers.ChoiceField(Income.choices, allow_null=True, default=None)
    ott_frequency = serializers.ChoiceField(OttFrequency.choices, allow_null=True, default=None)
    liked = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_MOVIE_ID),
        max_length=MOST_PICKS,
        default=list,
        help_text="Movie ids; none gives the favourites of the demographic group",
    )
    subscribed = Slugs(max_length=50, default=list, help_text="Platform slugs")
    monthly_budget = serializers.IntegerField(
        min_value=0, max_value=LARGEST_BUDGET, allow_null=True, default=None, help_text="Won"
    )
    strategy = serializers.ChoiceField(STRATEGIES, default="blend")

    def validate_subscribed(self, slugs: list[str]) -> list[str]:
        known = set(Platform.objects.filter(slug__in=slugs).values_list("slug", flat=True))
        if unknown := sorted(set(slugs) - known):
            raise serializers.ValidationError(f"No such platform: {', '.join(unknown)}")
        return slugs

    def answers(self) -> Answers:
        """For a recommendation that is not stored."""
        given = self.validated_data
        return Answers(
            gender=given["gender"] or "",
            age=given["age"],
            liked=given["liked"],
            strategy=given["strategy"],
        )


class SurveyInput(AnswersInput):
    """A survey that is stored: with consent, and with films to recommend from."""

    liked = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_MOVIE_ID),
        min_length=FEWEST_PICKS,
        max_length=MOST_PICKS,
    )
    consent = serializers.BooleanField(help_text="To storing the answers; must be true")
    submission_id = serializers.RegexField(
        SUBMISSION_TOKEN,
        required=False,
        error_messages={"invalid": "Send a random value of 16 to 64 letters, digits, '_' or '-'."},
        help_text=(
            "The same answers sent again under the same id are stored once and share a result, so "
            "it must be random and new for every survey: a UUID, or 16 random bytes in base64url"
        ),
    )

    def validate_liked(self, liked: list[int]) -> list[int]:
        if len(set(liked)) < FEWEST_PICKS:
            raise serializers.ValidationError(f"Name at least {FEWEST_PICKS} different movies.")
        return liked

    def validate_consent(self, consent: bool) -> bool:
        if not consent:
            raise serializers.ValidationError("Without consent nothing is stored.")
        return consent

    def survey(self) -> Survey:
        given = self.validated_data
        return Survey(
            liked=given["liked"],
            gender=given["gender"] or "",
            age=given["age"],
            education=given["education"] or "",
            income=given["income"] or "",
            ott_frequency=given["ott_frequency"] or "",
            subscribed=tuple(given["subscribed"]),
            monthly_budget=given["monthly_budget"],
        )


@dataclass(frozen=True)
class ShownTwin:
    ml_user_id: int | None
    similarity: float
    method: str
    relaxation: str
    overlapped: Sequence[int]


class TwinOutput(DataOutput):
    ml_user_id = serializers.IntegerField(allow_null=True)
    similarity = serializers.FloatField()
    method = serializers.ChoiceField(Method.choices)
    relaxation = serializers.ChoiceField(Relaxation.choices)
    overlapped = serializers.ListField(child=serializers.IntegerField())


class FilmOutput(DataOutput):
    """`RecommendedFilm` or `RecommendedMovie`: both have a movie and these fields."""

    movie_id = serializers.IntegerField(source="movie.movie_id")
    title = serializers.CharField(source="movie.title")
    title_ko = serializers.CharField(source="movie.title_ko")
    year = serializers.IntegerField(source="movie.year", allow_null=True)
    rank = serializers.IntegerField()
    score = serializers.FloatField()
    predicted_rating = serializers.FloatField(allow_null=True)
    rating_source = serializers.ChoiceField(RatingSource.choices)
    platforms = serializers.DictField(
        source="movie.platforms",
        child=serializers.BooleanField(),
        help_text="True: included, false: not, no key: nobody knows",
    )
    because = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Up to two of the liked movies that led to it; empty: people alike loved it",
    )


class PlatformScoreOutput(DataOutput):
    """Every factor: score = coverage * weight; coverage is within [low, high]."""

    platform = serializers.SlugField()
    score = serializers.FloatField()
    coverage = serializers.FloatField(help_text="Expected liked films of the whole catalogue")
    coverage_low = serializers.FloatField(help_text="If it carries no film of unknown state")
    coverage_high = serializers.FloatField(help_text="If it carries all films of unknown state")
    weight = serializers.FloatField(
        help_text="How much more (above 1) or less often people of this gender and age choose the "
        "platform, of all that they use, than everyone: from public usage statistics"
    )
    known_rate = serializers.FloatField()
    films_on = serializers.IntegerField()
    films_unknown = serializers.IntegerField()


@dataclass(frozen=True)
class Answered(Sourced):
    """A recommendation as the API shows it, new or stored."""

    model_run: int
    twin: ShownTwin | None
    movies: Sequence[RecommendedFilm | RecommendedMovie]
    platforms: Sequence[PlatformScore]
    decision: Advised


class RecommendationOutput(SourcedOutput):
    model_run = serializers.IntegerField()
    twin = TwinOutput(allow_null=True, help_text="Null if no liked movie was given")
    movies = FilmOutput(many=True)
    platforms = PlatformScoreOutput(many=True)
    decision = DecisionOutput()


class SurveyOutput(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    result_url = serializers.URLField()


@dataclass(frozen=True)
class StoredAnswer(Answered):
    respondent: Respondent
    liked: Sequence[int]
    subscribed: Sequence[str]


class RespondentOutput(DataOutput):
    gender = serializers.CharField(source="respondent.gender", allow_blank=True)
    age = serializers.IntegerField(source="respondent.age", allow_null=True)
    education = serializers.CharField(source="respondent.education", allow_blank=True)
    income = serializers.CharField(source="respondent.income", allow_blank=True)
    ott_frequency = serializers.CharField(source="respondent.ott_frequency", allow_blank=True)
    monthly_budget = serializers.IntegerField(source="respondent.monthly_budget", allow_null=True)
    liked = serializers.ListField(child=serializers.IntegerField())
    subscribed = Slugs()
    created_at = serializers.DateTimeField(source="respondent.created_at")
    retain_until = serializers.DateTimeField(source="respondent.retain_until")


class ResultOutput(RecommendationOutput):
    user_id = serializers.UUIDField(source="respondent.pk")
    respondent = RespondentOutput(source="*")


@dataclass(frozen=True)
class Health:
    database: str
    model_run: int | None = None
    data_set: str | None = None
    sample: bool = False
    version: str = field(default_factory=version)


class HealthOutput(DataOutput):
    database = serializers.CharField()
    model_run = serializers.IntegerField(allow_null=True)
    data_set = serializers.CharField(allow_null=True)
    sample = serializers.BooleanField()
    version = serializers.CharField()
