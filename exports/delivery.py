"""A delivery after a recipe: the chosen tables in the chosen formats, in a folder that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml

from checks.small_numbers import SMALLEST
from exports import codebook_log
from exports.changed_codes import changed_codes
from exports.csv_files import stream_csv
from exports.excel import write_workbook
from exports.files import quoted
from exports.klokebok_files import write_klokebok_csv
from exports.labels import labels_of
from exports.package import SPILL, open_file
from exports.publish import merged_in_words
from exports.selection import Recipe, choose, save_recipe
from exports.small_groups import small_groups
from exports.statistics_files import write_dta, write_sav
from exports.whole import whole_folder

RECIPE, PROVENANCE = "oppskrift.yaml", "opphav.yaml"


@dataclass(frozen=True)
class Told:
    """What whoever asked for a delivery must know of it: groups of few patients, and that codes were changed meanwhile."""

    small: list[str]
    codes: str


def deliver(
    file: Path,
    chosen: Recipe,
    folder: Path,
    key: bytes | None = None,
    progress: Callable[[str], None] = lambda _: None,
    smallest: int = SMALLEST,
) -> Told:
    """Write what `chosen` asks for from one published `file` into `folder`; returns what is to be told of it, with groups of
    fewer than `smallest` patients.

    Each table is a file <tabell>.<format>; for DuckDB and Excel one file, «uttrekk», has all tables and what explains them. The
    recipe, the klokebok and its changes, what each column is, and which publishing it all comes from, are written beside them.
    With `key` PasientID and ForlopsID are replaced by new numbers. Raises REG-190–192, 194 or 195.
    """
    with whole_folder(folder) as unfinished, open_file(file, unfinished / SPILL) as con:
        queries = choose(con, chosen, key)
        for ending in chosen.formater:
            progress(f"Skriver {ending} …")
            _WRITERS[ending](con, queries, unfinished)
        write_klokebok_csv(con, unfinished / "klokebok.csv")
        stream_csv(con, _dictionary(chosen.tabeller), unfinished / "kolonner.csv")
        if codebook_log.is_in(con):
            stream_csv(con, codebook_log.TABLE, unfinished / "kodebokendringer.csv")
        save_recipe(chosen, unfinished / RECIPE)
        told = Told(small_groups(con, smallest), changed_codes(con, chosen))
        _save_provenance(con, file, told.codes, unfinished / PROVENANCE)
        return told


def _dictionary(tables: Iterable[str]) -> str:
    """The query of what every column of the tables is."""
    named = ", ".join(quoted(table) for table in tables)
    return f"select * from kolonner where tabell in ({named}) order by tabell, nr"


def _explained(queries: Mapping[str, str]) -> dict[str, str]:
    """The tables, and those that explain them, for a file that has all of it."""
    return {**queries, "klokebok": "select * from klokebok order by rowid", "kolonner": _dictionary(queries)}


def _save_provenance(con: duckdb.DuckDBPyConnection, file: Path, codes: str, path: Path) -> None:
    """Write which publishing the delivery comes from, what that was made with, and what is said of changed codes."""
    (said,) = con.execute("from publisering").pl().to_dicts()
    told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in said.items()}
    words: dict[str, Any] = {"fil": file.name, "publisering": told} | ({"koder": codes} if codes else {})
    if sentence := merged_in_words(said["n_slaatt_sammen"]):
        words["endringer"] = [f"{sentence.strip()} PasientID-en som ikke brukes lenger, er ikke i filen."]
    path.write_text(yaml.safe_dump(words, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _csv(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    for table, query in queries.items():
        stream_csv(con, query, folder / f"{table}.csv")


def _parquet(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    for table, query in queries.items():
        words = con.execute(
            "select json_group_array(json_object('kolonne', kolonne, 'merkelapp', merkelapp, 'beskrivelse', beskrivelse,"
            " 'koder', koder, 'vet_ikke', vet_ikke)) from (from kolonner where tabell = ? order by nr)",
            [table],
        ).fetchall()[0][0]
        con.execute(
            f"copy ({query}) to {quoted(folder / f'{table}.parquet')} (format parquet, compression zstd, row_group_size 20000,"
            f" kv_metadata {{kolonner: {quoted(words)}}})"
        )


def _duckdb(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    """Write one DuckDB file with every table and what explains them; a column's comment says what the column means."""
    con.execute(f"attach {quoted(folder / 'uttrekk.duckdb')} as ut")
    try:
        for table, query in _explained(queries).items():
            con.execute(f"create table ut.main.{table} as {query}")
            there = {column[0] for column in con.execute(f"describe ut.main.{table}").fetchall()}
            said = con.execute("select kolonne, beskrivelse from kolonner where tabell = ?", [table]).fetchall()
            for name, text in ((name, text) for name, text in said if name in there):
                con.execute(f'comment on column ut.main.{table}."{name}" is {quoted(text)}')
    finally:
        con.execute("detach ut")


def _sav(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    for table, query in queries.items():
        write_sav(con, query, labels_of(con, table), folder / f"{table}.sav")


def _dta(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    for table, query in queries.items():
        write_dta(con, query, labels_of(con, table), folder / f"{table}.dta")


def _xlsx(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str], folder: Path) -> None:
    write_workbook(con, _explained(queries), folder / "uttrekk.xlsx")


_WRITERS: dict[str, Callable[[duckdb.DuckDBPyConnection, Mapping[str, str], Path], None]] = {
    "csv": _csv,
    "parquet": _parquet,
    "duckdb": _duckdb,
    "sav": _sav,
    "dta": _dta,
    "xlsx": _xlsx,
}
