"""Drawn covers of films: a duotone and a motif by genre, the title once, the year. Pure.

A cover is an SVG of 208 x 312. Its variant is one of the genre's motifs in one of its duotones; by
default the film's id decides, and `variants` lets neighbours differ in both. A bare cover is the
motif alone, for places where a title could not be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from movies.drawings import dark_motifs, far_motifs, loud_motifs, quiet_motifs
from movies.drawings.lettering import fitted
from movies.drawings.shapes import Colours

WIDTH, HEIGHT = 208, 312
EDITION = 1  # part of the address of every cover: a new one after any change of the drawing
OLD_BEFORE = 1980  # older films have a thin frame and a cream title
WHITE, CREAM = "#FFFFFF", "#FBEFD2"
FONTS = (
    "Pretendard,'Apple SD Gothic Neo','Noto Sans KR','Noto Sans CJK KR','Malgun Gothic',sans-serif"
)
Motif = Callable[[Colours, int], str]


@dataclass(frozen=True)
class Style:
    """How a genre is drawn."""

    motifs: Sequence[Motif]
    duotones: Sequence[Colours]


@dataclass(frozen=True)
class CoverFilm:
    """What a cover shows of a film."""

    movie_id: int
    title: str
    year: int | None
    genres: tuple[str, ...]

    @property
    def style(self) -> str:
        return style_of(self.genres)

    @property
    def seed(self) -> int:
        digest = hashlib.sha256(str(self.movie_id).encode()).digest()
        return int.from_bytes(digest[:8], "big")

    def digest(self) -> str:
        """Changes with all that the cover shows."""
        shown = f"{EDITION}|{self.title}|{self.year}|{self.style}"
        return hashlib.sha256(shown.encode()).hexdigest()[:8]


def _of(*rows: str) -> tuple[Colours, ...]:
    return tuple(Colours(*(f"#{part}" for part in row.split())) for row in rows)


STYLES: dict[str, Style] = {
    "action": Style(
        (loud_motifs.burst, loud_motifs.speed_lines, loud_motifs.bolt),
        _of("BF2F0C FFB21A 6E1400 FFFFFF", "8F1D2C FF7A45 4F0A16 FFFFFF"),
    ),
    "comedy": Style(
        (loud_motifs.grin, loud_motifs.half_discs, loud_motifs.waves_of_colour),
        _of("FFC531 E4472B FFFFFF 33200A", "FFA94D 7A2BBF FFF3D6 33160A"),
    ),
    "drama": Style(
        (
            *(quiet_motifs.window_light, quiet_motifs.low_sun),
            *(quiet_motifs.door_ajar, quiet_motifs.two_shadows),
        ),
        _of(
            "1D3A63 F3D9A4 12264A FFFFFF",
            "2F4858 F6AE84 1D2F3B FFFFFF",
            "40506B DCE6F2 2A364C FFFFFF",
        ),
    ),
    "thriller": Style(
        (dark_motifs.spiral, dark_motifs.sun_behind_blinds, dark_motifs.keyhole),
        _of(
            "12151B E6F04A 3A4150 FFFFFF",
            "0F2A2A F2E3B4 245252 FFFFFF",
            "2B1140 FF8AC4 4E2470 FFFFFF",
        ),
    ),
    "crime": Style(
        (dark_motifs.fingerprint, dark_motifs.line_up, dark_motifs.tape),
        _of(
            "26282F F0524F F3EEE2 FFFFFF",
            "3B2A24 F2B66D F3EEE2 FFFFFF",
            "10393A FF7A59 F3EEE2 FFFFFF",
        ),
    ),
    "horror": Style(
        (dark_motifs.moon_and_pines, dark_motifs.slit_eye, dark_motifs.fingers),
        _of(
            "17060D D0163A 5A0A1E FFFFFF",
            "0E1418 8FD6B4 23403A FFFFFF",
            "231136 FF9A3D 4A2569 FFFFFF",
        ),
    ),
    "romance": Style(
        (quiet_motifs.two_discs, quiet_motifs.letter, quiet_motifs.hearts),
        _of(
            "FFCBD0 EB3A63 8E1040 5A0A2A",
            "FBD9C2 D9456F 7C2A8C 531232",
            "6A1038 FF8FA8 FFD3A1 FFFFFF",
        ),
    ),
    "scifi": Style(
        (far_motifs.ringed_planet, far_motifs.orbits, far_motifs.grid_sun),
        _of(
            "1B1260 FF8E62 7DE3FF FFFFFF",
            "07324F 6CF0D8 FFD166 FFFFFF",
            "3A0F52 FFD166 FF7AB8 FFFFFF",
        ),
    ),
    "adventure": Style(
        (far_motifs.peaks, far_motifs.sea, far_motifs.ruins),
        _of("0C4B46 F6BC45 07302E FFFFFF", "A84A1B FFD58A 6B2A0A FFFFFF"),
    ),
    "animation": Style(
        (loud_motifs.blocks, loud_motifs.scales, loud_motifs.balloons),
        _of(
            "93DEC7 F9635A FFE27A 093A31",
            "A9D4FF FF7E4E FFF1B8 0C2C57",
            "FFDE8A 2F7DE1 FF6B5E 3A2500",
        ),
    ),
    "war": Style(
        (far_motifs.chevrons, far_motifs.rain, far_motifs.flags),
        _of("4A4A2A E9D9A2 2C2C16 FFFFFF", "5A1F1B E8C07A 35100E FFFFFF"),
    ),
    "music": Style(
        (quiet_motifs.record, quiet_motifs.equaliser, quiet_motifs.keys),
        _of("581B74 FF9ACD FFD84D FFFFFF", "0F3D63 FFD84D FF6F91 FFFFFF"),
    ),
    "documentary": Style(
        (quiet_motifs.aperture, quiet_motifs.lines_of_text, quiet_motifs.contact_sheet),
        _of("EDE6D8 C2412D 2B2722 2B2722", "DDE4E0 20655A 1E2B28 1E2B28"),
    ),
}
# The most telling genre first; a romance is one unless it is drawn or a thriller.
TELLING = {
    "Animation": "animation",
    "Children": "animation",
    "Children's": "animation",
    "Horror": "horror",
    "Musical": "music",
    "Sci-Fi": "scifi",
    "War": "war",
    "Western": "adventure",
    "Romance": "romance",
    "Crime": "crime",
    "Film-Noir": "thriller",
    "Mystery": "thriller",
    "Thriller": "thriller",
    "Fantasy": "adventure",
    "Adventure": "adventure",
    "Action": "action",
    "Comedy": "comedy",
    "Documentary": "documentary",
    "Drama": "drama",
}
MOST_VARIANTS = max(len(style.motifs) * len(style.duotones) for style in STYLES.values())


def style_of(genres: Sequence[str]) -> str:
    """The key of `STYLES`; drama for a film of no known genre."""
    if "Romance" in genres and not {"Animation", "Thriller"} & set(genres):
        return "romance"
    return next((style for genre, style in TELLING.items() if genre in genres), "drama")


def variants(films: Iterable[CoverFilm]) -> list[int]:
    """A variant for each film of a row, so that neighbours of one genre differ in both parts.

    A film keeps the variant of its id where that is possible.
    """
    found: list[int] = []
    before: dict[str, int] = {}  # style -> variant of its last film
    for film in films:
        style = STYLES[film.style]
        motifs, all_of_them = len(style.motifs), len(style.motifs) * len(style.duotones)
        own, last = film.seed % all_of_them, before.get(film.style)
        for step in range(all_of_them):
            variant = (own + step) % all_of_them
            if last is None or (
                variant % motifs != last % motifs and variant // motifs != last // motifs
            ):
                break
        before[film.style] = variant
        found.append(variant)
    return found


def cover(film: CoverFilm, variant: int | None = None, *, bare: bool = False) -> str:
    """The SVG of the film. `variant` is any whole number of 0 or more; None: the film's own."""
    style = STYLES[film.style]
    variant = film.seed if variant is None else variant
    motif = style.motifs[variant % len(style.motifs)]
    colours = style.duotones[variant // len(style.motifs) % len(style.duotones)]
    drawn = motif(colours, film.seed)
    if bare:
        return _document("0 112 208 200", colours.ground, drawn)
    is_old = film.year is not None and film.year < OLD_BEFORE
    text = CREAM if is_old and colours.text == WHITE else colours.text
    title, lowest = _title(film.title, text)
    slide = max(0.0, lowest - 96) * 0.55
    if slide:
        drawn = f'<g transform="translate(0 {slide:.0f})">{drawn}</g>'
    frame = (
        f'<rect x="5" y="5" width="198" height="302" rx="4" fill="none" stroke="{text}"'
        ' stroke-width="1.6" opacity=".55"/>'
    )
    year = "" if film.year is None else _year(film.year, colours.ground, text)
    parts = drawn + year + (frame if is_old else "") + title
    return _document(f"0 0 {WIDTH} {HEIGHT}", colours.ground, parts)


def wall(films: Sequence[CoverFilm], *, columns: int) -> str:
    """Covers side by side in one drawing, 8 apart; every other column begins half a cover higher.

    The drawing is as high as its full columns: what stands over is cut.
    """
    rows = len(films) // columns
    across, down = WIDTH + 8, HEIGHT + 8
    parts = ""
    numbers = variants(films)
    for place in range(rows * columns):
        row, column = divmod(place, columns)
        x, y = across * column, down * row - (down // 2 if column % 2 else 0)
        drawn = cover(films[place], numbers[place])
        parts += drawn.replace("<svg ", f'<svg x="{x}" y="{y}" ', 1)
    width, height = across * columns - 8, down * rows - 8 - down // 2
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{parts}</svg>'


def _document(view: str, ground: str, parts: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{WIDTH}"'
        f' height="{HEIGHT}" preserveAspectRatio="xMidYMax slice">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>{parts}</svg>'
    )


def _title(title: str, colour: str) -> tuple[str, float]:
    """The lines of the title, and the base line of the lowest."""
    size, lines = fitted(title)
    first, height = 16 + 0.88 * size, 1.12 * size
    texts = "".join(
        f'<text x="14" y="{first + height * place:.1f}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    face = f'font-weight="800" font-size="{size}" letter-spacing="{-0.035 * size:.2f}"'
    group = f'<g font-family="{FONTS}" {face} fill="{colour}">{texts}</g>'
    return group, first + height * (len(lines) - 1)


def _year(year: int, ground: str, colour: str) -> str:
    face = f'font-family="{FONTS}" font-size="22" font-weight="800" fill="{colour}"'
    return (
        f'<path d="M0 276h46a10 10 0 0 1 10 10v26H0z" fill="{ground}"/>'
        f'<text x="12" y="302" {face}>’{year % 100:02d}</text>'
    )
