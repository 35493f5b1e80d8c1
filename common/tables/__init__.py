"""Reading tables strictly, CSV and Parquet: every fault names the file, the line and the cure.

`read_table`, `parse_table` and `read_parquet` give a frame with a `line` column (1-based, of the
file). The functions named for a type turn one column into it, or say which line is wrong.
"""

from common.tables.columns import (
    DAY,
    LAST_DAY,
    as_text,
    days,
    instants,
    integers,
    numbers,
    records,
    truth_values,
    unique_rows,
)
from common.tables.faults import Faults, first_fault, shown
from common.tables.parquet import read_parquet
from common.tables.reading import check_header, parse_table, read_table

__all__ = [
    "DAY",
    "LAST_DAY",
    "Faults",
    "as_text",
    "check_header",
    "days",
    "first_fault",
    "instants",
    "integers",
    "numbers",
    "parse_table",
    "read_parquet",
    "read_table",
    "records",
    "shown",
    "truth_values",
    "unique_rows",
]
