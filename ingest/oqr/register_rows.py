"""The rows that the register has beside the answers: patients, forløp, units, avdelinger, and the state of each form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from checks import code_lists, reservasjon, written
from checks.codebook import load
from checks.derived_frames import BIRTH_DATE, type_expr
from checks.errors import CATALOGUE, problem
from checks.samtykke import WITHDRAWN
from ingest.oqr.findings import Finding
from ingest.oqr.read import whole_number
from ingest.oqr.typed_answers import ID, STATUS, Answers, each
from ingest.tables.table import LINE

_LISTS = {
    "avdeling": (
        "DEPARTMENT_ID",
        "DEPARTMENT_CENTREID",
        "DEPARTMENT_NAME",
        "DEPARTMENT_SHORTNAME",
        "DEPARTMENT_RESH",
        "DEPARTMENT_ACTIVE",
    ),
    "lokasjon": ("LOCATION_ID", "LOCATION_CENTREID", "LOCATIONNAME", "LOCATION_SHORTNAME", None, "LOCATION_ACTIVE"),
}


def moment(name: str) -> pl.Expr:
    """Norwegian time of a file as a moment; the hour that comes twice in October is its first."""
    kind = pl.Datetime("us")
    local = pl.col(name).map_batches(lambda texts: each(texts, written.moment, kind), return_dtype=kind)
    return local.dt.replace_time_zone("Europe/Oslo", ambiguous="earliest", non_existent="null")


def listed_forlop(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """ID, pasient_id and enhet of every forløp."""
    return tables["forlopsoversikt"].select(
        whole_number("ForlopsID").alias(ID),
        whole_number("PasientID").alias("pasient_id"),
        pl.col("AvdRESH").alias("enhet"),
        LINE,
    )


def status(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """ID, «skjema» and STATUS of every form, and of PO, which has none; without what has no number."""
    forms = tables["skjemaoversikt"].select(
        whole_number("ForlopsID").alias(ID),
        pl.col("Skjemanavn")
        .replace_strict({form.uttrekksnavn: form.id for form in load()}, default=None)
        .alias("skjema"),
        pl.col("SkjemaStatus").cast(pl.Int64, strict=False).alias(STATUS),
    )
    po = tables["patient"].select(
        whole_number("MCEID").alias(ID), pl.lit("po").alias("skjema"), pl.lit(0, dtype=pl.Int64).alias(STATUS)
    )
    return pl.concat([forms, po]).drop_nulls([ID, "skjema"])


def patients(po: Answers, forlop: pl.DataFrame, raw: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows of register.pasient; a patient who is described in two ways is a finding for each forløp."""
    when = raw.select(whole_number("MCEID").alias(ID), moment("TSCREATED").alias("opprettet"))
    frame = po.frame.join(forlop.drop(LINE), on=ID, how="inner").join(when, on=ID, how="left")
    facts = {
        "Fdato": "fodselsdato",
        "Kjonn": "kjonn",
        "Avdod": "avdod",
        "Ddato": "dodsdato",
        "Adrtype": "adressetype",
        "DatoinhOppl": "dato_innhentet",
    }
    unlike = frame.filter(pl.struct(list(facts)).n_unique().over("pasient_id") > 1)
    findings = [
        Finding("patient", line or 0, forlop_id, "PasientID", "REG-204", CATALOGUE["REG-204"])
        for forlop_id, line in unlike.select(ID, LINE).iter_rows()
    ]
    one = frame.group_by("pasient_id", maintain_order=True).agg(pl.col(list(facts)).first(), pl.col("opprettet").min())
    return one.rename(facts), findings


def born(po: Answers) -> pl.DataFrame:
    return po.frame.select(ID, pl.col("Fdato").alias(BIRTH_DATE))


