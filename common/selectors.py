"""Reads of the ledger of loads that all apps share."""

from __future__ import annotations

from common.models import DataLoad


def data_set_in_use() -> DataLoad | None:
    """The MovieLens data set that was loaded last, or None before the first load."""
    return DataLoad.objects.latest_of(DataLoad.Kind.MOVIELENS)


def sample_in_use() -> bool:
    """Whether the data set in use is the bundled sample, with invented ratings and availability."""
    data_set = data_set_in_use()
    return data_set is not None and data_set.is_sample
