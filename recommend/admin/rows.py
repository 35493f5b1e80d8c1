"""Read-only pages of what model runs, the survey and `make_personas` write."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.admin import (
    ChoiceFilter,
    ExactSearch,
    Lookups,
    ReadOnlyAdmin,
    pretty_json,
    vector_summary,
)
from recommend.models import (
    ModelRun,
    MovieFactors,
    Persona,
    Rating,
    Reaction,
    RecommendedMovie,
    SurveyFilm,
    TasteVector,
    Viewing,
)
from recommend.results.parts import scores_from_json
from survey.admin import OfRespondent

OBSERVED = "observed"


class RunFilter(ChoiceFilter):
    """Offers all runs: they are few, and finding those used in a million rows is slow."""

    title = _("model run")
    parameter_name = "run"

    def offered(self) -> Lookups:
        runs = ModelRun.objects.order_by("-id").values_list("id", "data_name")
        return [(str(number), f"#{number} {name}") for number, name in runs]

    def condition_of(self, chosen: str) -> Q:
        return Q(run_id=int(chosen))


class RatingRunFilter(RunFilter):
    """Observed ratings belong to no run."""

    title = _("observed, or predicted by run")

    def offered(self) -> Lookups:
        return [(OBSERVED, _("observed")), *super().offered()]

    def condition_of(self, chosen: str) -> Q:
        return Q(run__isnull=True) if chosen == OBSERVED else super().condition_of(chosen)


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin[Rating], ExactSearch[Rating]):
    list_display = ["ml_user_id", "movie", "rating", "kind", "rank", "run_id"]
    list_filter = [RatingRunFilter]
    list_select_related = ["movie"]
    exact_search_fields = ["ml_user", "movie"]
    search_help_text = _("Number of a MovieLens user or of a film, or both")
    ordering = ["ml_user_id", "movie_id"]
    fields = ["rating_id", "ml_user", "movie", "rating", "kind", "rank", "run"]


@admin.register(Viewing)
class ViewingAdmin(ReadOnlyAdmin[Viewing], ExactSearch[Viewing]):
    list_display = ["ml_user_id", "movie", "ratio", "views", "series_progress", "last_watched_at"]
    list_select_related = ["movie"]
    exact_search_fields = ["ml_user", "movie"]
    search_help_text = _("Number of a person of the watch log or of a film, or both")
    ordering = ["ml_user_id", "movie_id"]
    fields = [
        "viewing_id",
        "ml_user",
        "movie",
        "ratio",
        "views",
        "series_progress",
        "last_watched_at",
    ]


@admin.register(TasteVector)
class TasteVectorAdmin(ReadOnlyAdmin[TasteVector], ExactSearch[TasteVector]):
    list_display = ["id", "run_id", "ml_user_id"]
    list_filter = [RunFilter]
    exact_search_fields = ["ml_user"]
    search_help_text = _("Number of a MovieLens user")
    ordering = ["id"]
    fields = ["run", "ml_user", "taste_shown"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TasteVector]:
        return super().get_queryset(request).defer("taste")

    @admin.display(description=_("taste vector"))
    def taste_shown(self, obj: TasteVector) -> str:
        return vector_summary(obj.taste)


@admin.register(MovieFactors)
class MovieFactorsAdmin(ReadOnlyAdmin[MovieFactors], ExactSearch[MovieFactors]):
    list_display = ["id", "run_id", "movie"]
    list_filter = [RunFilter]
    list_select_related = ["movie"]
    exact_search_fields = ["movie"]
    search_help_text = _("Number of a film")
    ordering = ["id"]
    fields = ["run", "movie", "factors_shown"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MovieFactors]:
        return super().get_queryset(request).defer("factors", "encoder", "decoder")

    @admin.display(description=_("factors"))
    def factors_shown(self, obj: MovieFactors) -> str:
        return vector_summary(obj.factors)


@admin.register(RecommendedMovie)
class RecommendedMovieAdmin(OfRespondent[RecommendedMovie]):
    list_display = [
        "id",
        "respondent",
        "rank",
        "movie",
        "score",
        "predicted_rating",
        "rating_source",
    ]
    list_select_related = ["user", "movie"]
    exact_search_fields = ["user", "movie"]
    search_help_text = _("A respondent, such as #12, or the number of a film")
    ordering = ["user_id", "rank"]
    fields = [
        "respondent",
        "movie",
        "rank",
        "score",
        "predicted_rating",
        "rating_source",
        "because",
    ]


@admin.register(Reaction)
class ReactionAdmin(OfRespondent[Reaction]):
    list_display = ["id", "respondent", "movie", "kind", "created_at"]
    list_filter = ["kind"]
    list_select_related = ["user", "movie"]
    exact_search_fields = ["user", "movie"]
    search_help_text = _("A respondent, such as #12, or the number of a film")
    ordering = ["-id"]
    fields = ["respondent", "movie", "kind", "created_at"]


@admin.register(SurveyFilm)
class SurveyFilmAdmin(ReadOnlyAdmin[SurveyFilm], ExactSearch[SurveyFilm]):
    list_display = ["movie", "run_id", "likes"]
    list_filter = [RunFilter]
    list_select_related = ["movie"]
    exact_search_fields = ["movie"]
    search_help_text = _("Number of a film")
    ordering = ["id"]
    fields = ["run", "movie", "likes"]


@admin.register(Persona)
class PersonaAdmin(ReadOnlyAdmin[Persona]):
    """Simulated people; the previews count them."""

    list_display = ["number", "run_id", "gender", "age", "monthly_budget", "subscribed", "made_at"]
    list_filter = [RunFilter]
    ordering = ["-run_id", "number"]
    fields = [
        "run",
        "number",
        "gender",
        "age",
        "monthly_budget",
        "subscribed",
        "made_at",
        "platforms_shown",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Persona]:
        return super().get_queryset(request).defer("parts")

    @admin.display(description=_("platforms"))
    def platforms_shown(self, obj: Persona) -> SafeString:
        scores = scores_from_json(obj.parts["platforms"])
        return pretty_json({row.platform: round(row.score, 2) for row in scores})
