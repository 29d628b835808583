"""What a delivery's tables are made of: the linked extracts, and the physical tables put together again from them.

Everything is read from one published file, so that a delivery agrees with itself and with its own klokebok.
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
LEADING = ("MCEID", "CENTREID")
TRAILING = ("TSUPDATED", "UPDATEDBY", "FIRST_TIME_CLOSED", "FIRST_TIME_CLOSED_BY", "TSCREATED", "CREATEDBY")
_REPEATED = {"emp11_pain_diagnosis": "smertediagnosernum"}


def published_file(data: Path, scope: str) -> Path:
    """The published file of a scope, «nasjonal» or a unit's RESH. Raises REG-085, or REG-093 for an unknown unit."""
    current = published_id(data)
    if current is None:
        raise RegisterError("REG-085")
    return scope_file(data / "publishing" / current, scope)


def scope_file(folder: Path, scope: str) -> Path:
    """The file of a scope in a folder of published files. Raises REG-093."""
    path = folder / ("nasjonal.duckdb" if scope == NATIONAL else f"lokal-{scope}.duckdb")
    if not path.is_file():
        raise RegisterError("REG-093", verdi=scope)
    return path


def linked(table: str) -> str:
    """The query of a linked extract, in the order of its key."""
    return f"select * from {table} order by {ORDER[table]}"


def physical_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The physical tables, in the order of the klokebok."""
    return [row[0] for row in con.execute("select tabell from klokebok group by 1 order by min(rowid)").fetchall()]


def physical(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """The query of a physical table: MCEID, CENTREID, the klokebok's columns of it, then who and when.

    A table that two forms share has FORMORDER after the leading columns (decisions, «What leaves»). Rows in the order
    of MCEID. Source: the OQR extract format, «a raw form dump».
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
        # The extract of smertediagnoser calls one column by its physical name.
        chosen += [f'uttrekk."{name if name in names else column}" as "{column}"' for name, column in columns]
        chosen += [f'hode."{column}"' for column in TRAILING]
        parts.append(
            f"select {', '.join(chosen)} from skjemahoder as hode join {source} as uttrekk"
            f""" on hode."ForlopsID" = uttrekk."ForlopsID" where hode."Skjemanavn" = '{form}'"""
        )
    key = '"MCEID"' + (', "FORMORDER"' if shared else "") + (', "ID"' if table in _REPEATED else "")
    return f"{' union all by name '.join(parts)} order by {key}"
