"""What the second step offers to wish for: series, shows, sport and products of today, as tiles.

Reads only. Every tile says where and when its fact was read.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from movies.models import Attraction, Platform, Product
from survey.models import AnsweredWishes

SHOWN_FIRST = 6  # tiles of a group; the others are folded away
OWNED_KINDS = (  # what people have for another reason than to watch, or by a contract
    Product.Kind.MEMBERSHIP,
    Product.Kind.TELECOM,
    Product.Kind.TELECOM_ADDON,
    Product.Kind.IPTV,
    Product.Kind.CARD,
)
HANGUL = re.compile(r"[\u3131-\u318e\uac00-\ud7a3]")
DRAWINGS = {  # by category as the file of attractions has it
    "야구": "baseball",
    "축구": "football",
    "농구": "basketball",
    "격투기": "fight",
    "테니스": "tennis",
    "모터스포츠": "racing",
    "애니메이션": "animation",
    "다큐멘터리": "documentary",
}


@dataclass(frozen=True)
class OnOffer:
    """What can be chosen on a day. `products` are all on sale, by slug."""

    day: date
    platforms: Sequence[Platform]
    attractions: Sequence[Attraction]
    products: Mapping[str, Product]

    @property
    def ownable(self) -> list[Product]:
        return [one for one in self.products.values() if one.kind in OWNED_KINDS]


@dataclass(frozen=True)
class WishTile:
    """`detail` is where it can be watched, or what it costs; `other_names` are found too.

    `source` and `checked` are ready texts: the template has some 150 tiles to render.
    """

    slug: str
    name: str
    detail: str
    source: str
    checked: str
    drawing: str = ""
    other_names: Sequence[str] = ()
    is_chosen: bool = False

    @property
    def is_korean(self) -> bool:
        """Whether the name is Korean, which pages in another language mark."""
        return bool(HANGUL.search(self.name))


@dataclass(frozen=True)
class TileGroup:
    """Tiles of one kind: those shown at once, and the others."""

    kind: str
    name: str
    first: Sequence[WishTile]
    more: Sequence[WishTile]

    @property
    def size(self) -> int:
        return len(self.first) + len(self.more)


def on_offer(day: date) -> OnOffer:
    """Four queries."""
    attractions = Attraction.objects.offered(day).defer("shipped").prefetch_related("places")
    products = Product.objects.on_sale(day).defer("shipped").order_by("monthly_price", "slug")
    return OnOffer(
        day=day,
        platforms=list(Platform.objects.offered().named()),
        attractions=list(attractions),
        products={product.slug: product for product in products},
    )


def left_out(wishes: AnsweredWishes, offered: OnOffer) -> list[str]:
    """The names of what was wished before and is not on offer any more."""
    must_have = set(wishes.must_have) - {one.slug for one in offered.attractions}
    owned = set(wishes.owned) - {one.slug for one in offered.ownable}
    rows: list[Attraction | Product] = []
    if must_have:
        rows += Attraction.objects.filter(slug__in=must_have)
    if owned:
        rows += (
            Product.objects.filter(slug__in=owned).order_by("slug", "-valid_from").distinct("slug")
        )
    return sorted(str(row) for row in rows)


def attraction_groups(offered: OnOffer, chosen: Collection[str]) -> list[TileGroup]:
    """By kind. First what is chosen, then the newest of each platform in turn; the rest by name."""
    groups = []
    for kind in Attraction.Kind:
        rows = [one for one in offered.attractions if one.kind == kind]
        picked = [one for one in rows if one.slug in chosen]
        others = [one for one in _platforms_in_turn(rows) if one.slug not in chosen]
        few = [*picked, *others[: max(SHOWN_FIRST - len(picked), 0)]]
        rest = sorted((one for one in rows if one not in few), key=str)
        groups.append(
            TileGroup(
                kind.value,
                str(kind.label),
                [_attraction_tile(one, offered, chosen) for one in few],
                [_attraction_tile(one, offered, chosen) for one in rest],
            )
        )
    return [group for group in groups if group.size]


def owned_groups(offered: OnOffer, chosen: Collection[str]) -> list[TileGroup]:
    """By kind, what is chosen first, else the cheapest."""
    groups = []
    for kind in OWNED_KINDS:
        rows = [one for one in offered.ownable if one.kind == kind]
        rows.sort(key=lambda one: one.slug not in chosen)
        tiles = [_product_tile(one, offered.day, chosen) for one in rows]
        count = max(SHOWN_FIRST, sum(tile.is_chosen for tile in tiles))
        groups.append(TileGroup(kind.value, str(kind.label), tiles[:count], tiles[count:]))
    return [group for group in groups if group.size]


def _platforms_in_turn(rows: Iterable[Attraction]) -> Iterator[Attraction]:
    """So that no platform has all the first tiles."""
    newest_first = sorted(rows, key=lambda one: (-(one.year or 0), str(one)))
    queues: dict[str, deque[Attraction]] = defaultdict(deque)
    for row in newest_first:
        queues[min(place.platform_id for place in row.places.all())].append(row)
    while queues:
        for platform in list(queues):
            yield queues[platform].popleft()
            if not queues[platform]:
                del queues[platform]


def _attraction_tile(row: Attraction, offered: OnOffer, chosen: Collection[str]) -> WishTile:
    return WishTile(
        slug=row.slug,
        name=str(row),
        detail=_where(row, offered),
        source=_source(row.source),
        checked=_checked(row.checked_on),
        drawing=DRAWINGS.get(row.category, row.kind),
        other_names=[
            name for name in (row.title_ko, row.title, row.category) if name and name != str(row)
        ],
        is_chosen=row.slug in chosen,
    )


def _where(row: Attraction, offered: OnOffer) -> str:
    """The platforms that are compared, and the products that it takes there."""
    named = {platform.pk: str(platform) for platform in offered.platforms}
    places = [place for place in row.places.all() if place.platform_id in named]
    names = list(dict.fromkeys(named[place.platform_id] for place in places))
    needed = [place.product_slug for place in places if place.product_slug in offered.products]
    if needed and len(needed) == len(places):
        products = [str(offered.products[slug]) for slug in needed]
        return _(" or ").join(products)
    if len(names) == 1 and any(place.is_exclusive for place in places):
        return _("only on %(platform)s") % {"platform": names[0]}
    return ", ".join(names)


def _product_tile(product: Product, day: date, chosen: Collection[str]) -> WishTile:
    price = product.price_on(day)
    return WishTile(
        slug=product.slug,
        name=str(product),
        detail="" if price is None else _("%(price)s won a month") % {"price": f"{price:,}"},
        source=_source(product.cited),
        checked=_checked(product.checked_on),
        is_chosen=product.slug in chosen,
    )


def _source(source: str) -> str:
    return _("Source: %(source)s,") % {"source": source}


def _checked(day: date) -> str:
    return _("checked %(day)s") % {"day": day.isoformat()}
