"""Read the published tables, added up over a choice of months, unit, avdeling and lokasjon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb
import polars as pl

from checks import in_words
from exports.figures import numbers
from exports.figures.numbers import Numbers

# The rows of dekningsgrad and kvalitetsindikatorer that may be added up over any period and any units.
BY_UNIT_AND_MONTH = "nivaa = 'enhet' and periode = 'måned'"


@dataclass(frozen=True)
class Period:
    """The months from that of `first` to that of `last`; the marts hold whole months, so no period can be shorter."""

    first: date
    last: date

    @property
    def months(self) -> list[date]:
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        start = self.first.year * 12 + self.first.month - 1
        return [date(m // 12, m % 12 + 1, 1) for m in range(start, start + max(count, 0))]

    @property
    def words(self) -> str:
        """«des. 2025 – nov. 2026»."""
        first, last = in_words.month(self.first), in_words.month(self.last)
        return first if first == last else f"{first} – {last}"


@dataclass(frozen=True)
class Choice:
    """Whose forløp to count: those of a unit (None: of all units), and of an avdeling and a lokasjon of it (None: all)."""

    unit: str | None
    avdeling: int | None = None
    lokasjon: int | None = None

    @property
    def values(self) -> dict[str, Any]:
        return {"enhet": self.unit, "avdeling": self.avdeling, "lokasjon": self.lokasjon}


_CHOSEN = """
    ($enhet is null or "AvdRESH" = $enhet)
    and ($avdeling is null or avdeling_id = $avdeling) and ($lokasjon is null or lokasjon_id = $lokasjon)
"""
_COUNTS = f"""
with chosen as (
    select diagram, kode, sum(n)::int as n,
    from oversikt_tall where maaned between $fra and $til and {_CHOSEN} group by all
),
everybody as (
    select diagram, kode, coalesce(sum(n) filter ("AvdRESH" = $enhet), 0)::int as enhetens,
        coalesce(sum(n) filter ("AvdRESH" <> $enhet), 0)::int as andre,
    from oversikt_tall where maaned between $fra and $til group by all
)
select k.diagram, k.kode, k.tekst, coalesce(c.n, 0) as n,
    case when $enhet is not null then coalesce(e.enhetens, 0) end as enhetens,
    case when $enhet is not null then coalesce(e.andre, 0) end as andre,
from oversikt_koder k
left join chosen c on k.diagram = c.diagram and k.kode = c.kode
left join everybody e on k.diagram = e.diagram and k.kode = e.kode
order by k.diagram, k.kode
"""
_PAIRS = f"""
select maal, coalesce(sum(n) filter (where {_CHOSEN}), 0)::int as n,
    sum(sum_forste) filter (where {_CHOSEN})::double as forste,
    sum(sum_siste) filter (where {_CHOSEN})::double as siste,
    sum(n_ned) filter (where {_CHOSEN}) as n_ned, sum(n_opp) filter (where {_CHOSEN}) as n_opp,
    case when $enhet is null then 0 else sum(n) end::int as alle_n,
    coalesce(sum(n) filter ("AvdRESH" <> $enhet), 0)::int as andre_n,
    sum(sum_forste)::double as alle_forste, sum(sum_siste)::double as alle_siste,
