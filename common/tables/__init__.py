"""Reading tables strictly, CSV and Parquet: every fault names the file and the line.

`read_table`, `parse_table` and `read_parquet` give a frame with a `line` column (1-based, of the
file). The functions named for a type turn one column into it, or say which line is wrong.
"""

from common.tables.cells import refuse_cells_without_value, refuse_formulas_without_value
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
from common.tables.encodings import (
    CP949,
    NAMES,
    UTF_8,
    UTF_16,
    UTF_16_MARKS,
    EncodingFinder,
    encoding_of,
)
from common.tables.faults import Faults, SeveralFaultsError, every_fault, expect, first_fault, shown
from common.tables.headers import Header, Spellings, folded, read_header, refuse_doubles
from common.tables.parquet import other_columns, read_parquet
from common.tables.reading import check_header, parse_table, read_table
from common.tables.variants import Variant, read_variant, reading
from common.tables.workbooks import (
    MEGABYTE,
    WorkbookLimits,
    refuse_large_sheets,
    refuse_large_workbook,
)
