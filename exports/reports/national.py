"""The nation's figures as they may leave the house.

Somebody outside has no rows of forløp, so every count is guarded, also of those who are included; the published national file,
whose readers have these rows, guards the rest (exports/disclosure.py). What either hides is hidden here, so that a report and
the file tell no more together than each by itself. A unit knows its own figures, so what would be small without these is hidden too,
also of shares that no mart has by period (checks/small_numbers.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby

import duckdb
import numpy as np
import polars as pl

from checks.small_numbers import hidden
from exports.disclosure import KEY, suppress_indicators
from exports.figures.data import Period
from exports.figures.indicator_data import Value
from exports.figures.numbers import Answer, Distribution, Numbers, Pair

LENGTHS = (("år", 12), ("kvartal", 3), ("måned", 1))
COVERAGE, FORLOP = "dekningsgrad", "forløp"  # counted beside the indicators
_NO_MONTHS = pl.DataFrame(schema={"maaned": pl.Date, "n": pl.Int32})
_NO_AVDELINGER = pl.DataFrame(schema={"avdeling": pl.String, "n": pl.Int32})
_KEY = ["indikator", *KEY]
_COUNTS = ["teller", "kvadratsum", "nevner", "ekskludert"]
_COUNTED = "year(fra) between $first and $last"
# Dekningsgrad, and the forløp themselves, as if they were indicators: what is hidden of one is hidden with regard to the other.
_EVERY = f"""
select * from kvalitetsindikatorer where populasjon = 'alle' and {_COUNTED}
union all by name
select '{COVERAGE}' as indikator, 'andel' as maal, 'beregnet' as status, 'alle' as populasjon, nivaa, periode, fra, "AvdRESH",
    "SykehusNavn", n_inklusjon_status as teller, n_inkl_krit_oppf as nevner, n_forlop - n_inkl_krit_oppf as ekskludert,
from dekningsgrad where {_COUNTED}
union all by name
select '{FORLOP}' as indikator, 'snitt' as maal, 'beregnet' as status, 'alle' as populasjon, nivaa, periode, fra, "AvdRESH",
    "SykehusNavn", 0 as teller, n_forlop as nevner, 0 as ekskludert,
