"""Conditions as data («vises_naar»), and their one evaluator: Polars expressions.

The same expression serves one form on the screen and a million rows in an import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Er:
    """True when the variable has one of the values; blank is never one of them."""

    variabel: str
    verdier: tuple[int | str, ...]


@dataclass(frozen=True)
class Og:
    deler: tuple[Betingelse, ...]


@dataclass(frozen=True)
class Eller:
    deler: tuple[Betingelse, ...]


@dataclass(frozen=True)
class Ikke:
    del_: Betingelse


Betingelse = Er | Og | Eller | Ikke


def parse(data: Any, name: Callable[[str], str]) -> Betingelse:
    """Read a condition from YAML.

    ``data`` is a mapping of variable to values (several keys mean «and»), or one of ``og``, ``eller``, ``ikke``.
    ``name`` turns a stem into the form's own variable name. Raises ValueError saying what is wrong.
    """
    if not isinstance(data, Mapping) or not data:
        raise ValueError(f"betingelsen {data!r} må være et oppslag av variabel og verdier")
    parts: list[Betingelse] = []
    for key, value in data.items():
        if key in ("og", "eller"):
            if not isinstance(value, Sequence) or isinstance(value, str) or not value:
                raise ValueError(f"«{key}» må ha en liste av betingelser")
            children = tuple(parse(child, name) for child in value)
            parts.append(Og(children) if key == "og" else Eller(children))
        elif key == "ikke":
            parts.append(Ikke(parse(value, name)))
        else:
            values = value if isinstance(value, list) else [value]
            if not values:
                raise ValueError(f"«{key}» har ingen verdier")
            parts.append(Er(name(str(key)), tuple(values)))
    return parts[0] if len(parts) == 1 else Og(tuple(parts))


def both(first: Betingelse | None, second: Betingelse | None) -> Betingelse | None:
    """Both must hold; None is «always»."""
    if first is None or second is None:
        return first or second
    return Og((first, second))


def variables(condition: Betingelse | None) -> Iterator[str]:
    """The names a condition looks at."""
    match condition:
        case None:
            return
        case Er(variabel=navn):
            yield navn
        case Og(deler=deler) | Eller(deler=deler):
            for part in deler:
                yield from variables(part)
        case Ikke(del_=part):
            yield from variables(part)


def expression(condition: Betingelse | None, visible: Callable[[str], pl.Expr | None] = lambda _: None) -> pl.Expr:
    """Compile to a boolean Polars expression without nulls.

    ``visible`` gives the expression for when a variable itself is visible: the answer of a hidden question
    counts as blank, so that what hangs on it closes too.
    """
    match condition:
        case None:
            return pl.lit(True)
        case Er(variabel=navn, verdier=verdier):
            hit = pl.col(navn).is_in(list(verdier)).fill_null(False)
            shown = visible(navn)
            return hit if shown is None else hit & shown
        case Og(deler=deler):
            return pl.all_horizontal([expression(part, visible) for part in deler])
        case Eller(deler=deler):
            return pl.any_horizontal([expression(part, visible) for part in deler])
        case Ikke(del_=part):
            return ~expression(part, visible)
