"""The controls that the results portal makes of a file, in its order and with its names: what fails here is sent back there.

Source: the portal's own upload page, where all fifteen are made of every file (mong/imongr 2.11.2, `upload.check`), tried on
made-up files. A file without rows fails every control of numbers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

COLUMNS = ("context", "year", "orgnr", "ind_id", "var", "denominator")
CONTEXTS = ("caregiver", "resident")
FRACTIONS = ("andel", "dg_andel", "dg")
SEPARATOR, DECIMAL = ";", ","
NEAR = 1.5e-8  # how far from a whole number the portal takes a number for one
_MISSING = ("", "NA")


@dataclass(frozen=True)
class Portal:
    """What a file is held against: the registry that is chosen («» when none is), the level of each orgnr the portal knows,
    and the type of each ind_id of the registry.
    """

    registry: str
    levels: Mapping[str, str]
    types: Mapping[str, str]


class Table:
    """A file as the portal reads it: each column is of numbers, or of texts as soon as one value is no number."""

    def __init__(self, columns: Mapping[str, Sequence[str | None]], decimal: str = DECIMAL) -> None:
        self._numbers = {name: _numbers(values, decimal) for name, values in columns.items()}
        self._texts = columns
        self.names = tuple(columns)
        self.height = max((len(values) for values in columns.values()), default=0)

    def numbers(self, name: str) -> list[float | None] | None:
        """The column as numbers; None for texts, for a column that is not there, and for one without any value."""
        return self._numbers.get(name)

    def texts(self, name: str) -> Sequence[str | None]:
        """The column as it is written, empty when it is not there."""
        return self._texts.get(name, ())


def read(text: str, separator: str = SEPARATOR, decimal: str = DECIMAL) -> Table:
    """A csv file as the portal reads it: empty rows are left out, and a denominator that is not there is 1."""
    rows = [row for row in csv.reader(StringIO(text, newline=""), delimiter=separator) if any(row)]
    head, body = (rows[0], rows[1:]) if rows else ([], [])
    columns: dict[str, list[str | None]] = {
        name: [None if place >= len(row) or row[place] in _MISSING else row[place] for row in body]
        for place, name in enumerate(head)
    }
    columns.setdefault("denominator", ["1"] * len(body))
    return Table(columns, decimal)


def _numbers(values: Sequence[str | None], decimal: str) -> list[float | None] | None:
    number = re.compile(rf"[+-]?\d+({re.escape(decimal)}\d+)?")
    if not any(values) or not all(value is None or number.fullmatch(value) for value in values):
        return None
    return [None if value is None else float(value.replace(decimal, ".")) for value in values]


def failed(table: Table, portal: Portal) -> list[str]:
    """The names of the controls that the file does not pass, in the portal's order. Without a registry only that is told."""
    if not portal.registry:
        return ["missing_registry"]
    return [name for name, passes in CONTROLS.items() if not passes(table, portal)]


def _natural(numbers: Sequence[float | None] | None) -> bool:
    """Whether there are numbers, and all are whole and not negative."""
    return bool(numbers) and all(n is not None and n >= -NEAR and abs(n - round(n)) < NEAR for n in numbers)


def _there(numbers: Sequence[float | None] | None) -> bool:
    return bool(numbers) and None not in numbers


def _natural_var(table: Table, portal: Portal) -> bool:
    """Only fractions have to be whole numbers."""
    fractions = [portal.types.get(ind or "") in FRACTIONS for ind in table.texts("ind_id")]
    if table.height and not any(fractions):
        return True
    numbers = table.numbers("var")
    return numbers is not None and _natural([n for n, fraction in zip(numbers, fractions, strict=True) if fraction])


def _no_zero(table: Table, _: Portal) -> bool:
    numbers = table.numbers("denominator")
    return bool(numbers) and all(n is not None and n > 0 for n in numbers)


def _values_exist(table: Table, _: Portal) -> bool:
    return all(value is not None for name in table.names for value in table.texts(name))


def _none_twice(table: Table, portal: Portal) -> bool:
    """What is no fraction is shown as it is given, so it may be given only once for a unit and a year."""
    needed = ("ind_id", "orgnr", "context", "year")
    if not table.height or any(name not in table.names for name in needed):
        return False
    keys = zip(*(table.texts(name) for name in needed), strict=True)
    alone = [(*key, portal.levels.get(key[1] or "")) for key in keys if portal.types.get(key[0] or "") not in FRACTIONS]
    return len(alone) == len(set(alone))


Control = Callable[[Table, Portal], bool]
CONTROLS: dict[str, Control] = {
    "missing_registry": lambda _, portal: bool(portal.registry),
    "missing_var": lambda table, _: set(COLUMNS) <= set(table.names),
    "invalid_var": lambda table, _: set(table.names) <= set(COLUMNS),
    "invalid_context": lambda table, _: (
        "context" in table.names and all(value in CONTEXTS for value in table.texts("context"))
    ),
    "invalid_org": lambda table, portal: all(value in portal.levels for value in table.texts("orgnr")),
    "invalid_ind": lambda table, portal: all(value in portal.types for value in table.texts("ind_id")),
    "numeric_var": lambda table, _: table.numbers("var") is not None,
    "natural_var": _natural_var,
    "numeric_denominator": lambda table, _: table.numbers("denominator") is not None,
    "natural_denominator": lambda table, _: _natural(table.numbers("denominator")),
    "zero_denominator": _no_zero,
    "numeric_year": lambda table, _: _there(table.numbers("year")),
    "natural_year": lambda table, _: _natural(table.numbers("year")),
    "values_exists": _values_exist,
    "duplicated_inds": _none_twice,
}
# What a control that is not passed means, for whoever makes the file.
MEANING = {
    "missing_registry": "registeret er ikke valgt",
    "missing_var": "en kolonne mangler",
    "invalid_var": "en kolonne er ukjent",
    "invalid_context": "context er ikke caregiver eller resident",
    "invalid_org": "et orgnr er ukjent",
    "invalid_ind": "en ind_id er ikke registerets",
    "numeric_var": "var er ikke tall",
    "natural_var": "telleren i en andel er ikke et helt tall fra 0",
    "numeric_denominator": "nevneren er ikke et tall",
    "natural_denominator": "nevneren er ikke et helt tall fra 0",
    "zero_denominator": "en nevner er 0",
    "numeric_year": "året er ikke et tall",
    "natural_year": "året er ikke et helt tall",
    "values_exists": "en verdi mangler",
    "duplicated_inds": "samme tall står to ganger for en enhet",
}
