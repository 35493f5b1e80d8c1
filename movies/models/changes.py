"""When the catalogue changed, so that every process knows whether what it keeps still holds."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

# Another one after each committed change of what is shown of films. All numbers, not the largest
# one: transactions do not commit in the order in which they begin.
VERSION = """
SELECT count(*), coalesce(max(id), 0), coalesce(sum(hashint8extended(id, 0)), 0)
FROM movies_cataloguechange
"""

Version = tuple[int, int, int]


class CatalogueChange(models.Model):
    """One statement that changed what is shown of films.

    Triggers on `Movie` (migration 0015) add it in the transaction of the change, whatever code
    makes it, and delete all but the newest few hundred.
    """

    id = models.BigAutoField(verbose_name=_("number"), primary_key=True)

    class Meta:
        verbose_name = _("change of the catalogue")
        verbose_name_plural = _("changes of the catalogue")

    def __str__(self) -> str:
        return f"#{self.pk}"
