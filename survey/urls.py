"""Pages of the survey."""

from __future__ import annotations

from django.urls import path

from survey.views import entry as views

urlpatterns = [
    path("", views.start, name="start"),
    path("forget/", views.forget, name="forget"),
    path("survey/", views.survey, name="survey"),
    path("survey/films/", views.film_options, name="survey-films"),
    path("survey/<uuid:draft_id>/", views.resume, name="survey-resume"),
    path("survey/<uuid:draft_id>/discard/", views.discard, name="survey-discard"),
    path("survey/<uuid:draft_id>/<int:step>/", views.step, name="survey-step"),
]
