"""Norwegian words for figures and months, wherever people read them: on the screens, in print, in reports."""

from __future__ import annotations

from datetime import date

MONTH_NAMES = (
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
)
MONTHS = ("jan.", "feb.", "mars", "april", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des.")


def month(value: date) -> str:
    """«nov. 2026»."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def number(value: float, decimals: int = 0) -> str:
    """1234.5 as «1 234,5», with a space that does not break."""
    return f"{value:,.{decimals}f}".replace(",", "\u00a0").replace(".", ",")


def percent(part: int, whole: int) -> str:
    """«83,3 %». `whole` must not be 0: then there is no percentage, and the caller says so in words."""
    return f"{number(100 * part / whole, 1)}\u00a0%"


def count(n: int, one: str, several: str) -> str:
    """«1 forløp», «2 pasienter»."""
    return f"{number(n)}\u00a0{one if n == 1 else several}"


def death(avdod: int | None, dodsdato: date | None) -> str:
    """«død 12.11.2026», as it stands after a name; empty for the living."""
    return f"død {dodsdato:%d.%m.%Y}" if avdod and dodsdato else "død" if avdod else ""
