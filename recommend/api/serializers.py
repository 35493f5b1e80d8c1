"""What goes into and out of the recommendation API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.web.input import EachOnce, OneOf, StrictInput, Text, Token, TrueOrFalse, WholeNumber
from common.web.output import DataOutput, Slugs
from matching.models import Method, Relaxation
from movies.api import Sourced, SourcedOutput
from movies.models import (
    LARGEST_MOVIE_ID,
    MOST_STREAMS,
    Attraction,
    Gender,
    Platform,
    Product,
)
from ottstats.selectors.residence import known_districts
from recommend.api.decision import PROBABLY, SURELY, Advised, DecisionOutput
from recommend.decision.platform import PlatformScore
from recommend.models import RatingSource, RecommendedMovie
from recommend.ranking.answers import Answers
from recommend.ranking.films import RecommendedFilm
from recommend.results.whereabouts import FilmsThere, Whereabouts
from recommend.scoring.weights import STRATEGIES
from recommend.services.home.learning import known_films
from recommend.services.submission import Survey
from survey.models import (
    FEWEST_PICKS,
    LARGEST_BUDGET,
    MAXIMUM_AGE,
    MINIMUM_AGE,
    MOST_MUST_HAVES,
    MOST_OWNED,
    MOST_PICKS,
    SUBMISSION_TOKEN,
    AnsweredWishes,
    Education,
    Income,
    OttFrequency,
    Region,
    Respondent,
)


class AnswersInput(StrictInput):
    """A person's answers; null or left out where they gave none."""

    gender = OneOf(Gender.choices, allow_null=True, default=None)
    age = WholeNumber(min_value=MINIMUM_AGE, max_value=MAXIMUM_AGE, allow_null=True, default=None)
    education = OneOf(Education.choices, allow_null=True, default=None)
    income = OneOf(Income.choices, allow_null=True, default=None)
    ott_frequency = OneOf(OttFrequency.choices, allow_null=True, default=None)
    region = OneOf(
        Region.choices, allow_null=True, default=None, help_text="Where the person lives"
    )
    district = Text(
        max_length=20,
        allow_null=True,
        default=None,
        help_text="Korean name of a district of Seoul; a refusal lists them. Only with the region "
        "`seoul`; it counts together with a gender and an age from 20 to 79",
    )
    liked = EachOnce(
        child=WholeNumber(min_value=1, max_value=LARGEST_MOVIE_ID),
        max_length=MOST_PICKS,
        default=list,
        help_text="Movie ids, each once; none gives the favourites of the demographic group",
    )
    subscribed = Slugs(max_length=50, default=list, help_text="Platform slugs")
    monthly_budget = WholeNumber(
        min_value=0, max_value=LARGEST_BUDGET, allow_null=True, default=None, help_text="Won"
    )
    must_have = Slugs(
        max_length=MOST_MUST_HAVES,
        default=list,
        help_text="Slugs of `/api/attractions/`: the products have to offer each of them",
    )
    no_ads = TrueOrFalse(default=False, help_text="Only products without advertising")
    min_streams = WholeNumber(
        min_value=1,
        max_value=MOST_STREAMS,
        allow_null=True,
        default=None,
        help_text="At a time, of every product to buy; not published is not enough",
    )
    min_resolution = OneOf(
        Product.Resolution.choices,
        allow_null=True,
        default=None,
        help_text="Lines, of every product to buy; not published is not enough",
    )
    owned = Slugs(
        max_length=MOST_OWNED,
        default=list,
        help_text="Slugs of products that cost nothing more, such as with the phone plan",
    )
    strategy = OneOf(STRATEGIES, default="blend")

    schema_extra: ClassVar[Mapping[str, Any]] = {"minProperties": 1}

    def validate_subscribed(self, slugs: list[str]) -> list[str]:
        known = set(Platform.objects.filter(slug__in=slugs).values_list("slug", flat=True))
        if unknown := sorted(set(slugs) - known):
            text = gettext("No such platform: %(names)s")
            raise serializers.ValidationError(text % {"names": ", ".join(unknown)})
        return slugs

    def validate_must_have(self, slugs: list[str]) -> list[str]:
        offered = Attraction.objects.offered(timezone.localdate()).filter(slug__in=slugs)
        left = set(slugs) - set(offered.values_list("slug", flat=True))
        known = set(Attraction.objects.filter(slug__in=left).values_list("slug", flat=True))
        if unknown := sorted(left - known):
            text = gettext("No such series, show or sport: %(names)s")
            raise serializers.ValidationError(text % {"names": ", ".join(unknown)})
        if left:
            text = gettext("On no platform that is compared today: %(names)s")
            raise serializers.ValidationError(text % {"names": ", ".join(sorted(left))})
        return slugs

    def validate_owned(self, slugs: list[str]) -> list[str]:
        known = set(Product.objects.filter(slug__in=slugs).values_list("slug", flat=True))
        if unknown := sorted(set(slugs) - known):
            text = gettext("No such product: %(names)s")
            raise serializers.ValidationError(text % {"names": ", ".join(unknown)})
        return slugs

    def validate_district(self, district: str | None) -> str | None:
        if district is None:
            return None
        known = known_districts()
        if district not in known:
            text = gettext("No such district of Seoul. There are: %(names)s")
            raise serializers.ValidationError(text % {"names": ", ".join(known)})
        return district

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An empty object is more likely a mistake than a person without answers."""
        if attrs["district"] and attrs["region"] != Region.SEOUL:
            text = gettext("Only together with the region “seoul”.")
            raise serializers.ValidationError({"district": text})
        if not self.initial_data:
            text = gettext(
                "Send at least one answer; an empty “liked” asks for the favourites of all."
            )
            raise serializers.ValidationError(text)
        return attrs

    def wishes(self) -> AnsweredWishes:
        """What the products have to be."""
        given = self.validated_data
        return AnsweredWishes(
            must_have=tuple(given["must_have"]),
            no_ads=given["no_ads"],
            min_streams=given["min_streams"],
            min_resolution=given["min_resolution"],
            owned=tuple(given["owned"]),
        )

    def answers(self) -> Answers:
        """For a recommendation that is not stored."""
        given = self.validated_data
        return Answers(
            gender=given["gender"] or "",
            age=given["age"],
            region=given["region"] or "",
            district=given["district"] or "",
            liked=given["liked"],
            strategy=given["strategy"],
        )


@extend_schema_field({"type": "boolean", "enum": [True]})
class Consent(TrueOrFalse):
    """True; what is false is refused with a text of its own."""


class SurveyInput(AnswersInput):
    """A survey that is stored: with consent, and with films to recommend from."""

    schema_extra: ClassVar[Mapping[str, Any]] = {}

    liked = EachOnce(
        child=WholeNumber(min_value=1, max_value=LARGEST_MOVIE_ID),
        min_length=FEWEST_PICKS,
        max_length=MOST_PICKS,
    )
    consent = Consent(help_text="To storing the answers")
    learning_consent = TrueOrFalse(
        default=False,
        help_text="To learning from the answers, to rank films for others; the result is the same",
    )
    shown = EachOnce(
        child=WholeNumber(min_value=1, max_value=LARGEST_MOVIE_ID),
        max_length=MOST_PICKS,
        default=list,
        help_text="Movie ids that were offered to the person; kept only with `learning_consent`",
    )
    submission_id = Token(
        SUBMISSION_TOKEN,
        required=False,
        error_messages={
            "invalid": gettext_lazy("Send a random value of 16 to 64 letters, digits, '_' or '-'.")
        },
        help_text=(
            "The same answers sent again under the same id are stored once and share a result; "
            "other answers are refused (409). So it must be random and new for every survey: a "
            "UUID, or 16 random bytes in base64url. "
            "Without it, the same answers from one network on one day count as sent again"
        ),
    )

    def validate_shown(self, shown: list[int]) -> list[int]:
        if unknown := sorted(set(shown) - set(known_films(shown))):
            text = gettext("No such movie: %(names)s")
            raise serializers.ValidationError(text % {"names": ", ".join(map(str, unknown))})
        return shown

    def validate_consent(self, consent: bool) -> bool:
        if not consent:
            raise serializers.ValidationError(gettext("Without consent nothing is stored."))
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
            region=given["region"] or "",
            district=given["district"] or "",
            subscribed=tuple(given["subscribed"]),
            monthly_budget=given["monthly_budget"],
            learning_consent=given["learning_consent"],
            shown=given["shown"],
            wishes=self.wishes(),
        )


class LearningInput(StrictInput):
    """Whether OTTwin may learn from the answers of a stored result."""

    # The description of a PATCH calls every field optional; this one is all there is.
    schema_extra: ClassVar[Mapping[str, Any]] = {"minProperties": 1}

    learning_consent = TrueOrFalse(help_text="False: withdrawn, and forgotten at once")


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


@dataclass(frozen=True)
class ScoreThere:
    """A platform's score, and how many films of the list are there."""

    score: PlatformScore
    films_there: FilmsThere


