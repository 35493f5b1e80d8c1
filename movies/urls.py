"""Pages about films, and their covers."""

from __future__ import annotations

from django.urls import path, re_path

from movies import views

urlpatterns = [
    re_path(r"^covers/(?P<language>ko|en)/wall\.svg$", views.cover_wall, name="cover-wall"),
    re_path(
        r"^covers/(?P<kind>ko|en|bare)/(?P<name>[0-9]{1,10}-[0-9]{1,2}-[0-9a-f]{8})\.svg$",
        views.film_cover,
        name="film-cover",
    ),
    path("availability/reports/", views.report_availability, name="report-availability"),
]
