"""`region` and `district` in the API: what is taken, refused, stored, and changed by them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from recommend.models import ModelRun
from survey.models import Region, Respondent
from tests.ottstats.netflix_by_district import ABOVE, BELOW, netflix_by_district
from tests.worlds import film_ids

PICKS = film_ids("Action")[:5]
ANSWERS: dict[str, Any] = {"gender": "male", "age": 52, "liked": PICKS}
SEOUL = {"region": "seoul", "district": ABOVE}


def post(client: Client, path: str, answers: dict[str, Any]) -> Any:
    return client.post(path, json.dumps(answers), content_type="application/json")


def asked(client: Client, **changes: Any) -> Any:
    return post(client, "/api/recommendations/", ANSWERS | changes)


def weights(client: Client, **changes: Any) -> dict[str, float]:
    found = asked(client, **changes).json()["platforms"]
    return {row["platform"]: row["weight"] for row in found}


def test_without_a_region_every_answer_is_byte_for_byte_the_same(
    live_model: ModelRun, client: Client
) -> None:
    people = [ANSWERS, {"liked": PICKS}, {"liked": [], "age": 70}, ANSWERS | {"strategy": "twin"}]
    before = [post(client, "/api/recommendations/", one).content for one in people]
    netflix_by_district()
    nulls: dict[str, Any] = {"region": None, "district": None}
    for one, answer in zip(people, before, strict=True):
        assert post(client, "/api/recommendations/", one).content == answer
        assert post(client, "/api/recommendations/", one | nulls).content == answer


def test_only_the_weights_differ_by_region(live_model: ModelRun, client: Client) -> None:
    nowhere, jeju = asked(client).json(), asked(client, region="jeju").json()
    assert jeju["movies"] == nowhere["movies"]
    assert jeju["twin"] == nowhere["twin"]
    assert weights(client, region="jeju") != weights(client)


def test_a_district_moves_the_weight_of_netflix_alone(live_model: ModelRun, client: Client) -> None:
    netflix_by_district()
    seoul = weights(client, region="seoul")
    above = weights(client, **SEOUL)
    below = weights(client, region="seoul", district=BELOW)
    assert below["netflix"] < seoul["netflix"] < above["netflix"]
    del seoul["netflix"], above["netflix"]
    assert seoul == above


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"region": "tokyo"}, "region", "tokyo"),
        ({"region": "Seoul"}, "region", "Seoul"),
        ({"region": 1}, "region", "1"),
        ({"region": "seoul", "district": "Seocho-gu"}, "district", ABOVE),
        ({"region": "seoul", "district": 7}, "district", ABOVE),
        ({"region": "seoul", "district": "\x00"}, "district", ""),
        ({"region": "seoul", "district": ""}, "district", ""),
        ({"region": "seoul", "district": [ABOVE]}, "district", ""),
        ({"region": "busan", "district": ABOVE}, "district", "seoul"),
        ({"district": ABOVE}, "district", "seoul"),
    ],
)
def test_other_places_are_refused(
    live_model: ModelRun, client: Client, changes: dict[str, Any], field: str, says: str
) -> None:
    netflix_by_district()
    response = asked(client, **changes)
    assert response.status_code == 400
    fields = response.json()["fields"]
    assert list(fields) == [field]
    assert says in str(fields[field])


@pytest.mark.parametrize("region", Region.values)
def test_every_region_is_taken(live_model: ModelRun, client: Client, region: str) -> None:
    assert asked(client, region=region).status_code == 200


def test_a_survey_stores_them_and_the_result_has_them(live_model: ModelRun, client: Client) -> None:
    netflix_by_district()
    body = post(client, "/api/surveys/", ANSWERS | SEOUL | {"consent": True}).json()
    stored = Respondent.objects.get()
    assert (stored.region, stored.district) == ("seoul", ABOVE)
    result = client.get(f"/api/results/{body['user_id']}/").json()
    assert result["respondent"]["region"] == "seoul"
    assert result["respondent"]["district"] == ABOVE
    by_platform = {row["platform"]: row["weight"] for row in result["platforms"]}
    assert by_platform == pytest.approx(weights(client, **SEOUL), abs=1e-6)


def test_the_same_answers_elsewhere_are_another_survey(
    live_model: ModelRun, client: Client
) -> None:
    for region in (None, "jeju", "jeju", "busan"):
        post(client, "/api/surveys/", ANSWERS | {"consent": True, "region": region})
    assert sorted(Respondent.objects.values_list("region", flat=True)) == ["", "busan", "jeju"]
