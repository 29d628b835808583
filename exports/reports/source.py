"""What a report reads: one publication, whose figures, and which months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

from checks.errors import RegisterError
from exports.figures import data
from exports.tables import NATIONAL, scope_file

NATION = "Alle enheter"


@dataclass(frozen=True)
class Period:
    """Whole days, both included. The published figures are by month, so a report takes whole months."""

    fra: date
    til: date

    @property
    def is_whole(self) -> bool:
        """Whether the period is whole months, one or more."""
        return self.fra <= self.til and self.fra.day == 1 and (self.til + timedelta(days=1)).day == 1

    @property
    def months(self) -> data.Period:
        return data.Period(self.fra, self.til.replace(day=1))

    @property
    def year_before(self) -> Period:
        """The same months of the year before."""
        after = self.til + timedelta(days=1)
        return Period(self.fra.replace(year=self.fra.year - 1), after.replace(year=after.year - 1) - timedelta(days=1))

    @property
    def is_year(self) -> bool:
        return self.fra == date(self.fra.year, 1, 1) and self.til == date(self.fra.year, 12, 31)

    @property
    def words(self) -> str:
        """«2025», «2025-04» or «2025-04-2025-06», as in names of files."""
        if self.is_year:
            return str(self.fra.year)
        first, last = f"{self.fra:%Y-%m}", f"{self.til:%Y-%m}"
        return first if first == last else f"{first}-{last}"


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
class Source:
    """Figures of a unit (``unit`` is its RESH-id) or the nation (None) in a period. ``con`` reads the file with every unit's
    figures, ``outside`` the national file, whose small figures are emptied. ``name`` is whose report it is.
    """

    con: duckdb.DuckDBPyConnection
    outside: duckdb.DuckDBPyConnection
    publication: Publication
    unit: str | None
    name: str
    period: Period
    smallest: int

    @property
    def months(self) -> data.Period:
        return self.period.months

    @property
    def choice(self) -> data.Choice:
        return data.Choice(self.unit)

    @property
    def periods(self) -> tuple[Period, Period]:
        """The period, and the one that it stands beside."""
        return self.period, self.period.year_before

    @property
    def words(self) -> str:
        """«2025», «april 2025», «april 2025 – juni 2025»."""
        if self.period.is_year:
            return str(self.period.fra.year)
        return self.months.words

    @cached_property
    def coverage(self) -> pl.DataFrame:
        """The rows of the mart dekningsgrad of the unit, or of every unit: one per month and unit."""
        rows = data.dekningsgrad(self.con, self.months)
        return rows if self.unit is None else rows.filter(AvdRESH=self.unit)

    @property
    def forlop(self) -> int:
        return int(self.coverage["n_forlop"].sum())

    @cached_property
    def numbers(self) -> data.Numbers:
        """The counts of Lokal oversikt."""
        return data.read(self.con, self.choice, self.months, self.smallest)


@contextmanager
def opened(published: Path, enhet: int | None, period: Period, smallest: int) -> Iterator[Source]:
    """The source of a report. Raises as ``exports.reports.report.make``."""
    if not published.is_dir():
        raise RegisterError("REG-085")
    unit = None if enhet is None else str(enhet)
    scope_file(published, unit or NATIONAL)
    if not period.is_whole:
        raise RegisterError("REG-460", fra=f"{period.fra:%d.%m.%Y}", til=f"{period.til:%d.%m.%Y}")
    with _reading(published, "analyse.duckdb") as con, _reading(published, "nasjonal.duckdb") as outside:
        names = dict(
            con.execute('select distinct "AvdRESH", "SykehusNavn" from dekningsgrad where nivaa = \'enhet\'').fetchall()
        )
        name = NATION if unit is None else names.get(unit, f"Enheten med RESH-id {unit}")
        source = Source(con, outside, _publication(con), unit, name, period, smallest)
        if not source.forlop:
            raise RegisterError("REG-461", hvem=name, periode=source.words)
        yield source


@contextmanager
def _reading(folder: Path, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        con = duckdb.connect(str((folder / name).resolve()), read_only=True)
    except duckdb.IOException as error:
        raise RegisterError("REG-092", fil=name) from error
    with con, con.cursor() as cursor:
        cursor.execute("set TimeZone = 'Europe/Oslo'")
        yield cursor


def _publication(con: duckdb.DuckDBPyConnection) -> Publication:
    columns = ", ".join(Publication.__dataclass_fields__)
    row = con.execute(f"select {columns} from publisering").fetchone()
    assert row is not None
    return Publication(*row)
