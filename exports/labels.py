"""The published words for a column in the shape that statistics programs take: label, value labels, user-missing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from checks.codebook.model import Kode

_BOX = {0: "Nei", 1: "Ja"}
_CODE = re.compile(r"(-?\d+) ([^;]+)")
_CODES = re.compile(rf"{_CODE.pattern}(; {_CODE.pattern})*")


@dataclass(frozen=True)
class Labels:
    """The labels of a column: `texts` maps a code to its text, `missing` are the codes for «not known» (99, 9)."""

    label: str
    texts: dict[int, str]
    missing: tuple[int, ...]


def labels_of(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, Labels]:
    """Column -> labels of a published table. A variable of the codebook has the label that no other variable has, any other column
    what it is described as.
    """
    found = {
        name: Labels(label if form else text, dict(_BOX) if kind == "BOOLEAN" else {}, ())
        for name, kind, form, label, text in con.execute(
            "select kolonne, type, skjema, merkelapp, beskrivelse from kolonner where tabell = ? order by nr", [table]
        ).fetchall()
    }
    rows = con.execute(
        "select navn_i_rapporteket, type, listeverdier, listetekst from klokebok order by rowid"
    ).fetchall()
    for known, kind, code, text in ((found[name], *rest) for name, *rest in rows if name in found):
        if code is not None and code.lstrip("-").isdigit():
            known.texts[int(code)] = text
        elif kind == "Avkrysningsboks":
            known.texts.update(_BOX)
        elif kind == "Statusvariabel":
            known.texts.update({-1: "Opprettet", 0: "Lagret", 1: "Ferdigstilt"})
    # A column that the klokebok does not name has its codes in kolonner alone.
    for name, codes in con.execute(
        "select kolonne, koder from kolonner where tabell = ? and koder is not null", [table]
    ).fetchall():
        if not found[name].texts and _CODES.fullmatch(codes):
            found[name].texts.update((int(code), text) for code, text in _CODE.findall(codes))
    return {
        name: Labels(known.label, known.texts, tuple(sorted(c for c, t in known.texts.items() if Kode(c, t).ukjent)))
        for name, known in found.items()
    }
