"""The picture for stories: upright, to be saved, and every text within its margins."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from django.test import Client
from PIL import Image

from ottstats.models import PlatformRecommendation
from recommend.pages.shared import story
from tests.recommend.pages.shared.test_share_card import CARDS


@pytest.mark.parametrize("name", CARDS)
def test_every_text_fits(name: str) -> None:
    for line in story.texts(CARDS[name], "영화 3편만 고르면 구독할 OTT가 보여요"):
        left, top, right, bottom = line.box
        assert story.MARGIN - 12 <= left <= right <= story.WIDTH - story.MARGIN + 12, line.text
        assert 0 <= top <= bottom <= story.HEIGHT, line.text


def test_a_story_is_saved_from_the_address_of_the_shared_result(
    shared: PlatformRecommendation, client: Client
) -> None:
    answer = client.get(f"/shared/{shared.share_id}/story.png")
    assert answer["Content-Disposition"] == 'attachment; filename="OTTwin.png"'
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (1080, 1920)
    again = client.get(
        f"/shared/{shared.share_id}/story.png", headers={"if-none-match": answer["ETag"]}
    )
    assert again.status_code == 304
    assert client.get(f"/shared/{uuid4()}/story.png").status_code == 404
