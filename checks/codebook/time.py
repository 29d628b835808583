"""When a question or a code is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Utgave:
    """A named edition of the codebook. What belongs to one that is not ``i_bruk`` has a column that stays empty."""

    navn: str
    tittel: str
    fra: date | None
    til: date | None
    i_bruk: bool

    def gjelder(self, dag: date) -> bool:
        """Whether forløp that start on this day are under it."""
        return self.i_bruk and (self.fra is None or self.fra <= dag) and (self.til is None or dag < self.til)

    @property
    def alltid(self) -> bool:
        """Whether it is in use without a first or last day, so that what belongs to it is asked as everything else."""
        return self.i_bruk and self.fra is None and self.til is None


@dataclass(frozen=True)
class Tid:
    """When something is asked: from the day ``fra`` until ``til``, the first day without it; None leaves an end open.

    What belongs to an ``utgave`` that is not in use is never asked, whatever its dates are.
    """

    fra: date | None = None
    til: date | None = None
    utgave: Utgave | None = None

    @property
    def i_bruk(self) -> bool:
        return self.utgave is None or self.utgave.i_bruk

    def gjelder(self, dag: date) -> bool:
        """Whether it is asked of a forløp that starts on this day."""
        return self.i_bruk and (self.fra is None or self.fra <= dag) and (self.til is None or dag < self.til)

    @property
    def skifter(self) -> tuple[date, ...]:
        """The days on which it comes in or goes out."""
        return tuple(d for d in (self.fra, self.til) if d is not None) if self.i_bruk else ()


ALLTID = Tid()
