"""An error nobody foresaw: logged with where it happened and a reference, never with what was typed."""

from __future__ import annotations

import logging
import secrets


def note(log: logging.Logger, what: str, error: BaseException) -> str:
    """Log the kind of error and its place, as a message may quote what was typed; the reference to show the user."""
    reference = secrets.token_hex(3).upper()
    tail = error.__traceback__
    while tail is not None and tail.tb_next is not None:
        tail = tail.tb_next
    where = f"{tail.tb_frame.f_code.co_filename}:{tail.tb_lineno}" if tail else ""
    log.error("uventet feil %s i %s: %s %s", reference, what, type(error).__name__, where)
    return reference
