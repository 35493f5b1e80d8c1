"""Invitations into a household: codes that lead to a result's numbers and to nothing else.

A code names the result by the id of its shared page, signed, so that nobody who only knows that
page can make one. It opens no result and deletes none; it ends with the result.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.core.signing import BadSignature, Signer

from ottstats.models import PlatformRecommendation

SALT = "recommend.invitation"


def invitation(share_id: UUID) -> str:
    """The code of a result, by the id of its shared page."""
    return f"{share_id}.{_signature(share_id)}"


def share_id_of(code: str) -> UUID | None:
    """None for a code that is altered or none at all."""
    text, _dot, signature = code.partition(".")
    try:
        share_id = UUID(text)
        Signer(salt=SALT).unsign(f"{share_id}:{signature}")
    except (ValueError, BadSignature):
        return None
    return share_id


def invited(share_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The results by the ids of their shared pages, in one query; those that are gone are not."""
    rows = PlatformRecommendation.objects.filter(share_id__in=share_ids)
    return dict(rows.values_list("share_id", "user"))


def _signature(share_id: UUID) -> str:
    return Signer(salt=SALT).signature(str(share_id))
