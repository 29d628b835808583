"""What a report reads: one publication, whose figures, and which months. The nation's are those that may leave the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

from checks.errors import RegisterError
from exports.figures import data, grain, indicator_data
from exports.figures.grain import Span
from exports.figures.indicator_data import Definition, Value
from exports.figures.numbers import Numbers
from exports.figures.shares import NATION
from exports.reports import national
from exports.reports.period import Period
from exports.tables import NATIONAL, scope_file

NONE = Value(0, 0)


@dataclass(frozen=True)
class Publication:
    """What the publication says of itself: the row of its table `publisering`."""

    id: str
    tid: datetime
    kodebok: str
    kodebok_sum: str
    faktorsett: str
    faktor_sum: str
    program: str


@dataclass(frozen=True)
class Point:
    """A period of a chart over time: its value (None: hidden), and the share or mean of all units beside it, where a unit
    may see it.
    """

    span: Span
    value: Value | None
    beside: float | None


@dataclass(frozen=True)
class Source:
    """Figures of a unit (``unit`` is its RESH-id) or the nation (None) in a period. ``con`` reads the file with every unit's
    figures, ``outside`` the national file, whose small figures are emptied. ``name`` is whose report it is; counts of others
    under ``smallest`` are not shown.
    """

    con: duckdb.DuckDBPyConnection
    outside: duckdb.DuckDBPyConnection
    publication: Publication
    unit: str | None
    name: str
    period: Period
    smallest: int

    @property
    def is_nation(self) -> bool:
        return self.unit is None

    @property
    def months(self) -> data.Period:
        return self.period.months

    @cached_property
    def definitions(self) -> list[Definition]:
        return indicator_data.definitions(self.con)

    @cached_property
    def numbers(self) -> Numbers:
        """The counts of Lokal oversikt; of the nation only the shares may be shown."""
        if self.unit is None:
            return national.oversikt(self.con, self.months, self.smallest)
        return data.read(self.con, data.Choice(self.unit), self.months, self.smallest)

    def counts(self, months: data.Period) -> Mapping[str, int | None]:
        """The counts of dekningsgrad («n_…»); None where they are hidden."""
        if self.unit is None:
            values = self.values(months)
            whole, found = values.get(national.FORLOP, NONE), values.get(national.COVERAGE, NONE)
            return {
                "n_forlop": None if whole is None else whole.n,
                "n_inkl_krit_oppf": None if found is None else found.n,
                "n_inklusjon_status": None if found is None else round(found.hits),
            }
        return _sums(self.coverage(months).filter(AvdRESH=self.unit))

    def coverage(self, months: data.Period) -> pl.DataFrame:
        """The rows of the mart dekningsgrad, of every unit."""
        return data.dekningsgrad(self.con, months)

    def values(self, months: data.Period) -> Mapping[str, Value | None]:
        """Indicator -> value; None where it is hidden."""
        if self.unit is None:
            return national.of_period(self.nation, months)
        return indicator_data.by_indicator(self.con, self.unit, months)

    @cached_property
    def nation(self) -> pl.DataFrame:
        """The nation's figures that may leave the house, of the period and the year before it."""
        years = self.period.year_before.fra.year, self.period.til.year
        return national.figures(self.con, self.outside, years, self.smallest)

    @cached_property
    def everybody(self) -> dict[str, Value]:
        """Indicator -> value of all units in the period, which ``beside`` decides whether may be shown."""
        return indicator_data.by_indicator(self.con, None, self.months)

    def beside(self, own: Value, whole: Value, share: bool) -> float | None:
        """The share or mean of all units, beside that of the unit that sees it."""
        return indicator_data.others_share(own, whole, share, self.smallest)

    @cached_property
    def quarters(self) -> list[Span]:
        """The quarters of the period and the year before it."""
        before = self.period.year_before
        return grain.spans(data.Period(before.fra, self.months.last).months, grain.QUARTER)

    @cached_property
    def _by_quarter(self) -> list[tuple[Span, Mapping[str, Value | None], Mapping[str, Value]]]:
        found = []
        for span in self.quarters:
            months = data.Period(span.first, span.last)
            whole = {} if self.is_nation else indicator_data.by_indicator(self.con, None, months)
            found.append((span, self.values(months), whole))
        return found

    def over_time(self, definition: Definition) -> list[Point]:
        """The indicator by quarter."""
        name, share, points = definition.indikator, definition.is_share, []
        for span, values, everybody in self._by_quarter:
            value = values.get(name, NONE)
            beside = self.beside(value or NONE, everybody.get(name, NONE), share) if everybody else None
            points.append(Point(span, value, beside))
        return points

    def coverage_over_time(self) -> list[Point]:
        """Dekningsgrad by quarter."""
        points = []
        for span in self.quarters:
            months = data.Period(span.first, span.last)
            own = coverage_value(self.counts(months))
            beside = None
            if not self.is_nation:
                beside = self.beside(own or NONE, coverage_value(_sums(self.coverage(months))) or NONE, True)
            points.append(Point(span, own, beside))
        return points


def coverage_value(counts: Mapping[str, int | None]) -> Value | None:
    """Dekningsgrad of its counts; None where one of the two is hidden."""
    hits, n = counts["n_inklusjon_status"], counts["n_inkl_krit_oppf"]
    return None if hits is None or n is None else Value(hits, n)


def _sums(rows: pl.DataFrame) -> dict[str, int | None]:
    return {name: int(rows[name].sum()) for name in rows.columns if name.startswith("n_")}


@contextmanager
def opened(published: Path, enhet: int | None, period: Period, smallest: int) -> Iterator[Source]:
    """The source of a report. Raises as ``exports.reports.report.make``."""
    if not published.is_dir():
        raise RegisterError("REG-085")
    unit = None if enhet is None else str(enhet)
    scope_file(published, unit or NATIONAL)
    if not period.is_whole:
        raise RegisterError("REG-460", fra=f"{period.fra:%d.%m.%Y}", til=f"{period.til:%d.%m.%Y}")
    with ExitStack() as files:
        con = _reading(files, published / "analyse.duckdb")
        outside = _reading(files, published / "nasjonal.duckdb")
        counted = data.dekningsgrad(con, period.months)
        mine = counted if unit is None else counted.filter(AvdRESH=unit)
        name = NATION if unit is None else _name(con, unit)
        if not mine["n_forlop"].sum():
            raise RegisterError("REG-461", hvem=name, periode=period.in_words)
        yield Source(con, outside, _publication(con), unit, name, period, smallest)


def _reading(files: ExitStack, file: Path) -> duckdb.DuckDBPyConnection:
    """A cursor on a published file, until the block ends. Raises REG-092."""
    try:
        con = files.enter_context(duckdb.connect(str(file.resolve()), read_only=True))
    except duckdb.IOException as error:
        raise RegisterError("REG-092", fil=file.name) from error
    return files.enter_context(con.cursor())


def _name(con: duckdb.DuckDBPyConnection, unit: str) -> str:
    row = con.execute('select any_value("SykehusNavn") from dekningsgrad where "AvdRESH" = ?', [unit]).fetchone()
    return row[0] if row and row[0] else f"Enheten med RESH-id {unit}"


def _publication(con: duckdb.DuckDBPyConnection) -> Publication:
    columns = ", ".join(Publication.__dataclass_fields__)
    row = con.execute(f"select {columns} from publisering").fetchone()
    assert row is not None
    return Publication(*row)
