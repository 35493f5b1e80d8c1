"""How much public statistics count: recomputed from what is stored, shown, and never stored."""

from __future__ import annotations

import math
from typing import Any

import pytest
from django.test import Client

from movies.models import AttractionPlatform, Platform
from ottstats.models import PlatformRecommendation
from recommend.decision.platform import PlatformScore, choose_platform, reweighted
from recommend.pages.result.choices import PageChoices
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.decision.outlooks import outlook_with
from tests.recommend.pages.reading import answer_of, shown, words
from tests.worlds import film_ids


def score(platform: str, coverage: float, *, low: float = 0.0, evidence: bool = True) -> Any:
    return PlatformScore(
        platform, -1.0, coverage, low, coverage + 1, -1.0, 0.5, 3, 2, evidence=evidence
    )


# --- the pure function ---------------------------------------------------------------------------


def test_weights_scores_and_order_are_worked_out_by_hand() -> None:
    rows = [score("a", 10.0), score("b", 9.5)]
    ratios = {"a": [0.81], "b": [1.21]}
    at_zero = reweighted(rows, ratios, exponent=0.0)
    assert [(row.platform, row.score, row.weight) for row in at_zero] == [
        ("a", 10.0, 1.0),
        ("b", 9.5, 1.0),
    ]
    at_half = reweighted(rows, ratios, exponent=0.5)
    limit = math.sqrt(1.2)
    assert [row.platform for row in at_half] == ["b", "a"]
    assert [row.weight for row in at_half] == pytest.approx([limit, 1 / limit])
    assert [row.score for row in at_half] == pytest.approx([9.5 * limit, 10 / limit])
    quarter = reweighted(rows, {"a": [1.0], "b": [1.0, 1.21]}, exponent=0.25)
    assert {row.platform: row.weight for row in quarter} == pytest.approx(
        {"a": 1.0, "b": 1.21**0.125}
    )


def test_coverages_stay_as_they_are() -> None:
    (row,) = reweighted([score("a", 10.0, low=4.0)], {}, exponent=1.0)
    assert (row.coverage, row.coverage_low, row.coverage_high) == (10.0, 4.0, 11.0)
    assert (row.known_rate, row.films_on, row.films_unknown) == (0.5, 3, 2)


def test_ties_go_to_the_larger_low_end_then_the_slug_and_guesses_come_last() -> None:
    rows = [
        score("d", 99.0, evidence=False),
        score("c", 5.0),
        score("b", 5.0),
        score("a", 5.0, low=1.0),
    ]
    assert [row.platform for row in reweighted(rows, {}, exponent=1.0)] == ["a", "b", "c", "d"]


def test_it_is_the_choice_itself_at_the_exponent_of_the_run() -> None:
    outlook = outlook_with("ab", {"10": 0.9, "01": 0.5, "??": 0.4})
    ratios = {"a": [0.7, 1.1], "b": [1.3]}
    for exponent in (0.0, 0.3, 1.0):
        chosen = choose_platform(outlook, ratios, exponent=exponent)
        other = choose_platform(outlook, ratios, exponent=0.9)
        assert reweighted(other, ratios, exponent=exponent) == chosen


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("70", 70),
        ("0", 0),
        ("100", 100),
        ("-5", 0),
        ("900", 100),
        ("007", 7),
        ("abc", None),
        ("", None),
        ("70.5", None),
        ("1e2", None),
        ("٧٠", None),
        ("9" * 5000, None),
        ("\x00", None),
        (" 7", None),
    ],
)
def test_a_weight_is_clipped_or_ignored(text: str, weight: int | None) -> None:
    assert PageChoices.read({"weight": text}).weight == weight


# --- the page ------------------------------------------------------------------------------------


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    """Watcha has a little more of the films, people like the respondent choose Netflix more."""
    survey = Survey(liked=film_ids("Action")[:5], gender="female", age=27)
    person = submit_survey(survey=survey, token="a-token-of-this-test")
    stored = PlatformRecommendation.objects.get(user=person)
    for row in stored.parts["platforms"]:
        coverage = {"netflix": 9.5, "watcha": 10.0}.get(row["platform"], 1.0)
        row |= {"coverage": coverage, "coverage_low": coverage, "coverage_high": coverage}
        row |= {"films_on": 9} if coverage > 1 else {}
    stored.parts["usage"] = {
        slug: [
            {
                "dimension": "gender",
                "group": "female",
                "percent": 30.0 * ratio,
                "percent_overall": 30.0,
                "share": 20.0 * ratio,
                "share_overall": 20.0,
                "source": "KOBACO (data.go.kr), 2024",
                "ratio": ratio,
            }
        ]
        for slug, ratio in {"netflix": 1.21, "watcha": 0.81}.items()
    }
    stored.save()
    return person


