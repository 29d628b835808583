"""Which row of a file is the heading of its table."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

Heading = Callable[[list[str]], bool]
"""Whether a row is the heading that is looked for. A function of a module, because another process must find it too."""


def address(heading: Heading) -> str:
    return f"{heading.__module__}:{heading.__name__}"


def at(address: str) -> Heading:
    module, _, name = address.partition(":")
    return getattr(import_module(module), name)
