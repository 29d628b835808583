"""What is known of a year when the stadium requirements are documented, and how it may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from checks.resultatportal import stadium
from checks.small_numbers import small
from exports.resultatportal.figures import Definition, Figure

NOTHING = "–"


def units(number: int) -> str:
    """«1 enhet», «2 enheter»."""
    return f"{number} enhet" if number == 1 else f"{number} enheter"


@dataclass(frozen=True)
class Table:
    """A table of the page; ``navn`` says what it shows."""

    navn: str
    hode: tuple[str, ...]
    rader: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Shown:
    """What is said of a requirement, and the tables that show it."""

    setninger: tuple[str, ...]
    tabeller: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Known:
    """The year, what is known of it, and the smallest count that is shown. ``register`` is what its log and tables say
    (ingest.results.documented); ``made_today`` is the day the file is made, when it is.
    """

    year: int
    con: duckdb.DuckDBPyConnection
    figures: tuple[Figure, ...]
    definitions: Mapping[str, Definition]
    register: Mapping[str, Any]
    smallest: int
    made_today: date

    def count(self, number: int) -> str:
        """A count as it may be shown outside the unit."""
        return f"færre enn {self.smallest}" if small(number, self.smallest) else str(number)

    def share(self, hits: int, whole: int) -> str:
        """A share with one decimal, where there are enough to show it of."""
        return NOTHING if whole < self.smallest else stadium.share(hits, whole)

    def share_towards(self, hits: int, whole: int) -> str:
        """The same of a share that is held against a limit."""
        return NOTHING if whole < self.smallest else stadium.share_towards(hits, whole)

    @property
    def region(self) -> dict[str, str]:
        return {unit["resh"]: unit["rhf"] for unit in self.register["enheter"]}

    def name(self, resh: str) -> str:
        """What a unit is called now; its RESH-id when the register does not have it."""
        return next((unit["navn"] for unit in self.register["enheter"] if unit["resh"] == resh), resh)

    def coverage(self, year: int) -> list[dict[str, Any]]:
        """Per unit: the forløp of the year, those that meet the criteria, and those that are included."""
        return rows(
            self.con,
            'select "AvdRESH" as resh, n_forlop as forlop, n_inkl_krit_oppf as nevner, n_inklusjon_status as teller'
            " from dekningsgrad where nivaa = 'enhet' and periode = 'år' and fra = make_date(?, 1, 1) order by resh",
            year,
        )

    def referred(self, year: int) -> list[dict[str, Any]]:
        """Per unit with a check against the hospital's own list (EPJ): referrals in the year, those registered, months, last."""
        return rows(
            self.con,
            'select "AvdRESH" as resh, sum(n_henvist)::integer as nevner, sum(n_registrert)::integer as teller,'
            " count(distinct maaned) as maaneder, max(kontrollert)::date as sist from registrert_av_henvist"
            " where year(maaned) = ? group by resh order by resh",
            year,
        )


def rows(con: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[dict[str, Any]]:
    """The rows of a query, by the names of the columns."""
    cursor = con.execute(sql, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
