"""The wall clock. Nothing else in the program reads it, so that tests set the time here, and hold on any day."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)  # noqa: TID251
