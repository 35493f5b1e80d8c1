"""Pages of the result, and about the recommendation."""

from __future__ import annotations

from django.urls import path

from recommend.pages.plan import views as plan_views
from recommend.pages.result import views
from recommend.pages.shared import views as shared_views

urlpatterns = [
    path("results/<uuid:user_id>/", views.result, name="result"),
    path("results/<uuid:user_id>/films/", views.films, name="result-films"),
    path("results/<uuid:user_id>/data.json", views.data, name="result-data"),
    path("results/<uuid:user_id>/delete/", views.delete, name="result-delete"),
    path("results/<uuid:user_id>/plan/", plan_views.plan, name="result-plan"),
    path("results/<uuid:user_id>/plan.ics", plan_views.plan_calendar, name="result-plan-calendar"),
    path("results/<uuid:user_id>/household/", plan_views.household, name="result-household"),
    path("shared/<uuid:share_id>/", shared_views.shared, name="shared"),
    path("shared/<uuid:share_id>/card.png", shared_views.card, name="shared-card"),
    path("about/", views.about, name="about"),
]
