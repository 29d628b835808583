"""Controls of the register and the published files: every saved version, the chain of the log, no identity in files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest import audit, migrations
from ingest.access import require
from ingest.capture import contents
from ingest.registration import merged
from ingest.store import Tx

BATCH = 20_000
# Names of columns that no published file may have.
IDENTIFYING = {"idnr", "fornavn", "etternavn", "adresse", "telefon", "epost", "fodselsnummer"}


@dataclass(frozen=True)
class Finding:
    """The result of one control: what was controlled, how many, and what is wrong («» when nothing is)."""

    hva: str
    antall: int
    feil: str = ""


def check_register(tx: Tx) -> Iterator[Finding]:
    """Run every control of the capture file, one at a time. ``tx`` is a read transaction."""
    require(tx.actor, "kontrollere")
    read = _blocks(tx)
    yield read
    if read.feil:
        return
    last = migrations.last()
    done = migrations.current(tx.con)
    yield Finding("Migreringer", done, "" if done == last else f"filen er på {done}, programmet på {last}")
    broken = [f"{nr}: {what}" if nr else what for nr, what in audit.broken_rows(tx)]
    yield _count(tx, "Hendelser i loggen", "select count(*) from tilgang.logg", _named("rad", broken))
    yield _digests(tx)
    for what, count, wrong in _QUERIES:
        found = [str(row[0]) for row in tx.con.execute(wrong).fetchall()]
        yield _count(tx, what, count, _named("forløp", found))
    twice = [str(row[0]) for row in tx.con.execute(_TWICE).fetchall()]
    yield _count(tx, "Pasienter med fødselsnummer", _WITH_NUMBER, _named("pasient", twice))


def _blocks(tx: Tx) -> Finding:
    """Read every block of every table; DuckDB compares each with its checksum."""
    names, wrong = contents.tables(tx.con), []
    for table in names:
        try:
            contents.digest(tx.con, table)
        except duckdb.Error:
            wrong.append(table)
    what = f"skadet: {', '.join(wrong)}. Stopp appen, og kjør «smertereg restore --set-aside»." if wrong else ""
    return Finding("Tabeller, hver blokk lest", len(names), what)


def check_published(folder: Path) -> Iterator[Finding]:
    """Control that every file of a publishing opens, has as many rows as it says, and has nothing that identifies."""
    for path in sorted(folder.glob("*.duckdb")):
        try:
            with duckdb.connect(str(path), read_only=True) as con:
                yield _file(con, path.name)
        except duckdb.Error as error:
            yield Finding(path.name, 0, f"kan ikke leses ({type(error).__name__})")


def _file(con: duckdb.DuckDBPyConnection, name: str) -> Finding:
    columns = con.execute(
        "select schema_name, table_name, column_name from duckdb_columns() where not internal"
    ).fetchall()
    leaked = sorted({f"{t}.{c}" for s, t, c in columns if s == "identitet" or c.lower() in IDENTIFYING})
    tables = {t for _, t, _ in columns}
    rows = {t: _number(con, f"select count(*) from {t}") for t in ("allevarnum", "forlopsoversikt") if t in tables}
    wrong = ""
    if leaked:
        wrong = f"inneholder {', '.join(leaked)}"
    elif len(set(rows.values())) > 1:
        wrong = "ulikt antall forløp i " + " og ".join(f"{t} ({n})" for t, n in rows.items())
    elif "publisering" in tables and name in _SAID:
        said = _number(con, f"select {_SAID[name]} from publisering")
        wrong = "" if said == rows.get("allevarnum") else f"skal ha {said} forløp, har {rows.get('allevarnum')}"
    return Finding(name, rows.get("allevarnum", 0), wrong)


_SAID = {"analyse.duckdb": "n_forlop", "nasjonal.duckdb": "n_nasjonal"}


def _digests(tx: Tx) -> Finding:
    """Compare each saved version with its digest; erased versions have no contents to compare."""
    cursor = tx.con.execute("select forlop_id, skjema, versjon, salt, svar, digest from register.skjemaversjon")
    count, wrong = 0, []
    while rows := cursor.fetchmany(BATCH):
        for forlop, skjema, version, salt, answers, digest in rows:
            if answers is not None and hashlib.sha256(salt + answers.encode()).hexdigest() != digest:
                wrong.append(f"{forlop}/{skjema}/{version}")
        count += len(rows)
    return Finding("Lagrede skjemaversjoner", count, _named("versjon", wrong))


def _count(tx: Tx, what: str, query: str, wrong: str) -> Finding:
    return Finding(what, _number(tx.con, query), wrong)


def _number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0


def _named(what: str, found: list[int] | list[str]) -> str:
    shown = ", ".join(str(f) for f in found[:5]) + (" …" if len(found) > 5 else "")
    return f"{len(found)} stemmer ikke ({what} {shown})" if found else ""


_WITH_NUMBER = "select count(*) from identitet.person where idnr is not null"
# Two patients with one number, or one that is not found by its key.
_TWICE = f"""
    select pasient_id from identitet.person where pasient_id not in ({merged.GONE}) and idnr in (
        select idnr from identitet.person where pasient_id not in ({merged.GONE}) group by idnr having count(*) > 1)
    union
    select pasient_id from identitet.person where pasient_id in (
        select pasient_id from identitet.person group by pasient_id having count(*) > 1)
