"""How complete the variables are that the indicators are counted of, in a year, nationally and at each unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import duckdb
import yaml

from exports.project import CODE

_DEFINED = CODE / "models" / "marts" / "kvalitetsindikatorer.yml"
_COLUMN = re.compile(r'"(\w+)"')


@dataclass(frozen=True)
class Counts:
    """Asked, answered (with «Vet ikke»), and of these «Vet ikke»: None where the question has no such answer."""

    stilt: int
    besvart: int
    vet_ikke: int | None


@dataclass(frozen=True)
class Variable:
    """A variable, the indicators that look at it, and its counts at each unit, by RESH-id."""

    navn: str
    indikatorer: tuple[str, ...]
    units: dict[str, Counts] = field(default_factory=dict)

    @property
    def total(self) -> Counts:
        unsure = [counts.vet_ikke for counts in self.units.values() if counts.vet_ikke is not None]
        return Counts(
            sum(counts.stilt for counts in self.units.values()),
            sum(counts.besvart for counts in self.units.values()),
            sum(unsure) if unsure else None,
        )


@cache
def variables() -> dict[str, tuple[str, ...]]:
    """Variable -> the indicators whose conditions name it, in the order of the definitions, which are the models' own."""
    models = yaml.safe_load(_DEFINED.read_text(encoding="utf-8"))["models"]
    meta: list[dict[str, Any]] = next(m["config"]["meta"] for m in models if "meta" in m["config"])["indikatorer"]
    found: dict[str, tuple[str, ...]] = {}
    for indicator in meta:
        names = _COLUMN.findall(" ".join(str(indicator.get(part, "")) for part in ("teller", "sum", "nevner")))
        if change := indicator.get("endring"):
            names += [f"{change}12", f"{change}21"]
        for name in dict.fromkeys(names):
            found[name] = (*found.get(name, ()), indicator["id"])
    return found


def of_indicators(con: duckdb.DuckDBPyConnection, year: int) -> tuple[list[Variable], list[str]]:
    """The variables that are asked in the year, and the names of those that are not counted there."""
    rows = con.execute(
        'select variabel, "AvdRESH", n_stilt, n_besvart, n_vet_ikke from kompletthet where aar = ? order by all', [year]
    ).fetchall()
    found = {name: Variable(name, indicators) for name, indicators in variables().items()}
    for name, resh, *counts in rows:
        if name in found:
            found[name].units[resh] = Counts(*counts)
    return [v for v in found.values() if v.units], [v.navn for v in found.values() if not v.units]
