"""A delivery after a recipe: the chosen tables in the chosen formats, in a folder that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from checks.small_numbers import SMALLEST
from exports.csv_files import stream_csv
from exports.excel import write_workbook
from exports.files import quoted
from exports.klokebok_files import write_klokebok_csv
from exports.labels import labels_of
from exports.package import SPILL, open_file
from exports.selection import Recipe, choose, save_recipe
from exports.small_groups import small_groups
from exports.statistics_files import write_dta, write_sav
from exports.whole import whole_folder

RECIPE = "oppskrift.yaml"


def deliver(
    file: Path,
    chosen: Recipe,
    folder: Path,
    key: bytes | None = None,
    progress: Callable[[str], None] = lambda _: None,
    smallest: int = SMALLEST,
) -> list[str]:
    """Write what `chosen` asks for from one published `file` into `folder`; returns sentences that warn of groups of
    fewer than `smallest` patients.

    Each table is a file <tabell>.<format>; for DuckDB and Excel one file, «uttrekk», has all tables. The recipe and the
    klokebok are written beside them. With `key` PasientID and ForlopsID are replaced by new numbers. Raises REG-190–192,
    194 or 195.
    """
    with whole_folder(folder) as unfinished, open_file(file, unfinished / SPILL) as con:
        queries = choose(con, chosen, key)
        for ending in chosen.formater:
            progress(f"Skriver {ending} …")
            _WRITERS[ending](con, queries, unfinished)
        write_klokebok_csv(con, unfinished / "klokebok.csv")
        save_recipe(chosen, unfinished / RECIPE)
        return small_groups(con, smallest)


def _csv(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    for table, query in queries.items():
        stream_csv(con, query, folder / f"{table}.csv")


def _parquet(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    for table, query in queries.items():
        con.execute(
            f"copy ({query}) to {quoted(folder / f'{table}.parquet')} (format parquet, compression zstd, row_group_size 20000)"
        )


def _duckdb(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    """Write one DuckDB file with every table and the klokebok; a column's comment says what the column means."""
    con.execute(f"attach {quoted(folder / 'uttrekk.duckdb')} as ut")
    try:
        for table, query in ({**queries, "klokebok": "select * from klokebok order by rowid"}).items():
            con.execute(f"create table ut.main.{table} as {query}")
            for name, known in labels_of(con, f"ut.main.{table}").items():
                con.execute(f'comment on column ut.main.{table}."{name}" is {quoted(known.label)}')
    finally:
        con.execute("detach ut")


def _sav(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    for table, query in queries.items():
        write_sav(con, query, labels_of(con, table), folder / f"{table}.sav")


def _dta(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    for table, query in queries.items():
        write_dta(con, query, labels_of(con, table), folder / f"{table}.dta")


def _xlsx(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    write_workbook(con, {**queries, "klokebok": "select * from klokebok order by rowid"}, folder / "uttrekk.xlsx")


_WRITERS: dict[str, Callable[[duckdb.DuckDBPyConnection, Mapping[str, str], Path], None]] = {
    "csv": _csv,
    "parquet": _parquet,
    "duckdb": _duckdb,
    "sav": _sav,
    "dta": _dta,
    "xlsx": _xlsx,
}
