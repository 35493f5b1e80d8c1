"""Pages of the result, the plan and the household, of a member, and how it all works."""

from __future__ import annotations

from django.urls import path

from recommend.pages.about import about, privacy
from recommend.pages.film import views as film
from recommend.pages.household.views import household, together
from recommend.pages.me import results as my_results
from recommend.pages.me import views as me
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
    path("movies/<int:movie_id>/", film.film, name="film"),
    path("movies/<int:movie_id>/like/", film.like, name="film-like"),
    path("movies/<int:movie_id>/seen/", film.seen, name="film-seen"),
    path("movies/<int:movie_id>/not-interested/", film.not_interested, name="film-not-interested"),
    path("movies/<int:movie_id>/view/", film.view, name="film-view"),
    path("shared/<uuid:share_id>/", shared.shared, name="shared"),
    path("shared/<uuid:share_id>/card.png", shared.card, name="shared-card"),
    path("shared/<uuid:share_id>/story.png", shared.story, name="shared-story"),
    path("me/", me.me, name="me"),
    path("me/profile/", me.profile, name="me-profile"),
    path("me/films/<slug:kind>/", me.films, name="me-films"),
    path("me/events/<int:movie_id>/<slug:kind>/undo/", me.undo, name="me-undo"),
    path("me/results/<uuid:user_id>/keep/", my_results.keep, name="me-keep"),
    path("me/results/<uuid:user_id>/delete/", my_results.delete, name="me-delete-result"),
    path("me/results/<uuid:user_id>/likes/", my_results.likes, name="me-likes"),
    path("me/learning/", me.learning, name="me-learning"),
    path("me/data.json", me.data, name="me-data"),
    path("me/leave/", me.leaving, name="me-leave"),
    path("shelves/<str:name>/", shelves.shelf, name="shelf"),
    path("about/", about, name="about"),
    path("privacy/", privacy, name="privacy"),
]
