"""What an import found wrong, or computed anew: a line of its report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from checks import patient_numbers
from checks.codebook import load
from checks.values import quoted
from ingest.tables.table import LINE

# For a patient's number: a report lies in a folder and is sent by e-mail.
_HIDDEN = "[11 siffer]"


@dataclass(frozen=True)
class Finding:
    """One thing in a file that is wrong. ``linje`` counts from the file's first line, 0 when it is about the whole file; so does
    ``forlop`` when it is about none. ``fil``, ``kolonne`` and ``verdi`` are filled in by ``placed``.
    """

    tabell: str
    linje: int
    forlop: int
    variabel: str
    kode: str
    melding: str
    fil: str = ""
    kolonne: str = ""
    verdi: str = ""


def placed(
    found: Iterable[Finding], tables: Mapping[str, pl.DataFrame], files: Mapping[str, str]
) -> tuple[Finding, ...]:
    """The findings with file, column and the value that stands there, and without anything that could be a person's number."""
    columns = {
        (table, v.navn): str(v.fysisk)
        for form in load()
        for table, variables in (
            (form.tabell, form.variabler.values()),
            *((block.tabell, block.kolonner) for block in form.gjentatte),
        )
        for v in variables
    }
    kept: dict[tuple[str, str], dict[int, str | None]] = {}
    made = []
    for one in found:
        column = one.kolonne or columns.get((one.tabell, one.variabel), one.variabel)
        table = tables.get(one.tabell)
        value = one.verdi
        if not value and table is not None and column in table.columns:
            if (one.tabell, column) not in kept:
                kept[one.tabell, column] = dict(zip(table[LINE], table[column], strict=True))
            value = kept[one.tabell, column].get(one.linje) or ""
        made.append(
            replace(
                one,
                fil=files.get(one.tabell, one.fil),
                kolonne=column,
                verdi=patient_numbers.hidden(quoted(value), _HIDDEN),
                melding=patient_numbers.hidden(one.melding, _HIDDEN),
            )
        )
    return tuple(made)
