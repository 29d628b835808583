"""The datasets as they were at an earlier moment, rebuilt from the register's history.

What patients have demanded since then holds here too: a consent withdrawn later counts as withdrawn, and erased patients
are left out.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from checks.derived_frames import type_expr
from checks.errors import RegisterError
from exports import codebook_log, moments, snapshot
from exports.build import PLAN, BuildError, build
from exports.files import write_files
from exports.publish import NAME, made_with
from ingest.store import OSLO

AS_IT_WAS = "slik-det-var-"  # what the id of a register that is rebuilt begins with
# The number of the last version of each form that was saved by then, and when and by whom it was first completed.
_THEN = """
    select forlop_id, skjema, max(versjon) as versjon, min(tid) filter (where status = 1) as forst_ferdigstilt,
        arg_min(bruker, tid) filter (where status = 1) as forst_ferdigstilt_av
    from register.skjemaversjon where tid <= {moment} group by all
"""
_KNOWN = """
    select forlop_id from register.forlop
    where opprettet <= {moment} and (slettet is null or slettet > {moment})
        and pasient_id not in (select pasient_id from register.sletting)
"""
_QUERIES = {
    "pasient": """
        select pasient_id, fodselsdato, kjonn, case when dodsdato > {day} then 0 else avdod end as avdod,
            case when dodsdato <= {day} then dodsdato end as dodsdato, adressetype, dato_innhentet,
            n.status as reservasjon
        from register.pasient
        left join (
            select pasient_id, arg_max(status, nr) as status from register.reservasjon where tid <= {moment} group by pasient_id
        ) n using (pasient_id)
        where pasient_id not in (select pasient_id from register.sletting) and opprettet <= {moment}
            and pasient_id not in (
                select fra from register.sammenslaing
                where tid <= {moment} and (angret is null or angret > {moment})
            )
    """,
    "skjema": """
        select s.forlop_id, s.skjema, coalesce(d.versjon, 0) as versjon, coalesce(v.status, -1)::tinyint as status,
            v.tid as sist_lagret, v.bruker as sist_lagret_av, d.forst_ferdigstilt, d.forst_ferdigstilt_av,
            case when v.status = 1 then s.lukket_grunn end as lukket_grunn, s.opprettet, s.opprettet_av
        from register.skjema s
        left join ({then}) d on s.forlop_id = d.forlop_id and s.skjema = d.skjema
        left join register.skjemaversjon v
            on d.forlop_id = v.forlop_id and d.skjema = v.skjema and d.versjon = v.versjon
        where s.opprettet <= {moment} and s.forlop_id in ({known})
    """,
    "skjemaversjon": """
        select v.forlop_id, v.skjema, v.versjon, v.status, v.svar, {confirmed}, v.faktorsett, v.bruker, v.tid
        from register.skjemaversjon v
        join ({then}) d on v.forlop_id = d.forlop_id and v.skjema = d.skjema and v.versjon = d.versjon
        where v.forlop_id in ({known})
    """,
    "bestilling": """
        select bestilling_id, forlop_id, skjema, maate, kanal,
            case when avsluttet <= {moment} then tilstand when sendt <= {moment} then 'sendt' else 'bestilt' end as tilstand,
            dag, case when sendt <= {moment} then sendt end as sendt,
            case when avsluttet <= {moment} then avsluttet end as avsluttet
        from prom.bestilling where bestilt <= {moment} and forlop_id in ({known})
    """,
    "epj_kontroll": """
        select enhet, maaned, avdeling_id, henvist, registrert, tid from register.epj_kontroll where tid <= {moment}
    """,
    "avdelingsbytte": """
        select forlop_id, fra_avdeling_id, til_avdeling_id, bruker, tid from register.avdelingsbytte
        where tid <= {moment} and forlop_id in ({known})
    """,
}
# The head row is made anew from TO and B 1.1 as they were then. An avdeling chosen with the pencil on the arbeidsliste goes
# before the one in B 1.1.
_HEADS = """
    with dokument as (select forlop_id, skjema, case when json_valid(svar) then svar end as svar from ({documents})),
    flyttet as (
        select forlop_id, arg_max(til_avdeling_id, tid) as avdeling_id
        from register.avdelingsbytte where tid <= {moment} group by forlop_id
    ),
    -- Each time that a forløp went to another PasientID: by a merge, and back when the merge was undone.
    bytte as (
        select m.forlop_id, s.tid, s.fra as forst, s.til as sist
        from register.sammenslaing s join register.sammenslatt_forlop m using (sammenslaing_id) where m.flyttet
        union all
        select m.forlop_id, s.angret, s.til, s.fra
        from register.sammenslaing s join register.sammenslatt_forlop m using (sammenslaing_id)
        where m.flyttet and s.angret is not null
    ),
    eier as (
        select forlop_id, coalesce(arg_max(sist, tid) filter (where tid <= {moment}), arg_min(forst, tid)) as pasient_id
        from bytte group by forlop_id
    )
    select f.forlop_id, coalesce(e.pasient_id, f.pasient_id) as pasient_id, f.enhet,
        try_cast(t.svar ->> 'HenvistDato' as date) as henvist_dato,
        try_cast(t.svar ->> 'StartdatoTO' as date) as startdato,
        try_cast(t.svar ->> 'Tilsett' as tinyint) as tilsett, try_cast(t.svar ->> 'InklKritOppf' as tinyint) as inkl_krit,
        try_cast(t.svar ->> 'SkriftligSamtyk' as tinyint) as samtykke,
        try_cast(t.svar ->> 'TypeManglSamt' as tinyint) as samtykke_type,
        try_cast(t.svar ->> 'DatoSamtykke' as date) as samtykke_dato, f.trukket_dato,
        try_cast(b.svar ->> 'Lokasjon' as integer) as lokasjon_id,
        coalesce(y.avdeling_id, try_cast(b.svar ->> 'InnlAvd' as integer)) as avdeling_id, f.opprettet, f.opprettet_av,
        try_cast(t.svar ->> 'Norsktalende' as bigint) as "Norsktalende", try_cast(t.svar ->> 'alder' as double) as alder,
        try_cast(t.svar ->> 'KognSvekket' as bigint) as "KognSvekket",
        try_cast(t.svar ->> 'InklKritOppf' as bigint) as "InklKritOppf"
    from register.forlop f
    left join dokument t on f.forlop_id = t.forlop_id and t.skjema = 'to'
    left join dokument b on f.forlop_id = b.forlop_id and b.skjema = 'b11'
    left join flyttet y on f.forlop_id = y.forlop_id
    left join eier e on f.forlop_id = e.forlop_id
    where f.forlop_id in ({known})
