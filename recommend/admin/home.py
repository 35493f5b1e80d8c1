"""People at home whose ratings came in a file: staff can view them, and owners delete them."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.admin import Deleted, ExactSearch, ReadOnlyAdmin, deleted_without_relations
from recommend.models import HomePerson, HomeRating
from recommend.services.home.people import delete_people


@admin.register(HomePerson)
class HomePersonAdmin(ReadOnlyAdmin[HomePerson], ExactSearch[HomePerson]):
    may_be_deleted = True
    list_display = ["name", "ratings_stored", "loaded_at"]
    exact_search_fields = ["name"]
    search_help_text = _("Name of a person, as the file writes it")
    ordering = ["id"]
    fields = ["name", "ratings_stored", "loaded_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[HomePerson]:
        counted = HomeRating.objects.filter(person=OuterRef("pk")).values("person")
        number = Subquery(counted.annotate(n=Count("pk")).values("n"), IntegerField())
        return super().get_queryset(request).annotate(number=Coalesce(number, 0))

    @admin.display(description=_("number of ratings"))
    def ratings_stored(self, obj: HomePerson) -> int:
        return int(obj.number)  # type: ignore[attr-defined]

    def get_deleted_objects(
        self, objs: Sequence[HomePerson] | QuerySet[HomePerson], request: HttpRequest
    ) -> Deleted:
        """Ratings and rows of runs are deleted with a person, without further permissions."""
        return deleted_without_relations(self, objs)

    def delete_model(self, request: HttpRequest, obj: HomePerson) -> None:
        delete_people([obj.pk])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[HomePerson]) -> None:
        delete_people(list(queryset.values_list("pk", flat=True)))


@admin.register(HomeRating)
class HomeRatingAdmin(ReadOnlyAdmin[HomeRating], ExactSearch[HomeRating]):
    list_display = ["id", "person", "movie", "rating", "rated_at"]
    list_select_related = ["person", "movie"]
    exact_search_fields = ["movie"]
    search_help_text = _("Number of a film")
    ordering = ["id"]
    fields = ["person", "movie", "rating", "rated_at"]