def forlop_rows(every: Mapping[str, Answers], forlop: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """The rows of register.forlop, the head made of TO, B 1.1 and B 2.2 as a save makes it."""
    created = raw.select(
        whole_number("MCEID").alias(ID),
        moment("TSCREATED").alias("opprettet"),
        pl.col("CREATEDBY").alias("opprettet_av"),
    )
    withdrawn = pl.col("TypeManglSamt").eq_missing(WITHDRAWN)
    to = every["to"].frame.select(
        ID,
        pl.col("HenvistDato").alias("henvist_dato"),
        pl.col("StartdatoTO").alias("startdato"),
        pl.col("Tilsett").alias("tilsett"),
        pl.col("InklKritOppf").alias("inkl_krit"),
        pl.col("SkriftligSamtyk").alias("samtykke"),
        pl.col("TypeManglSamt").alias("samtykke_type"),
        pl.col("DatoSamtykke").alias("samtykke_dato"),
        pl.when(withdrawn).then("DatotrekSamt").alias("trukket_dato"),
        pl.when(withdrawn).then(pl.lit("import")).alias("trukket_kilde"),
        type_expr().alias("forlopstype"),
        _included(),
    )
    b11 = every["b11"].frame.select(ID, pl.col("Lokasjon").alias("lokasjon_id"), pl.col("InnlAvd").alias("avdeling_id"))
    b22 = every["b22"].frame.select(ID, pl.col("SluttDato").alias("slutt_dato"))
    return (
        forlop.drop(LINE)
        .join(created, on=ID, how="left")
        .join(to, on=ID, how="left")
        .join(b11, on=ID, how="left")
        .join(b22, on=ID, how="left")
    )


def _included() -> pl.Expr:
    """When the forløp was included in the edition with reservation: its startdato, since an import does not tell when TO was saved."""
    first, start = reservasjon.begins(), pl.col("StartdatoTO")
    included = (pl.col("InklKritOppf") == 1) & (start >= first) if first else pl.lit(False)
    moment = start.cast(pl.Datetime("us")).dt.replace_time_zone("Europe/Oslo")
    return pl.when(included).then(moment).alias("inkludert")


def lists(tables: Mapping[str, pl.DataFrame], kind: str) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows of register.avdeling or register.lokasjon and their LINE, without those that cannot be stored (REG-224) or whose number stands
    on an earlier line (REG-201), which are told.
    """
    number, unit, name, short, resh, active = _LISTS[kind]
    raw = tables["avdelingsoversikt"].filter(pl.col(str(number)).is_not_null())
    whole = whole_number(str(number))
    found = []
    kept = pl.lit(True)
    for column, right, expected in (
        (str(number), whole > 0, "et heltall"),
        (str(active), pl.col(str(active)).is_in(["0", "1"]), "0 eller 1"),
        *((str(c), pl.col(str(c)).is_not_null(), "en tekst") for c in (unit, name, short)),
    ):
        right = right.fill_null(False)
        kept &= right
        for line, value in raw.filter(~right).select(LINE, column).iter_rows():
            found.append(_list_finding(line, column, "REG-224", value, forventet=expected))
    again = raw.filter(whole.is_not_null() & ~whole.is_first_distinct())
    for line, value in again.select(LINE, str(number)).iter_rows():
        found.append(_list_finding(line, str(number), "REG-201", value))
    rows = raw.filter(kept).unique(str(number), keep="first", maintain_order=True)
    return rows.select(
        pl.col(str(number)).cast(pl.Int64).alias(f"{kind}_id"),
        pl.col(str(unit)).alias("enhet"),
        pl.col(str(name)).alias("navn"),
        pl.col(str(short)).alias("visningsnavn"),
        (pl.col(resh) if resh else pl.lit(None, dtype=pl.String)).alias("resh"),
        pl.col(str(active)).cast(pl.Int64).alias("aktiv"),
        LINE,
    ), found


def _list_finding(line: int, column: str, code: str, value: str | None, **values: Any) -> Finding:
    table = "avdelingsoversikt"
    said = problem(code, fil=table, kolonne=column, verdi=value or "", linje=line, **values)
    return Finding(table, line, 0, column, said.code, said.melding)


def known_units(names: pl.DataFrame) -> pl.DataFrame:
    """The rows of register.enhet for those of the package's units that take part in the registry."""
    known = pl.DataFrame(code_lists.read("enheter")).select("resh", "hf", "rhf")
    return names.join(known, on="resh", how="inner").with_columns(aktiv=pl.lit(1))
