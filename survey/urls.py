"""Pages of the survey."""

from __future__ import annotations

from django.urls import path

from survey import views

urlpatterns = [
    path("", views.start, name="start"),
    path("survey/", views.survey, name="survey"),
]