"""

# The controls made as SQL: what is counted, the count, and the forløp where something does not agree.
_QUERIES = (
    (
        "Skjema (hoderad og siste versjon)",
        "select count(*) from register.skjema",
        """
        with siste as (
            select forlop_id, skjema, max(versjon) as versjon, count(*) as antall, arg_max(status, versjon) as status
            from register.skjemaversjon group by all
        )
        select coalesce(s.forlop_id, v.forlop_id)
        from register.skjema s full join siste v on s.forlop_id = v.forlop_id and s.skjema = v.skjema
        where s.forlop_id is null or s.versjon <> coalesce(v.versjon, 0) or s.versjon <> coalesce(v.antall, 0)
           or s.status <> coalesce(v.status, -1)
        """,
    ),
    (
        "Forløp (hoderad og Tilleggsopplysninger)",
        "select count(*) from register.forlop",
        """
        select f.forlop_id
        from register.forlop f
        join register.skjema s on s.forlop_id = f.forlop_id and s.skjema = 'to'
        join register.skjemaversjon v on v.forlop_id = s.forlop_id and v.skjema = s.skjema and v.versjon = s.versjon
        where v.svar is not null and (
              f.startdato is distinct from cast(v.svar ->> 'StartdatoTO' as date)
           or f.tilsett is distinct from cast(v.svar ->> 'Tilsett' as tinyint)
           or f.inkl_krit is distinct from cast(v.svar ->> 'InklKritOppf' as tinyint)
           or f.samtykke is distinct from cast(v.svar ->> 'SkriftligSamtyk' as tinyint))
        """,
    ),
    (
        "Pasienter (register og personopplysninger)",
        "select count(*) from register.pasient",
        """
        select f.forlop_id from register.forlop f
        left join register.pasient p using (pasient_id) left join identitet.person i using (pasient_id)
        where p.pasient_id is null
           or (i.pasient_id is null and f.pasient_id not in (select pasient_id from register.sletting))
        """,
    ),
    (
        "Sammenslåtte pasienter",
        "select count(*) from register.sammenslaing",
        f"""
        select forlop_id from register.forlop where pasient_id in ({merged.GONE})
        union
        select f.forlop_id from register.forlop f join register.sammenslatt_forlop m using (forlop_id)
        join register.sammenslaing s using (sammenslaing_id)
        where m.flyttet and s.angret is null and f.pasient_id = s.fra
        """,
    ),
    (
        "Pasienter slettet etter krav",
        "select count(*) from register.sletting",
        """
        select v.forlop_id from register.skjemaversjon v
        join register.forlop f using (forlop_id) left join register.sletting s using (pasient_id)
        where (v.svar is null) <> (s.pasient_id is not null)
        union
        select f.forlop_id from register.forlop f join register.sletting s using (pasient_id)
        where f.slettet is null or f.startdato is not null
           or f.pasient_id in (select pasient_id from identitet.person)
           or f.forlop_id in (select forlop_id from register.utkast union select forlop_id from register.kommentar)
        """,
    ),
    (
        "Lagringer (logg og skjemaversjon)",
        "select count(*) from tilgang.logg where (detaljer ->> 'avtrykk') is not null",
        """
        select l.forlop_id from tilgang.logg l
        left join register.skjemaversjon v on v.forlop_id = l.forlop_id and v.skjema = l.skjema
            and v.versjon = cast((l.detaljer ->> 'versjon') as integer)
        where (l.detaljer ->> 'avtrykk') is not null and v.digest is distinct from (l.detaljer ->> 'avtrykk')
        """,
    ),
    (
        "Pasientskjema (bestillinger og utboks)",
        "select count(*) from prom.bestilling",
        """
        select b.forlop_id from prom.bestilling b left join register.skjema s using (forlop_id, skjema)
        where s.forlop_id is null
        union all
        select u.bestilling_id from prom.utboks u left join prom.bestilling b using (bestilling_id)
        where b.bestilling_id is null
        """,
    ),
    (
        "Utkast",
        "select count(*) from register.utkast",
        """
        select u.forlop_id from register.utkast u
        left join register.forlop f on f.forlop_id = u.forlop_id
        left join register.skjema s on s.forlop_id = u.forlop_id and s.skjema = split_part(u.skjema, ':', 1)
        where f.forlop_id is null or (split_part(u.skjema, ':', 1) <> 'po' and s.forlop_id is null)
           or u.grunnversjon > s.versjon and u.skjema = s.skjema
        """,
    ),
)
