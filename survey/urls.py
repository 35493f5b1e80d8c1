"""Pages of the survey and of members' accounts."""

from __future__ import annotations

from django.urls import path

from survey.views import entry as views
from survey.views.members import joining, login, passwords, second_factor

urlpatterns = [
    path("", views.start, name="start"),
    path("forget/", views.forget, name="forget"),
    path("survey/", views.survey, name="survey"),
    path("survey/films/", views.film_options, name="survey-films"),
    path("survey/<uuid:draft_id>/", views.resume, name="survey-resume"),
    path("survey/<uuid:draft_id>/discard/", views.discard, name="survey-discard"),
    path("survey/<uuid:draft_id>/<int:step>/", views.step, name="survey-step"),
    path("join/", joining.join, name="join"),
    path("login/", login.log_in, name="login"),
    path("logout/", login.log_out, name="logout"),
    path("password/", passwords.password, name="password"),
    path("password/reset/", passwords.ask_reset, name="password-reset"),
    path("password/reset/<str:uid>/<str:token>/", passwords.reset, name="password-reset-link"),
    path("me/second-factor/", second_factor.second_factor, name="second-factor"),
    path("me/second-factor/qr.svg", second_factor.picture, name="second-factor-picture"),
]
