"""The factor of a person's residence on the result page, with its sources."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from common.models import DataLoad
from ottstats.models import PlatformRecommendation
from ottstats.selectors.usage import DistrictUsageRatio, UsageRatio
from recommend.results.parts import usage_from_json
from recommend.results.stored import stored_result
from recommend.services.reactions import react
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.ottstats.netflix_by_district import ABOVE, netflix_by_district
from tests.recommend.pages.reading import PICKS, words

REGIONS = "Broadcasting Statistics Portal of Korea, 2023"
LIVING = "Seoul Open Data Plaza, living data of citizens, 2023"


def a_result(**answers: Any) -> Respondent:
    person: dict[str, Any] = {"liked": PICKS, "gender": "male", "age": 52} | answers
    return submit_survey(survey=Survey(**person), token="a-token-of-this-test")


def shown(respondent: Respondent) -> str:
    client = Client()
    client.cookies["django_language"] = "en"
    return words(client.get(f"/results/{respondent.pk}/").content.decode())


def netflix(respondent: Respondent) -> dict[str, UsageRatio]:
    result = stored_result(respondent.pk)
    assert result is not None
    return {row.dimension: row for row in result.usage["netflix"]}


def test_the_factor_of_a_region_is_printed_with_its_source(live_model: Any) -> None:
    respondent = a_result(region="jeju")
    row = netflix(respondent)["region"]
    text = shown(respondent)
    assert (
        f"Residence (Jeju): {row.share:.1f}% of the OTTs they use, for everyone "
        f"{row.share_overall:.1f}% = {row.ratio:.2f} times {REGIONS}" in text
    )
    assert "Residence (you gave no answer)" not in text
    assert f"KOBACO (data.go.kr), 2024, {REGIONS}" in text, "the sources at the slider"


def test_the_factor_of_a_district_is_printed_with_both_sources(live_model: Any) -> None:
    netflix_by_district()
    respondent = a_result(region="seoul", district=ABOVE)
    row = netflix(respondent)["region"]
    assert isinstance(row, DistrictUsageRatio)
    text = shown(respondent)
    assert (
        f"= {row.region_ratio:.2f} times; in Seocho-gu people of your gender and age use it 1.20 "
        f"times as much as in all of Seoul: together {row.ratio:.2f} times {REGIONS}; {LIVING}"
        in text
    )
    assert text.count("as much as in all of Seoul: together") == 1, "of Netflix alone"


def test_below_the_floor_the_district_is_said_not_to_count(live_model: Any) -> None:
    netflix_by_district()
    respondent = a_result(region="seoul", district=ABOVE, age=72)
    row = netflix(respondent)["region"]
    text = shown(respondent)
    assert (
        f"= {row.ratio:.2f} times; Seocho-gu does not count: so few people of your gender and age "
        "use it that districts cannot be told apart" in text
    )
    assert "as much as in all of Seoul" not in text


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"age": None}, "it counts only with a gender and an age from 20 to 79"),
        ({"gender": ""}, "it counts only with a gender and an age from 20 to 79"),
        ({"age": 85}, "it counts only with a gender and an age from 20 to 79"),
        ({"age": 21}, "no figures are published"),
        ({"age": 22}, "its figures do not fit those of all Korea"),
    ],
)
def test_a_district_that_does_not_count_is_named_with_the_reason(
    live_model: Any, answers: dict[str, Any], why: str
) -> None:
    netflix_by_district(bent=-2.0 if "fit" in why else 0.0)
    if "published" in why:
        DataLoad.objects.filter(kind=DataLoad.Kind.LIVING_DATA).delete()
    text = shown(a_result(region="seoul", district=ABOVE, **answers))
    assert f"Seocho-gu ({why})" in text
    assert "Residence (Seoul)" in text


def test_who_said_only_where_they_live_is_not_told_that_only_films_decide(live_model: Any) -> None:
    text = shown(a_result(gender="", age=None, region="jeju"))
    assert "only your films decide. The higher the weight" in text
    assert "You told us neither gender nor age" not in text


def test_a_reaction_keeps_the_residence(live_model: Any) -> None:
    netflix_by_district()
    respondent = a_result(region="seoul", district=ABOVE)
    before = netflix(respondent)
    film = respondent.recommended_movies.order_by("rank")[0].movie_id
    react(respondent=respondent, movie_id=film, kind="seen")
    assert netflix(respondent) == before


def test_the_slider_weighs_the_stored_residence(live_model: Any) -> None:
    netflix_by_district()
    respondent = a_result(region="seoul", district=ABOVE)
    result = stored_result(respondent.pk)
    assert result is not None
    full = {row.platform: row.weight for row in result.platforms_at(1.0)}
    none = {row.platform: row.weight for row in result.platforms_at(0.0)}
    assert full["netflix"] > none["netflix"] == 1.0


def test_answers_stored_before_it_was_asked_are_read_and_look_as_before(live_model: Any) -> None:
    respondent = a_result()
    stored = PlatformRecommendation.objects.get(user=respondent).parts["usage"]
    columns = {*UsageRatio.__dataclass_fields__}
    assert all(row.keys() == columns for rows in stored.values() for row in rows)
    assert {row["dimension"] for row in stored["netflix"]} == {"gender", "age"}
    assert "Residence (you gave no answer)" in shown(respondent)


def test_a_district_row_with_a_column_missing_is_refused() -> None:
    row = dict.fromkeys(DistrictUsageRatio.__dataclass_fields__, 1.0)
    assert usage_from_json({"netflix": [row]})
    del row["district_source"]
    with pytest.raises(ValueError, match="district_source"):
        usage_from_json({"netflix": [row]})
