"""A shared result shows the platform and the comparison, and nothing of the person."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from PIL import Image

from common.models import SAMPLE, DataLoad
from matching.models import Similarity
from movies.models import Movie, Platform
from ottstats.models import PlatformRecommendation
from recommend.pages.shared import views as shared_views
from recommend.results.shared import shared_result
from recommend.services.submission import delete_result
from survey.models import Respondent
from tests.recommend.pages.reading import PICKS, whereabouts_for, words


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def address(shared: PlatformRecommendation) -> str:
    return f"/shared/{shared.share_id}/"


def page(client: Client, shared: PlatformRecommendation, query: str = "", **extra: Any) -> str:
    response = client.get(address(shared) + query, **extra)
    assert response.status_code == 200
    return str(response.content.decode())


def tags(html: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', html)
    return {name: unescape(content) for name, content in found}


def best_row(shared: PlatformRecommendation) -> dict[str, Any]:
    rows = shared.parts["platforms"]
    return dict(next(row for row in rows if row["platform"] == shared.platform_id))


def test_the_page_names_the_platform_and_the_films_to_expect_there(
    english: Client, shared: PlatformRecommendation
) -> None:
    text = words(page(english, shared))
    expected = whereabouts_for(shared.user).on([shared.platform_id]).total
    assert expected > 0
    assert f"The OTT for my taste is {shared.platform.name}" in text
    assert f"{shared.platform.name} has about {expected} films that I would like." in text
    assert "What a platform has changes all the time" in text


def test_every_platform_with_known_films_has_a_bar_and_its_numbers(
    english: Client, shared: PlatformRecommendation
) -> None:
    html = page(english, shared)
    items = re.findall(r"<li[^>]*>\s*<h3>.*?</li>", html, re.DOTALL)
    heard_of = [row for row in shared.parts["platforms"] if row["evidence"]]
    assert len(items) == len(heard_of) == 2
    for item, row in zip(items, heard_of, strict=True):
        figure = whereabouts_for(shared.user).on([row["platform"]])
        low, expected = figure.surely, figure.total
        high = expected + figure.unknown
        text = words(item)
        assert Platform.objects.get(pk=row["platform"]).name in text
        assert f"{low} on it" in text
        assert (f"{expected - low} probably" in text) == (expected > low)
        assert (f"{high - expected} unknown" in text) == (high > expected)
        widths = re.findall(r'class="(\w+)" width="(\d+)%"', item)
        percent = [f"{films * 2}" for films in (high, expected, low)]  # of 50 films
        assert widths == list(zip(("hatched", "likely", "sure"), percent, strict=True))


def test_platforms_without_known_films_are_named_apart(
    english: Client, shared: PlatformRecommendation
) -> None:
    text = words(page(english, shared))
    apart = text[text.index("Not compared") :]
    assert "TVING" in apart
    assert "Netflix" not in apart


def test_nothing_of_the_person_is_on_the_page(
    client: Client, shared: PlatformRecommendation
) -> None:
    twin = Similarity.objects.get(user=shared.user)
    recommended = shared.user.recommended_movies.values_list("movie", flat=True)
    for language in ("ko", "en"):
        client.cookies["django_language"] = language
        html = page(client, shared)
        for secret in (str(shared.user_id), shared.user_id.hex, "98765", "98,765"):
            assert secret not in html
        for movie in Movie.objects.filter(pk__in=[*PICKS, *recommended]):
            assert movie.title not in html
            assert movie.title_ko not in html
        text = words(html)
        answers = ("Female", "여성", "70", "87", "Graduate", "대학원", "Every day", "매일")
        for answer in answers:
            assert answer not in text
        for row in shared.parts["usage"]["netflix"]:
            assert f"{row['percent']:.1f}" not in text
        assert f"{twin.score:.3f}" not in text
        assert "KOBACO" not in text


def test_of_the_usage_figures_and_the_respondent_nothing_is_even_read(
    shared: PlatformRecommendation, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6) as queries:
        result = shared_result(shared.share_id)
    asked = " ".join(query["sql"] for query in queries.captured_queries)
    assert result is not None
    for column in ('"gender"', '"age"', '"income"', '"education"', '"monthly_budget"'):
        assert column not in asked
    assert "usage" not in repr(result)
    assert str(shared.user_id) not in repr(result)


def test_the_picture_says_the_same_as_the_page(
    english: Client, shared: PlatformRecommendation, drawn: list[Any]
) -> None:
    response = english.get(f"{address(shared)}card.png?lang=en")
    assert response["Content-Type"] == "image/png"
    image = Image.open(io.BytesIO(response.content))
    assert image.size == (1200, 630)
    assert not image.info, "no metadata"
    (card,) = drawn
    text = words(page(english, shared, "?lang=en"))
    assert card.sentence in text
    assert f"{card.lead} {card.platform}" in text
    for bar in card.bars:
        expected = bar.sure + bar.likely
        assert bar.figure == ("1 film" if expected == 1 else f"{expected} films")
        parts = [f"{bar.sure} on it"]
        parts += [f"{bar.likely} probably"] if bar.likely else []
        parts += [f"{bar.unknown} unknown"] if bar.unknown else []
        assert re.search(f"{bar.name} (recommended )?{' · '.join(parts)}", text)
    assert str(shared.user_id) not in repr(card)
    assert str(shared.user_id).encode() not in response.content


def test_messengers_are_told_title_text_and_picture_with_whole_addresses(
    client: Client, shared: PlatformRecommendation
) -> None:
    html = page(client, shared, headers={"host": "localhost"})
    told, here = tags(html), f"http://localhost{address(shared)}"
    assert told["og:url"] == here
    assert told["og:image"] == told["twitter:image"] == f"{here}card.png"
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert (told["og:type"], told["og:locale"]) == ("website", "ko_KR")
    assert told["twitter:card"] == "summary_large_image"
    assert shared.platform.name_ko in told["og:title"]
    assert re.search(r"영화 약 \d+편이 넷플릭스에 있어요", told["og:description"])
    assert told["og:description"] in words(html)
    assert shared.platform.name_ko in told["og:image:alt"]
    assert not any(str(shared.user_id) in content for content in told.values())


def test_behind_https_the_addresses_are_https(
    client: Client, shared: PlatformRecommendation, settings: Any
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = ["ottwin.example"]
    headers = {"host": "ottwin.example", "x-forwarded-proto": "https"}
    told = tags(page(client, shared, headers=headers))
    assert told["og:image"] == f"https://ottwin.example{address(shared)}card.png"
    assert told["og:url"] == f"https://ottwin.example{address(shared)}"


def test_the_preview_has_the_language_of_the_sharer_and_the_page_that_of_the_reader(
    client: Client, shared: PlatformRecommendation
) -> None:
    html = page(client, shared, "?lang=en", headers={"accept-language": "ko"})
    told = tags(html)
    assert '<html lang="ko">' in html
    assert told["og:locale"] == "en_US"
    assert told["og:title"] == f"The OTT for my taste is {shared.platform.name}"
    assert told["og:image"].endswith("/card.png?lang=en")
    assert told["og:url"].endswith("/?lang=en")
    html = page(client, shared, headers={"accept-language": "en"})
    assert '<html lang="en">' in html
    assert tags(html)["og:locale"] == "ko_KR"
    assert tags(page(client, shared, "?lang=xx"))["og:locale"] == "ko_KR"


def test_the_link_to_share_remembers_the_language_of_the_page(
    shared: PlatformRecommendation,
) -> None:
    request = RequestFactory().get("/")
    with translation.override("ko"):
        link = shared_views.share_url(request, shared.share_id)
        assert link == f"http://testserver{address(shared)}"
    with translation.override("en"):
        link = shared_views.share_url(request, shared.share_id)
        assert link == f"http://testserver{address(shared)}?lang=en"


def test_the_picture_follows_the_language_of_its_address_and_nothing_else(
    client: Client, shared: PlatformRecommendation, drawn: list[Any]
) -> None:
    picture = f"{address(shared)}card.png"
    client.get(f"{picture}?lang=en", headers={"accept-language": "ko"})
    client.get(picture, headers={"accept-language": "en"})
    client.get(f"{picture}?lang=xx&other=1")
    assert [card.bars[0].name for card in drawn] == ["Netflix", "넷플릭스"]


def test_the_picture_is_drawn_once_and_kept_by_clients(
    client: Client, shared: PlatformRecommendation, drawn: list[Any]
) -> None:
    picture = f"{address(shared)}card.png"
    first = client.get(picture)
    assert {"public", "max-age=3600"} <= set(first["Cache-Control"].split(", "))
    assert client.get(picture).content == first.content
    again = client.get(picture, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert client.head(picture).status_code == 200
    assert len(drawn) == 1


def test_a_client_that_has_the_picture_costs_no_drawing_even_after_a_restart(
    client: Client, shared: PlatformRecommendation, drawn: list[Any]
) -> None:
    picture = f"{address(shared)}card.png"
    etag = client.get(picture)["ETag"]
    cache.clear()
    drawn.clear()
    assert client.get(picture, headers={"if-none-match": etag}).status_code == 304
    assert drawn == []


def test_a_platform_that_is_renamed_gets_a_new_picture(
    client: Client, shared: PlatformRecommendation, drawn: list[Any]
) -> None:
    picture = f"{address(shared)}card.png"
    etag = client.get(picture)["ETag"]
    Platform.objects.filter(pk=shared.platform_id).update(name_ko="새 이름")
    assert client.get(picture)["ETag"] != etag
    assert drawn[-1].platform == "새 이름"


def test_a_name_that_the_typeface_lacks_is_replaced_on_the_picture_only(
    client: Client, shared: PlatformRecommendation, drawn: list[Any]
) -> None:
    Platform.objects.filter(pk=shared.platform_id).update(name_ko="넷플쀍스")
    assert "넷플쀍스" in words(page(client, shared))
    client.get(f"{address(shared)}card.png")
    assert drawn[0].platform == "Netflix"
    assert "Netflix" in drawn[0].sentence


def test_sample_data_are_marked_on_page_and_picture(
    english: Client, shared: PlatformRecommendation, drawn: list[Any]
) -> None:
    assert "Sample data" not in page(english, shared)
    DataLoad.objects.filter(kind=DataLoad.Kind.MOVIELENS).update(id_space=SAMPLE)
    html = page(english, shared, "?lang=en")
    assert "Sample data" in html
    assert tags(html)["og:image:alt"].startswith("Sample data. ")
    english.get(f"{address(shared)}card.png?lang=en")
    assert drawn[0].notice == "Sample data"


def test_a_recommendation_by_estimate_only_says_so(
    english: Client, shared: PlatformRecommendation, drawn: list[Any]
) -> None:
    PlatformRecommendation.objects.update(platform="tving")
    text = words(page(english, shared))
    assert "TVING is a guess: it is not known yet which of my films it has." in text
    high = whereabouts_for(shared.user).on(["tving"]).unknown
    assert f"0 on it · {high} unknown" in text
    assert "Besides the number of films, it counts what similar people use" in text
    english.get(f"{address(shared)}card.png?lang=en")
    first = drawn[0].bars[0]
    assert (first.name, first.figure, first.likely, first.unknown) == ("TVING", "0 films", 0, high)


def test_films_and_platforms_that_are_gone_break_nothing(
    english: Client, shared: PlatformRecommendation
) -> None:
    gone = shared.user.recommended_movies.filter(rank__gt=5).values("movie")
    Movie.objects.filter(pk__in=gone).delete()
    parts = shared.parts
    parts["platforms"] += [parts["platforms"][0] | {"platform": "long_gone"}]
    PlatformRecommendation.objects.update(parts=parts)
    result = shared_result(shared.share_id)
    assert result is not None
    assert all(bar.at_most <= result.films for bar in result.bars)
    assert page(english, shared)
    parts["platforms"] = [row for row in parts["platforms"] if row["platform"] == "long_gone"]
    PlatformRecommendation.objects.update(parts=parts)
    assert english.get(address(shared)).status_code == 404


def test_the_way_to_an_own_result_is_plain(client: Client, shared: PlatformRecommendation) -> None:
    assert '<a class="button pop" href="/survey/">' in page(client, shared)


def test_search_engines_are_kept_out(client: Client, shared: PlatformRecommendation) -> None:
    response = client.get(address(shared))
    assert '<meta name="robots" content="noindex">' in response.content.decode()
    for path in (address(shared), f"{address(shared)}card.png", f"/shared/{uuid4()}/"):
        assert client.get(path)["X-Robots-Tag"] == "noindex"


def test_a_deleted_result_shows_nothing_any_more(
    english: Client, shared: PlatformRecommendation
) -> None:
    delete_result(respondent=shared.user)
    gone(english, shared)


def test_a_result_past_its_retention_shows_nothing_any_more(
    english: Client, shared: PlatformRecommendation
) -> None:
    now = timezone.now()
    Respondent.objects.update(consented_at=now - timedelta(days=90), retain_until=now)
    gone(english, shared)


def gone(client: Client, shared: PlatformRecommendation) -> None:
    response = client.get(address(shared))
    assert response.status_code == 404
    text = response.content.decode()
    assert "This shared result is gone" in text
    assert 'href="/survey/"' in text
    assert "og:" not in text
    assert client.get(f"{address(shared)}card.png").status_code == 404


def test_the_secret_of_the_result_does_not_open_the_shared_page_nor_the_other_way_round(
    client: Client, shared: PlatformRecommendation
) -> None:
    assert client.get(f"/shared/{shared.user_id}/").status_code == 404
    assert client.get(f"/results/{shared.share_id}/").status_code == 404
    assert client.post(f"/results/{shared.share_id}/delete/").status_code == 302
    assert client.post(address(shared)).status_code == 405
    assert Respondent.objects.filter(pk=shared.user_id).exists()


def test_page_and_picture_need_few_queries(
    client: Client, shared: PlatformRecommendation, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(7):  # and the banner's data set
        client.get(address(shared))
    with django_assert_num_queries(6):
        client.get(f"{address(shared)}card.png")


def test_the_part_of_the_result_page_that_offers_to_share(live_model: Any) -> None:
    link = "http://testserver/shared/x/"
    with translation.override("en"):
        html = render_to_string("recommend/_share.html", {"share_url": link})
    assert f'readonly value="{link}"' in html
    assert f'<a href="{link}">' in html
    assert re.findall(r"<button[^>]* (hidden)>", html) == ["hidden", "hidden"]
    assert 'role="status"' in html
    assert "it follows what you mark as seen or not for you" in html
    assert "Moving the weight changes nothing there" in html
