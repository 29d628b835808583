"""Norwegian words and figures for the screens: dates, times, counts, and the register's codes."""

from __future__ import annotations

from datetime import date, datetime

from checks.forlop import COMPLETED, DRAFT, NEW

# The words for figures and months, which stand in files and reports too.
from checks.in_words import MONTHS, count, month, number, percent
from ingest.store import OSLO

__all__ = ["MONTHS", "NO_TYPE", "SEX", "STATUS", "count", "day", "forlopstype", "moment", "month", "number", "percent"]
SEX = {1: "mann", 2: "kvinne"}
STATUS = {NEW: "ny, tom registrering", DRAFT: "under utfylling", COMPLETED: "ferdigstilt"}
NO_TYPE = "Ikke avgjort"


def day(value: date | None) -> str:
    """The date as dd.mm.åååå; empty for None."""
    return f"{value:%d.%m.%Y}" if value else ""


def moment(value: datetime, today: date | None = None) -> str:
    """«23.11.2026 kl. 14:32» in Norwegian time; only the time when it was `today`."""
    local = value.astimezone(OSLO)
    clock = f"kl. {local:%H:%M}"
    return clock if local.date() == today else f"{local:%d.%m.%Y} {clock}"


def forlopstype(value: int | None) -> str:
    """«Forløp 3», as the manual names the types."""
    return NO_TYPE if value is None else f"Forløp {value}"
