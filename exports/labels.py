"""The klokebok's words for a column in the shape that statistics programs take: label, value labels, user-missing."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from checks.codebook.model import Kode


@dataclass(frozen=True)
class Labels:
    """The labels of a column: `texts` maps a code to its text, `missing` are the codes for «not known» (99, 9)."""

    label: str
    texts: dict[int, str]
    missing: tuple[int, ...]


def labels_of(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, Labels]:
    """Column -> labels, for the columns of a table that are in the klokebok."""
    names = {name for name, *_ in con.execute(f"describe {table}").fetchall()}
    found: dict[str, Labels] = {}
    rows = con.execute(
        "select navn_i_rapporteket, ledetekst, type, listeverdier, listetekst from klokebok order by rowid"
    )
    for name, text, kind, code, code_text in rows.fetchall():
        if name not in names:
            continue
        known = found.setdefault(name, Labels(text or name, {}, ()))
        if code is not None and code.lstrip("-").isdigit():
            known.texts[int(code)] = code_text
        elif kind == "Avkrysningsboks":
            known.texts.update({0: "Nei", 1: "Ja"})
        elif kind == "Statusvariabel":
            known.texts.update({-1: "Opprettet", 0: "Lagret", 1: "Ferdigstilt"})
    return {
        name: Labels(
            known.label, known.texts, tuple(sorted(c for c, text in known.texts.items() if Kode(c, text).ukjent))
        )
        for name, known in found.items()
    }
