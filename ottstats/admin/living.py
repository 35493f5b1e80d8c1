"""Admin pages of the living data of Seoul, which staff look at; `load_living_data` writes them."""

from __future__ import annotations

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from ottstats.living.figures import SERVICES
from ottstats.models import District, DistrictPopulation, LivingCell, LivingDong

OF_DISTRICT = ["=district__name_ko", "district__name"]


@admin.register(District)
class DistrictAdmin(ReadOnlyAdmin[District]):
    list_display = ["code", "name_ko", "name"]
    search_fields = ["=code", "name_ko", "name"]
    ordering = ["code"]


@admin.register(LivingCell)
class LivingCellAdmin(ReadOnlyAdmin[LivingCell]):
    list_display = ["month", "district", "gender", "age", "population", "dongs", *SERVICES]
    list_filter = ["gender"]
    list_select_related = ["district"]
    search_fields = OF_DISTRICT
    ordering = ["-month", "district", "gender", "age"]


@admin.register(LivingDong)
class LivingDongAdmin(ReadOnlyAdmin[LivingDong]):
    list_display = ["district", "number", "gender", "age", *SERVICES]
    list_filter = ["gender"]
    list_select_related = ["district"]
    search_fields = OF_DISTRICT
    ordering = ["district", "number", "gender", "age"]


@admin.register(DistrictPopulation)
class DistrictPopulationAdmin(ReadOnlyAdmin[DistrictPopulation]):
    list_display = ["district", "gender", "age", "population", "single_households"]
    list_filter = ["gender"]
    list_select_related = ["district"]
    search_fields = OF_DISTRICT
    ordering = ["district", "gender", "age"]
