"""Reads the chart tables of what is published, added up over a period, for one unit or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import polars as pl

_WHERE = 'maaned between ? and ? and (? is null or "AvdRESH" = ?)'
_QUERIES = {
    "maned": "select maaned, sum(n)::int as n from diag_maned where {} group by maaned order by maaned",
    "forlopstype": "select forlopstype, sum(n)::int as n from diag_maned where {} group by all",
    "tilsyn": "select tilsett, tekst, sum(n)::int as n from diag_tilsyn where {} group by all",
    "samtykke": "select samtykke, samtykke_type, tekst, sum(n)::int as n from diag_samtykke where {} group by all",
    "smertekategori": (
        "select smertekategori, tekst, sum(n_forlop)::int as n, sum(n_hoveddiagnose)::int as n_hoveddiagnose "
        "from diag_smertekategori where {} group by all"
    ),
    "avdeling": "select avdeling, sum(n)::int as n from diag_avdeling where {} group by all",
    "ventetid": "select dager, sum(n)::int as n from diag_ventetid where {} group by all",
    "nrs": (
        "select maal, tekst, sum(n)::int as n, sum(forste * n) / sum(n) as forste, sum(siste * n) / sum(n) as siste "
        "from diag_nrs where {} group by all"
    ),
    "omeq": "select forste::double as forste, siste::double as siste from diag_omeq where {}",
}


@dataclass(frozen=True)
class Period:
    """Whole months, both included; the marts hold months, so no shorter period can be asked for."""

    first: date
    last: date

    @property
    def months(self) -> list[date]:
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        start = self.first.year * 12 + self.first.month - 1
        return [date(m // 12, m % 12 + 1, 1) for m in range(start, start + max(count, 0))]


def read(con: duckdb.DuckDBPyConnection, unit: str | None, period: Period) -> dict[str, pl.DataFrame]:
    """Chart name -> frame, for the unit with this RESH id, or for all units when it is None."""
    values = [period.first, period.last, unit, unit]
    return {name: con.execute(query.format(_WHERE), values).pl() for name, query in _QUERIES.items()}


def coverage(con: duckdb.DuckDBPyConnection, period: Period) -> pl.DataFrame:
    """The rows of dekningsgrad in the period: one per month and unit."""
    return con.execute(
        "select * from dekningsgrad where maaned between ? and ? order by maaned", [period.first, period.last]
    ).pl()


def published_at(con: duckdb.DuckDBPyConnection) -> datetime:
    """When what is shown was published."""
    row = con.execute("select tid from publisering").fetchone()
    assert row is not None
    return row[0]


def first_month(con: duckdb.DuckDBPyConnection) -> date | None:
    """The first month with a forløp in any unit; None in an empty register."""
    row = con.execute("select min(maaned) from diag_maned").fetchone()
    return row[0] if row else None
