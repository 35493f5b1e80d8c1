"""The picture of a shared result for messengers: a few texts and numbers in, a PNG out. Pure.

It looks nothing up. The layout is computed apart from the drawing, so that it can be measured: a
text that is too long gets smaller, the sentence may take two lines, and what still does not fit is
cut. docs/adr/0016-share-card.md says where the typeface comes from.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 64
MOST_BARS = 3

FONTS = Path(__file__).resolve().parent / "fonts"
MEDIUM = FONTS / "OTTwinSans-Medium.ttf"
BOLD = FONTS / "OTTwinSans-ExtraBold.ttf"

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]

GROUND, FLOOR, RINGS = (48, 40, 132), (27, 22, 72), (63, 53, 165)
WHITE, QUIET = (255, 255, 255), (206, 202, 242)
LOGO = (96, 85, 240)
NOTICE, ON_NOTICE = (255, 221, 138), (66, 45, 0)
SURE, LIKELY, UNKNOWN, TRACK = (255, 255, 255), (165, 156, 255), (104, 98, 150), (14, 11, 40)

BAR_LEFT, BAR_RIGHT, BAR_HEIGHT = 320, 984, 30
FIRST_BAR, BAR_STEP = 441, 50  # the middle of the first bar, and the distance to the next
FLOOR_FROM = 402
LEGEND = 590  # the middle of its line
SMOOTH = 4  # shapes are drawn this many times larger and then reduced


def _characters() -> str:
    """Everything the typeface can show: Latin-1, punctuation, and the Hangul of KS X 1001."""
    rows, cells = range(0xB0, 0xC9), range(0xA1, 0xFF)
    hangul = b"".join(bytes((row, cell)) for row in rows for cell in cells).decode("euc_kr")
    latin = [*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x100)]
    return "".join(map(chr, latin)) + "‐‑–—‘’“”•…₩€™" + hangul


CHARACTERS = _characters()
_SHOWN = frozenset(CHARACTERS)


@dataclass(frozen=True)
class CardBar:
    """A platform with its films by certainty; `figure` is printed beside the bar."""

    name: str
    figure: str
    sure: int
    likely: int
    unknown: int


@dataclass(frozen=True)
class Card:
    """What the picture says: `lead` and `platform` are the headline; `notice` may be empty.

    Bars are parts of `films`; the first `MOST_BARS` are drawn. `legend`: sure, likely, unknown.
    """

    brand: str
    notice: str
    lead: str
    platform: str
    sentence: str
    films: int
    bars: tuple[CardBar, ...]
    legend: tuple[str, str, str]


@dataclass(frozen=True)
class CardLine:
    """A line of text with its left end and its base line."""

    text: str
    weight: Path
    size: int
    left: float
    base: float
    colour: Colour

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        return _font(self.weight, self.size)

    @property
    def box(self) -> Box:
        """Left, top, right and bottom of the ink."""
        left, top, right, bottom = self.font.getbbox(self.text, anchor="ls")
        return self.left + left, self.base + top, self.left + right, self.base + bottom


def legible(*names: str) -> str:
    """The first name that the typeface can show in full, else what it can show of the last."""
    composed = [unicodedata.normalize("NFC", name) for name in names]
    for name in composed:
        if name and _SHOWN.issuperset(name):
            return name
    return "".join(character for character in composed[-1] if character in _SHOWN)


def edition(card: Card) -> str:
    """A digest of the texts, the drawing code and the typeface."""
    return hashlib.sha256(f"{_workshop()} {card!r}".encode()).hexdigest()


@lru_cache
def _workshop() -> str:
    parts = (Path(__file__), MEDIUM, BOLD)
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def draw(card: Card) -> bytes:
    """A PNG of `SIZE` without metadata. The same card gives the same bytes."""
    image = _ground().copy()
    for middle, bar in _placed(card):
        box = (BAR_LEFT, middle - BAR_HEIGHT // 2, BAR_RIGHT, middle + BAR_HEIGHT // 2)
        paste(image, box, strip(bar, card.films), radius=BAR_HEIGHT // 2)
    lines, swatches = _legend(card)
    for swatch, colour in swatches:
        paste(image, swatch, colour, radius=6)
    if card.notice:
        left, top, right, bottom = _notice(card).box
        paste(image, (int(left) - 20, 44, int(right) + 20, 92), NOTICE, radius=24)
    pen = ImageDraw.Draw(image)
    for line in texts(card):
        pen.text((line.left, line.base), line.text, line.colour, line.font, anchor="ls")
    output = io.BytesIO()
    few = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(output, "PNG", compress_level=6)
    return output.getvalue()


def texts(card: Card) -> list[CardLine]:
    """Every line of text in its place: within the margins, none over another."""
    width = WIDTH - 2 * MARGIN
    platform, size = fitted(card.platform, BOLD, sizes=range(112, 47, -4), width=width)
    lines = [
        CardLine(card.brand, BOLD, 34, MARGIN + 64, 80, WHITE),
        CardLine(
            fitted(card.lead, MEDIUM, sizes=(46,), width=width)[0], MEDIUM, 46, MARGIN, 172, QUIET
        ),
        CardLine(platform, BOLD, size, MARGIN - 2, 286 - (112 - size) // 4, WHITE),
        *sentence_lines(card.sentence, width, left=MARGIN, bases=(338, 380)),
        *_legend(card)[0],
    ]
    if card.notice:
        lines.append(_notice(card))
    for place, (middle, bar) in enumerate(_placed(card)):
        lines += _beside(bar, middle, BOLD if place == 0 else MEDIUM)
    return lines


def sentence_lines(
    text: str, width: int, *, left: int, bases: tuple[int, int]
) -> Iterator[CardLine]:
    """One line between the bases, else two, as large as they fit; at last the second is cut."""
    line, size = fitted(text, MEDIUM, sizes=range(38, 31, -2), width=width)
    if line == text:
        yield CardLine(text, MEDIUM, size, left, sum(bases) // 2 - 2, WHITE)
        return
    for size in range(36, 25, -2):
        first, rest = _broken(text, _font(MEDIUM, size), width)
        if _font(MEDIUM, size).getlength(rest) <= width:
            break
    yield CardLine(_cut(first, _font(MEDIUM, size), width), MEDIUM, size, left, bases[0], WHITE)
    yield CardLine(_cut(rest, _font(MEDIUM, size), width), MEDIUM, size, left, bases[1], WHITE)


def _broken(text: str, font: ImageFont.FreeTypeFont, width: int) -> tuple[str, str]:
    """The words that fit on the first line, at least one, and the others."""
    words = text.split(" ")
    taken = 1
    while taken < len(words) and font.getlength(" ".join(words[: taken + 1])) <= width:
        taken += 1
    return " ".join(words[:taken]), " ".join(words[taken:])


def _notice(card: Card) -> CardLine:
    text, size = fitted(card.notice, BOLD, sizes=(26, 24, 22), width=500)
    right = WIDTH - MARGIN - 20
    return CardLine(text, BOLD, size, right - _font(BOLD, size).getlength(text), 77, ON_NOTICE)


def _placed(card: Card) -> list[tuple[int, CardBar]]:
    """The drawn bars, each with the height of its middle."""
    return [(FIRST_BAR + place * BAR_STEP, bar) for place, bar in enumerate(card.bars[:MOST_BARS])]


def _beside(bar: CardBar, middle: int, weight: Path) -> Iterator[CardLine]:
    """The name left of a bar and the figure right of it."""
    sizes = range(32, 21, -2)
    name, size = fitted(bar.name, weight, sizes=sizes, width=BAR_LEFT - 24 - MARGIN)
    yield CardLine(name, weight, size, MARGIN, middle + 11, WHITE)
    right = WIDTH - MARGIN
    figure, size = fitted(bar.figure, BOLD, sizes=sizes, width=right - BAR_RIGHT - 20)
    left = right - _font(BOLD, size).getlength(figure)
    yield CardLine(figure, BOLD, size, left, middle + 11, WHITE)


def _legend(card: Card) -> tuple[list[CardLine], list[tuple[tuple[int, int, int, int], Colour]]]:
    """The texts, and the box of its colour before each."""
    lines, swatches, left = [], [], BAR_LEFT
    for word, colour in zip(card.legend, (SURE, LIKELY, UNKNOWN), strict=True):
        text, size = fitted(word, MEDIUM, sizes=(24, 22, 20), width=210)
        swatches.append(((left, LEGEND - 10, left + 20, LEGEND + 10), colour))
        lines.append(CardLine(text, MEDIUM, size, left + 32, LEGEND + 8, QUIET))
        left += 32 + round(_font(MEDIUM, size).getlength(text)) + 36
    return lines, swatches


def fitted(text: str, weight: Path, *, sizes: Sequence[int], width: float) -> tuple[str, int]:
    """The text in the first size in which it fits, else cut in the last one."""
    for size in sizes:
        if _font(weight, size).getlength(text) <= width:
            return text, size
    return _cut(text, _font(weight, sizes[-1]), width), sizes[-1]


def _cut(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """As much of the text as fits, with an ellipsis if that is not all."""
    if font.getlength(text) <= width:
        return text
    ends = range(1, len(text))
    kept = bisect_right(ends, width, key=lambda end: font.getlength(text[:end] + "…"))
    return text[:kept].rstrip() + "…"


@lru_cache(maxsize=64)
def _font(weight: Path, size: int) -> ImageFont.FreeTypeFont:
    """A font without complex layout, which is not installed everywhere: pictures would differ."""
    return ImageFont.truetype(weight, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _ground() -> Image.Image:
    """What every card has: two large, faint rings, the floor of the bars, the logo."""
    image = Image.new("RGB", SIZE, GROUND)
    image.paste(RINGS, (794, 26), rings(radius=150, stroke=46, apart=160))
    image.paste(FLOOR, (0, FLOOR_FROM, WIDTH, HEIGHT))
    paste(image, (MARGIN, 44, MARGIN + 48, 92), LOGO, radius=12)
    image.paste(WHITE, (MARGIN + 7, 57), rings(radius=11, stroke=4, apart=12))
    return image


def rings(radius: int, stroke: int, apart: int) -> Image.Image:
    """A mask of two rings that overlap, as in the logo."""
    size = 2 * radius * SMOOTH
    mask = Image.new("L", (size + apart * SMOOTH, size))
    pen = ImageDraw.Draw(mask)
    for left in (0, apart * SMOOTH):
        pen.ellipse((left, 0, left + size - 1, size - 1), outline=255, width=stroke * SMOOTH)
    return mask.reduce(SMOOTH)


def strip(
    bar: CardBar, films: int, size: tuple[int, int] = (BAR_RIGHT - BAR_LEFT, BAR_HEIGHT)
) -> Image.Image:
    """The bar before its corners are rounded."""
    width, height = size
    strip = Image.new("RGB", size, TRACK)
    counted = 0
    for amount, colour in ((bar.sure, SURE), (bar.likely, LIKELY), (bar.unknown, UNKNOWN)):
        start, counted = counted, counted + amount
        edges = [round(width * part / max(films, 1)) for part in (start, counted)]
        strip.paste(colour, (edges[0], 0, edges[1], height))
    return strip


def paste(
    image: Image.Image,
    box: tuple[int, int, int, int],
    filling: Image.Image | Colour,
    *,
    radius: int,
) -> None:
    """A box of round corners, filled with a colour or a picture of its size."""
    left, top, right, bottom = box
    image.paste(filling, box, _round(right - left, bottom - top, radius))


@lru_cache(maxsize=16)
def _round(width: int, height: int, radius: int) -> Image.Image:
    mask = Image.new("L", (width * SMOOTH, height * SMOOTH))
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, width * SMOOTH - 1, height * SMOOTH - 1), radius * SMOOTH, fill=255
    )
    return mask.reduce(SMOOTH)
