"""Admin page of the stored twins."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from matching.models import Similarity
from survey.admin import OfRespondent


@admin.register(Similarity)
class SimilarityAdmin(OfRespondent[Similarity]):
    number_field = "user__number"
    list_display = ["named", "answered_at", "ml_user_id", "score", "method", "relaxation", "run"]
    list_filter = ["method", "relaxation"]
    list_select_related = ["user"]
    exact_search_fields = ["user", "ml_user"]
    search_help_text = _("A respondent, such as #12, or the number of a MovieLens user")
    ordering = ["-user__created_at"]
    fields = ["respondent", "ml_user", "score", "method", "relaxation", "overlapped_movies", "run"]

    @admin.display(description=_("answered at"))
    def answered_at(self, obj: Similarity) -> object:
        return obj.user.created_at
