"""Respondents: staff can view their answers, and delete them on request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import (
    ChoiceFilter,
    Deleted,
    ExactSearch,
    Lookups,
    ReadOnlyAdmin,
    deleted_without_relations,
)
from recommend.services.submission import delete_result, delete_results
from survey.models import Respondent, RespondentQuerySet


class RetentionFilter(ChoiceFilter):
    title = _("retention")
    parameter_name = "retention"

    def offered(self) -> Lookups:
        return [("over", _("Over: to be deleted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return cast("RespondentQuerySet", queryset).expired() if self.chosen() else queryset


@admin.register(Respondent)
class RespondentAdmin(ReadOnlyAdmin[Respondent], ExactSearch[Respondent]):
    may_be_deleted = True
    list_display = ["user_id", "created_at", "gender", "age", "monthly_budget", "retain_until"]
    list_filter = [RetentionFilter, "created_at", "gender"]
    exact_search_fields = ["user_id"]
    search_help_text = _("The whole id, as in the link to the result")
    ordering = ["-created_at"]
    sortable_by = ["created_at", "retain_until"]
    readonly_fields = ["result"]
    fields = [
        "user_id",
        "result",
        "gender",
        "age",
        "education",
        "income",
        "ott_frequency",
        "preferred_movies",
        "subscribed_platforms",
        "monthly_budget",
        "consent_version",
        "consented_at",
        "statistics_consent",
        "retain_until",
        "created_at",
    ]

    def get_deleted_objects(
        self, objs: Sequence[Respondent] | QuerySet[Respondent], request: HttpRequest
    ) -> Deleted:
        """Twin, films and platform are deleted with a respondent, without further permissions."""
        return deleted_without_relations(self, objs)

    def delete_model(self, request: HttpRequest, obj: Respondent) -> None:
        delete_result(respondent=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Respondent]) -> None:
        delete_results(respondents=queryset)

    @admin.display(description=_("result"))
    def result(self, obj: Respondent) -> SafeString:
        """Links to the stored parts of the recommendation; search finds them by the same id."""
        pages = (
            ("matching_similarity", gettext("Twin")),
            ("recommend_recommendedmovie", gettext("Recommended films")),
            ("ottstats_platformrecommendation", gettext("Recommended platform")),
        )
        return format_html_join(
            " · ",
            '<a href="{}?q={}">{}</a>',
            ((reverse(f"admin:{page}_changelist"), obj.pk, label) for page, label in pages),
        )
