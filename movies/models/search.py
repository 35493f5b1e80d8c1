"""What films are searched by: their folded titles, in a table of their own.

The table is narrow: a change of availability rewrites none of it, and much of it stays in memory.
`movies.titles.index` keeps it in step with the titles.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from movies.models.catalogue import Movie


class TitleIndex(models.Model):
    """How one film is found by its titles; `movies.titles.folding` explains `names` and `keys`.

    `rating_count` is the film's. `made_from` is a digest of the titles and the folding's number,
    which shows when either has changed.
    """

    movie = models.OneToOneField(
        Movie,
        verbose_name=_("movie"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="title_index",
    )
    rating_count = models.PositiveIntegerField(verbose_name=_("number of ratings"))
    names = models.TextField(verbose_name=_("titles as written"))
    keys = ArrayField(models.IntegerField(), verbose_name=_("search keys"))
    made_from = models.UUIDField(verbose_name=_("made from"))

    class Meta:
        verbose_name = _("searched titles")
        verbose_name_plural = _("searched titles")
        indexes = [
            models.Index(F("rating_count").desc(), F("movie"), name="titleindex_best_known"),
            # New keys wait in a list that every search reads whole: keep it short (in KB).
            GinIndex(fields=["keys"], name="titleindex_keys", gin_pending_list_limit=512),
        ]

    def __str__(self) -> str:
        return str(self.movie_id)
