"""The nation's figures as they may leave the house: those of the published national file, whose small ones are emptied, and
shares that every unit may see without learning a small count of the others (checks/small_numbers.py).
"""

from __future__ import annotations

from datetime import date

import duckdb
import numpy as np
import polars as pl

from checks.small_numbers import hidden
from exports.figures.data import Period
from exports.figures.indicator_data import Value
from exports.figures.numbers import Answer, Distribution, Numbers, Pair

LENGTHS = (("år", 12), ("kvartal", 3), ("måned", 1))
_NO_MONTHS = pl.DataFrame(schema={"maaned": pl.Date, "n": pl.Int32})
_NO_AVDELINGER = pl.DataFrame(schema={"avdeling": pl.String, "n": pl.Int32})
_TILES = "(periode, fra) in (select unnest($perioder), unnest($fra)::date)"


def tiles(period: Period) -> list[tuple[str, date]]:
    """The fewest published periods (their kind and first day) that are together the months."""
    found, months = [], period.months
    while months:
        kind, length = next((kind, n) for kind, n in LENGTHS if len(months) >= n and (months[0].month - 1) % n == 0)
        found.append((kind, months[0]))
        months = months[length:]
    return found


def _chosen(period: Period) -> dict[str, list[str]]:
    found = tiles(period)
    return {"perioder": [kind for kind, _ in found], "fra": [day.isoformat() for _, day in found]}


def indicators(con: duckdb.DuckDBPyConnection, period: Period) -> dict[str, Value | None]:
    """Indicator -> value of all units; None where the file hides a part of it."""
    rows = con.execute(
        "select indikator, bool_or(nevner is null), sum(teller)::double, sum(nevner)::integer, sum(kvadratsum)::double"
        f" from kvalitetsindikatorer where status = 'beregnet' and populasjon = 'alle' and nivaa = 'nasjon' and {_TILES}"
        " group by indikator",
        _chosen(period),
    ).fetchall()
    return {name: None if gone else Value(hits, n, squares or 0.0) for name, gone, hits, n, squares in rows}


def indicators_by_unit(con: duckdb.DuckDBPyConnection, indicator: str, year: int) -> dict[str, Value | None]:
    """Name of unit -> value in the year; None where the file hides it."""
    rows = con.execute(
        'select "SykehusNavn", teller::double, nevner, kvadratsum::double from kvalitetsindikatorer'
        " where indikator = ? and populasjon = 'alle' and nivaa = 'enhet' and periode = 'år' and fra = make_date(?, 1, 1)"
        ' order by "SykehusNavn"',
        [indicator, year],
    ).fetchall()
    return {name: None if n is None else Value(hits, n, squares or 0.0) for name, hits, n, squares in rows}


def coverage(con: duckdb.DuckDBPyConnection, period: Period) -> dict[str, int | None]:
    """The counts of dekningsgrad of all units; None where the file hides a part of one."""
    names = [row[0] for row in con.execute("select column_name from (describe dekningsgrad)").fetchall()]
    counts = [name for name in names if name.startswith("n_") and not name.startswith("n_pasienter")]
    sums = ", ".join(f"case when count({n}) = count(*) then coalesce(sum({n}), 0) end::integer as {n}" for n in counts)
    query = f"select {sums} from dekningsgrad where nivaa = 'nasjon' and {_TILES}"
    return con.execute(query, _chosen(period)).pl().row(0, named=True)


def coverage_by_unit(con: duckdb.DuckDBPyConnection, year: int) -> dict[str, Value | None]:
    """Name of unit -> dekningsgrad in the year; None where the file hides it."""
    rows = con.execute(
        'select "SykehusNavn", n_inklusjon_status, n_inkl_krit_oppf from dekningsgrad'
        " where nivaa = 'enhet' and periode = 'år' and fra = make_date(?, 1, 1) order by 1",
        [year],
    ).fetchall()
    return {name: None if n is None or hits is None else Value(hits, n) for name, hits, n in rows}


def oversikt(con: duckdb.DuckDBPyConnection, period: Period, smallest: int) -> Numbers:
    """The figures of Lokal oversikt of all units, from the file with all figures. Only their shares (`nation`) may be shown."""
    values = {"fra": period.first, "til": period.last}
    texts: dict[str, dict[int, str]] = {}
    for diagram, code, text in con.execute("select diagram, kode, tekst from oversikt_koder order by 1, 2").fetchall():
        texts.setdefault(diagram, {})[code] = text
    counts: dict[str, dict[str, dict[int, int]]] = {}
    for diagram, unit, code, n in con.execute(
        'select diagram, "AvdRESH", kode, sum(n)::int from oversikt_tall where maaned between $fra and $til group by all',
        values,
    ).fetchall():
        counts.setdefault(diagram, {}).setdefault(unit, {})[code] = n
    found = {diagram: _distribution(words, counts.get(diagram, {}), smallest) for diagram, words in texts.items()}
    return Numbers(found, _pairs(con, values, smallest), _NO_MONTHS, _NO_AVDELINGER)


def _distribution(words: dict[int, str], counts: dict[str, dict[int, int]], smallest: int) -> Distribution:
    codes = list(words)
    cells = np.array([[of.get(code, 0) for code in codes] for of in counts.values()], dtype=np.int64)
    whole = cells.sum(axis=0) if len(cells) else np.zeros(len(codes), dtype=np.int64)
    shown = dict(zip(codes, shown_to_all(cells, smallest), strict=True))
    total = int(whole.sum())
    return Distribution(
        tuple(
            Answer(code, text, int(n), round(int(n) / total, 2) if total and shown[code] else None)
            for (code, text), n in zip(words.items(), whole, strict=True)
        ),
        compared=True,
    )


def shown_to_all(cells: np.ndarray, smallest: int) -> np.ndarray:
    """Which categories of `cells[unit, category]` may be shown of all units together: those whose count is not small, nor what
    is left of it when a unit takes away its own.
    """
    if not len(cells) or not cells.size:
        return np.zeros(cells.shape[-1], dtype=bool)
    whole = cells.sum(axis=0)
    shown = np.ones(len(whole), dtype=bool)
    for others in (whole, *(whole - own for own in cells if own.any())):
        *masks, total = hidden(others[:, None], smallest)
        enough = others.sum() >= smallest and not total
        shown &= ~np.array(masks, dtype=bool) if enough else False
    return shown


def _pairs(con: duckdb.DuckDBPyConnection, values: dict[str, date], smallest: int) -> dict[str, Pair]:
    """Measure -> means at the first and the last visit, where no unit can find those of few others."""
    rows = con.execute(
        """select maal, sum(n)::int, sum(forste) / sum(n), sum(siste) / sum(n), min(alle - n)::int from (
            select maal, "AvdRESH", sum(n) as n, sum(sum_forste)::double as forste, sum(sum_siste)::double as siste,
            sum(sum(n)) over (partition by maal) as alle from oversikt_par where maaned between $fra and $til group by all
        ) where n > 0 group by maal""",
        values,
    ).fetchall()
    return {
        measure: Pair(n, first, last, 0, 0, (round(first, 1), round(last, 1)))
        for measure, n, first, last, rest in rows
        if rest >= smallest
    }
