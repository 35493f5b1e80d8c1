"""The film that the result asks about: a yes is a pick, a no counts against it, unknown asks on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from common.errors import DataError
from ottstats.models import PlatformRecommendation
from recommend.models import ModelRun, Reaction
from recommend.services.reactions import like, react, skip
from recommend.services.submission import Survey, submit_survey
from survey.models import Draft, Respondent
from survey.services import save_films
from tests.worlds import film_ids

PICKS = film_ids("Action")[:5]


@pytest.fixture
def respondent(live_model: ModelRun) -> Respondent:
    survey = Survey(liked=PICKS, gender="female", age=27)
    return submit_survey(survey=survey, token="a-token-of-this-test")


def stored(respondent: Respondent) -> PlatformRecommendation:
    return PlatformRecommendation.objects.get(user=respondent)


def asked(respondent: Respondent) -> int:
    film = stored(respondent).asked
    assert film is not None
    return film


def test_a_film_that_is_liked_becomes_a_pick_and_another_one_is_asked_about(
    respondent: Respondent,
) -> None:
    film = asked(respondent)
    like(respondent=respondent, movie_id=film)
    assert film in set(respondent.preferred_movies.values_list("pk", flat=True))
    assert asked(respondent) not in {film, *PICKS}


def test_liked_twice_is_one_pick(respondent: Respondent) -> None:
    film = asked(respondent)
    like(respondent=respondent, movie_id=film)
    like(respondent=respondent, movie_id=film)
    assert respondent.preferred_movies.count() == len(PICKS) + 1


def test_a_survey_to_be_changed_has_the_new_pick_too(live_model: ModelRun) -> None:
    draft = save_films(draft=None, liked=PICKS, shown=PICKS)
    survey = Survey(liked=PICKS, gender="female", age=27)
    respondent = submit_survey(survey=survey, token="a-token-of-this-test", draft=draft)
    film = asked(respondent)
    like(respondent=respondent, movie_id=film)
    assert Draft.objects.get(pk=draft.pk).liked == [*PICKS, film]


def test_a_film_that_is_not_for_them_counts_against_the_taste(respondent: Respondent) -> None:
    film = asked(respondent)
    react(respondent=respondent, movie_id=film, kind=Reaction.Kind.NOT_INTERESTED)
    assert Reaction.objects.get().movie_id == film
    assert asked(respondent) != film


def test_films_that_are_not_known_are_never_asked_about_again(respondent: Respondent) -> None:
    before = stored(respondent).parts["platforms"]
    films = []
    for _ in range(4):
        films.append(asked(respondent))
        skip(respondent=respondent, movie_id=films[-1])
    assert len(set(films)) == 4
    assert stored(respondent).unknown == films
    assert stored(respondent).parts["platforms"] == before
    like(respondent=respondent, movie_id=asked(respondent))
    assert stored(respondent).unknown == films


@pytest.mark.parametrize("answer", [like, skip])
def test_only_the_film_that_was_asked_about_can_be_answered(
    respondent: Respondent, answer: Any
) -> None:
    other = next(film for film in film_ids("Horror") if film != asked(respondent))
    with pytest.raises(DataError, match="not asked about"):
        answer(respondent=respondent, movie_id=other)


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("like", "Added to your picks"),
        ("skip", "We ask about another film"),
        ("not_interested", "Not for you"),
    ],
)
def test_the_page_asks_and_says_what_was_done(
    english: Client, respondent: Respondent, button: str, said: str
) -> None:
    film = asked(respondent)
    page = english.get(f"/results/{respondent.pk}/").content.decode()
    assert "Do you like" in page
    assert f'name="{button}" value="{film}"' in page

    answer = english.post(f"/results/{respondent.pk}/films/", {button: film}, follow=True)

    assert said in answer.content.decode()
    place = "films" if button == "not_interested" else "answer"
    assert answer.redirect_chain[0][0].endswith(f"#{place}")
    assert asked(respondent) != film


def test_the_page_says_whether_the_answer_hangs_on_one_pick(
    english: Client, respondent: Respondent
) -> None:
    row = stored(respondent)
    page = english.get(f"/results/{respondent.pk}/").content.decode()
    assert "Drop any one of your picks and the answer stays the same." in page
    row.parts["what_if"] |= {"pick": PICKS[0], "pick_platform": "watcha"}
    row.save()
    page = english.get(f"/results/{respondent.pk}/").content.decode()
    assert "It all hangs on Action film 1: without it, Watcha would come first." in page
