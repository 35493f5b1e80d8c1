"""AI picks: which films a member and a visitor are shown, and what moves them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from movies.models import FilmText, Movie
from recommend.models import GenreModel, ModelRun, Reaction, SeasonKeywords
from recommend.ranking.in_use import in_use
from recommend.results.shelves.ai_picks import AIPicksShelf, SeasonShelf, ai_picks, season_picks
from recommend.results.shelves.genre_taste import GenreTaste, taste_of_member
from recommend.results.shelves.known import known_of
from recommend.results.shelves.page import Page
from survey.models import Member, Respondent
from tests.recommend.results.shelves.members import did, new_member
from tests.recommend.seasons import ship_seasons
from tests.worlds import film_ids

LEARNS: dict[str, Any] = {
    "learning_version": "2026-11-30",
    "learning_consented_at": datetime(2026, 11, 30, tzinfo=UTC),
}
DRAMA, HORROR = film_ids("Drama"), film_ids("Horror")


@pytest.fixture(autouse=True)
def everywhere(live_model: ModelRun) -> None:
    """Netflix carries all films."""
    Movie.objects.update(platforms_fetched={"netflix": True})


def taste(member: Member) -> GenreTaste:
    served = in_use().genre_model
    assert served is not None
    return taste_of_member(served, member, known_of(member), in_use().catalogue)


def genres_of(films: object) -> list[str]:
    return [film.genres[0] for film in films]  # type: ignore[attr-defined]


def test_six_films_of_the_likeliest_genre_and_two_of_the_second_newest_first() -> None:
    member = new_member()
    did(member, "like", *HORROR[:4], DRAMA[0])
    picks = ai_picks(member)
    assert genres_of(picks.films) == ["Horror"] * 6 + ["Drama"] * 2
    assert (picks.genres, picks.likes) == (["Horror", "Drama"], 5)
    years = [film.year or 0 for film in picks.films[:6]]
    left = Movie.objects.filter(pk__in=HORROR[4:]).order_by("-year").values_list("year", flat=True)
    assert years == list(left[:6])


def test_without_consent_to_learning_views_that_are_there_count_nothing() -> None:
    member, learning = new_member("a"), new_member("b", **LEARNS)
    before = taste(member)
    for one in (member, learning):
        did(one, "view", *HORROR[:3])
    assert taste(member) == before
    assert taste(learning).views == 3


def test_the_explanation_names_genres_and_likes() -> None:
    member = new_member(**LEARNS)
    with override("en"):
        assert ai_picks(member).explanation.endswith(
            "to begin with. Each like changes them at once."
        )
        did(member, "view", HORROR[0])
        assert "learned from the films that you looked at" in ai_picks(member).explanation
        did(member, "like", HORROR[0])
        assert ai_picks(member).explanation.startswith("Horror · ")
        assert ai_picks(member).explanation.endswith("learned from 1 like of yours.")
        did(member, "like", HORROR[1])
        assert ai_picks(member).explanation.endswith("learned from 2 likes of yours.")


def test_ten_likes_change_the_picks_at_once_and_taking_them_back_restores_the_chances() -> None:
    member = new_member(keywords=["film"], interests=["Action"])
    before, shown = taste(member), ai_picks(member)
    did(member, "like", *HORROR[:10])
    assert ai_picks(member).genres[0] == "Horror" != shown.genres[0]
    member.events.all().delete()
    after = taste(member)
    assert [genre for genre, _chance in after.genres] == [genre for genre, _ in before.genres]
    differences = np.subtract([c for _g, c in after.genres], [c for _g, c in before.genres])
    assert np.abs(differences).max() <= 1e-12
    assert [film.pk for film in ai_picks(member).films] == [film.pk for film in shown.films]


def test_the_same_likes_in_another_order_give_the_same_chances() -> None:
    first, second = new_member("a"), new_member("b")
    for movie in (61, 1, 45):
        did(first, "like", movie)
    for movie in (45, 61, 1):
        did(second, "like", movie)
    assert taste(first) == taste(second)


def test_what_is_liked_seen_or_unwanted_is_never_picked() -> None:
    member = new_member(interests=["Horror"])
    did(member, "like", *HORROR[:3])
    did(member, "seen", *HORROR[3:6])
    did(member, "not_interested", *HORROR[6:9])
    kept = Respondent.objects.create(
        submission="x", member=member, retain_until="2999-01-01T00:00:00Z"
    )
    kept.preferred_movies.add(*HORROR[9:12])
    Reaction.objects.create(user=kept, movie_id=HORROR[12], kind="seen")
    did(member, "view", HORROR[13])
    shown = [film.pk for film in ai_picks(member).films]
    assert set(shown[:6]) <= set(HORROR[13:])
    assert len(shown) == 8


def test_only_films_that_a_compared_platform_carries_topped_up_from_the_next_genres() -> None:
    Movie.objects.update(platforms_fetched={"netflix": False, "nowhere": True})
    carried = [*HORROR[:2], *DRAMA[:3], 1, 2]
    Movie.objects.filter(pk__in=carried).update(platforms_fetched={"netflix": True})
    member = new_member(interests=["Horror", "Drama"])
    did(member, "like", *HORROR[10:15], DRAMA[10])
    picks = ai_picks(member)
    assert genres_of(picks.films) == ["Horror"] * 2 + ["Drama"] * 3 + ["Action"] * 2
    assert picks.genres == ["Horror", "Drama", "Action"]


def test_a_genre_with_more_than_six_fills_up_when_nothing_else_is_left() -> None:
    Movie.objects.exclude(pk__in=HORROR).update(platforms_fetched={})
    assert genres_of(ai_picks(new_member(interests=["Horror"])).films) == ["Horror"] * 8


def test_where_no_platform_carries_a_film_there_is_nothing_to_show() -> None:
    Movie.objects.update(platforms_fetched={})
    assert ai_picks(new_member()).films == []
    assert season_picks(None)[1].films == []


def test_a_keyword_that_names_a_genre_is_an_interest() -> None:
    for number, keyword in enumerate(("공포", " Horror ", "HORROR", "밤 공포")):
        picks = ai_picks(new_member(f"m{number}", keywords=[keyword]))
        assert (picks.genres[0], picks.words) == ("Horror", (keyword,))


@pytest.mark.parametrize(
    "keywords", [[], ["qqzzx"], ["🎬🔥"], ["<b>", "&amp;", "'; DROP"], ["\u202e", "ㅋㅋ", "1"]]
)
def test_odd_keywords_leave_a_sensible_order(keywords: list[str]) -> None:
    member = new_member(keywords=keywords)
    assert len(ai_picks(member).films) == 8
    did(member, "like", *HORROR[:5])
    assert ai_picks(member).genres[0] == "Horror"


def test_films_that_came_after_the_model_count_too() -> None:
    Movie.objects.create(movie_id=900, title="Ghost 77", genres=["Horror"], year=2026)
    FilmText.objects.create(
        movie_id=900, language="ko", overview="영화", source="t", loaded_on=date(2026, 11, 30)
    )
    Movie.objects.create(movie_id=901, title="Of no genre", year=2026)
    member = new_member()
    did(member, "like", 900, 901)
    picks = ai_picks(member)
    assert (picks.likes, picks.genres[0]) == (2, "Horror")


def test_only_the_newest_500_events_count() -> None:
    member = new_member()
    Movie.objects.bulk_create(
        Movie(movie_id=2000 + number, title="x", genres=["Comedy"]) for number in range(500)
    )
    did(member, "like", *HORROR[:10])
    did(member, "like", *range(2000, 2500))
    with_all, likes = taste(member), 500
    member.events.filter(movie__in=HORROR).delete()
    assert with_all.likes == likes
    assert taste(member) == with_all


def test_visitors_get_what_goes_with_the_season() -> None:
    ship_seasons()
    SeasonKeywords.objects.filter(from_day=date(2026, 11, 30)).update(words=["영화", "쀍"])
    with override("en"):
        season, picks = season_picks(None, day=date(2026, 12, 1))
        assert ai_picks(None, day=date(2026, 12, 1)) == picks
    assert season is not None
    assert (len(picks.films), picks.words, picks.likes) == (8, ("영화", "쀍"), 0)
    assert picks.explanation.endswith("what goes with “Winter”.")


def test_without_a_genre_model_or_a_season_the_shelves_are_empty() -> None:
    ship_seasons()
    for shelf in (AIPicksShelf(Page()), SeasonShelf(Page())):
        assert len(shelf.films(None, 8)) == 8
    SeasonKeywords.objects.all().delete()
    member = new_member()
    assert SeasonShelf(Page()).films(member, 8) == []
    assert len(AIPicksShelf(Page()).films(member, 8)) == 8
    GenreModel.objects.all().delete()
    assert AIPicksShelf(Page()).films(member, 8) == []
    assert AIPicksShelf(Page()).films(None, 8) == []


def test_shelves_have_titles_and_reasons_and_keep_to_the_limit() -> None:
    ship_seasons()
    with override("en"):
        ai, season = AIPicksShelf(Page()), SeasonShelf(Page())
        assert len(ai.films(new_member(), 3)) == len(season.films(None, 3)) == 3
        assert (ai.name, ai.title, season.name) == ("ai", "AI picks", "season")
        assert season.title in {"Winter", "Spring", "Summer", "Autumn", "Seollal", "Chuseok",
                                "Christmas"}  # fmt: skip
        assert ai.why
        assert season.why


def test_the_number_of_queries_does_not_grow_with_likes() -> None:
    member = new_member()
    ai_picks(member)  # the process reads the model and the films once
    in_use().catalogue.films(list(Movie.objects.values_list("pk", flat=True)))
    counts = []
    for likes in (0, 5, 15):
        did(member, "like", *HORROR[max(likes - 10, 0) : likes])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ai_picks(member)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] <= 6
