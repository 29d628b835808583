"""The queries of a delivery's tables: the linked extracts, and the physical tables joined together again from these.

All of them read the same published file, so that a delivery agrees with itself and with its klokebok (docs/adr/009).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from checks.errors import RegisterError
from exports.publish import published_id

NATIONAL = "nasjonal"
ORDER = {
    "allevarnum": '"ForlopsID"',
    "forlopsoversikt": '"ForlopsID"::integer',
    "skjemaoversikt": '"ForlopsID"::integer, "SkjemaRekkeflg"::integer',
    "smertediagnosernum": '"ForlopsID", "SmerteDiagID"',
    "smertediagnoser": '"ForlopsID", "SmerteDiagID"',
    "avdelingsoversikt": '"DEPARTMENT_ID" nulls last, "LOCATION_ID"',
}
COUNTED_ORDER = {
    "kvalitetsindikatorer": 'populasjon, indikator, nivaa, periode, fra, "AvdRESH"',
    "dekningsgrad": 'nivaa, periode, fra, "AvdRESH"',
    "indikatordefinisjoner": "nr",
}
LEADING = ("MCEID", "CENTREID")
TRAILING = ("TSUPDATED", "UPDATEDBY", "FIRST_TIME_CLOSED", "FIRST_TIME_CLOSED_BY", "TSCREATED", "CREATEDBY")
_REPEATED = {"emp11_pain_diagnosis": "smertediagnosernum"}


def published_file(data: Path, scope: str) -> Path:
    """The published file of a scope, «nasjonal» or a unit's RESH-id. Raises REG-085 (nothing is published), or REG-093
    for an unknown unit.
    """
    current = published_id(data)
    if current is None:
        raise RegisterError("REG-085")
    return scope_file(data / "publishing" / current, scope)


def scope_file(folder: Path, scope: str) -> Path:
    """The file of a scope in a folder of published files. Raises REG-093 for an unknown unit."""
    path = folder / ("nasjonal.duckdb" if scope == NATIONAL else f"lokal-{scope}.duckdb")
    if not path.is_file():
        raise RegisterError("REG-093", verdi=scope)
    return path


def linked(table: str) -> str:
    """The query of a linked extract, sorted by its key."""
    return f"select * from {table} order by {ORDER[table]}"


def physical_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of the physical tables, in the order of the klokebok."""
    return [row[0] for row in con.execute("select tabell from klokebok group by 1 order by min(rowid)").fetchall()]


def physical(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """The query of a physical table: MCEID, CENTREID, the table's columns in the klokebok, then who saved and when.

    A table that two forms share has FORMORDER after the leading columns. The rows are sorted by MCEID. Source: the OQR
    extract format, «a raw form dump».
    """
    forms = [
        row[0]
        for row in con.execute(
            "select skjemanavn from klokebok where tabell = ? group by 1 order by min(rowid)", [table]
        ).fetchall()
    ]
    shared = len(forms) > 1
    parts = []
    for form in forms:
        source = _REPEATED.get(table, "allevarnum")
        names = {row[0] for row in con.execute(f"select column_name from (describe {source})").fetchall()}
        columns = con.execute(
            "select navn_i_rapporteket, upper(fysisk_feltnavn) from klokebok where tabell = ? and skjemanavn = ?"
            " and fysisk_feltnavn is not null group by all order by min(rowid)",
            [table, form],
        ).fetchall()
        chosen = [f'hode."ForlopsID" as "{LEADING[0]}"', f'hode."AvdRESH" as "{LEADING[1]}"']
        chosen += ['hode."FORMORDER"'] if shared else []
        # One column of the extract of smertediagnoser has its physical name there too.
        chosen += [f'uttrekk."{name if name in names else column}" as "{column}"' for name, column in columns]
        chosen += [f'hode."{column}"' for column in TRAILING]
        parts.append(
            f"select {', '.join(chosen)} from skjemahoder as hode join {source} as uttrekk"
            f""" on hode."ForlopsID" = uttrekk."ForlopsID" where hode."Skjemanavn" = '{form}'"""
        )
    key = '"MCEID"' + (', "FORMORDER"' if shared else "") + (', "ID"' if table in _REPEATED else "")
    return f"{' union all by name '.join(parts)} order by {key}"
