"""From frames to rows of the register: canonical JSON, digests, head rows, all inserted in bulk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

import numpy as np
import polars as pl

from checks.answers import shape
from checks.codebook import Variabel
from checks.derived import factor_set
from checks.engines import expression
from checks.violations import unusual
from ingest.demo.draw import Draw, moments, only
from ingest.demo.finished import ABSENT, COMPLETED, DRAFT, Documents

SALT = 16


def canonical(documents: Documents) -> pl.Series:
    """Each document as the text ``audit.canonical`` would give it: sorted keys, no spaces, blanks left out."""
    form, frame = shape(documents.skjema), documents.frame
    texts = {name: _text(v, frame[name]) for name, v in form.columns.items() if frame[name].null_count() < len(frame)}
    if documents.smertediagnoser is not None:
        texts["smertediagnoser"] = documents.smertediagnoser
    pairs = [f'"{name}":' + texts[name] for name in sorted(texts)]
    return _object(pairs, len(frame))


def confirmed(documents: Documents, user: pl.Series, saved: pl.Series) -> pl.Series:
    """The confirmations of values outside their soft range, as ``forms.save`` stores them."""
    pairs: list[pl.Series] = []
    frame = documents.frame
    when = saved.dt.to_string("%Y-%m-%dT%H:%M:%S+00:00")
    for name, v in sorted(shape(documents.skjema).columns.items()):
        statement = unusual(v)
        if statement is not None and frame[name].null_count() < len(frame):
            outside = frame.select(expression(statement)).to_series()
            value = _text(v, frame[name])
            text = f'"{name}":{{"av":"' + user + '","tid":"' + when + '","verdi":' + value + "}"
            pairs.append(only(text, outside))
    return _object(pairs, len(frame))


def _object(pairs: list[pl.Series], n: int) -> pl.Series:
    """n JSON objects, each joined from the «"name":value» texts in its place of ``pairs``; blanks are left out."""
    if not pairs:
        return pl.Series(["{}"]).new_from_index(0, n)
    joined = pl.concat_str(pairs, separator=",", ignore_nulls=True)
    return pl.select(pl.concat_str(pl.lit("{"), joined, pl.lit("}"))).to_series()


def _text(v: Variabel, values: pl.Series) -> pl.Series:
    """The values as JSON texts: whole numbers have no decimal point, except in opioid equivalents, which are floats."""
    if values.dtype == pl.Date:
        return '"' + values.dt.to_string("%Y-%m-%d") + '"'
    if values.dtype == pl.String:
        return '"' + values.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True) + '"'
    if values.dtype == pl.Float64 and v.beregnes not in ("omeq", "omeq_sum"):
        whole = values.cast(pl.Int64, strict=False)
        return whole.cast(pl.String).zip_with((whole == values).fill_null(True), values.cast(pl.String))
    return values.cast(pl.String)


def versions(
    draw: Draw, documents: Documents, heads: pl.DataFrame, last: datetime, reasons: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of register.skjemaversjon and of register.skjema for one form.

    ``heads`` has forlop_id, enhet, bruker, rolle, opprettet and opprettet_av of each forløp. ``reasons`` gives, for
    each patient form, the variable that says why it was closed.
    """
    n = len(heads)
    saved = moments(documents.day, draw.whole(n, 9 * 3600, 15 * 3600), last)
    status = pl.Series(documents.status)
    rows = heads.select(
        "forlop_id",
        "enhet",
        "bruker",
        "rolle",
        "opprettet",
        "opprettet_av",
        skjema=pl.lit(documents.skjema),
        status=status,
        tid=pl.max_horizontal(saved, "opprettet"),
    )
    begun, done = pl.col("status") >= DRAFT, pl.col("status") == COMPLETED
    written = rows.with_columns(
        svar=canonical(documents), bekreftet=confirmed(documents, rows["bruker"], rows["tid"])
    ).filter(pl.col("status") >= DRAFT)
    documents_out = _with_digest(draw, written).select(
        "forlop_id",
        "skjema",
        pl.lit(1).alias("versjon"),
        "status",
        "svar",
        "bekreftet",
        pl.lit(factor_set(documents.skjema), dtype=pl.String).alias("faktorsett"),
        "bruker",
        "rolle",
        "enhet",
        "tid",
        pl.when(done).then(pl.lit("ferdigstilt")).otherwise(pl.lit("lagret")).alias("hendelse"),
        pl.lit(None, dtype=pl.String).alias("grunn"),
        "salt",
        "digest",
    )
    closed = documents.frame[reasons[documents.skjema]] if documents.skjema in reasons else None
    head_rows = rows.with_columns(
        pl.lit(None, dtype=pl.Int64).alias("lukket_grunn") if closed is None else closed.alias("lukket_grunn")
    ).filter(pl.col("status") > ABSENT)
    head_rows = head_rows.select(
        "forlop_id",
        "skjema",
        begun.cast(pl.Int32).alias("versjon"),
        "status",
        pl.when(begun).then("tid").alias("sist_lagret"),
        pl.when(begun).then("bruker").alias("sist_lagret_av"),
        pl.when(done).then("tid").alias("forst_ferdigstilt"),
        pl.when(done).then("bruker").alias("forst_ferdigstilt_av"),
        pl.when(done).then("lukket_grunn").alias("lukket_grunn"),
        pl.lit(False).alias("har_kommentar"),
        "opprettet",
        "opprettet_av",
    )
    return documents_out, head_rows


def _with_digest(draw: Draw, rows: pl.DataFrame) -> pl.DataFrame:
    """Salt and digest of each document, as ``audit.digest`` computes them."""
    noise = draw.bytes(SALT * len(rows))
    salts = [noise[i * SALT : (i + 1) * SALT] for i in range(len(rows))]
    digests = [hashlib.sha256(salt + text.encode()).hexdigest() for salt, text in zip(salts, rows["svar"], strict=True)]
    return rows.with_columns(pl.Series("salt", salts, dtype=pl.Binary), pl.Series("digest", digests, dtype=pl.String))


def staff(draw: Draw, unit: np.ndarray, people: tuple[tuple[tuple[str, str], ...], ...]) -> pl.DataFrame:
    """The user who registered each forløp, drawn from the staff of its unit, with the user's role."""
    chosen = draw.whole(len(unit), 0, 10_000)
    pairs = [people[u][k % len(people[u])] for u, k in zip(unit, chosen, strict=True)]
    return pl.DataFrame(pairs, schema=["bruker", "rolle"], orient="row")
