"""Variables of every page's context."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from common.selectors import data_set_in_use


def data_set(request: HttpRequest) -> dict[str, Any]:
    """`data_set`: the ledger row of the data set in use; queried only if the page shows it."""
    return {"data_set": SimpleLazyObject(data_set_in_use)}