class PlatformScoreOutput(DataOutput):
    """Every factor: score = coverage * weight; coverage is within [low, high]."""

    platform = serializers.SlugField(source="score.platform")
    score = serializers.FloatField(source="score.score")
    coverage = serializers.FloatField(
        source="score.coverage", help_text="Expected liked films of the whole catalogue"
    )
    coverage_low = serializers.FloatField(
        source="score.coverage_low", help_text="If it carries no film of unknown state"
    )
    coverage_high = serializers.FloatField(
        source="score.coverage_high", help_text="If it carries all films of unknown state"
    )
    weight = serializers.FloatField(
        source="score.weight",
        help_text="How much more (above 1) or less often people of this gender, age and residence "
        "choose the platform, of all that they use, than everyone: from public usage statistics",
    )
    known_rate = serializers.FloatField(source="score.known_rate")
    films_on = serializers.IntegerField(source="score.films_on")
    films_unknown = serializers.IntegerField(source="score.films_unknown")
    evidence = serializers.BooleanField(
        source="score.evidence",
        help_text="Whether enough is known to compare it; without, it is never first",
    )
    surely = serializers.IntegerField(source="films_there.surely", help_text=SURELY)
    probably = serializers.IntegerField(source="films_there.probably", help_text=PROBABLY)


