"""Logging of unexpected errors: with the place and a reference, never with what the user has typed."""

from __future__ import annotations

import logging
import secrets


def note(log: logging.Logger, what: str, error: BaseException) -> str:
    """Log the type of the error and its place, and return the reference to show the user.

    The error's own message is not logged, because it may quote what the user has typed.
    """
    reference = secrets.token_hex(3).upper()
    tail = error.__traceback__
    while tail is not None and tail.tb_next is not None:
        tail = tail.tb_next
    where = f"{tail.tb_frame.f_code.co_filename}:{tail.tb_lineno}" if tail else ""
    log.error("uventet feil %s i %s: %s %s", reference, what, type(error).__name__, where)
    return reference
