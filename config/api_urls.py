"""The JSON API, all under `/api/`."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from common.web.public import api_index
from movies import api as movies_api
from ottstats.api import audience as audience_api
from recommend.api import ai as ai_api
from recommend.api import films as films_api
from recommend.api import plan as plan_api
from recommend.api import shelves as shelves_api
from recommend.api import views as recommend_api
from survey.api import accounts, tokens

urlpatterns = [
    path("", api_index.index, name="api-index"),
    path("docs/", api_index.docs, name="api-docs"),
    path("health/", recommend_api.health, name="api-health"),
    path("ready/", recommend_api.ready, name="api-ready"),
    path("movies/", movies_api.movies, name="api-movies"),
    path("movies/<int:movie_id>/", films_api.film, name="api-film"),
    path("movies/<int:movie_id>/like/", films_api.like, name="api-film-like"),
    path("movies/<int:movie_id>/seen/", films_api.seen, name="api-film-seen"),
    path(
        "movies/<int:movie_id>/not-interested/",
        films_api.not_interested,
        name="api-film-not-interested",
    ),
    path("movies/<int:movie_id>/view/", films_api.view, name="api-film-view"),
    path("platforms/", movies_api.platforms, name="api-platforms"),
    path("products/", movies_api.products, name="api-products"),
    path("attractions/", movies_api.attractions, name="api-attractions"),
    path("reports/", movies_api.reports, name="api-reports"),
    path("recommendations/", recommend_api.recommendations, name="api-recommendations"),
    path("surveys/", recommend_api.submit, name="api-surveys"),
    path("results/<uuid:user_id>/", recommend_api.result, name="api-result"),
    path("results/<uuid:user_id>/plan/", plan_api.plan, name="api-result-plan"),
    path("members/", accounts.members, name="api-members"),
    path("token/", tokens.token, name="api-token"),
    path("token/refresh/", tokens.refresh, name="api-token/refresh"),
    path("token/revoke/", tokens.revoke, name="api-token/revoke"),
    path("me/", accounts.me, name="api-me"),
    path("me/results/", accounts.my_results, name="api-me/results"),
    path("shelves/", shelves_api.shelves, name="api-shelves"),
    path("shelves/<str:name>/", shelves_api.shelf, name="api-shelf"),
    path("ai/", ai_api.ai, name="api-ai"),
    path("audience/services/", audience_api.services, name="api-audience/services"),
    path("audience/targets/", audience_api.targets, name="api-audience/targets"),
    path("audience/adverts/", audience_api.adverts, name="api-audience/adverts"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
]
