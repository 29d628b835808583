"""An indicator at every unit, with what was expected of the unit's own patients: read from the published sammenligning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import duckdb
import numpy as np

from checks.comparison.calibration import Calibration, calibration
from checks.comparison.case_mix import Groups, Model, model
from checks.comparison.dispersion import Dispersion, dispersion
from checks.comparison.over_time import Mix, mix
from checks.comparison.standardised import Standardised, standardised
from exports.figures.data import Period
from exports.figures.indicator_data import Definition

MEASURES = {
    "StSmBev": "Sterkeste smerte i bevegelse",
    "SvSmBev": "Svakeste smerte i bevegelse",
    "StSmRo": "Sterkeste smerte i ro",
    "SvSmRo": "Svakeste smerte i ro",
}
_CHOSEN = "maaned between $fra and $til"


@dataclass(frozen=True)
class Factor:
    """What is adjusted for: its words, and those of its bands by code."""

    tittel: str
    bands: Mapping[int, str]


@dataclass(frozen=True)
class Compared:
    """An indicator's model, and each unit's figures by it. `names` are the units' published names by RESH-id, and `whole`
    the share of all units.
    """

    definition: Definition
    factors: Mapping[str, Factor]
    groups: Groups
    model: Model
    units: Mapping[str, Standardised]
    names: Mapping[str, str]
    whole: float

    @cached_property
    def calibration(self) -> Calibration:
        return calibration(self.model.probabilities, self.groups.n, self.groups.hits)

    @cached_property
    def dispersion(self) -> Dispersion:
        """How much more than by chance the units differ, after the adjustment."""
        found = list(self.units.values())
        return dispersion([u.share(self.whole) for u in found], [u.error(self.whole) for u in found], self.whole)

    @cached_property
    def mix(self) -> Mix:
        """What is expected of the patients of all units, for the false-alarm rate."""
        return mix(rounded(self.model.probabilities), self.groups.n)


@dataclass(frozen=True)
class Followed:
    """A unit's forløp in the order they started: the day, the outcome (1 or 0) and what was expected."""

    days: tuple[date, ...]
    outcomes: tuple[int, ...]
    expected: tuple[float, ...]


def rounded(p: np.ndarray) -> np.ndarray:
    """Expected shares in whole per cent, as a unit sees what comes from the others' figures; never 0 or 1."""
    return np.clip(np.round(p, 2), 0.01, 0.99)


def factors(con: duckdb.DuckDBPyConnection) -> dict[str, Factor]:
    """Column of sammenligning -> what it says, in order."""
    found: dict[str, tuple[str, dict[int, str]]] = {}
    rows = con.execute("select faktor, tittel, kode, tekst from sammenligning_koder order by nr, kode = 0, kode")
    for faktor, tittel, kode, tekst in rows.fetchall():
        found.setdefault(faktor, (tittel, {}))[1][kode] = tekst
    return {faktor: Factor(*words) for faktor, words in found.items()}


def compare(con: duckdb.DuckDBPyConnection, definition: Definition, period: Period) -> Compared:
    """The indicator, a share, adjusted in the period. REG-370, REG-371 or REG-372 when it cannot be."""
    words = factors(con)
    columns = ", ".join(words)
    outcome = _column(con, definition.indikator)
    rows = con.execute(
        f"""select "SykehusNavn", {columns}, count(*), sum({outcome}) from sammenligning
        where {_CHOSEN} and {outcome} is not null group by all order by all""",
        _months(period),
    ).fetchall()
    codes = np.array([row[1:-2] for row in rows], dtype=int).reshape(len(rows), len(words))
    n, hits = (np.array([row[place] for row in rows], dtype=float) for place in (-2, -1))
    groups = Groups(tuple(words), codes, np.array([row[0] for row in rows], dtype=object), n, hits)
    found = model(definition.indikator, groups)
    units = {}
    for name in sorted(set(groups.units.tolist())):
        here = groups.units == name
        unit = standardised(found.probabilities[here], n[here], hits[here])
        assert unit is not None, "a group has forløp"
        units[str(name)] = unit
    names = dict(con.execute('select distinct "AvdRESH", "SykehusNavn" from sammenligning').fetchall())
    return Compared(definition, words, groups, found, units, names, float(hits.sum() / n.sum()))


def follow(con: duckdb.DuckDBPyConnection, compared: Compared, unit: str, period: Period) -> Followed:
    """The forløp in the indicator's denominator at the unit with this RESH-id."""
    outcome = _column(con, compared.definition.indikator)
    rows = con.execute(
        f"""select startdato, {outcome}, {", ".join(compared.factors)} from sammenligning
        where {_CHOSEN} and {outcome} is not null and "AvdRESH" = $unit order by startdato, "ForlopsID\"""",
        _months(period) | {"unit": unit},
    ).fetchall()
    known = dict(
        zip(map(tuple, compared.groups.codes.tolist()), rounded(compared.model.probabilities).tolist(), strict=True)
    )
    return Followed(
        tuple(row[0] for row in rows), tuple(row[1] for row in rows), tuple(known[tuple(row[2:])] for row in rows)
    )


def pairs(con: duckdb.DuckDBPyConnection, measure: str, unit: str | None, period: Period) -> dict[tuple[int, int], int]:
    """(NRS at the first visit, at the last) -> how many forløp, of a unit or of all (None)."""
    assert measure in MEASURES
    rows = con.execute(
        f"""select "{measure}_forste", "{measure}_siste", count(*) from sammenligning
        where {_CHOSEN} and ($unit is null or "AvdRESH" = $unit) group by all""",
        _months(period) | {"unit": unit},
    ).fetchall()
    return {(first, last): n for first, last, n in rows if first is not None and last is not None}


def published(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the published file has what units are compared by; one from an earlier version has not."""
    return bool(con.execute("select 1 from duckdb_tables() where table_name = 'sammenligning_koder'").fetchall())


def _column(con: duckdb.DuckDBPyConnection, indikator: str) -> str:
    known = {row[0] for row in con.execute("describe sammenligning").fetchall()}
    assert indikator in known, indikator
    return f'"{indikator}"'


def _months(period: Period) -> dict[str, date | str | None]:
    return {"fra": period.first, "til": period.last}