from oversikt_par where maaned between $fra and $til group by maal
"""
_MONTHS = f"""
select maaned, sum(n)::int as n, from oversikt_tall
where maaned between $fra and $til and diagram = 'forlopstype' and {_CHOSEN} group by all order by maaned
"""
_AVDELINGER = f"""
select coalesce(a."DEPARTMENT_SHORTNAME", a."DEPARTMENT_NAME", 'Ikke oppgitt') as avdeling, sum(t.n)::int as n,
from oversikt_tall t left join avdelingsoversikt a on t.avdeling_id = a."DEPARTMENT_ID"
where maaned between $fra and $til and diagram = 'forlopstype' and {_CHOSEN} group by all
"""
_DAYS = f"""
select {{}}
from oversikt_dag where dato between $fra and $til and {_CHOSEN}
"""
DAY_COUNTS = ("n_forlop", "n_tilsett", "n_komplett", "n_inkl_krit_oppf", "n_inklusjon_status")


def read(con: duckdb.DuckDBPyConnection, choice: Choice, period: Period, smallest: int) -> Numbers:
    """The figures of a choice, with those of all units to compare with, also when an avdeling or lokasjon is chosen.

    `smallest` is the least count of other units that may be seen (the setting `minste_celle`).
    """
    values = choice.values | {"fra": period.first, "til": period.last}
    return Numbers(
        numbers.distributions(con.execute(_COUNTS, values).pl(), smallest),
        numbers.pairs(con.execute(_PAIRS, values).pl().to_dicts(), smallest),
        con.execute(_MONTHS, values).pl(),
        con.execute(_AVDELINGER, values).pl(),
    )


def days(con: duckdb.DuckDBPyConnection, choice: Choice, first: date, last: date) -> dict[str, int]:
    """The counts named in DAY_COUNTS, of forløp with startdato from `first` to `last`, both included."""
    sums = ", ".join(f"coalesce(sum({name}), 0)::int as {name}" for name in DAY_COUNTS)
    values = choice.values | {"fra": first, "til": last}
    return con.execute(_DAYS.format(sums), values).pl().row(0, named=True)


def places(con: duckdb.DuckDBPyConnection, unit: str) -> tuple[dict[int, str], dict[int, str]]:
    """(avdelinger, lokasjoner) of the unit, each as id -> name on the screen, with those not in use last."""
    found = []
    for kind, name in (("DEPARTMENT", "DEPARTMENT_NAME"), ("LOCATION", "LOCATIONNAME")):
        rows = con.execute(
            f'select "{kind}_ID", coalesce("{kind}_SHORTNAME", "{name}") from avdelingsoversikt '
            f'where "{kind}_CENTREID" = ? order by "{kind}_ACTIVE" desc, 2',
            [unit],
        ).fetchall()
        found.append(dict(rows))
    return found[0], found[1]


def dekningsgrad(con: duckdb.DuckDBPyConnection, period: Period) -> pl.DataFrame:
    """The rows of the mart dekningsgrad in the period: one per month and unit."""
    return con.execute(
        f"select * exclude (fra), fra as maaned from dekningsgrad where {BY_UNIT_AND_MONTH} and fra between ? and ? order by fra",
        [period.first, period.last],
    ).pl()


def dekningsgrad_of(con: duckdb.DuckDBPyConnection, choice: Choice, period: Period) -> pl.DataFrame:
    """Rows like those of `coverage` for one avdeling or lokasjon: one per month and avdeling (`avdeling` is its name)."""
    return con.execute(
        f"""select maaned, d."AvdRESH", coalesce("DEPARTMENT_SHORTNAME", "DEPARTMENT_NAME", 'Ikke oppgitt') as avdeling,
        sum(columns('^n_'))::int as "\\0" from dekning_forlop d left join avdelingsoversikt on avdeling_id = "DEPARTMENT_ID"
        where maaned between $fra and $til and {_CHOSEN} group by all order by maaned""",
        choice.values | {"fra": period.first, "til": period.last},
    ).pl()


def patients(con: duckdb.DuckDBPyConnection, choice: Choice, period: Period) -> tuple[int, int]:
    """How many patients have a forløp in the numerator, and in the denominator, of dekningsgrad in the period."""
    row = con.execute(
        f"""select count(distinct "PasientID") filter (where n_inklusjon_status = 1), count(distinct "PasientID")
        from dekning_forlop where n_inkl_krit_oppf = 1 and maaned between $fra and $til and {_CHOSEN}""",
        choice.values | {"fra": period.first, "til": period.last},
    ).fetchall()[0]
    return int(row[0]), int(row[1])


def may_be_asked(con: duckdb.DuckDBPyConnection, choice: Choice, period: Period) -> list[int]:
    """ForlopsID of the forløp that meet the criteria and have no answer about samtykke, the newest first."""
    rows = con.execute(
        f"""select "ForlopsID" from dekning_forlop where n_avventer = 1
        and maaned between $fra and $til and {_CHOSEN} order by 1 desc""",
        choice.values | {"fra": period.first, "til": period.last},
    ).fetchall()
    return [int(row[0]) for row in rows]


def published_at(con: duckdb.DuckDBPyConnection) -> datetime:
    """When the tables were published."""
    row = con.execute("select tid from publisering").fetchone()
    assert row is not None
    return row[0]


def first_month(con: duckdb.DuckDBPyConnection) -> date | None:
    """The first month with a forløp in any unit; None in an empty register."""
    row = con.execute(f"select min(fra) from dekningsgrad where {BY_UNIT_AND_MONTH}").fetchone()
    return row[0] if row else None
