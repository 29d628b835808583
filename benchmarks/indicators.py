"""The time dbt takes to count the indicators, beside pandas, and R's dplyr over MariaDB where these are installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from benchmarks import mariadb
from benchmarks.figures import Figure, Sizes, seconds
from exports.build import build_anew
from tests.warehouse.synthetic import Generator

PROFESSIONS = ["AntTilsLege", "AntTilsSykPleier", "AntTilsPsyk", "AntTilsFysioT", "AntTilsSosio"]
COLUMNS = [
    "AvdRESH",
    "StartdatoTO",
    "HenvistDato",
    "Tilsett",
    "AntPasTils",
    *PROFESSIONS,
    "EvalSpm3",
    "IkkeMedBeh",
    "VidereOppf",
    "BehNedtrappAvsluttTils",
    "Journalnotat",
    "AngiNRS12",
    "AngiNRS21",
    "MoEkvivalens22",
    *(f"{name}{suffix}" for name in ("StSmBev", "SvSmBev", "StSmRo", "SvSmRo") for suffix in ("12", "21")),
]
PAIN = {"I4a": "StSmBev", "I4b": "SvSmBev", "I4c": "StSmRo", "I4d": "SvSmRo"}


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Each counts from rows in memory to one row for each indicator, unit and month.

    Raises AssertionError when their figures differ.
    """
    Generator(1).make(folder / "snapshot.duckdb", sizes.forlop)
    build_anew(folder)
    compiled = folder / "target/compiled/smertereg/models/marts/kvalitetsindikatorer.sql"
    sql = compiled.read_text(encoding="utf-8").replace('"warehouse"."main"."allevarnum"', "allevarnum")
    with duckdb.connect() as con:
        con.execute(f"attach '{folder / 'warehouse.duckdb'}' as kilde (read_only)")
        con.execute("create table allevarnum as from kilde.allevarnum")
        asked = con.sql("from allevarnum").pl().select(COLUMNS)
        frame: Any = con.sql("from allevarnum").df()
        ours = seconds(lambda: con.execute(f"create or replace table indikatorer as {sql}"))
        counted: Any = con.sql(
            "select indikator, sum(nevner)::integer as nevner, sum(teller)::double as teller from indikatorer"
            " where hoved is null and status = 'beregnet' group by all"
        ).df()
    results: list[Any] = []
    theirs = seconds(lambda: results.append(_pandas(frame)))
    _compare(counted, results[0])
    yield Figure(f"Indikatorene av {sizes.forlop} forløp, dbt-modellen", ours * 1000, "ms")
    yield Figure(f"Indikatorene av {sizes.forlop} forløp, pandas", theirs * 1000, "ms")
    yield Figure("Indikatorene, pandas delt på dbt-modellen", theirs / ours, "x")
    if absent := mariadb.missing():
        yield Figure(f"Indikatorene, dplyr over MariaDB: ikke kontrollert, mangler {absent}", 0, "ms")
        return
    took, sums = mariadb.dplyr(asked, folder)
    _compare(counted, sums.to_pandas())
    yield Figure(f"Indikatorene av {sizes.forlop} forløp, dplyr over MariaDB", took * 1000, "ms")
    yield Figure("Indikatorene, dplyr over MariaDB delt på dbt-modellen", took / ours, "x")


def _pandas(rows: Any) -> Any:
    """A frame of indikator, AvdRESH, maaned, teller, nevner, counted indicator by indicator as a report script does it."""
    rows = rows[rows["StartdatoTO"].notna()]
    keys = [rows["AvdRESH"], rows["StartdatoTO"].dt.to_period("M").rename("maaned")]
    visits = rows["AntPasTils"].fillna(0) > 0
    first, last = rows["AngiNRS12"], rows["AngiNRS21"]
    asked = (rows["Tilsett"] == 1) & first.notna() & last.notna() & (first != 2) & (last != 2)
    hits = {
        "I1": (visits, rows[PROFESSIONS].notna().sum(axis=1) >= 2),
        "I2": (visits & rows["HenvistDato"].notna(), rows["HenvistDato"] == rows["StartdatoTO"]),
        "I3": (rows["EvalSpm3"].notna(), rows["EvalSpm3"].isin([4, 5])),
        "I5": (rows["IkkeMedBeh"].isin([0, 1]), rows["IkkeMedBeh"] == 1),
        "I6": ((rows["VidereOppf"] == 1) & (rows["BehNedtrappAvsluttTils"] == 1), rows["Journalnotat"] == 1),
        "I9": (asked, (first == 1) & (last == 1)),
        "I10": (rows["MoEkvivalens22"].notna(), rows["MoEkvivalens22"].astype(float)),
    }
    for name, measure_name in PAIN.items():
        a, b = rows[f"{measure_name}12"], rows[f"{measure_name}21"]
        hits[name] = (a.notna() & b.notna() & (a != 99) & (b != 99), a > b)
    found = []
    for name, (inside, value) in hits.items():
        columns: Any = pd.DataFrame({"nevner": _plain(inside), "teller": _plain(inside) * _plain(value)})
        found.append(columns.groupby(keys).sum().assign(indikator=name))
    return pd.concat(found).reset_index()


def _plain(values: Any) -> Any:
    """The values as floats, with 0 for missing ones, because pandas adds up neither NA nor objects."""
    return values.astype("Float64").fillna(0).astype(float)


def _compare(ours: Any, theirs: Any) -> None:
    sums = theirs.groupby("indikator")[["nevner", "teller"]].sum()
    mine = ours.set_index("indikator")[["nevner", "teller"]].loc[sums.index]
    assert (mine.round(3) == sums.round(3)).all(axis=None), "pandas og dbt er ikke enige"
