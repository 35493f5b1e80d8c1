"""Reads for all apps."""

from __future__ import annotations

from common.models import SAMPLE, DataLoad


def data_set_in_use() -> DataLoad | None:
    """The MovieLens data set that was loaded last, or None before the first load."""
    return DataLoad.objects.latest_of(DataLoad.Kind.MOVIELENS)


def sample_in_use() -> bool:
    """Whether the data set in use is the bundled sample, with invented ratings and availability."""
    data_sets = DataLoad.objects.filter(kind=DataLoad.Kind.MOVIELENS).order_by("-pk")
    return data_sets.values_list("id_space", flat=True).first() == SAMPLE
