"""Pages of the result, and about the recommendation."""

from __future__ import annotations

from django.urls import path

from recommend import views

urlpatterns = [
    path("results/<uuid:user_id>/", views.result, name="result"),
    path("results/<uuid:user_id>/delete/", views.delete, name="result-delete"),
    path("about/", views.about, name="about"),
]
