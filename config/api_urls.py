"""The JSON API, all under `/api/`."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from common.web.public import api_index
from movies import api as movies_api
from recommend.api import ai as ai_api
from recommend.api import plan as plan_api
from recommend.api import views as recommend_api

urlpatterns = [
    path("", api_index.index, name="api-index"),
    path("docs/", api_index.docs, name="api-docs"),
    path("health/", recommend_api.health, name="api-health"),
    path("ready/", recommend_api.ready, name="api-ready"),
    path("movies/", movies_api.movies, name="api-movies"),
    path("platforms/", movies_api.platforms, name="api-platforms"),
    path("products/", movies_api.products, name="api-products"),
    path("attractions/", movies_api.attractions, name="api-attractions"),
    path("reports/", movies_api.reports, name="api-reports"),
    path("recommendations/", recommend_api.recommendations, name="api-recommendations"),
    path("surveys/", recommend_api.submit, name="api-surveys"),
    path("results/<uuid:user_id>/", recommend_api.result, name="api-result"),
    path("results/<uuid:user_id>/plan/", plan_api.plan, name="api-result-plan"),
    path("ai/", ai_api.ai, name="api-ai"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
]
