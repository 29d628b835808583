"""Norwegian words and figures for the screens: dates, times, counts, and the register's codes."""

from __future__ import annotations

from datetime import date, datetime

from checks.forlop import COMPLETED, DRAFT, NEW
from ingest.store import OSLO

MONTHS = ("jan.", "feb.", "mars", "april", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des.")
SEX = {1: "mann", 2: "kvinne"}
STATUS = {NEW: "ny, tom registrering", DRAFT: "under utfylling", COMPLETED: "ferdigstilt"}
NO_TYPE = "Ikke avgjort"


def day(value: date | None) -> str:
    """The date as dd.mm.åååå; empty for None."""
    return f"{value:%d.%m.%Y}" if value else ""


def month(value: date) -> str:
    """«nov. 2026»."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, today: date | None = None) -> str:
    """«23.11.2026 kl. 14:32» in Norwegian time; only the time when it was `today`."""
    local = value.astimezone(OSLO)
    clock = f"kl. {local:%H:%M}"
    return clock if local.date() == today else f"{local:%d.%m.%Y} {clock}"


def number(value: float, decimals: int = 0) -> str:
    """1234.5 as «1 234,5», with a space that does not break."""
    return f"{value:,.{decimals}f}".replace(",", "\u00a0").replace(".", ",")


def percent(part: int, whole: int) -> str:
    """«83,3 %». `whole` must not be 0: then there is no percentage, and the caller says so in words."""
    return f"{number(100 * part / whole, 1)}\u00a0%"


def count(n: int, one: str, several: str) -> str:
    """«1 forløp», «2 pasienter»."""
    return f"{number(n)}\u00a0{one if n == 1 else several}"


def forlopstype(value: int | None) -> str:
    """«Forløp 3», as the manual names the types."""
    return NO_TYPE if value is None else f"Forløp {value}"
