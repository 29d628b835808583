"""Logging of unexpected errors: with the place and a reference, never with what the user has typed."""

from __future__ import annotations

import logging
import secrets

from app.web import logs


def note(log: logging.Logger, what: str, error: BaseException) -> str:
    """Log the type of the error and its place, and return the reference to show the user."""
    reference = secrets.token_hex(3).upper()
    told = {"referanse": reference, "hvor": what, "feil": type(error).__name__, "sted": logs.place(error)}
    log.error("uventet feil", extra=told)
    return reference
