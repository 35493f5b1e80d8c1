"""Pages of the statistics."""

from __future__ import annotations

from django.urls import path

from ottstats import views
from ottstats.pages.audience.views import customer_view, service_view

urlpatterns = [
    path("statistics/", views.statistics, name="statistics"),
    path("audience/customer/", customer_view, name="audience-customer"),
    path("audience/service/", service_view, name="audience-service"),
]
