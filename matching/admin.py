"""Admin page of the stored twins."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from common.admin import ExactSearch, ReadOnlyAdmin
from matching.models import Similarity


@admin.register(Similarity)
class SimilarityAdmin(ReadOnlyAdmin[Similarity], ExactSearch[Similarity]):
    list_display = ["user_id", "answered_at", "ml_user_id", "score", "method", "relaxation", "run"]
    list_filter = ["method", "relaxation"]
    list_select_related = ["user"]
    exact_search_fields = ["user", "ml_user"]
    search_help_text = _("The whole id of a respondent, or the number of a MovieLens user")
    ordering = ["-user__created_at"]
    fields = ["user", "ml_user", "score", "method", "relaxation", "overlapped_movies", "run"]

    @admin.display(description=_("answered at"))
    def answered_at(self, obj: Similarity) -> object:
        return obj.user.created_at
