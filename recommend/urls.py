"""Pages of the result, the plan and the household, the shared result, and how it all works."""

from __future__ import annotations

from django.urls import path

from recommend.pages.about import about, privacy
from recommend.pages.household.views import household, together
from recommend.pages.plan import views as plan
from recommend.pages.result import views as result
from recommend.pages.shared import views as shared
from recommend.pages.shelves import views as shelves

urlpatterns = [
    path("results/<uuid:user_id>/", result.result, name="result"),
    path("results/<uuid:user_id>/films/", result.films, name="result-films"),
    path("results/<uuid:user_id>/data.json", result.data, name="result-data"),
    path("results/<uuid:user_id>/learning/", result.learning, name="result-learning"),
    path("results/<uuid:user_id>/delete/", result.delete, name="result-delete"),
    path("results/<uuid:user_id>/plan/", plan.plan, name="result-plan"),
    path("results/<uuid:user_id>/plan.ics", plan.plan_calendar, name="result-plan-calendar"),
    path("results/<uuid:user_id>/household/", household, name="result-household"),
    path("together/<str:code>/", together, name="together"),
    path("shared/<uuid:share_id>/", shared.shared, name="shared"),
    path("shared/<uuid:share_id>/card.png", shared.card, name="shared-card"),
    path("shared/<uuid:share_id>/story.png", shared.story, name="shared-story"),
    path("shelves/<str:name>/", shelves.shelf, name="shelf"),
    path("about/", about, name="about"),
    path("privacy/", privacy, name="privacy"),
]
