"""Empty the figures of the national file that are too small to show, as checks/small_numbers.py decides.

The file has the rows of the national forløp, so figures of these tell nothing new. What is guarded is the rest: forløp that are
counted and are in no row of the file. Of dekningsgrad that is who is not included; a patient who has said yes to the registry is
no secret to it (docs/adr/012).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from checks.small_numbers import PERIODS, Year, hidden, in_levels, in_year

MARK, WHY = "undertrykt", "undertrykt_fordi"
REASON = "De tomme tallene er under {limit}, kan røpe et som er det, eller vises for enheter bare per år."
STATES = (
    "avventer",
    "ja",
    "nei_aktivt",
    "nei_passivt",
    "ikke_aktuelt",
    "nei_ikke_spurt",
    "tilbaketrukket",
    "nei_uten_type",
    "ikke_reservert",
    "reservert",
    "reservasjon_ikke_spurt",
)
# The states of who is included. Of those with consent only the formally referred are.
CONSENT, NOT_RESERVED, FORMAL_NOT_RESERVED = "n_ja", "n_ikke_reservert", "n_formelt_ikke_reservert"
# The denominator of the edition with reservation is a sum of states. Reserved patients who do not meet the criteria are not counted
# in the file.
OF_REGIME, EVERY_RESERVED = "n_krit_reservasjon", "n_reservert_alle"
KEY = ("nivaa", "periode", "fra", "AvdRESH")
FIGURES = ("teller", "kvadratsum", "nevner", "ekskludert", "andel", "nedre", "ovre")
OWN_ONLY = ("I1-n", "I2-n")
# Of patients only those who are included are counted in the file: the rows say which patients are in it, so the other counts
# would tell how many are not, and as a patient may have several forløp, few patients can have enough of them.
INCLUDED, PATIENTS = "n_pasienter_inkludert", ("n_pasienter", "n_pasienter_krit")


def suppress_dekningsgrad(frame: pl.DataFrame, limit: int) -> pl.DataFrame:
    """The mart dekningsgrad with small counts emptied, and columns that mark the rows and say why.

    Who is not included, and who does not meet the criteria, are two tables: a count of either that is hidden leaves the other
    shown. How those not included were referred, and their states of samtykke or reservation, are parts of them, which units have by
    year only; both together («n_formelt_<tilstand>») are not in the file.
    """
    local, included = pl.col("n_forlop") - pl.col("n_nasjonal"), pl.col("n_inklusjon_status")
    left_out, unmet = pl.col("n_inkl_krit_oppf") - included, pl.col("n_forlop") - pl.col("n_inkl_krit_oppf")
    signed = included - pl.col(NOT_RESERVED)
    formal = pl.col("n_formelt_henvist") - signed - pl.col(FORMAL_NOT_RESERVED)
    unanswered = pl.col("n_krit_ubesvart")
    inside = {CONSENT: signed, NOT_RESERVED: pl.col(NOT_RESERVED)}
    states = [pl.col(name) - inside.get(name, 0) for name in (f"n_{s}" for s in STATES)]
    table = _Table(frame)
    outside = table.years(lambda at: in_year(at.units(local), at.months(local), limit))
    # By year each table is judged for itself, by quarter and month both together.
    no_coverage = {year: hidden(_OneYear(table, year).units(left_out), limit) for year in outside}
    no_forlop = {
        year: hidden(_OneYear(table, year).units(unmet, local), limit, found.units["år"][:, 0])
        for year, found in outside.items()
    }
    both = table.years(
        lambda at: in_levels(
            at.cube(left_out, unmet, local), limit, no_coverage[at.year] | no_forlop[at.year], outside[at.year]
        )
    )
    coverage = {year: found.by_year(no_coverage[year]) for year, found in both.items()}
    whole = {year: found.by_year(no_forlop[year]) for year, found in both.items()}

    def under(above: dict[int, Year], *parts: pl.Expr) -> np.ndarray:
        return table.mask(table.years(lambda at: in_year(at.units(*parts), at.months(*parts), limit, above[at.year])))

    masks = dict.fromkeys(("n_inkl_krit_oppf", "n_inklusjon_status", INCLUDED), table.mask(coverage))
    masks |= {"n_forlop": table.mask(whole)}
    masks |= {"n_formelt_henvist": under(coverage, formal, left_out - formal)}
    masks |= {"n_krit_ubesvart": under(both, unanswered, unmet - unanswered)}
    masks |= dict.fromkeys((*(f"n_{state}" for state in STATES), OF_REGIME), under(coverage, *states))
    kept = frame.drop(*PATIENTS, EVERY_RESERVED, *(f"n_formelt_{state}" for state in STATES))
    return table.with_all_periods(_emptied(kept, masks, limit), both).sort(KEY)


def suppress_indicators(frame: pl.DataFrame, limit: int) -> pl.DataFrame:
    """The mart kvalitetsindikatorer with small figures emptied, and columns that mark the rows and say why.

    The figures of the national forløp stand as they are. Those of all forløp are left out for units by quarter and month. An
    indicator and its variant are hidden together, since the one can be found from the other; the variants in OWN_ONLY, whose
    denominators differ from the indicator's by so few that they would hide it, are left out of all forløp altogether. So are those
    who are not in the denominator, since with them it would say how many forløp there are where dekningsgrad hides that.
    """
    ours = frame.filter(populasjon="nasjonal")
    counts = ("teller", "nevner", "ekskludert")
    key = ["indikator", *KEY]
    every = (
        frame.filter(~pl.col("indikator").is_in(OWN_ONLY))
        .filter((pl.col("populasjon") == "alle") & ((pl.col("nivaa") == "nasjon") | (pl.col("periode") == "år")))
        .join(ours.select(*key, pl.col(*counts).name.suffix("_n")), on=key, how="left", nulls_equal=True)
        .with_columns(*((pl.col(name) - pl.col(f"{name}_n").fill_null(0)).alias(f"{name}_n") for name in counts))
        .with_columns(familie=pl.coalesce("hoved", "indikator"))
    )
    families = [rows for _, rows in every.group_by("familie", maintain_order=True)]
    used = [rows for rows in families if rows["status"][0] == "beregnet"]
    unused = [_emptied(rows, {}, limit) for rows in families if rows["status"][0] != "beregnet"]
    found = [_family(rows, limit) for rows in used]
    both = pl.concat(
        [_emptied(ours, {}, limit), *(rows.select(*frame.columns, MARK, WHY) for rows in (*found, *unused))]
    )
    without = pl.when(populasjon="nasjonal").then("ekskludert").alias("ekskludert")
    return both.with_columns(without).sort("populasjon", *key)


def _family(frame: pl.DataFrame, limit: int) -> pl.DataFrame:
    """The rows of one indicator and its variants, with small figures emptied; «…_n» are the counts of forløp in no row."""
    # The variants are sorted by denominator, because the forløp that each wider denominator adds are categories.
    sizes = frame.group_by("indikator", maintain_order=True).agg(pl.col("nevner").sum()).sort("nevner")
    variants = [frame.filter(pl.col("indikator") == name).sort(KEY) for name in sizes["indikator"]]
    if variants[0]["maal"][0] == "andel":
        of = [(rows["teller_n"], rows["nevner_n"] - rows["teller_n"]) for rows in variants]
        parts = [*of[0], *(new - old for before, after in pairwise(of) for old, new in zip(before, after, strict=True))]
    else:
        parts = [variants[0]["nevner_n"]]
    parts.append(variants[-1]["ekskludert_n"])
    columns = {f"del{i}": part.cast(pl.Int64) for i, part in enumerate(parts)}
    table = _Table(variants[0].with_columns(**columns))
    whole = pl.sum_horizontal(*columns)
    outside = table.years(lambda at: in_year(at.units(whole), at.months(whole), limit))
    apart = [pl.col(name) for name in columns]
    mask = table.mask(table.years(lambda at: in_year(at.units(*apart), at.months(*apart), limit, outside[at.year])))
    return pl.concat([_emptied(rows, dict.fromkeys(FIGURES, mask), limit) for rows in variants])


class _Table:
    """The rows of a mart by year: what the units and all of them together have, and a mask of these as a mask of the rows."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        # (year, nivaa, periode, unit, number of the period in the year) of each row
        self.places = [
            (fra.year, nivaa, periode, unit, (fra.month - 1) // PERIODS[periode])
            for nivaa, periode, fra, unit in frame.select(KEY).iter_rows()
        ]

    def years(self, find: Callable[[_OneYear], Year]) -> dict[int, Year]:
        """Year -> what `find` says of it."""
        return {year: find(_OneYear(self, year)) for year in sorted({place[0] for place in self.places})}

    def names(self, year: int) -> list[str]:
        return sorted({unit for of, _, _, unit, _ in self.places if of == year and unit is not None})

    def mask(self, found: dict[int, Year]) -> np.ndarray:
        """The rows that are hidden; a unit's row of a period that units are not shown for is."""
        index = {year: {name: i for i, name in enumerate(self.names(year))} for year in found}

        def gone(year: int, nivaa: str, periode: str, unit: str | None, number: int) -> bool:
            if nivaa == "nasjon":
                return bool(found[year].nation[periode][number])
            cells = found[year].units.get(periode)
            return True if cells is None else bool(cells[index[year][str(unit)], number])

        return np.array([gone(*place) for place in self.places], dtype=bool)

    def with_all_periods(self, frame: pl.DataFrame, found: dict[int, Year]) -> pl.DataFrame:
        """`frame` with a row for each hidden period that has none, like those that have one, so that no one sees which periods
        had no forløp.
        """
        names = dict(frame.filter(nivaa="enhet").select("AvdRESH", "SykehusNavn").unique().iter_rows())
        there = set(self.places)
        more = [
            {"nivaa": "enhet", "periode": periode, "fra": date(year, number * PERIODS[periode] + 1, 1), "AvdRESH": unit}
            | {"SykehusNavn": names[unit], "n_nasjonal": 0, MARK: True, WHY: frame[WHY].drop_nulls()[0]}
            for year, one in found.items()
            for periode, cells in one.units.items()
            for (row, number) in np.argwhere(cells).tolist()
            if (year, "enhet", periode, (unit := self.names(year)[row]), number) not in there
        ]
        return pl.concat([frame, pl.DataFrame(more, schema_overrides=frame.schema)], how="diagonal") if more else frame


class _OneYear:
    """The counts of one year, each a column of categories; a period without a row has none."""

    def __init__(self, table: _Table, year: int) -> None:
        self._table, self.year = table, year

    def units(self, *parts: pl.Expr) -> np.ndarray:
        """Of each unit in the year: (units, categories)."""
        return self._array(parts, [[("enhet", "år", unit, 0)] for unit in self._table.names(self.year)])[:, 0]

    def months(self, *parts: pl.Expr) -> np.ndarray:
        """Of all units together in each month: (12, categories)."""
        return self._array(parts, [[("nasjon", "måned", None, month) for month in range(12)]])[0]

    def cube(self, *parts: pl.Expr) -> np.ndarray:
        """Of each unit in each month: (units, 12, categories)."""
        names = self._table.names(self.year)
        return self._array(parts, [[("enhet", "måned", unit, month) for month in range(12)] for unit in names])

    def _array(self, parts: tuple[pl.Expr, ...], cells: list[list[Any]]) -> np.ndarray:
        counts = self._table.frame.select(part.alias(str(i)) for i, part in enumerate(parts)).fill_null(0)
        known = dict(zip(self._table.places, counts.cast(pl.Int64).iter_rows(), strict=True))
        none = (0,) * len(parts)
        return np.array([[known.get((self.year, *cell), none) for cell in line] for line in cells], dtype=np.int64)


def _emptied(frame: pl.DataFrame, masks: dict[str, np.ndarray], limit: int) -> pl.DataFrame:
    """`frame` with the cells of the masks (column -> rows) emptied, and the rows marked."""
    empty = [pl.when(pl.Series(mask)).then(None).otherwise(pl.col(name)).alias(name) for name, mask in masks.items()]
    anything = np.logical_or.reduce([np.zeros(frame.height, dtype=bool), *masks.values()])
    marked = pl.Series(MARK, anything, dtype=pl.Boolean)
    why = pl.when(marked).then(pl.lit(REASON.format(limit=limit))).alias(WHY)
    return frame.with_columns(*empty, marked, why)
