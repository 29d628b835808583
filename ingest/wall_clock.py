"""The wall clock: the one place in the house that reads it, so that a test sets one thing and no day is special."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)  # noqa: TID251
