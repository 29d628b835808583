"""Filtered copies of the warehouse: one file for the app, one for the nation, one for each unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from exports.disclosure import suppress_coverage, suppress_indicators

# Tables of the statisticians' files, and which rows of them a file holds: by forløp, by unit, or all.
BY_FORLOP = ("allevarnum", "forlopsoversikt", "skjemaoversikt", "skjemahoder", "smertediagnosernum", "smertediagnoser")
BY_UNIT = {"dekningsgrad": "AvdRESH", "kvalitetsindikatorer": "AvdRESH"}
# Only in the units' own files: how many a hospital's list had in a month may be few, and no page of others shows it.
OWN = {"registrert_av_henvist": "AvdRESH"}
WHOLE = ("klokebok", "indikatordefinisjoner")
SUPPRESSED = {"dekningsgrad": suppress_coverage, "kvalitetsindikatorer": suppress_indicators}
SEEDS = {"kontroller", "uttrekkskontrakt", "omeq_faktorer", "buvidal", "hads", "diagnosesubkategori"}
MEMORY = "1GB"


@dataclass(frozen=True)
class Figures:
    """What was published: forløp in all, in the national file, and the units that have a file."""

    n_forlop: int
    n_national: int
    units: tuple[str, ...]


def write_files(warehouse: Path, folder: Path, meta: Mapping[str, str | datetime], smallest: int = 5) -> Figures:
    """Write analyse.duckdb, nasjonal.duckdb and lokal-<RESH>.duckdb into `folder` from the built `warehouse`.

    `meta` becomes the one row of each file's table `publisering`, with the counts added. Counts under `smallest` are left
    out of the national file's coverage and indicators.
    """
    with duckdb.connect(
        config={"memory_limit": MEMORY, "threads": "2", "temp_directory": str(warehouse.parent / "temp")}
    ) as con:
        # Under the name dbt built it with, because the view allevar names its catalog.
        con.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        con.execute("use warehouse")
        units = tuple(row[0] for row in con.execute("select avd_resh from stg_enhet order by avd_resh").fetchall())
        total, national = con.execute("select count(*), count(*) filter (where nasjonal) from int_forlop").fetchall()[0]
        figures = Figures(total, national, units)
        row = dict(meta) | {"n_forlop": total, "n_nasjonal": national}
        _write(con, folder / "analyse.duckdb", _everything(con), row)
        _write(con, folder / "nasjonal.duckdb", _national(), row, smallest)
        for unit in units:
            _write(con, folder / f"lokal-{unit}.duckdb", _local(unit), row)
    return figures


def quoted(value: Path | str) -> str:
    """A path, a RESH or a label as an SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def _everything(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Every mart; staging, intermediate and seeds are the workshop and stay behind."""
    marts = con.execute(
        "select table_name from duckdb_tables() where schema_name = 'main' and database_name = current_database()"
        " and not regexp_matches(table_name, '^(stg|int)_')"
    ).fetchall()
    return {name: f"select * from {name}" for (name,) in sorted(marts) if name not in SEEDS}


def _national() -> dict[str, str]:
    """National forløp only; coverage and indicators are counted before that filter and have small cells emptied."""
    chosen = "(select forlops_id from int_forlop where nasjonal)"
    return {name: f'select * from {name} where "ForlopsID"::integer in {chosen}' for name in BY_FORLOP} | {
        name: f"select * from {name}" for name in (*BY_UNIT, *WHOLE, "avdelingsoversikt")
    }


def _local(unit: str) -> dict[str, str]:
    """All of the unit's own forløp, whatever their state."""
    chosen = f"(select forlops_id from int_forlop where avd_resh = {quoted(unit)})"
    return (
        {name: f'select * from {name} where "ForlopsID"::integer in {chosen}' for name in BY_FORLOP}
        | {
            name: f"""select * from {name} where "{column}" = {quoted(unit)}"""
            for name, column in (BY_UNIT | OWN).items()
        }
        | {name: f"select * from {name}" for name in WHOLE}
        | {
            "avdelingsoversikt": "select * from avdelingsoversikt"
            f""" where "DEPARTMENT_CENTREID" = {quoted(unit)} or "LOCATION_CENTREID" = {quoted(unit)}"""
        }
    )


def _write(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    tables: Mapping[str, str],
    meta: Mapping[str, object],
    smallest: int | None = None,
) -> None:
    """One published file: the tables, the view allevar over its own allevarnum, and where it comes from.

    With `smallest`, coverage and indicators are without counts under it.
    """
    con.execute(f"attach {quoted(path)} as ut")
    try:
        for name, query in tables.items():
            if smallest is not None and name in SUPPRESSED:
                frame = SUPPRESSED[name](con.sql(f"{query} order by all").pl(), smallest)
                con.register("undertrykt_til_fil", frame)
                con.execute(f"create table ut.main.{name} as select * from undertrykt_til_fil")
                con.unregister("undertrykt_til_fil")
            else:
                con.execute(f"create table ut.main.{name} as {query} order by {_key(name)}")
        con.execute(_view(con))
        columns = ", ".join(f"${name} as {name}" for name in meta)
        con.execute(f"create table ut.main.publisering as select {columns}", dict(meta))
    finally:
        con.execute("detach ut")


def _key(table: str) -> str:
    """The order of the rows: by key, so that the same register gives the same file."""
    return {
        "allevarnum": '"ForlopsID"',
        "forlopsoversikt": '"ForlopsID"::integer',
        "skjemaoversikt": '"ForlopsID"::integer, "SkjemaRekkeflg"::integer',
        "skjemahoder": '"ForlopsID", "SkjemaRekkeflg"',
        "smertediagnosernum": '"ForlopsID", "SmerteDiagID"',
        "smertediagnoser": '"ForlopsID", "SmerteDiagID"',
        "klokebok": "rowid",
        "indikatordefinisjoner": "nr",
    }.get(table, "all")


def _view(con: duckdb.DuckDBPyConnection) -> str:
    """allevar's definition from the warehouse, over the same file's allevarnum and no other file."""
    found = con.execute(
        "select sql, database_name from duckdb_views()"
        " where view_name = 'allevar' and database_name = current_database()"
    ).fetchone()
    assert found is not None, "dbt made no view allevar"
    sql, database = found
    body = sql[sql.index(" AS ") + 4 :].replace(f"{database}.main.", "")
    return f"create view ut.main.allevar as {body}"
