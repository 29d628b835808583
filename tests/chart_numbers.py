"""Figures for charts, made of a few answers."""

from __future__ import annotations

from typing import Any

import polars as pl

from checks.small_numbers import SMALLEST
from exports.figures.numbers import Numbers, distributions


def parts(drawn: Any) -> Any:
    """A figure that was drawn, its parts untyped."""
    assert drawn is not None
    return drawn


def numbers_of(
    *,
    months: pl.DataFrame | None = None,
    avdelinger: pl.DataFrame | None = None,
    smallest: int = SMALLEST,
    **diagrams: Any,
) -> Numbers:
    """Figures with these diagrams: code -> (words, own forløp, the other units' forløp or None)."""
    rows = [
        {"diagram": diagram, "kode": code, "tekst": words, "n": n, "enhetens": n, "andre": others}
        for diagram, answers in diagrams.items()
        for code, (words, n, others) in answers.items()
    ]
    columns = {
        "diagram": pl.String,
        "kode": pl.Int8,
        "tekst": pl.String,
        "n": pl.Int32,
        "enhetens": pl.Int32,
        "andre": pl.Int32,
    }
    empty = pl.DataFrame(schema={"maaned": pl.Date, "n": pl.Int32})
    nowhere = pl.DataFrame(schema={"avdeling": pl.String, "n": pl.Int32})
    return Numbers(
        distributions(pl.DataFrame(rows, schema=columns), smallest),
        {},
        empty if months is None else months,
        nowhere if avdelinger is None else avdelinger,
    )
