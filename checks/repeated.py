"""The rows of a form's repeated blocks (smertediagnoser): that each is a row, with known columns in their types.

What the rows mean together is for their own room (checks/smertediagnoser.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from checks.codebook import Gjentatt, Skjema, Variabel
from checks.errors import Problem, problem
from checks.values import Reader, WrongType, quoted, reader, wrong_type


def problems(skjema: Skjema, answers: Mapping[str, Any], rad: int = 0) -> list[Problem]:
    """What cannot be typed (REG-001, REG-009) or is no column (REG-008) in the repeated blocks of a form.

    Every problem is told at the block, as its rows have no place of their own on the screen.
    """
    return [p for block in skjema.gjentatte for p in _block(skjema.navn, block, answers.get(block.navn), rad)]


def well_formed(value: Any) -> list[Mapping[str, Any]]:
    """The rows of a block that are rows at all; none when the answer is no list."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def _block(skjema: str, block: Gjentatt, value: Any, rad: int) -> Iterator[Problem]:
    rows = well_formed(value)
    if value and (not isinstance(value, list | tuple) or len(rows) < len(value)):
        yield problem(
            "REG-001",
            skjema=skjema,
            variabel=block.navn,
            rad=rad,
            felt=block.navn.capitalize(),
            verdi=quoted(value),
            forventet="en liste av rader",
        )
    for row in rows:
        yield from _row(skjema, block, row, rad)


def _row(skjema: str, block: Gjentatt, row: Mapping[str, Any], rad: int) -> Iterator[Problem]:
    columns = _columns(block)
    for name, value in row.items():
        if name not in columns:
            yield problem("REG-008", skjema=skjema, variabel=block.navn, rad=rad, felt=quoted(name), naar="")
            continue
        v, read = columns[name]
        try:
            read(value)
        except WrongType as wrong:
            yield wrong_type(skjema, v, value, wrong.code, rad, at=block.navn)


@cache
def _columns(block: Gjentatt) -> dict[str, tuple[Variabel, Reader]]:
    return {v.navn: (v, reader(v)) for v in block.kolonner}
