"""The picture of a shared result in the size of a story: the words of the card, upright. Pure."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw

from recommend.pages.shared import card as cards
from recommend.pages.shared.card import BOLD, MEDIUM, Card, CardLine

SIZE = WIDTH, HEIGHT = 1080, 1920
MARGIN = 96
INNER = WIDTH - 2 * MARGIN
FLOOR_FROM = 1080
FIRST_BAR, BAR_STEP, BAR_HEIGHT = 1270, 150, 44  # the middle of the first bar; to the next


def edition(card: Card, invitation: str) -> str:
    """A digest of the texts, both drawing modules and the typeface."""
    code = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return hashlib.sha256(f"{code} {cards.edition(card)} {invitation}".encode()).hexdigest()


def draw(card: Card, invitation: str) -> bytes:
    """A PNG of `SIZE` without metadata; `invitation` stands at the bottom."""
    image = _ground().copy()
    for place, bar in enumerate(card.bars[: cards.MOST_BARS]):
        top = FIRST_BAR + place * BAR_STEP
        strip = cards.strip(bar, card.films, (INNER, BAR_HEIGHT))
        box = (MARGIN, top, WIDTH - MARGIN, top + BAR_HEIGHT)
        cards.paste(image, box, strip, radius=BAR_HEIGHT // 2)
    pen = ImageDraw.Draw(image)
    for line in texts(card, invitation):
        pen.text((line.left, line.base), line.text, line.colour, line.font, anchor="ls")
    output = io.BytesIO()
    few = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(output, "PNG", compress_level=6)
    return output.getvalue()


def texts(card: Card, invitation: str) -> list[CardLine]:
    """Every line of text in its place, within the margins."""
    lines = [
        CardLine(card.brand, BOLD, 52, MARGIN + 100, 236, cards.WHITE),
        _line(card.lead, MEDIUM, range(64, 43, -4), 640, cards.QUIET),
        _line(card.platform, BOLD, range(168, 63, -8), 810, cards.WHITE),
        *cards.sentence_lines(card.sentence, INNER, left=MARGIN, bases=(920, 980)),
        _line(invitation, BOLD, range(48, 31, -2), 1760, cards.NOTICE),
    ]
    if card.notice:
        lines.append(_line(card.notice, BOLD, range(40, 27, -2), 1150, cards.NOTICE))
    for place, bar in enumerate(card.bars[: cards.MOST_BARS]):
        base = FIRST_BAR + place * BAR_STEP - 20
        figure = _line(bar.figure, BOLD, range(44, 27, -2), base, cards.WHITE, width=260)
        left = WIDTH - MARGIN - figure.font.getlength(figure.text)
        lines.append(CardLine(figure.text, BOLD, figure.size, left, base, cards.WHITE))
        name = _line(bar.name, MEDIUM, range(44, 27, -2), base, cards.WHITE, width=INNER - 290)
        lines.append(name)
    return lines


def _line(
    text: str, weight: Path, sizes: range, base: int, colour: cards.Colour, width: int = INNER
) -> CardLine:
    fitting, size = cards.fitted(text, weight, sizes=sizes, width=width)
    return CardLine(fitting, weight, size, MARGIN, base, colour)


@lru_cache(maxsize=1)
def _ground() -> Image.Image:
    """What every story has: two rings, the floor of the bars, the logo."""
    image = Image.new("RGB", SIZE, cards.GROUND)
    image.paste(cards.RINGS, (430, 120), cards.rings(radius=230, stroke=70, apart=250))
    image.paste(cards.FLOOR, (0, FLOOR_FROM, WIDTH, HEIGHT))
    cards.paste(image, (MARGIN, 180, MARGIN + 76, 256), cards.LOGO, radius=19)
    image.paste(cards.WHITE, (MARGIN + 11, 200), cards.rings(radius=18, stroke=6, apart=18))
    return image
