"""Pages of the statistics."""

from __future__ import annotations

from django.urls import path

from ottstats.pages.seoul.views import seoul
from ottstats.pages.statistics import statistics

urlpatterns = [
    path("statistics/", statistics, name="statistics"),
    path("statistics/seoul/", seoul, name="statistics-seoul"),
]