from dekningsgrad where {_COUNTED}
"""
_IN_FILE = f"""
select indikator, nivaa, periode, fra, "AvdRESH" from kvalitetsindikatorer
where populasjon = 'alle' and status = 'beregnet' and nevner is null and {_COUNTED}
union all
select '{COVERAGE}', nivaa, periode, fra, "AvdRESH" from dekningsgrad
where (n_inklusjon_status is null or n_inkl_krit_oppf is null) and {_COUNTED}
union all
select '{FORLOP}', nivaa, periode, fra, "AvdRESH" from dekningsgrad where n_forlop is null and {_COUNTED}
"""


def figures(
    con: duckdb.DuckDBPyConnection, outside: duckdb.DuckDBPyConnection, years: tuple[int, int], smallest: int
) -> pl.DataFrame:
    """The rows of indicators, COVERAGE and FORLOP of the nation, and of the units by year, with `nevner` empty where they may
    not be seen. `con` reads the file with every figure, `outside` the national file; `years` are the first and the last.
    """
    first, last = years
    values = {"first": first, "last": last}
    every = con.execute(_EVERY, values).pl()
    found = suppress_indicators(every, smallest).filter(status="beregnet")
    gone = pl.concat([outside.execute(_IN_FILE, values).pl(), _known_to_units(every, smallest)]).unique()
    found = found.join(gone.with_columns(tomt=pl.lit(True)), on=_KEY, how="left", nulls_equal=True)
    shown = pl.col("tomt").is_null()
    return found.with_columns(
        pl.when(shown).then(pl.col(name)).alias(name) for name in ("teller", "nevner", "kvadratsum")
    )


def _known_to_units(every: pl.DataFrame, smallest: int) -> pl.DataFrame:
    """The keys of the rows that are hidden so that no unit, which knows its own figures, finds a small one of the others.

    For each unit the others are guarded as if they were all there are. What is hidden for one of them leaves the rest guarded: the
    more rows are hidden, the more they have together.
    """
    units = every["AvdRESH"].drop_nulls().unique().sort()
    hidden_rows = [
        suppress_indicators(_without(every, unit), smallest)
        .filter(pl.col("nevner").is_null(), status="beregnet")
        .select(_KEY)
        for unit in units
    ]
    return pl.concat([every.clear().select(_KEY), *hidden_rows])


def _without(every: pl.DataFrame, unit: str) -> pl.DataFrame:
    """The rows without the unit's forløp: its own have none, and those of the nation have the others'."""
    key = ["indikator", "periode", "fra"]
    own = every.filter(AvdRESH=unit).select(*key, pl.col(_COUNTS).name.suffix("_egne"))
    less = [
        pl.when(nivaa="nasjon")
        .then(pl.col(name) - pl.col(f"{name}_egne").fill_null(0))
        .when(AvdRESH=unit)
        .then(0)
        .otherwise(pl.col(name))
        .cast(every.schema[name])
        .alias(name)
        for name in _COUNTS
    ]
    return every.join(own, on=key, how="left").with_columns(less).select(every.columns)


def tiles(period: Period) -> list[tuple[str, date]]:
    """The fewest published periods (their kind and first day) that are together the months."""
    found, months = [], period.months
    while months:
        kind, length = next((kind, n) for kind, n in LENGTHS if len(months) >= n and (months[0].month - 1) % n == 0)
        found.append((kind, months[0]))
        months = months[length:]
    return found


def of_period(rows: pl.DataFrame, period: Period) -> dict[str, Value | None]:
    """Indicator -> value of all units; None where a part of it is hidden. `rows` are those of ``figures``."""
    wanted = pl.DataFrame(tiles(period), schema=["periode", "fra"], orient="row")
    chosen = rows.filter(nivaa="nasjon").join(wanted, on=["periode", "fra"], how="semi")
    return {
        str(name): _sum(part.select("teller", "nevner", "kvadratsum").iter_rows())
        for (name,), part in chosen.group_by("indikator")
    }


def _sum(parts: Iterable[tuple[float | None, int | None, float | None]]) -> Value | None:
    hits = squares = 0.0
    n = 0
    for part in parts:
        if part[1] is None:
            return None
        hits, n, squares = hits + float(part[0] or 0), n + part[1], squares + float(part[2] or 0)
    return Value(hits, n, squares)


def by_unit(rows: pl.DataFrame, indicator: str, year: int) -> dict[str, Value | None]:
    """Name of unit -> value in the year; None where it is hidden. `rows` are those of ``figures``."""
    chosen = rows.filter(nivaa="enhet", periode="år", fra=date(year, 1, 1), indikator=indicator).sort("SykehusNavn")
    return {
        row[0]: _sum([row[1:]]) for row in chosen.select("SykehusNavn", "teller", "nevner", "kvadratsum").iter_rows()
    }


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
    found = [[of.get(code, 0) for code in codes] for of in counts.values()]
    cells = np.array(found, dtype=np.int64).reshape(-1, len(codes))
    whole = cells.sum(axis=0)
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
        """select maal, "AvdRESH", sum(n)::int as antall, sum(sum_forste)::double as forste, sum(sum_siste)::double as siste
        from oversikt_par where maaned between $fra and $til group by all having sum(n) > 0 order by all""",
        values,
    ).fetchall()
    found = {}
    for measure, units in groupby(rows, key=lambda row: row[0]):
        counts, first, last = zip(*(row[2:] for row in units), strict=True)
        n = sum(counts)
        if n - max(counts) >= smallest:
            means = sum(first) / n, sum(last) / n
            found[measure] = Pair(n, *means, 0, 0, (round(means[0], 1), round(means[1], 1)))
    return found
