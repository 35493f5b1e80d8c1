"""The result page on how the platforms compare, and on the twin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from matching.models import Similarity
from movies.models import Movie, MovieLensUser, Platform
from recommend.pages.wording import films as whole
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import (
    PICKS,
    cards,
    figure,
    section,
    shown,
    stored_films,
    whereabouts_for,
    words,
)


def test_every_compared_platform_has_a_bar_of_what_is_surely_and_probably_there(
    english: Client, respondent: Respondent
) -> None:
    bars = shown(english, respondent).partition('class="plain bars"')[2].partition("</ol>")[0]
    rows = re.findall(r"<li.*?</li>", bars, re.DOTALL)
    scores = [
        row for row in respondent.platform_recommendation.parts["platforms"] if row["evidence"]
    ]
    assert [row["platform"] for row in scores] == ["netflix", "watcha"]
    whereabouts = whereabouts_for(respondent)
    for row, score in zip(rows, scores, strict=True):
        ends = dict(re.findall(r'<rect class="(\w+)" width="([\d.]+)%"', row))
        films = whereabouts.on([score["platform"]])
        assert float(ends["sure"]) == pytest.approx(100 * films.surely / 50, abs=0.01)
        assert float(ends["likely"]) == pytest.approx(100 * films.total / 50, abs=0.01)
        text = words(row)
        assert figure(respondent, score["platform"]) in text
        assert f"weight ×{score['weight']:.2f}" in text
    assert "best on its own" in rows[0]
    assert [("you pay for it" in row) for row in rows].count(True) == 1


@pytest.mark.parametrize("coverage", [9.0, 11.0])
def test_an_order_that_the_list_does_not_explain_is_explained(
    english: Client, respondent: Respondent, coverage: float
) -> None:
    """The first one has fewer films of the list, and more or fewer of the whole catalogue."""
    assert "comes before" not in shown(english, respondent)
    stored = respondent.platform_recommendation
    first, second = stored.parts["platforms"][:2]
    assert (first["platform"], second["platform"]) == ("netflix", "watcha")
    first |= {"coverage": 10.0, "weight": 1.0, "score": 10.0}
    second |= {"coverage": coverage, "weight": 0.8, "score": 0.8 * coverage}
    stored.parts["usage"] = {}
    stored.save()
    Movie.objects.update(platforms_fetched={"netflix": False, "watcha": True}, platforms_seen={})
    text = words(shown(english, respondent))
    if coverage < 10:
        assert "Netflix comes before Watcha because it has more films worth watching beyond" in text
    else:
        assert "Netflix comes before Watcha because people like you choose it more often." in text


def test_every_platform_is_shown_with_every_factor_of_its_score(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    table = html[html.index('id="factors"') : html.index('id="twin"')].partition("</table>")[0]
    rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
    parts = respondent.platform_recommendation.parts
    assert len(rows) == len(parts["platforms"]) == Platform.objects.offered().count()
    for row, score in zip(rows, parts["platforms"], strict=True):
        text = words(row)
        assert Platform.objects.get(pk=score["platform"]).name in text
        for numbers in (
            f"{whole(score['score'])} {whole(score['coverage'])}",
            f"{whole(score['coverage_low'])} – {whole(score['coverage_high'])}",
            f"{score['weight']:.3f} {score['films_on']} {score['films_unknown']}",
            f"{score['known_rate']:.3f}",
        ):
            assert numbers in text
        for ratio in parts["usage"].get(score["platform"], []):
            shares = f"{ratio['share']:.1f}% of the OTTs they use, for everyone "
            shares += f"{ratio['share_overall']:.1f}% = {ratio['ratio']:.2f} times"
            assert f"{shares} {ratio['source']}" in text
    assert "KOBACO (data.go.kr), 2024" in table
    assert f"λ = {parts['exponent']:.1f}" in html


def test_answers_without_published_figures_are_named_as_neutral(
    english: Client, live_model: Any, respondent: Respondent
) -> None:
    text = words(shown(english, respondent))
    assert (
        "Residence (you gave no answer), "
        "Education (no figures are published), Income (no figures are published), "
        "How often you watch OTT (no figures are published)" in text
    )
    assert "Gender (you gave no answer)" not in text
    silent = submit_survey(survey=Survey(liked=PICKS), token="another-token-of-this-test")
    text = words(shown(english, silent))
    assert (
        "Gender (you gave no answer), Age (you gave no answer), Residence (you gave no answer), "
        "Education" in text
    )


def test_an_unknown_platform_is_never_said_to_lack_a_film(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    assert "nothing known of your films" in html
    apart = words(section(html, 'id="unheard"'))
    assert "Coupang Play We do not know of any film whether it is there." in apart
    films = words(section(html, 'id="films"'))
    _, _, named = films.partition("We know nothing yet of ")
    named, _, _ = named.partition(", so they are not shown")
    assert {"Apple TV+", "Coupang Play"} < set(named.split(", "))


def test_a_film_that_is_no_longer_loaded_makes_no_platform_known(
    english: Client, respondent: Respondent
) -> None:
    before = shown(english, respondent).count("We do not know of any film whether")
    Movie.objects.get(pk=stored_films(respondent)[7].movie_id).delete()
    html = shown(english, respondent)
    assert "Your 49 films" in html
    assert html.count("We do not know of any film whether") == before > 0


def test_the_twin_is_told_in_plain_words_without_a_number(
    english: Client, respondent: Respondent
) -> None:
    html = shown(english, respondent)
    similarity = Similarity.objects.get(user=respondent)
    twin = section(html, 'id="twin"')
    text = words(twin)
    seen = len(similarity.overlapped_movies)
    assert f"A woman aged 25 to 34 who has seen {seen} of the 5 films that you picked" in text
    for movie in Movie.objects.filter(pk__in=similarity.overlapped_movies):
        assert (
            f'alt="{movie}"' in twin
            or movie.display_title in text.partition("Both of you saw, too:")[2]
        )
    assert "same gender and age band" in text
    assert "Jaccard similarity" in text
    assert f"{similarity.score:.3f}" in text
    assert "ml_user" not in html


@pytest.mark.parametrize(
    ("gender", "age", "words_for_it"),
    [
        ("male", 1, "A man under 18 years old who"),
        ("", 56, "A person aged 56 or older who"),
        ("female", 47, "A woman aged 45 to 49 who"),
        ("male", None, "A man who"),
    ],
)
def test_a_twin_has_a_gender_and_an_age_band(
    english: Client, respondent: Respondent, gender: str, age: int | None, words_for_it: str
) -> None:
    MovieLensUser.objects.filter(pk=respondent.similarity.ml_user_id).update(gender=gender, age=age)
    assert words_for_it in words(shown(english, respondent))


def test_a_twin_without_a_common_film_is_near_in_taste(
    english: Client, respondent: Respondent
) -> None:
    Similarity.objects.update(overlapped_movies=[])
    text = words(shown(english, respondent))
    assert "A woman aged 25 to 34, with the taste that is nearest to yours" in text


def test_a_twin_of_a_replaced_data_set_is_missed_politely(
    english: Client, respondent: Respondent
) -> None:
    Similarity.objects.update(ml_user=None)
    text = words(shown(english, respondent))
    assert "A person who has seen" in text
    assert "has been replaced since" in text


def test_fewer_than_four_picks_are_mentioned(english: Client, respondent: Respondent) -> None:
    assert "is mixed in" not in shown(english, respondent)
    few = submit_survey(survey=Survey(liked=PICKS[:3]), token="another-token-of-this-test")
    assert "You picked 3 films. With fewer than four" in shown(english, few)


def test_a_result_without_picks_has_no_twin_and_says_so(english: Client, live_model: Any) -> None:
    nobody = submit_survey(survey=Survey(liked=[]), token="another-token-of-this-test")
    html = shown(english, nobody)
    assert "there is no twin" in html
    assert "You picked 0 films." in html
    assert [words(card).count("Your gender and age group likes it") for card in cards(html)] == [
        1
    ] * 50
