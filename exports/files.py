"""Filtered copies of the warehouse: one file for the app, one for the nation, one for each unit."""

import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from checks.small_numbers import SMALLEST
from exports.codebook_log import NONE
from exports.disclosure import MARK, WHY, suppress_dekningsgrad, suppress_indicators
from exports.snapshot import MERGED

# The tables of the statisticians' files. A file holds the rows of its own forløp, those of its own unit, or all rows.
BY_FORLOP = ("allevarnum", "forlopsoversikt", "skjemaoversikt", "skjemahoder", "smertediagnosernum", "smertediagnoser")
BY_UNIT = {"dekningsgrad": "AvdRESH", "kvalitetsindikatorer": "AvdRESH"}
# Only in the units' own files: the referrals of a hospital in a month may be few, and no page shows them to others.
OWN = {"registrert_av_henvist": "AvdRESH"}
WHOLE = ("klokebok", "indikatordefinisjoner", "kodebokendringer")
SUPPRESSED = {"dekningsgrad": suppress_dekningsgrad, "kvalitetsindikatorer": suppress_indicators}
SEEDS = {"kontroller", "uttrekkskontrakt", "omeq_faktorer", "buvidal", "hads", "diagnosesubkategori"}
# What the publishing itself adds to the marts.
OWN_WORDS = {
    "id": "Publiseringens nummer: når den begynte, i norsk tid. Begynner med «slik-det-var-» når registeret er bygd slik det var.",
    "tid": "Når publiseringen begynte, eller tidspunktet registeret er bygd slik det var.",
    "kodebok": "Kodebokens versjon.",
    "kodebok_sum": "Kontrollsum (SHA-256) av kodeboken: to publiseringer med samme sum har de samme spørsmålene og kodene.",
    "faktor_sum": "Kontrollsum (SHA-256) av omregningsfaktorene.",
    "endringer_fra": "Publiseringen der kodebokendringer begynner: endringer før det er ikke kjent.",
    "program": "Versjonen av SmerteReg som laget filen.",
    "faktorsett": "Settene av omregningsfaktorer som morfinekvivalentene i publiseringen er regnet med.",
    "n_forlop": "Forløp i filen.",
    "n_nasjonal": "Forløp i filen som er nasjonale.",
    "n_satt_til_side": "Skjemaer i filens forløp som er satt til side, fordi noe i dem ikke er et svar (docs/datakvalitet.md).",
    "nr": "Rekkefølgen.",
    "publisering": "Publiseringen som kom med endringen.",
    "kodebok_foer": "Kodeboken i publiseringen før: versjonen og kontrollsummen.",
    "kodebok_etter": "Kodeboken i publiseringen som kom med endringen.",
    "gjelder_fra": "Dagen endringen gjelder fra: den som kodeboken sier, ellers publiseringens.",
    "tabell": "Den fysiske tabellen; tom når endringen ikke gjelder ett skjema.",
    "variabel": "Kolonnen i uttrekkene; tom når endringen ikke gjelder ett spørsmål.",
    "slag": "Hva slags endring: nytt spørsmål, ny kode, kode tatt ut, ledetekst …",
    "foer": "Slik det var; tom når det ikke var der, eller ikke kan sies kort.",
    "etter": "Slik det er blitt; tom når det er tatt ut, eller ikke kan sies kort.",
    "endring": "Endringen, i ord.",
    "n_slaatt_sammen": "Pasienter i filen som siden forrige publisering er slått sammen med en annen: de hadde to PasientID, og har nå én.",
    MARK: "Om tall i raden er tømt.",
    WHY: "Hvorfor.",
}
MEMORY = "1GB"
# Files of a small register are mostly columns to set up, each in one thread; so two files are written at a time.
AT_ONCE = 2


@dataclass(frozen=True)
class Figures:
    """What was written: how many forløp in all, how many in the national file, the units that have a file, how many forms are
    set aside, and how many patients have become part of another since the last time.
    """

    n_forlop: int
    n_national: int
    units: tuple[str, ...]
    n_aside: int
    n_merged: int = 0


