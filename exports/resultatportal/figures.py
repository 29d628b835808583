"""The figures of a year that the results portal gets: numerator and denominator of each indicator at each unit.

The indicators are counted over the national forløp, dekningsgrad over all that meet the criteria, as the marts have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from checks.errors import RegisterError
from checks.small_numbers import small
from exports.figures.coverage import with_what

COVERAGE = "dekningsgrad"
# The portal's type of what the marts call a figure.
TYPES = {"andel": "andel", "snitt": "gjennomsnitt", COVERAGE: "dg_andel"}
_QUERY = """
    select indikator, maal, "AvdRESH" as resh, "SykehusNavn" as enhet, teller, nevner
    from kvalitetsindikatorer
    where populasjon = 'nasjonal' and nivaa = 'enhet' and periode = 'år' and fra = make_date($aar, 1, 1)
        and status = 'beregnet'
    union all by name
    select 'dekningsgrad' as indikator, 'dekningsgrad' as maal, "AvdRESH" as resh, "SykehusNavn" as enhet,
        n_inklusjon_status::decimal(14, 1) as teller, n_inkl_krit_oppf as nevner
    from dekningsgrad
    where nivaa = 'enhet' and periode = 'år' and fra = make_date($aar, 1, 1)
    order by indikator, resh
"""


@dataclass(frozen=True)
class Figure:
    """One figure of a unit in the year; ``teller`` is a sum where ``maal`` is a mean."""

    indikator: str
    maal: str
    resh: str
    enhet: str
    teller: Decimal
    nevner: int

    @property
    def outside(self) -> int:
        """How many of the denominator are in no row of the register's national data: of dekningsgrad, who is not included."""
        return self.nevner - int(self.teller) if self.maal == COVERAGE else 0

    def is_small(self, smallest: int) -> bool:
        """Whether it is held back from the portal."""
        return small(self.nevner, smallest) or small(self.outside, smallest)


@dataclass(frozen=True)
class Definition:
    """What an indicator is called and counts, in words, and the portal's type of it."""

    navn: str
    teller: str
    nevner: str
    type: str


def figures(con: duckdb.DuckDBPyConnection, year: int) -> list[Figure]:
    """Every figure of the year from the app's own published file. Raises REG-357 when an earlier version made the file, and
    REG-353 when nothing is counted in the year.
    """
    try:
        rows = con.execute(_QUERY, {"aar": year}).fetchall()
    except duckdb.BinderException as error:
        raise RegisterError("REG-357") from error
    if not any(row[-1] for row in rows):
        raise RegisterError("REG-353", aar=year)
    return [Figure(*row) for row in rows]


def definitions(con: duckdb.DuckDBPyConnection) -> dict[str, Definition]:
    """Every indicator that is counted, and dekningsgrad."""
    rows = con.execute(
        "select indikator, navn, teller_tekst, nevner_tekst, maal from indikatordefinisjoner"
        " where status = 'beregnet' order by nr"
    ).fetchall()
    found = {name: Definition(title, hits, whole, TYPES[kind]) for name, title, hits, whole, kind in rows}
    return found | {
        COVERAGE: Definition(
            "Dekningsgrad",
            f"Forløp med {with_what()}, der inklusjonskriteriene er oppfylt.",
            "Forløp der inklusjonskriteriene er oppfylt.",
            TYPES[COVERAGE],
        )
    }
