"""The picture of a shared result: whatever the texts are, they fit and can be read."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import combinations

import pytest
from PIL import Image, ImageFont

from recommend.pages.shared.card import (
    BAR_LEFT,
    BAR_RIGHT,
    BOLD,
    CHARACTERS,
    FIRST_BAR,
    GROUND,
    HEIGHT,
    LIKELY,
    MARGIN,
    MEDIUM,
    SURE,
    TRACK,
    UNKNOWN,
    WIDTH,
    Card,
    CardBar,
    draw,
    edition,
    legible,
    texts,
)

KOREAN = Card(
    brand="OTTwin",
    notice="",
    lead="내 OTT는",
    platform="왓챠",
    sentence="좋아할 만한 영화 50편 중 24편이 왓챠에 있어요",
    films=50,
    bars=(
        CardBar("왓챠", "24편", 24, 3, 7),
        CardBar("넷플릭스", "19편", 19, 6, 12),
        CardBar("티빙", "11편", 11, 2, 5),
        CardBar("웨이브", "2편", 2, 2, 5),
    ),
    legend=("있어요", "아마 있어요", "아직 몰라요"),
)
ENGLISH = replace(
    KOREAN,
    notice="Sample data",
    lead="The OTT for my taste is",
    platform="Coupang Play",
    sentence="Coupang Play has 24 of the 50 films I would enjoy.",
    bars=(
        CardBar("Coupang Play", "24 films", 24, 3, 7),
        CardBar("U+ Mobile TV", "19 films", 19, 6, 12),
        CardBar("Apple TV+", "1 film", 1, 0, 49),
    ),
    legend=("On it", "Probably", "Nobody knows"),
)


def named(name: str) -> Card:
    """A card on which every platform has this name."""
    return replace(
        ENGLISH,
        platform=name,
        sentence=f"{name} has 24 of the 50 films I would enjoy.",
        bars=tuple(replace(bar, name=name) for bar in ENGLISH.bars),
    )


CARDS = {
    "korean": KOREAN,
    "english": ENGLISH,
    "no bars": replace(KOREAN, bars=()),
    "no films": replace(KOREAN, films=0, bars=(CardBar("왓챠", "0편", 0, 0, 0),)),
    "nothing known": replace(KOREAN, bars=(CardBar("왓챠", "0편", 0, 0, 50),)),
    "sixty wide letters": named("W" * 60),
    "sixty syllables": named("가나다라마바사아자차카타파하" * 4 + "가나다라"),
    "sixty letters in words": named("Wonderful World of Streaming Films, Series and Shows Premium"),
    "long texts": replace(KOREAN, notice="가" * 60, lead="가" * 60, sentence="가나다 " * 60),
    "long legend": replace(KOREAN, legend=("가" * 30, "나" * 30, "다" * 30)),
    "long figures": replace(KOREAN, bars=(CardBar("왓챠", "1,000,000,000편", 24, 3, 7),)),
}
each_card = pytest.mark.parametrize("card", CARDS.values(), ids=CARDS.keys())


def opened(card: Card) -> Image.Image:
    return Image.open(io.BytesIO(draw(card)))


@each_card
def test_the_picture_has_the_size_that_messengers_want_and_is_small(card: Card) -> None:
    content = draw(card)
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(content) < 60_000
    assert set(image.info) <= {"transparency"}, "no metadata"


@each_card
def test_every_text_stays_within_the_margins_and_clear_of_the_others(card: Card) -> None:
    lines = texts(card)
    for line in lines:
        left, top, right, bottom = line.box
        assert left >= MARGIN - 2, line.text
        assert right <= WIDTH - MARGIN + 2, line.text
        assert top >= 36, line.text
        assert bottom <= HEIGHT - 24, line.text
    for one, other in combinations(lines, 2):
        apart = (
            one.box[2] <= other.box[0]
            or other.box[2] <= one.box[0]
            or one.box[3] <= other.box[1]
            or other.box[3] <= one.box[1]
        )
        assert apart, f"{one.text} over {other.text}"


@each_card
def test_names_and_figures_leave_the_bars_free(card: Card) -> None:
    beside = [line for line in texts(card) if FIRST_BAR - 30 < line.base < FIRST_BAR + 2 * 50 + 30]
    assert all(line.box[2] < BAR_LEFT or line.box[0] > BAR_RIGHT for line in beside)


@pytest.mark.parametrize("card", [KOREAN, ENGLISH], ids=["korean", "english"])
def test_usual_texts_are_shown_whole(card: Card) -> None:
    shown = [line.text for line in texts(card)]
    wanted = [card.brand, card.lead, card.platform, card.sentence, *card.legend]
    wanted += [text for bar in card.bars[:3] for text in (bar.name, bar.figure)]
    assert sorted(filter(None, [*wanted, card.notice])) == sorted(shown)


def test_a_long_sentence_takes_two_lines_and_loses_nothing() -> None:
    card = named("Wonderful World of Streaming Films and Series")
    shown = " ".join(line.text for line in texts(card))
    assert card.sentence in shown
    assert card.sentence not in [line.text for line in texts(card)]


def test_what_does_not_fit_at_all_ends_with_an_ellipsis() -> None:
    shown = [line.text for line in texts(named("W" * 60))]
    assert sum(text.startswith("WW") and text.endswith("…") for text in shown) >= 4


def test_the_parts_of_a_bar_are_as_long_as_their_films() -> None:
    image = opened(KOREAN).convert("RGB")
    row = [image.getpixel((x, FIRST_BAR)) for x in range(BAR_LEFT, BAR_RIGHT)]
    widths = [
        sum(colour_of(pixel) == colour for pixel in row) / len(row)
        for colour in (SURE, LIKELY, UNKNOWN, TRACK)
    ]
    assert widths == pytest.approx([24 / 50, 3 / 50, 7 / 50, 16 / 50], abs=0.01)


def colour_of(pixel: object) -> tuple[int, int, int]:
    """The one of the palette that it is nearest to: few colours are kept in the file."""
    assert isinstance(pixel, tuple)
    return min(
        (SURE, LIKELY, UNKNOWN, TRACK, GROUND),
        key=lambda colour: sum(abs(a - b) for a, b in zip(pixel, colour, strict=True)),
    )


def test_the_same_card_gives_the_same_bytes_and_another_one_others() -> None:
    assert draw(KOREAN) == draw(replace(KOREAN))
    assert edition(KOREAN) == edition(replace(KOREAN))
    other = replace(KOREAN, platform="티빙")
    assert draw(other) != draw(KOREAN)
    assert edition(other) != edition(KOREAN)


def test_a_name_with_a_character_that_the_typeface_lacks_gives_way_to_the_next() -> None:
    assert legible("왓챠", "Watcha", "watcha") == "왓챠"
    assert legible("왓챠🎬", "Watcha", "watcha") == "Watcha"
    assert legible("쀍TV", "映画", "some_slug") == "some_slug"
    assert legible("", "Watcha", "watcha") == "Watcha"
    assert legible("映画 1", "映画") == ""


def test_a_name_in_single_letters_as_some_keyboards_write_it_is_composed() -> None:
    apart = "\u110b\u116a\u11ba\u110e\u1163"
    assert legible(apart, "Watcha", "watcha") == "왓챠"


@pytest.mark.parametrize("weight", [MEDIUM, BOLD], ids=["medium", "bold"])
def test_the_typeface_has_every_character_that_it_is_trusted_with(weight: object) -> None:
    font = ImageFont.truetype(str(weight), 24, layout_engine=ImageFont.Layout.BASIC)

    def drawn(character: str) -> bytes:
        return bytes(font.getmask(character))

    tofu = drawn("映")
    assert tofu == drawn("🎬")
    assert [each for each in CHARACTERS if drawn(each) == tofu] == []


def test_the_typeface_is_renamed_as_its_licence_asks() -> None:
    for weight in (MEDIUM, BOLD):
        family, _style = ImageFont.truetype(weight, 24).getname()
        assert family is not None
        assert family.startswith("OTTwin Sans")
    licence = (MEDIUM.parent / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "with Reserved Font Name Pretendard" in licence