def write_files(
    warehouse: Path, folder: Path, meta: dict[str, Any], smallest: int = SMALLEST, changes: pl.DataFrame = NONE
) -> Figures:
    """Write analyse.duckdb, nasjonal.duckdb and lokal-<RESH>.duckdb into `folder` from the built `warehouse`.

    `meta`, with counts of the file's own forløp added, becomes the only row of each file's table `publisering`: counts of the
    others would give away what is hidden of them. Counts under `smallest` are left out of the national file's dekningsgrad and
    indicators. `changes` are the rows of kodebokendringer.
    """
    with (
        duckdb.connect(
            config={"memory_limit": MEMORY, "threads": "2", "temp_directory": str(warehouse.parent / "temp")}
        ) as con,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        con.register("endringer", changes)
        con.execute("create table kodebokendringer as from endringer")
        con.unregister("endringer")
        # The warehouse is attached under the name dbt built it with, because the view allevar names its catalog.
        con.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        con.execute("use warehouse")
        _show_merged(con, warehouse.with_name("snapshot.duckdb"))
        units = tuple(row[0] for row in con.execute("select avd_resh from stg_enhet order by avd_resh").fetchall())
        every, ours, none = (_counts(con, chosen) for chosen in ("true", "nasjonal", "false"))
        # The units' files are alike but for the rows, so what takes time and is the same in all is done once.
        blank = warehouse.parent / "uten_rader.duckdb"
        _write(con, blank, _local(""), meta | none)

        def write(name: str, tables: Mapping[str, str], counts: Mapping[str, int], **how: Any) -> Future[None]:
            return pool.submit(_write, con, folder / name, tables, {**meta, **counts}, **how)

        def fill(unit: str) -> Future[None]:
            path = folder / f"lokal-{unit}.duckdb"
            shutil.copyfile(blank, path)
            return pool.submit(_fill, con, path, _local(unit), _counts(con, f"avd_resh = {quoted(unit)}"))

        files = [write("nasjonal.duckdb", _national(), ours, smallest=smallest)]
        files += [write("analyse.duckdb", _everything(con), every, commented=False), *map(fill, units)]
        try:
            for file in files:
                file.result()
        finally:
            pool.shutdown(cancel_futures=True)
    return Figures(every["n_forlop"], every["n_nasjonal"], units, every["n_satt_til_side"], every["n_slaatt_sammen"])


def _counts(con: duckdb.DuckDBPyConnection, chosen: str) -> dict[str, int]:
    """The counts of the table publisering, of the forløp that `chosen` is true of."""
    found = con.execute(
        f"with valgt as (select forlops_id, nasjonal from int_forlop where {chosen}) select count(*) as n_forlop,"
        " count(*) filter (where nasjonal) as n_nasjonal, (select count(distinct (forlops_id, skjema)) from stg_tilside"
        " where forlops_id in (select forlops_id from valgt)) as n_satt_til_side,"
        f" (select count(distinct fra) from temp.{MERGED} where forlop_id in (select forlops_id from valgt))"
        " as n_slaatt_sammen from valgt"
    ).pl()
    return found.to_dicts()[0]


def _show_merged(con: duckdb.DuckDBPyConnection, snapshot: Path) -> None:
    """Let the connection see which PasientID are part of another since the last publishing; of a register as it was, none."""
    con.execute(f"create temp table {MERGED} (forlop_id integer, fra integer)")
    if not snapshot.exists():
        return
    con.execute(f"attach {quoted(snapshot)} as bilde (read_only)")
    found = "select 1 from duckdb_tables() where database_name = 'bilde' and table_name = ?"
    if con.execute(found, [MERGED]).fetchone():
        con.execute(f"insert into temp.{MERGED} select forlop_id, fra from bilde.{MERGED}")
    con.execute("detach bilde")


def quoted(value: Path | str) -> str:
    """A path, a RESH-id or a label as an SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def _everything(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Table -> query for the app's file: every mart, without dbt's staging, intermediate models and seeds."""
    marts = con.execute(
        "select table_name from duckdb_tables() where schema_name = 'main' and database_name = current_database()"
        " and not regexp_matches(table_name, '^(stg|int)_')"
    ).fetchall()
    chosen = {name: f"select * from {name}" for (name,) in sorted(marts) if name not in {*SEEDS, "kolonner"}}
    return chosen | _whole()


def _whole() -> dict[str, str]:
    """Table -> query for what is the same in every file."""
    return {name: f"select * from {name}" for name in WHOLE} | {
        "kodebokendringer": "select * from memory.main.kodebokendringer"
    }


def _national() -> dict[str, str]:
    """Table -> query for the national file: only the rows of national forløp.

    Dekningsgrad and indicators are counted before that choice of rows; their small counts are emptied in `_write`.
    """
    chosen = "(select forlops_id from int_forlop where nasjonal)"
    return (
        {name: f'select * from {name} where "ForlopsID"::integer in {chosen}' for name in BY_FORLOP}
        | {name: f"select * from {name}" for name in (*BY_UNIT, "avdelingsoversikt")}
        | _whole()
    )


def _local(unit: str) -> dict[str, str]:
    """Table -> query for a unit's file: all its own forløp, in whatever state."""
    chosen = f"(select forlops_id from int_forlop where avd_resh = {quoted(unit)})"
    return (
        {name: f'select * from {name} where "ForlopsID"::integer in {chosen}' for name in BY_FORLOP}
        | {
            name: f"""select * from {name} where "{column}" = {quoted(unit)}"""
            for name, column in (BY_UNIT | OWN).items()
        }
        | _whole()
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
    *,
    commented: bool = True,
) -> None:
    """Write one published file: the tables, the view allevar over the file's own allevarnum, the table publisering, and the table
    kolonner, which says what every column is; the columns' comments say it too, when `commented`.

    With `smallest`, counts under it are left out of dekningsgrad and indicators.
    """
    with _attached(con, path) as (con, ut):
        for name, query in tables.items():
            if smallest is not None and name in SUPPRESSED:
                frame = SUPPRESSED[name](con.sql(f"{query} order by all").pl(), smallest)
                con.register("undertrykt_til_fil", frame)
                con.execute(f"create table {ut}.main.{name} as select * from undertrykt_til_fil")
                con.unregister("undertrykt_til_fil")
            else:
                con.execute(f"create table {ut}.main.{name} as {query} order by {_key(name)}")
        con.execute(f"create view {ut}.main.allevar as {_view(con)}")
        columns = ", ".join(f"${name}{'::integer' if name.startswith('n_') else ''} as {name}" for name in meta)
        con.execute(f"create table {ut}.main.publisering as select {columns}", dict(meta))
        _describe(con, ut)
        if commented:
            _comment(con, ut)


def _fill(con: duckdb.DuckDBPyConnection, path: Path, tables: Mapping[str, str], counts: Mapping[str, int]) -> None:
    """Put the rows of the queries in the empty tables of a file, and how many they are in its table publisering."""
    with _attached(con, path) as (con, ut):
        for name, query in tables.items():
            if name not in WHOLE:
                con.execute(f"insert into {ut}.main.{name} {query} order by {_key(name)}")
        words = ", ".join(f"{name} = ${name}" for name in counts)
        con.execute(f"update {ut}.main.publisering set {words}", dict(counts))


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """(a connection of its own to the warehouse, the name that it has the file under), so that others may write meanwhile."""
    name = f"ut_{path.stem.replace('-', '_')}"
    with con.cursor() as own:
        own.execute("use warehouse")
        own.execute(f"attach {quoted(path)} as {name}")
        try:
            yield own, name
        finally:
            own.execute(f"detach {name}")


def _describe(con: duckdb.DuckDBPyConnection, ut: str) -> None:
    """Write the table kolonner, a row for each column of each table of the file."""
    con.register("egne", pl.DataFrame(list(OWN_WORDS.items()), schema=["navn", "egen"], orient="row"))
    columns = (
        "select c.table_name as tabell, c.column_index as nr, c.column_name as kolonne,"
        " c.data_type as type, k.* exclude (tabell, kolonne)"
        " replace (coalesce(k.merkelapp, c.column_name) as merkelapp, coalesce(k.beskrivelse, egne.egen) as beskrivelse)"
        " from duckdb_columns() c left join kolonner k on c.table_name = k.tabell and c.column_name = k.kolonne"
        " left join egne on c.column_name = egne.navn"
        f" where c.database_name = '{ut}' order by 1, 2"
    )
    # Made first: whether DuckDB's list has a table while that is being made, is chance, and its own columns are in it.
    con.execute(f"create table {ut}.main.kolonner as {columns} limit 0")
    con.execute(f"insert into {ut}.main.kolonner {columns}")
    con.unregister("egne")


def _comment(con: duckdb.DuckDBPyConnection, ut: str) -> None:
    """Let the columns' comments say what kolonner does. A view's columns can have none."""
    found = con.execute(
        f"select k.tabell, k.kolonne, k.beskrivelse from {ut}.main.kolonner k join duckdb_tables() t"
        f" on t.database_name = '{ut}' and t.table_name = k.tabell where k.beskrivelse is not null"
    ).fetchall()
    said = [f'comment on column {ut}.main.{table}."{name}" is {quoted(text)}' for table, name, text in found]
    con.execute(";".join(["begin", *said, "commit"]))


def _key(table: str) -> str:
    """The columns that the table's rows are sorted by, so that the same register gives the same file."""
    return {
        "allevarnum": '"ForlopsID"',
        "forlopsoversikt": '"ForlopsID"::integer',
        "skjemaoversikt": '"ForlopsID"::integer, "SkjemaRekkeflg"::integer',
        "skjemahoder": '"ForlopsID", "SkjemaRekkeflg"',
        "smertediagnosernum": '"ForlopsID", "SmerteDiagID"',
        "smertediagnoser": '"ForlopsID", "SmerteDiagID"',
        "klokebok": "rowid",
        "indikatordefinisjoner": "nr",
        "kodebokendringer": "nr",
    }.get(table, "all")


def _view(con: duckdb.DuckDBPyConnection) -> str:
    """The query of allevar from the warehouse, changed to read the allevarnum of the file that it is in."""
    found = con.execute(
        "select sql, database_name from duckdb_views()"
        " where view_name = 'allevar' and database_name = current_database()"
    ).fetchone()
    assert found is not None, "dbt made no view allevar"
    sql, database = found
    return sql[sql.index(" AS ") + 4 :].replace(f"{database}.main.", "")