def scores_there(scores: Sequence[PlatformScore], whereabouts: Whereabouts) -> list[ScoreThere]:
    return [ScoreThere(row, whereabouts.on([row.platform])) for row in scores]


@dataclass(frozen=True)
class Answered(Sourced):
    """A recommendation as the API shows it, new or stored."""

    model_run: int
    twin: ShownTwin | None
    movies: Sequence[RecommendedFilm | RecommendedMovie]
    platforms: Sequence[ScoreThere]
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
    region = serializers.CharField(source="respondent.region", allow_blank=True)
    district = serializers.CharField(source="respondent.district", allow_blank=True)
    monthly_budget = serializers.IntegerField(source="respondent.monthly_budget", allow_null=True)
    liked = serializers.ListField(child=serializers.IntegerField())
    subscribed = Slugs()
    must_have = Slugs(source="respondent.must_have")
    no_ads = serializers.BooleanField(source="respondent.no_ads")
    min_streams = serializers.IntegerField(source="respondent.min_streams", allow_null=True)
    min_resolution = serializers.IntegerField(source="respondent.min_resolution", allow_null=True)
    owned = Slugs(source="respondent.owned")
    learning_consent = serializers.BooleanField(source="respondent.learning_consent")
    created_at = serializers.DateTimeField(source="respondent.created_at")
    retain_until = serializers.DateTimeField(source="respondent.retain_until")


class ResultOutput(RecommendationOutput):
    user_id = serializers.UUIDField(source="respondent.pk")
    respondent = RespondentOutput(source="*")
