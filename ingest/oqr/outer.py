"""Checks of what surrounds the answers in a package: who saved when, and that each form has both a line and a state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from checks.codebook import Skjema, load
from checks.errors import CATALOGUE, problem
from checks.forlop import NEW
from ingest.oqr.findings import Finding
from ingest.oqr.read import lines_of, whole_number
from ingest.oqr.register_rows import moment
from ingest.oqr.typed_answers import ID, STATUS
from ingest.tables.table import LINE

_WHEN = "et tidspunkt (ÅÅÅÅ-MM-DD TT:MM:SS, eller DD.MM.ÅÅÅÅ TT:MM)"


def outer_problems(tables: Mapping[str, pl.DataFrame], status: pl.DataFrame, forlop: pl.DataFrame) -> list[Finding]:
    """What would be lost or could not be stored: a form that only one of the files has, and texts that stand for no
    number or moment where one is needed.

    `status` has ID, «skjema» and STATUS of every form; `forlop` has ID, «pasient_id» and LINE of forlopsoversikt.
    """
    raw = tables["forlopsoversikt"].with_columns(forlop[ID])
    found = list(_wrong("forlopsoversikt", raw, forlop["pasient_id"].is_null(), "PasientID", "et heltall"))
    for skjema in load():
        numbered = lines_of(skjema, tables).with_columns(whole_number("MCEID").alias(ID))
        mine = numbered.join(forlop.select(ID), on=ID, how="semi", maintain_order="left")
        states = (
            forlop.select(ID, pl.lit(NEW).alias(STATUS))
            if skjema.id == "po"
            else (
                status.filter(pl.col("skjema") == skjema.id).join(
                    forlop.select(ID), on=ID, how="semi", maintain_order="left"
                )
            )
        )
        found += _unpaired(skjema, mine, states)
        found += _moments(skjema, mine.join(states.select(ID, STATUS), on=ID, how="left", maintain_order="left"))
    return found


def _unpaired(skjema: Skjema, lines: pl.DataFrame, states: pl.DataFrame) -> Iterator[Finding]:
    """A finding for each form that has only a state or only a line: without this, half a file would be imported as
    empty answers.
    """
    said = problem("REG-225", skjema=skjema.navn, tabell=skjema.tabell)
    for forlop in states.join(lines, on=ID, how="anti", maintain_order="left")[ID]:
        yield Finding(skjema.tabell, 0, forlop, "MCEID", said.code, said.melding)
    lost = lines.join(states, on=ID, how="anti", maintain_order="left")
    for line, forlop in lost.select(LINE, ID).iter_rows():
        yield Finding(skjema.tabell, line, forlop, "MCEID", "REG-207", CATALOGUE["REG-207"])


def _moments(skjema: Skjema, lines: pl.DataFrame) -> Iterator[Finding]:
    """A finding for each line without its moment: of creation for every form, of saving for a form that is begun."""
    for name, needed in (
        ("TSCREATED", pl.lit(True)),
        ("TSUPDATED", pl.col(STATUS) > NEW),
        ("FIRST_TIME_CLOSED", pl.lit(False)),
    ):
        wrong = lines.select(moment(name).is_null() & (needed | pl.col(name).is_not_null())).to_series()
        yield from _wrong(skjema.tabell, lines, wrong, name, _WHEN)
    yield from _wrong(skjema.tabell, lines, lines["CREATEDBY"].is_null(), "CREATEDBY", "en bruker")


def _wrong(table: str, lines: pl.DataFrame, wrong: pl.Series, name: str, expected: str) -> Iterator[Finding]:
    for line, forlop, value in lines.filter(wrong).select(LINE, ID, name).iter_rows():
        said = problem("REG-001", felt=name, verdi=value or "", forventet=expected)
        yield Finding(table, line, forlop or 0, name, said.code, said.melding)
