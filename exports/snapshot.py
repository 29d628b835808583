"""Copy out of the capture file only what datasets are made from: no identity, no comments, no drafts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from ingest.oqr.write import EVENT
from ingest.registration import merged

# The columns of each table that leave. They are named one by one, so that a new column in the store does not leave unseen.
COLUMNS = {
    "pasient": "pasient_id, fodselsdato, kjonn, avdod, dodsdato, adressetype, dato_innhentet",
    "forlop": (
        "forlop_id, pasient_id, enhet, forlopstype, henvist_dato, startdato, tilsett, inkl_krit, samtykke,"
        " samtykke_type, samtykke_dato, trukket_dato, lokasjon_id, avdeling_id, opprettet, opprettet_av"
    ),
    "skjema": (
        "forlop_id, skjema, versjon, status, sist_lagret, sist_lagret_av, forst_ferdigstilt, forst_ferdigstilt_av,"
        " lukket_grunn, opprettet, opprettet_av"
    ),
    "enhet": "resh, navn, hf, rhf, aktiv",
    "lokasjon": "lokasjon_id, enhet, navn, visningsnavn, resh, aktiv",
    "avdeling": "avdeling_id, enhet, navn, visningsnavn, resh, aktiv",
    "avdelingsbytte": "forlop_id, fra_avdeling_id, til_avdeling_id, bruker, tid",
    "epj_kontroll": "enhet, maaned, avdeling_id, henvist, registrert, tid",
    "reservert_telling": "enhet, maaned, inkl_krit, n",
}
MERGED = "sammenslatt"
# Without history: also a register as it was has them as they are now.
AS_NOW = ("enhet", "lokasjon", "avdeling", "reservert_telling")
OF_A_FORLOP = {"skjema", "avdelingsbytte"}
# Orders of patient forms: what was sent, when, and how the order ended. Messages and links stay in the register.
ORDERS = """
    select bestilling_id, forlop_id, skjema, maate, kanal, tilstand, dag, sendt, avsluttet
    from prom.bestilling
    where forlop_id in (select forlop_id from register.forlop where slettet is null)
"""
# Only the current version of each form; the history stays in the register. Of the confirmations of unusual values only
# the names of the variables leave: the value is the answer itself, and the user who confirmed it is of no concern outside.
CONFIRMED = "case when json_valid(v.bekreftet) then json_keys(v.bekreftet) end as bekreftet"
DOCUMENTS = f"""
    select v.forlop_id, v.skjema, v.versjon, v.status, v.svar, {CONFIRMED}, v.faktorsett, v.bruker, v.tid
    from register.skjemaversjon v
    join register.skjema s on v.forlop_id = s.forlop_id and v.skjema = s.skjema and v.versjon = s.versjon
    join register.forlop f on v.forlop_id = f.forlop_id
    where f.slettet is null
"""
# Of a reservation only what holds leaves.
RESERVED = """
    select p.*, n.status as reservasjon from ({pasient}) p
    left join (select pasient_id, arg_max(status, nr) as status from register.reservasjon group by pasient_id) n using (pasient_id)
"""
# The forløp that came by an import: they have the forms that their package had.
IMPORTED = f"select distinct forlop_id from register.skjemaversjon where hendelse = '{EVENT}'"


def take(
    con: duckdb.DuckDBPyConnection, path: Path, codebook_tables: dict[str, pl.DataFrame], since: datetime | None = None
) -> None:
    """Write a consistent snapshot of the register to a new file at `path`.

    `con` is a cursor of the process that owns the capture file; it must be in no transaction. `codebook_tables` are
    written as they are (kodebok_variabel, kodebok_kode). `since` is when the publishing before was begun. One
    transaction reads the register and writes only the snapshot,
    because DuckDB lets a transaction write only one file; users can save meanwhile. On an error the file is deleted and
    the error raised again.
    """
    write(con, path, _queries() | {MERGED: merged_since(since)}, lambda _: codebook_tables)


def write(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    queries: Mapping[str, str],
    frames: Callable[[duckdb.DuckDBPyConnection], Mapping[str, pl.DataFrame]],
) -> None:
    """Write the tables of `queries` and `frames` as ``take`` does; `frames` is called inside the same transaction."""
    path.unlink(missing_ok=True)
    attached = con.execute("select 1 from duckdb_databases() where database_name = 'snap'").fetchone()
    if attached:
        con.execute("detach snap")
    con.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as snap")
    try:
        con.execute("begin transaction")
        try:
            for name, query in queries.items():
                con.execute(f"create table snap.main.{name} as {query}")
            for name, frame in frames(con).items():
                con.register("kodebok_til_snapshot", frame)
                con.execute(f"create table snap.main.{name} as select * from kodebok_til_snapshot")
                con.unregister("kodebok_til_snapshot")
            con.execute("commit")
        except BaseException:
            con.execute("rollback")
            raise
    except BaseException:
        con.execute("detach snap")
        path.unlink(missing_ok=True)
        raise
    con.execute("detach snap")


def merged_since(since: datetime | None) -> str:
    """The query of the PasientID that have become part of another since then (an aware moment), by the forløp that moved;
    none when nothing was published before.
    """
    when = f"s.tid > timestamptz '{since.isoformat()}'" if since else "false"
    return (
        "select m.forlop_id, s.fra from register.sammenslaing s join register.sammenslatt_forlop m using (sammenslaing_id) "
        f"where m.flyttet and s.angret is null and {when}"
    )


def _queries() -> dict[str, str]:
    """The query of each table of the snapshot. They leave out deleted forløp, erased patients with all that is theirs, and
    PasientID that are merged into another.
    """
    queries = {}
    for name, columns in COLUMNS.items():
        query = f"select {columns} from register.{name}"
        if name == "forlop":
            query += " where slettet is null"
        elif name == "pasient":
            query += f" where pasient_id not in (select pasient_id from register.sletting union {merged.GONE})"
        elif name in OF_A_FORLOP:
            query += " where forlop_id in (select forlop_id from register.forlop where slettet is null)"
        queries[name] = query
    queries["pasient"] = RESERVED.format(pasient=queries["pasient"])
    return queries | {"bestilling": ORDERS, "skjemaversjon": DOCUMENTS, "importert": IMPORTED}
