"""Write what an import brings: the same rows as the services write, many at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from checks.answers import normalised, shape
from checks.codebook import load
from checks.derived import factor_set
from checks.forlop import NEW
from ingest import audit
from ingest.oqr.read import lines_of, whole_number
from ingest.oqr.register_rows import moment
from ingest.oqr.typed_answers import ID, STATUS, Answers
from ingest.registration.patients import OTHER
from ingest.store import Tx
from ingest.tables.table import LINE

EVENT = "importert"


def units(tx: Tx, rows: pl.DataFrame) -> None:
    """Add the units that the register lacks."""
    there = tx.frame("select resh from register.enhet")
    tx.insert("register.enhet", rows.join(there, on="resh", how="anti"))


def entries(tx: Tx, kind: str, rows: pl.DataFrame) -> None:
    """Add avdelinger or lokasjoner under the numbers they have in the package; the counter goes on after them."""
    tx.insert(f"register.{kind}", rows.drop("ny"))
    _count_on(tx, kind, f"register.{kind}", f"{kind}_id")


def patients(tx: Tx, rows: pl.DataFrame) -> None:
    """Add the patients that the register lacks, each with a blank identity, because the package has none."""
    there = tx.frame("select pasient_id::bigint as pasient_id from register.pasient")
    new = rows.join(there, on="pasient_id", how="anti", maintain_order="left")
    blank = new.select("pasient_id", idtype=pl.lit(OTHER), oppdatert=pl.lit(tx.now))
    tx.insert("identitet.person", blank)
    tx.insert("register.pasient", new)
    _count_on(tx, "pasient", "register.pasient", "pasient_id")


def forlop(tx: Tx, rows: pl.DataFrame) -> None:
    """Add the head rows of the forløp, under the numbers they have in the package."""
    tx.insert("register.forlop", rows)
    _count_on(tx, "forlop", "register.forlop", ID)


def form(
    tx: Tx, answers: Answers, tables: Mapping[str, pl.DataFrame], status: pl.DataFrame, heads: pl.DataFrame
) -> None:
    """Add one form of the forløp in `heads`: its state, and where it is begun one version with its answers."""
    skjema = load().skjema[answers.skjema]
    outer = lines_of(skjema, tables).select(
        whole_number("MCEID").alias(ID),
        moment("TSUPDATED").alias("sist_lagret"),
        pl.col("UPDATEDBY").alias("sist_lagret_av"),
        moment("FIRST_TIME_CLOSED").alias("forst_ferdigstilt"),
        pl.col("FIRST_TIME_CLOSED_BY").alias("forst_ferdigstilt_av"),
        moment("TSCREATED").alias("opprettet"),
        pl.col("CREATEDBY").alias("opprettet_av"),
    )
    reason = skjema.pasientskjema.lukkefelt[2] if skjema.pasientskjema else None
    closed = answers.frame.select(ID, (pl.col(reason) if reason else pl.lit(None)).alias("lukket_grunn"))
    rows = (
        heads.select(ID, "enhet")
        .join(status.filter(pl.col("skjema") == skjema.id).select(ID, "skjema", STATUS), on=ID, how="inner")
        .join(outer, on=ID, how="left")
        .join(closed, on=ID, how="left")
        .with_columns(versjon=(pl.col(STATUS) > NEW).cast(pl.Int32), har_kommentar=pl.lit(False))
    )
    tx.insert("register.skjema", rows.drop("enhet"))
    tx.insert("register.skjemaversjon", _versions(tx, answers, rows.filter(pl.col("versjon") == 1)))


def _versions(tx: Tx, answers: Answers, rows: pl.DataFrame) -> pl.DataFrame:
    """The first version of each begun form: the answers, the user and the time of the file, marked as imported."""
    form = shape(answers.skjema)
    found: dict[int, dict[str, Any]] = {}
    for row in answers.frame.drop(LINE, STATUS).iter_rows(named=True):
        number = row.pop(ID)
        dated = {n: v.isoformat() if hasattr(v, "isoformat") else v for n, v in row.items() if v is not None}
        repeated = answers.diagnoses.get(number)
        found[number] = normalised(form, dated) | ({"smertediagnoser": repeated} if repeated else {})
    salts = [tx.random_bytes(16) for _ in range(rows.height)]
    texts = [found.get(number, {}) for number in rows[ID]]
    return rows.select(
        ID,
        "skjema",
        "versjon",
        STATUS,
        "enhet",
        pl.col("sist_lagret_av").fill_null(tx.actor.bruker).alias("bruker"),
        pl.col("sist_lagret").alias("tid"),
    ).with_columns(
        pl.lit("").alias("rolle"),
        pl.lit(EVENT).alias("hendelse"),
        pl.lit("{}").alias("bekreftet"),
        pl.lit(factor_set(answers.skjema)).alias("faktorsett"),
        pl.Series("svar", [audit.canonical(text) for text in texts], dtype=pl.String),
        pl.Series("salt", salts, dtype=pl.Binary),
        pl.Series("digest", [audit.digest(s, t) for s, t in zip(salts, texts, strict=True)], dtype=pl.String),
    )


def _count_on(tx: Tx, counter: str, table: str, column: str) -> None:
    tx.run(
        f"update register.teller set neste = greatest(neste, (select coalesce(max({column}), 0) + 1 from {table})) "
        "where navn = ?",
        counter,
    )
