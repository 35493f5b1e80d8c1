"""Admin pages of recommended platforms, and how often each was recommended."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.admin import ReadOnlyAdmin, pretty_json
from ottstats.models import PlatformRecommendation, PlatformTally
from recommend.admin.winners import winners_context
from survey.admin import OfRespondent


@admin.register(PlatformRecommendation)
class PlatformRecommendationAdmin(OfRespondent[PlatformRecommendation]):
    number_field = "user__number"
    list_display = ["named", "created_at", "platform", "score"]
    list_filter = ["platform"]
    list_select_related = ["user", "platform"]
    exact_search_fields = ["user"]
    search_help_text = _("A respondent, such as #12")
    ordering = ["-user__created_at"]
    fields = ["respondent", "platform", "score", "created_at", "parts_shown"]
    change_list_template = "admin/ottstats/platformrecommendation/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.winners_view)
        page = path("winners/", view, name="ottstats_platformrecommendation_winners")
        return [page, *super().get_urls()]

    def winners_view(self, request: HttpRequest) -> HttpResponse:
        """Which platform came first, by day: the last 30 days."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "opts": self.model._meta,
            "title": _("Which platform comes first, by day"),
            **winners_context(),
        }
        return TemplateResponse(request, "admin/ottstats/winners.html", context)

    @admin.display(description=_("factors of the scores"))
    def parts_shown(self, obj: PlatformRecommendation) -> SafeString:
        return pretty_json(obj.parts)


@admin.register(PlatformTally)
class PlatformTallyAdmin(ReadOnlyAdmin[PlatformTally]):
    list_display = ["platform", "recommended_count"]
    list_select_related = ["platform"]
    search_fields = ["platform__slug", "platform__name", "platform__name_ko"]
    ordering = ["-recommended_count", "platform_id"]
    sortable_by = None
