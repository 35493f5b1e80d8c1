"""A NUL, which no database text can hold, is refused in admin and never a fault of ours."""

from __future__ import annotations

import pytest
from django.test import Client

from movies.models import Platform
from tests.movies.admin.admin_rows import one_of_each, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00",
        "?tmdb_id_source=%00",
        "?genre=a%00b",
        "?o=%00",
        "?_changelist_filters=%00",
        "?in_conflict__exact=1&platform=%00",
    ],
)
@pytest.mark.parametrize("page", ["movies/movie/", "movies/availability/", "survey/respondent/"])
def test_a_filter_with_a_nul_is_refused(page: str, query: str, staff: Client) -> None:
    response = staff.get(f"/admin/{page}{query}")
    assert response.status_code == 400
    assert "could not be read" in response.content.decode()


@pytest.mark.parametrize("name", ["_00", "netflix_00", "%00"])
def test_a_nul_in_the_number_of_a_page_is_refused(name: str, staff: Client) -> None:
    assert staff.get(f"/admin/movies/platform/{name}/change/").status_code in (302, 400)


@pytest.mark.parametrize("field", ["_selected_action", "action", "index"])
def test_a_nul_in_a_form_stores_nothing(field: str, staff: Client) -> None:
    one_of_each()
    data = {"action": "delete_selected", "_selected_action": "netflix", "index": "0"}
    response = staff.post(url(Platform, "changelist"), data | {field: "netflix\0"})
    assert response.status_code in (200, 302, 400)
    assert Platform.objects.filter(pk="netflix").exists()
