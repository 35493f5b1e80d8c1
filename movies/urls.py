"""Pages about films."""

from __future__ import annotations

from django.urls import path

from movies import views

urlpatterns = [
    path("availability/reports/", views.report_availability, name="report-availability"),
]
