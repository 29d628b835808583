"""The controls that the results portal does not make, of what it would take and show wrong.

Each was tried: the portal takes a numerator over its denominator, adds rows that are repeated, shows the year it is given, and
adds a hospital to its own health trust when both are in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from checks.resultatportal.receiver import FRACTIONS, Portal, Table
from checks.small_numbers import small


@dataclass(frozen=True)
class Meant:
    """What the file was to hold: the year, the smallest denominator, and the health trust (orgnr) that each hospital is of."""

    year: int
    smallest: int
    trust: Mapping[str, str]


def failed(table: Table, portal: Portal, meant: Meant) -> list[str]:
    """The names of our controls that a file does not pass, in their order."""
    return [name for name, passes in CONTROLS.items() if not passes(_rows(table, portal), meant)]


@dataclass(frozen=True)
class _Row:
    key: tuple[str, str, str, str]  # ind_id, context, year, orgnr
    kind: str
    level: str
    var: float
    denominator: float

    @property
    def fraction(self) -> bool:
        return self.kind in FRACTIONS


def _rows(table: Table, portal: Portal) -> list[_Row]:
    """The rows that have all their values; what lacks one is refused by the portal's own controls."""
    names = ("ind_id", "context", "year", "orgnr")
    numbers = (table.numbers("var") or [None] * table.height, table.numbers("denominator") or [None] * table.height)
    texts = (table.texts(name) or [None] * table.height for name in names)
    found = []
    for *key, var, denominator in zip(*texts, *numbers, strict=True):
        ind, context, year, org = (value if isinstance(value, str) else "" for value in key)
        if isinstance(var, float) and isinstance(denominator, float):
            kind, level = portal.types.get(ind, ""), portal.levels.get(org, "")
            found.append(_Row((ind, context, year, org), kind, level, var, denominator))
    return found


def _one_level(rows: list[_Row], meant: Meant) -> bool:
    """The portal adds fractions up by itself, so a hospital and its health trust may not both have the same events."""
    sent = {row.key for row in rows if row.fraction}
    return not any((*key[:3], meant.trust.get(key[3], "")) in sent for key in sent)


def _once(rows: list[_Row], _: Meant) -> bool:
    fractions = [row.key for row in rows if row.fraction]
    return len(fractions) == len(set(fractions))


CONTROLS: dict[str, Callable[[list[_Row], Meant], bool]] = {
    "teller_over_nevner": lambda rows, _: all(row.var <= row.denominator for row in rows if row.fraction),
    "gjentatt_andel": _once,
    "blandede_typer": lambda rows, _: len({row.fraction for row in rows}) <= 1,
    "negativ_verdi": lambda rows, _: all(row.var >= 0 for row in rows),
    "annet_aar": lambda rows, meant: all(row.key[2] == str(meant.year) for row in rows),
    "to_nivaaer": _one_level,
    "liten_nevner": lambda rows, meant: not any(small(int(row.denominator), meant.smallest) for row in rows),
}
MEANING = {
    "teller_over_nevner": "en teller er større enn nevneren",
    "gjentatt_andel": "en andel står to ganger for en enhet, og ville blitt lagt sammen",
    "blandede_typer": "andeler og andre mål er i samme fil",
    "negativ_verdi": "en verdi er negativ",
    "annet_aar": "en rad gjelder et annet år",
    "to_nivaaer": "et sykehus og helseforetaket det hører til, er begge med",
    "liten_nevner": "en nevner er under grensen for små tall",
}
