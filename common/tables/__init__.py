"""Reading tables strictly, CSV and Parquet: every fault names the file, the line and the cure.

`read_table`, `parse_table` and `read_parquet` read the project's own formats, `record_frame` the
layouts of others; all give a frame with a `line` column (1-based, of the file). The functions
named for a type turn one column into it, or say which line is wrong.
"""

from common.tables.columns import (
    DAY,
    LARGEST_INTEGER,
    LAST_DAY,
    as_text,
    days,
    instants,
    integers,
    numbers,
    records,
    short_texts,
    truth_values,
    unique_ids,
    unique_rows,
    whole_numbers,
)
from common.tables.dialects import BOM, decode, no_rows, record_frame, split_records
from common.tables.faults import Faults, expect, first_fault, shown
from common.tables.parquet import read_parquet
from common.tables.reading import check_header, parse_table, read_table

__all__ = [
    "BOM",
    "DAY",
    "LARGEST_INTEGER",
    "LAST_DAY",
    "Faults",
    "as_text",
    "check_header",
    "days",
    "decode",
    "expect",
    "first_fault",
    "instants",
    "integers",
    "no_rows",
    "numbers",
    "parse_table",
    "read_parquet",
    "read_table",
    "record_frame",
    "records",
    "short_texts",
    "shown",
    "split_records",
    "truth_values",
    "unique_ids",
    "unique_rows",
    "whole_numbers",
]
