"""Everything that is stored about a respondent, with names that a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from movies.models import Movie
from ottstats.selectors.usage import group_name
from recommend.models import Reaction
from recommend.pages.result.twin import twin_text, who
from recommend.pages.shared.views import share_url
from recommend.results.stored import StoredResult
from recommend.results.wishes import wished_names
from survey.models import AnsweredWishes, Draft, Respondent


def everything_stored(request: HttpRequest, stored: StoredResult) -> dict[str, Any]:
    """What is stored of one result, ready for `JsonResponse`; the request makes links whole."""
    drafts = list(Draft.objects.filter(respondent=stored.respondent).order_by("created_at"))
    numbers = {number for draft in drafts for number in _films_of(draft)}
    result_url = reverse("result", args=[stored.respondent.pk])
    return _own_data(
        stored,
        drafts=drafts,
        films=Movie.objects.in_bulk({*numbers, *stored.respondent.shown}),
        names=wished_names([stored.respondent.wishes, *(draft.wishes for draft in drafts)]),
        result_url=request.build_absolute_uri(result_url),
        share_url=share_url(request, stored.platform_recommendation.share_id),
    )


def _films_of(draft: Draft) -> Sequence[int]:
    return [*draft.liked, *draft.disliked, *draft.offered]


def _own_data(
    result: StoredResult,
    *,
    drafts: Sequence[Draft],
    films: Mapping[int, Movie],
    names: Mapping[str, str],
    result_url: str,
    share_url: str,
) -> dict[str, Any]:
    """`films` are those of the drafts and those that were offered, by id;
    `names` of attractions and products, by slug."""
    respondent, parts = result.respondent, result.platform_recommendation.parts
    return {
        "result": result_url,
        "share_link": share_url,
        "made_at": respondent.created_at,
        "kept_until": respondent.retain_until,
        "consent": _consent(respondent),
        "number": respondent.number,
        "form_digest": respondent.submission,
        "submission_id_digest": respondent.submission_id,
        "answers": _answers(result, names),
        "offered_films": _named(respondent.shown, films),
        "drafts": [_draft(draft, films, result, names) for draft in drafts],
        "twin": _twin(result),
        "recommended_platform": str(result.platform_recommendation.platform),
        "computed_on": result.computed_on,
        "model_run": result.run,
        "usage_statistics_weight": result.exponent,
        "platforms": _platforms(result),
        "films": _films(result),
        "expected": {
            "groups_of_films": parts["outlook"],
            "chances_by_film_number": list(result.likely.items()),
            "what_one_film_would_change": parts["what_if"],
            "asked_about_but_not_known": parts["unknown"],
        },
        "reactions": [_reaction(one) for one in result.reactions],
    }


def _reaction(reaction: Reaction) -> dict[str, Any]:
    return {
        "film": film_named(reaction.movie),
        "said": reaction.get_kind_display(),
        "in_the_account": reaction.from_account,
        "at": reaction.created_at,
    }


def _consent(respondent: Respondent) -> dict[str, Any]:
    return {
        "given_at": respondent.consented_at,
        "version": respondent.consent_version,
        "statistics": respondent.statistics_consent,
        "learning": respondent.learning_consent,
    }


def film_named(movie: Movie) -> dict[str, Any]:
    return {"title": movie.display_title, "original_title": movie.title, "year": movie.year}


def _named(numbers: Sequence[int], films: Mapping[int, Movie]) -> list[dict[str, Any]]:
    return [film_named(films[one]) for one in numbers if one in films]


def _answers(result: StoredResult, names: Mapping[str, str]) -> dict[str, Any]:
    respondent = result.respondent
    return {
        "gender": respondent.get_gender_display() or None,
        "age": respondent.age,
        "education": respondent.get_education_display() or None,
        "income": respondent.get_income_display() or None,
        "ott_frequency": respondent.get_ott_frequency_display() or None,
        "region": respondent.get_region_display() or None,
        "district": respondent.district or None,
        "monthly_budget_won": respondent.monthly_budget,
        "subscribed": [str(result.compared.get(slug, slug)) for slug in result.subscribed],
        **_wishes(respondent.wishes, names),
        "liked_films": [film_named(movie) for movie in result.liked],
    }


def _wishes(wishes: AnsweredWishes, names: Mapping[str, str]) -> dict[str, Any]:
    named = {
        key: [names.get(slug, slug) for slug in slugs]
        for key, slugs in (("must_have", wishes.must_have), ("owned", wishes.owned))
    }
    return asdict(wishes) | named


def _draft(
    draft: Draft, films: Mapping[int, Movie], result: StoredResult, names: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "liked_films": _named(draft.liked, films),
        "films_not_for_you": _named(draft.disliked, films),
        "offered_films": _named(draft.offered, films),
        "subscribed": [str(result.compared.get(slug, slug)) for slug in draft.subscribed],
        "monthly_budget_won": draft.monthly_budget,
        **_wishes(draft.wishes, names),
        "step": draft.step,
        "started_at": draft.created_at,
        "kept_until": draft.expires_at,
    }


def _twin(result: StoredResult) -> dict[str, Any] | None:
    text = twin_text(result)
    if text is None:
        return None
    return {
        "who": who(result.twin) if result.twin else None,
        "searched_among": text.searched,
        "compared_by": text.method,
        "similarity": text.similarity,
        "seen_by_both": [film_named(movie) for movie in result.overlapped],
    }


def _platforms(result: StoredResult) -> list[dict[str, Any]]:
    return [
        asdict(score)
        | {
            "platform": str(result.compared.get(score.platform, score.platform)),
            "usage": [
                asdict(row) | {"group": group_name(row.dimension, row.group)}
                for row in result.usage.get(score.platform, [])
            ],
        }
        for score in result.platforms
    ]


def _films(result: StoredResult) -> list[dict[str, Any]]:
    liked = {movie.pk: movie for movie in result.liked}
    return [
        film_named(film.movie)
        | {
            "rank": film.rank,
            "score": film.score,
            "stars": film.predicted_rating,
            "stars_source": film.get_rating_source_display(),
            "because": [liked[pick].display_title for pick in film.because if pick in liked],
        }
        for film in result.films
    ]
