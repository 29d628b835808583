"""What a published file can say of itself: its tables and columns, how much it has, and of which years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import duckdb

from checks.errors import RegisterError
from checks.katalog import announced, datatype

# The same rows with texts in place of codes, and what only tells of the file itself.
_LEFT_OUT = (
    "allevar",
    "smertediagnoser",
    "publisering",
    "kolonner",
    "klokebok",
    "indikatordefinisjoner",
    "kodebokendringer",
)
_TITLES = {
    "allevarnum": "Alle variabler, én rad per forløp",
    "forlopsoversikt": "Forløp, én rad per forløp",
    "skjemaoversikt": "Skjema, én rad per skjema",
    "skjemahoder": "Skjemaenes datoer, én rad per skjema",
    "smertediagnosernum": "Smertediagnoser, én rad per diagnose",
    "avdelingsoversikt": "Avdelinger og lokasjoner",
    "dekningsgrad": "Dekningsgrad, én rad per enhet og periode",
    "kvalitetsindikatorer": "Kvalitetsindikatorer, én rad per enhet og periode",
}


@dataclass(frozen=True)
class Column:
    """A column; ``datatype`` is the name that CSV on the Web has for its type. One that is not ``beskrevet`` has only a name."""

    navn: str
    tittel: str
    beskrivelse: str
    datatype: str
    beskrevet: bool


@dataclass(frozen=True)
class Table:
    navn: str
    tittel: str
    kolonner: tuple[Column, ...]


@dataclass(frozen=True)
class Published:
    """What is published. ``dag`` is the day of the publishing, ``forlop`` and ``pasienter`` how many as it may be told,
    ``aar`` the first and the last day of the years with forløp, the last never after ``dag``.
    """

    id: str
    dag: date
    kodebok: str
    forlop: int | None
    pasienter: int | None
    aar: tuple[date, date] | None
    tabeller: tuple[Table, ...]


def read(con: duckdb.DuckDBPyConnection, limit: int) -> Published:
    """What the published file of ``con`` can say. Counts under ``limit`` are not told; nor is how many forløp so few patients
    have. Raises REG-357 for a file of an earlier version of the program.
    """
    if not con.execute("select 1 from duckdb_tables() where table_name = 'kolonner' and not internal").fetchall():
        raise RegisterError("REG-357")
    ((number, day, codebook),) = con.execute(
        "select id, (tid at time zone 'Europe/Oslo')::date, kodebok from publisering"
    ).fetchall()
    ((forlop, patients, first, last),) = con.execute(
        'select count(*), count(distinct "PasientID"), min("HovedDato"), max("HovedDato") from forlopsoversikt'
    ).fetchall()
    told = announced(patients, limit)
    return Published(
        number,
        day,
        codebook,
        None if told is None else announced(forlop, limit),
        told,
        None if first is None else (date(first.year, 1, 1), min(date(last.year, 12, 31), day)),
        _tables(con),
    )


def _tables(con: duckdb.DuckDBPyConnection) -> tuple[Table, ...]:
    names = ("tabell", "kolonne", "type", "merkelapp", "beskrivelse", "koder", "vet_ikke", "innfoert", "utfaset")
    rows = con.execute(
        f"select {', '.join(names)} from kolonner where tabell not in (select unnest(?)) order by tabell, nr",
        [list(_LEFT_OUT)],
    ).fetchall()
    columns: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in rows]
    return tuple(_table(name, found) for name, found in groupby(columns, lambda column: column["tabell"]))


def _table(name: str, columns: Iterable[dict[str, Any]]) -> Table:
    return Table(name, _TITLES.get(name, name), tuple(_column(column) for column in columns))


def _column(row: dict[str, Any]) -> Column:
    """A column in words: what it is, its codes and which of them are no value, and since when it is asked."""
    what = (row["beskrivelse"] or "").strip()
    said = [what or row["merkelapp"]]
    said += [f"Koder: {row['koder']}"] if row["koder"] else []
    said += [f"Vet ikke: {row['vet_ikke']}"] if row["vet_ikke"] else []
    said += [f"I bruk fra {row['innfoert']:%d.%m.%Y}"] if row["innfoert"] else []
    said += [f"Ikke i bruk fra {row['utfaset']:%d.%m.%Y}"] if row["utfaset"] else []
    sentences = " ".join(text if text.endswith((".", "?", "!")) else f"{text}." for text in said)
    return Column(row["kolonne"], row["merkelapp"], sentences, datatype(row["type"], row["koder"]), bool(what))
