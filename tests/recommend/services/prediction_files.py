"""Files of predicted ratings for the tiny 1M, as an engine would write them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

HEADER = "ml_user_id,movie_id,rating,rank\n"
# Pairs that nobody has rated: user 1 knows 1, 260, 2571; user 2 knows 1, 29, 260.
GOOD = ("1,29,4.75,1", "1,1210,3.5,2", "2,2571,0.5,1")


def csv_file(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "predictions.csv"
    path.write_text(header + "".join(f"{line}\n" for line in lines))
    return path


def parquet_file(folder: Path, *lines: str, **types: str) -> Path:
    path = folder / "predictions.parquet"
    rows = [line.split(",") for line in lines]
    columns = {"ml_user_id": "int64", "movie_id": "int64", "rating": "float64", "rank": "int64"}
    pd.DataFrame(rows, columns=list(columns)).astype(columns | types).to_parquet(path, index=False)
    return path
