"""Conditions as data («vises_naar», «paakrevd», «forhaandsvalg»). checks/engines.py says whether one holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Del = TypeVar("Del", covariant=True)


@dataclass(frozen=True)
class Er:
    """True when the variable has one of the values; blank is never one of them."""

    variabel: str
    verdier: tuple[int | str, ...]


@dataclass(frozen=True)
class Og(Generic[Del]):
    deler: tuple[Del, ...]


@dataclass(frozen=True)
class Eller(Generic[Del]):
    deler: tuple[Del, ...]


@dataclass(frozen=True)
class Ikke(Generic[Del]):
    del_: Del


Betingelse = Er | Og["Betingelse"] | Eller["Betingelse"] | Ikke["Betingelse"]


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
