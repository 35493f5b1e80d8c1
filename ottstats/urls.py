"""Pages of the statistics and for advertisers."""

from __future__ import annotations

from django.urls import path

from ottstats.pages.audience.views import customer_view, service_view
from ottstats.pages.seoul.views import seoul
from ottstats.pages.statistics import statistics

urlpatterns = [
    path("statistics/", statistics, name="statistics"),
    path("statistics/seoul/", seoul, name="statistics-seoul"),
    path("audience/customer/", customer_view, name="audience-customer"),
    path("audience/service/", service_view, name="audience-service"),
]