"""


def take_as_of(
    con: duckdb.DuckDBPyConnection, path: Path, codebook_tables: Mapping[str, pl.DataFrame], moment: datetime
) -> None:
    """Write a snapshot of the register as it was at `moment` (aware), in the form of ``snapshot.take``.

    Patients' birth date, sex and kind of address, and the lists of units, have no history, so they are as they are now.
    Raises REG-222 when nothing was registered by then.
    """
    _require_something(con, moment)
    day = moment.astimezone(OSLO).date()
    words = {"moment": f"timestamptz '{moment.isoformat()}'", "day": f"date '{day}'"}
    words |= {"confirmed": snapshot.CONFIRMED}
    words |= {"then": _THEN.format(**words), "known": _KNOWN.format(**words)}
    queries = {name: query.format(**words) for name, query in _QUERIES.items()}
    heads = _HEADS.format(documents=queries["skjemaversjon"], **words)

    def forlop(reading: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
        # The head row's column is tilsett; the rule of forløpstype asks for TO's variable Tilsett, and SQL cannot have both.
        found = reading.execute(heads).pl().with_columns(pl.col("tilsett").cast(pl.Int64).alias("Tilsett"))
        kind = type_expr().cast(pl.Int8).alias("forlopstype")
        columns = snapshot.COLUMNS["forlop"].replace(" ", "").split(",")
        return {"forlop": found.with_columns(kind).select(columns)}

    whole = {name: f"select {snapshot.COLUMNS[name]} from register.{name}" for name in snapshot.AS_NOW}
    whole["importert"], whole[snapshot.MERGED] = snapshot.IMPORTED, snapshot.merged_since(None)
    snapshot.write(con, path, queries | whole, lambda reading: {**forlop(reading), **codebook_tables})


def _require_something(con: duckdb.DuckDBPyConnection, moment: datetime) -> None:
    """Raise REG-222 when nothing was registered by then: the year is most likely a slip, and an empty dataset would look
    like an answer.
    """
    (first,) = con.execute(
        "select min(opprettet) from (select opprettet from register.pasient union all select opprettet from register.forlop)"
    ).fetchall()[0]
    if first is None or first > moment:
        said = f"Det første er registrert {moments.in_words(first)}." if first else "Det er tomt ennå."
        raise RegisterError("REG-222", tid=moments.in_words(moment), melding=said)


@contextmanager
def rebuilt(data: Path, take: Callable[[Path], None], moment: datetime, smallest: int) -> Iterator[Path]:
    """A folder with the published files as of `moment`, which is deleted when the block ends.

    `take` writes the snapshot to the path it is given; counts under `smallest` are left out of the national file. The id that
    the files give themselves is made of the moment, so that the same moment gives the same files. Raises what `take` raises, and
    REG-086 when a model or a check fails.
    """
    folder = data / f"historikk-{uuid.uuid4().hex}"
    work = folder / "bygg"
    try:
        work.mkdir(parents=True)
        take(work / "snapshot.duckdb")
        build(work, data / PLAN)
        log = codebook_log.known(data)
        meta = {"id": f"{AS_IT_WAS}{moment.astimezone(OSLO).strftime(NAME)}", "tid": moment}
        meta |= {"endringer_fra": log.since if log else moment} | made_with(work)
        write_files(work / "warehouse.duckdb", folder, meta, smallest, log.rows if log else codebook_log.NONE)
        yield folder
    except BuildError as error:
        raise RegisterError("REG-086", melding=error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