@pytest.mark.parametrize(
    ("weight", "best", "beside"),
    [
        ("0", "Watcha", "If it should be a single platform Watcha"),
        ("70", "Netflix", "The next best platform Watcha"),
    ],
)
def test_the_single_platform_and_the_order_follow_the_slider_and_the_verdict_stays(
    english: Client, respondent: Respondent, weight: str, best: str, beside: str
) -> None:
    html = shown(english, respondent, f"?weight={weight}")
    answer = words(answer_of(html))
    assert "Subscribe to this Netflix Netflix Standard with ads 7,000 won" in answer
    assert beside in answer
    assert f"If you want just one: {best}." in answer
    assert f"All prices of {best}" in html
    bars = words(html.partition('class="plain bars">')[2].partition("</ol>")[0])
    assert bars.startswith(f"{best} best on its own")
    assert f'value="{weight}"><output for="weight" data-unit="%">{weight}%</output>' in html
    assert f"λ = {int(weight) / 100:g}" in html
    assert "<title>Your OTT: Netflix Standard with ads" in html


def test_at_first_it_stands_where_the_result_was_computed(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    assert '<output for="weight" data-unit="%">50%</output>' in html
    assert "You have moved the weight" not in html
    assert "Source: KOBACO (data.go.kr), 2024" in words(html)
    stored = PlatformRecommendation.objects.get(user=respondent).parts["platforms"]
    netflix = next(row for row in stored if row["platform"] == "netflix")
    assert f"weight ×{netflix['weight']:.2f}" in html, "as stored, not computed again"


def test_a_moved_slider_says_so_and_leads_back(english: Client, respondent: Respondent) -> None:
    html = shown(english, respondent, "?weight=0")
    assert "You have moved the weight. We computed your result with 50%." in words(html)
    assert f'<a href="/results/{respondent.pk}/">Back to it</a>' in html
    assert "You have moved the weight" not in shown(english, respondent, "?weight=50")


def test_a_moved_slider_says_whether_the_order_stays(
    english: Client, respondent: Respondent
) -> None:
    same = "The order stays the same."
    assert same in shown(english, respondent, "?weight=60")
    assert same not in shown(english, respondent, "?weight=0"), "Watcha comes first"
    assert same not in shown(english, respondent), "nothing was moved"


@pytest.mark.parametrize("query", ["?weight=abc", "?weight=", "?weight=%00", "?weight=1e9"])
def test_nonsense_is_ignored(english: Client, respondent: Respondent, query: str) -> None:
    assert ">50%</output>" in shown(english, respondent, query)


@pytest.mark.parametrize(("query", "percent"), [("?weight=-5", 0), ("?weight=900", 100)])
def test_what_is_out_of_range_is_clipped(
    english: Client, respondent: Respondent, query: str, percent: int
) -> None:
    assert f">{percent}%</output>" in shown(english, respondent, query)


def test_nothing_is_stored(english: Client, respondent: Respondent) -> None:
    before = list(PlatformRecommendation.objects.values())
    shown(english, respondent, "?weight=0")
    assert list(PlatformRecommendation.objects.values()) == before


def test_it_is_a_form_that_works_without_a_script(english: Client, respondent: Respondent) -> None:
    html = shown(english, respondent, "?weight=70&on=netflix&genre=Drama")
    form = html[html.index('id="weight-form"') :].partition("</form>")[0]
    assert 'method="get"' in form
    assert '<input type="hidden" name="on" value="netflix">' in form
    assert '<button class="button secondary without-script" type="submit">Apply' in form
    assert 'data-live="#answer, #why, #platforms, #kept-weight"' in form
    for part in ("answer", "platforms", "kept-weight"):
        assert html.count(f'id="{part}"') == 1


def test_a_platform_that_was_deleted_since_is_left_out(
    english: Client, respondent: Respondent
) -> None:
    AttractionPlatform.objects.filter(platform="laftel").delete()
    Platform.objects.filter(slug="laftel").delete()
    assert "Laftel" not in shown(english, respondent, "?weight=70")
