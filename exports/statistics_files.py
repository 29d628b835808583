"""SPSS and Stata files with variable labels, value labels and user-missing values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyreadstat

from exports.labels import Labels

# Any, because pyreadstat takes polars' frames and Stata's letters, but its type annotations do not say so.
readstat: Any = pyreadstat
# Stata's names of missing values are letters.
_LETTERS = {9: "a", 99: "b"}
# The format of Stata 14: that of 15 is for more variables than ours have, and only Stata/MP opens it.
_STATA = 14
_LONGEST = 80  # characters of a label in Stata
# The time of making that every .sav file gets, so that the same rows give the same bytes, and its place in the file.
_SAV_MADE, _SAV_PLACE = b"01 Jan 0000:00:00", 92
_DTA_MADE, _DTA_MARK = b"01 Jan 2000 00:00", b"<timestamp>\x11"


def write_sav(con: duckdb.DuckDBPyConnection, query: str, labels: Mapping[str, Labels], path: Path) -> None:
    """Write the rows of `query` as SPSS. 9 and 99 «Vet ikke» stay as values that SPSS counts as missing."""
    frame = _frame(con, query)
    present = _present(frame, labels)
    readstat.write_sav(
        frame,
        str(path),
        row_compress=True,
        column_labels={name: known.label for name, known in present.items()},
        variable_value_labels={name: known.texts for name, known in present.items() if known.texts},
        missing_ranges={name: list(known.missing) for name, known in present.items() if known.missing},
    )
    _overwrite(path, _SAV_PLACE, _SAV_MADE)


def write_dta(con: duckdb.DuckDBPyConnection, query: str, labels: Mapping[str, Labels], path: Path) -> None:
    """Write the rows of `query` as Stata. «Vet ikke» becomes the missing value .a (9) or .b (99), with its label."""
    frame = _frame(con, query)
    present = _present(frame, labels)
    lettered = {name: [_LETTERS[code] for code in known.missing] for name, known in present.items() if known.missing}
    readstat.write_dta(
        frame.with_columns(_lettered(frame[name], present[name]) for name in lettered),
        str(path),
        column_labels={name: _short(known.label, name) for name, known in present.items()},
        variable_value_labels={name: _texts(known) for name, known in present.items() if known.texts},
        missing_user_values=lettered,
        version=_STATA,
    )
    with path.open("rb") as file:
        place = file.read(1000).index(_DTA_MARK) + len(_DTA_MARK)
    _overwrite(path, place, _DTA_MADE)


def _short(label: str, name: str) -> str:
    """A label of at most 80 characters, all that Stata takes; one that is cut has the variable's name, so that no two are alike."""
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - len(name) - 2].strip()}… {name}"


def _overwrite(path: Path, place: int, words: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(words)


def _frame(con: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """The rows of `query`, with decimals as doubles, the only decimals that either program has, and true as 1.

    DuckDB converts them while they are read, because a decimal takes twice the memory.
    """
    described = con.execute(f"describe {query}").fetchall()
    types = {"DECIMAL": "double", "BOOLEAN": "tinyint"}
    columns = (
        f'"{name}"::{types[kind]} as "{name}"' if (kind := whole.partition("(")[0]) in types else f'"{name}"'
        for name, whole, *_ in described
    )
    return con.execute(f"select {', '.join(columns)} from ({query})").pl()


def _present(frame: pl.DataFrame, labels: Mapping[str, Labels]) -> dict[str, Labels]:
    """The labels of the columns in the frame, without those of text columns, which have no codes to label."""
    return {
        name: labels[name] if kind.is_numeric() else Labels(labels[name].label, {}, ())
        for name, kind in frame.schema.items()
        if name in labels
    }


def _lettered(column: pl.Series, known: Labels) -> pl.Series:
    letters = {code: _LETTERS[code] for code in known.missing}
    values = [letters.get(value, value) for value in column.to_list()]
    return pl.Series(column.name, values, dtype=pl.Object)


def _texts(known: Labels) -> dict[int | str, str]:
    """Value labels by code, or by letter for missing values."""
    return {_LETTERS[code] if code in known.missing else code: text for code, text in known.texts.items()}
