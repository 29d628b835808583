"""The parts of a report, for tests to look in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from exports.reports.report import Period
from tests.warehouse.conftest import Register

YEAR = Period.year(2025)
SPRING = Period(date(2025, 3, 1), date(2025, 5, 31))


def folder(register: Register) -> Path:
    return register.data / "published"


def parts(found: Any) -> Iterator[dict[str, Any]]:
    """Every block of a report, also those in columns."""
    for block in found:
        yield block
        for name in ("venstre", "hoyre", "deler"):
            yield from parts(block.get(name, ()))


def diagrams(blocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {block["tittel"]: block for block in blocks if block["slag"] == "diagram"}
