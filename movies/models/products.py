"""What people pay for: plans, bundles, memberships and the like, with the history of each price."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import ClassVar, Literal

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from movies.models.platforms import Platform, localized

OFFICIAL = re.compile(r"[Cc]opy of the official page of ([^;]+)")

PRICE_OLD_AFTER = timedelta(days=90)  # staff are told
PRICE_DOUBTFUL_AFTER = timedelta(days=365)  # people who read an answer are told
FREEZE_TOLD_BEFORE = timedelta(days=60)
REQUIRED_PRODUCT = "product:"  # before the slug of the product without which this one is not sold
MOST_STREAMS = 20
REQUIREMENT = (
    r"^(product:[-a-zA-Z0-9_]{1,50}|phone_or_tv_line:[a-zA-Z0-9]{1,20}|credit_card"
    r"|existing_members|student|military|in_app_purchase)?$"
)
PriceWarning = Literal["", "old", "unfrozen"]


class FactCertainty(models.TextChoices):
    """How well a fact is supported."""

    OFFICIAL = "A", _("A: official page, or two sources")
    ONE_SOURCE = "B", _("B: one source")
    WEAK = "C", _("C: old, partial or doubtful source")
    HEARSAY = "D", _("D: hearsay")


class ProductQuerySet(models.QuerySet["Product"]):
    def on_sale(self, day: date) -> ProductQuerySet:
        """What is sold on that day, one row a slug: the newest that began by then.

        A newest row that has ended means that the product is not sold any more, even if an older
        row has no last day.
        """
        newer = Product.objects.filter(
            slug=OuterRef("slug"), valid_from__gt=OuterRef("valid_from"), valid_from__lte=day
        )
        is_sold = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        return self.filter(~Exists(newer), is_sold, valid_from__lte=day)

    def candidates(self, day: date) -> ProductQuerySet:
        """What an answer may propose on that day (`Product.is_candidate`)."""
        return self.on_sale(day).filter(
            Q(requires="") | Q(requires__startswith=REQUIRED_PRODUCT),
            kind__in=Product.CANDIDATE_KINDS,
            monthly_price__isnull=False,
        )

    def with_old_price(self, day: date) -> ProductQuerySet:
        """Products whose price was not checked in the 90 days before."""
        return self.filter(checked_on__lt=day - PRICE_OLD_AFTER)

    def with_ending_freeze(self, day: date) -> ProductQuerySet:
        """Products whose price may rise within 60 days, or since it was last checked."""
        return self.filter(
            price_frozen_until__lte=day + FREEZE_TOLD_BEFORE,
            price_frozen_until__gte=F("checked_on"),
        )

    def with_ended_promotion(self, day: date) -> ProductQuerySet:
        return self.filter(promotion_until__lt=day)


class Product(models.Model):
    """What a person pays for each month, from `valid_from` on.

    A changed price is a new row of the same slug with a later `valid_from`.
    """

    class Kind(models.TextChoices):
        PLAN = "plan", _("Plan")
        AD_TIER = "ad_tier", _("Ad tier")
        BUNDLE = "bundle", _("Bundle")
        MEMBERSHIP = "membership", _("Membership")
        ADDON = "addon", _("Add-on")
        FREE = "free", _("Free tier")
        TELECOM = "telecom", _("Phone plan")
        TELECOM_ADDON = "telecom_addon", _("Add-on of a phone plan")
        IPTV = "iptv", _("TV line")
        CARD = "card", _("Card offer")

    class Resolution(models.IntegerChoices):
        """Lines of the picture."""

        SD = 480, "480p"
        HD = 720, "720p"
        FULL_HD = 1080, "1080p"
        UHD = 2160, "4K"

    CANDIDATE_KINDS: ClassVar = (
        Kind.PLAN, Kind.AD_TIER, Kind.BUNDLE, Kind.MEMBERSHIP, Kind.ADDON, Kind.FREE,
    )  # fmt: skip

    slug = models.SlugField(
        verbose_name=_("slug"), help_text=_("The same for all prices of one product")
    )
    name = models.CharField(
        verbose_name=_("name"), help_text=_("As the provider writes it in English"), max_length=100
    )
    name_ko = models.CharField(
        verbose_name=_("Korean name"),
        help_text=_("As people in Korea call it"),
        max_length=100,
        blank=True,
    )
    kind = models.CharField(
        verbose_name=_("kind"),
        help_text=_("A plan of one platform, or a bundle of several"),
        max_length=13,
        choices=Kind,
        default=Kind.PLAN,
    )
    platforms = models.ManyToManyField(
        Platform,
        verbose_name=_("platforms"),
        help_text=_("What the product gives access to"),
        related_name="products",
    )
    monthly_price = models.PositiveIntegerField(
        verbose_name=_("monthly price"),
        null=True,
        blank=True,
        help_text=_("Won a month; empty while nobody has checked it"),
    )
    yearly_price = models.PositiveIntegerField(
        verbose_name=_("yearly price"),
        null=True,
        blank=True,
        help_text=_("Won for twelve months paid at once"),
    )
    has_ads = models.BooleanField(
        verbose_name=_("with ads"), help_text=_("Ads between or before films"), default=False
    )
    max_resolution = models.PositiveSmallIntegerField(
        verbose_name=_("best picture"),
        null=True,
        blank=True,
        choices=Resolution,
        help_text=_("Empty: not published"),
    )
    streams = models.PositiveSmallIntegerField(
        verbose_name=_("screens at once"),
        null=True,
        blank=True,
        help_text=_("Screens at the same time; empty: not published"),
    )
    downloads = models.PositiveSmallIntegerField(
        verbose_name=_("downloads"),
        null=True,
        blank=True,
        help_text=_("Devices or titles, as published; empty: not published"),
    )
    excluded_content = models.CharField(
        verbose_name=_("not included"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("What is on the platform but not in it"),
    )
    condition = models.CharField(
        verbose_name=_("condition"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("What to know before buying it"),
    )
    requires = models.CharField(
        verbose_name=_("requires"),
        max_length=60,
        blank=True,
        default="",
        validators=[RegexValidator(REQUIREMENT, _("Not a known requirement."))],
        help_text=_(
            "Who can buy it; empty: anybody. product:SLUG, phone_or_tv_line:WHO (or any), "
            "credit_card, existing_members, student, military, in_app_purchase"
        ),
    )
    promotion = models.CharField(
        verbose_name=_("promotion"),
        help_text=_("What the provider calls it; empty without one"),
        max_length=200,
        blank=True,
        default="",
    )
    promotion_price = models.PositiveIntegerField(
        verbose_name=_("promotion price"),
        null=True,
        blank=True,
        help_text=_("Won a month until the promotion ends"),
    )
    promotion_until = models.DateField(
        verbose_name=_("promotion until"),
        help_text=_("The last day of the promotion"),
        null=True,
        blank=True,
    )
    price_frozen_until = models.DateField(
        verbose_name=_("price frozen until"),
        null=True,
        blank=True,
        help_text=_("The provider promised this price until that day"),
    )
    closure_warning = models.CharField(
        verbose_name=_("closure warning"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("Why it may close; people read this"),
    )
    valid_from = models.DateField(
        verbose_name=_("first day"),
        help_text=_("First day of this price; a new price is a new product of the same slug"),
    )
    valid_to = models.DateField(
        verbose_name=_("last day"),
        help_text=_("The last day of this price; empty as long as it is sold"),
        null=True,
        blank=True,
    )
    source = models.CharField(
        verbose_name=_("source"), max_length=200, help_text=_("Where the price was read")
    )
    source_url = models.URLField(
        verbose_name=_("address of the source"),
        help_text=_("A page where everybody can check it"),
        blank=True,
    )
    sign_up_page = models.URLField(
        _("page to sign up"), blank=True, default="", db_default="", help_text=_("Empty: its OTT's")
    )
    checked_on = models.DateField(
        verbose_name=_("checked on"), help_text=_("The day on which you looked it up")
    )
    certainty = models.CharField(
        verbose_name=_("certainty"),
        help_text=_("How sure the source makes it"),
        max_length=1,
        choices=FactCertainty,
        default=FactCertainty.ONE_SOURCE,
        db_default="B",
    )
    shipped = models.JSONField(
        verbose_name=_("row as shipped"),
        null=True,
        editable=False,
        help_text=_("The row as the project shipped it"),
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["slug", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug", "valid_from"],
                name="product_once_a_first_day",
                violation_error_message=_("This product has another price from that day on."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="product_valid_to_not_before_from",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "plan",
                        "ad_tier",
                        "bundle",
                        "membership",
                        "addon",
                        "free",
                        "telecom",
                        "telecom_addon",
                        "iptv",
                        "card",
                    ]
                ),
                name="product_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="ad_tier") | Q(has_ads=True),
                name="product_ad_tier_has_ads",
                violation_error_message=_("An ad tier has ads."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="free") | Q(monthly_price=0),
                name="product_free_costs_nothing",
                violation_error_message=_("A free tier costs 0 won."),
            ),
            models.CheckConstraint(
                condition=Q(yearly_price__isnull=True)
                | Q(yearly_price__lte=F("monthly_price") * 12),
                name="product_year_not_dearer",
                violation_error_message=_("A year costs more than twelve months."),
            ),
            models.CheckConstraint(
                condition=Q(max_resolution__isnull=True)
                | Q(max_resolution__in=[480, 720, 1080, 2160]),
                name="product_resolution_known",
            ),
            models.CheckConstraint(
                condition=Q(streams__isnull=True) | Q(streams__range=(1, MOST_STREAMS)),
                name="product_streams_in_range",
                violation_error_message=_("Between 1 and 20 screens at the same time."),
            ),
            models.CheckConstraint(
                condition=Q(requires__regex=REQUIREMENT), name="product_requirement_known"
            ),
            models.CheckConstraint(
                condition=~Q(requires=Concat(Value(REQUIRED_PRODUCT), F("slug"))),
                name="product_not_its_own_requirement",
                violation_error_message=_("A product cannot require itself."),
            ),
            models.CheckConstraint(
                condition=Q(promotion_price__isnull=True)
                | Q(promotion_until__isnull=False, promotion_price__lt=F("monthly_price")),
                name="product_promotion_ends_and_saves",
                violation_error_message=_(
                    "A promotion needs its last day, and costs less than the usual price."
                ),
            ),
            models.CheckConstraint(
                condition=Q(promotion_until__isnull=True) | Q(promotion_until__gte=F("valid_from")),
                name="product_promotion_not_before",
                violation_error_message=_("The promotion ends before the product begins."),
            ),
            models.CheckConstraint(
                condition=Q(price_frozen_until__isnull=True)
                | Q(price_frozen_until__gte=F("valid_from")),
                name="product_freeze_not_before",
                violation_error_message=_("The price freeze ends before the product begins."),
            ),
            models.CheckConstraint(
                condition=Q(certainty__in=["A", "B", "C", "D"]), name="product_certainty_known"
            ),
        ]

    def __str__(self) -> str:
        return localized(self.name_ko, self.name)

    @property
    def cited(self) -> str:
        """Its source, in the language of the page as far as that is not a name."""
        text = gettext("Copy of the official page of %(who)s")
        return OFFICIAL.sub(lambda found: text % {"who": found[1]}, self.source)

    def price_on(self, day: date) -> int | None:
        """Won a month on that day: the promotion's price until it ends; None: not known."""
        promoted = self.promotion_price is not None and self.promotion_until is not None
        if promoted and self.promotion_until >= day:  # type: ignore[operator]
            return self.promotion_price
        return self.monthly_price

    @property
    def required_product(self) -> str:
        """The slug of the product without which this one is not sold; "" if there is none."""
        before, _colon, slug = self.requires.partition(":")
        return slug if before + ":" == REQUIRED_PRODUCT else ""

    @property
    def is_for_everybody(self) -> bool:
        """Whether anybody can buy it, at most together with another product.

        What needs a phone or TV line, a card, a status or the app store is only something that a
        person may have already.
        """
        anybody_can = self.requires == "" or self.required_product != ""
        return self.kind in self.CANDIDATE_KINDS and anybody_can

    @property
    def is_candidate(self) -> bool:
        """Whether an answer may propose it while it is on sale: without a price it cannot."""
        return self.is_for_everybody and self.monthly_price is not None

    def price_warning(self, day: date) -> PriceWarning:
        """Why the price may be wrong: "old" from 12 months after its check on, "unfrozen" if the
        provider's promise has ended since it was checked, or ""."""
        if self.checked_on <= day - PRICE_DOUBTFUL_AFTER:
            return "old"
        frozen = self.price_frozen_until
        return "unfrozen" if frozen is not None and self.checked_on <= frozen < day else ""
