"""The months of a report."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from exports.figures import data


@dataclass(frozen=True)
class Period:
    """Whole days, both included. The published figures are by month, so a report takes whole months."""

    fra: date
    til: date

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def is_whole(self) -> bool:
        """Whether the period is whole months, one or more."""
        last = monthrange(self.til.year, self.til.month)[1]
        return self.fra <= self.til and self.fra.day == 1 and self.til.day == last

    @property
    def is_year(self) -> bool:
        return self == Period.year(self.fra.year)

    @property
    def months(self) -> data.Period:
        return data.Period(self.fra, self.til.replace(day=1))

    @property
    def year_before(self) -> Period:
        """The same months of the year before."""
        after = self.til + timedelta(days=1)
        return Period(self.fra.replace(year=self.fra.year - 1), after.replace(year=after.year - 1) - timedelta(days=1))

    @property
    def in_words(self) -> str:
        """«2025», or the months."""
        return str(self.fra.year) if self.is_year else self.months.words

    @property
    def in_a_name(self) -> str:
        """«2025», «2025-04» or «2025-04_2025-06», as in the names of files."""
        if self.is_year:
            return str(self.fra.year)
        first, last = f"{self.fra:%Y-%m}", f"{self.til:%Y-%m}"
        return first if first == last else f"{first}_{last}"
