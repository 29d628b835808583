"""The log of the running app: one JSON object a line, without anything that could tell who somebody is.

A line has when (`tid`), how bad (`nivå`), from where (`kilde`), what happened (`hendelse`), and some of `FIELDS`. What happened is
the text that stands in the program, never what was put into it. Of an error there is its type and its place, never its own
words, which may quote what a user has typed; and of what other libraries say only that they said it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from streamlit import logger as streamlit_logs

from checks.errors import RegisterError
from ingest import disk
from ingest.settings import Settings

OWN = "smertereg"
FIELDS = ("kode", "varighet", "jobb", "nummer", "referanse", "hvor", "feil", "sted")
LARGEST, KEPT = 10_000_000, 9  # bytes of a file, and how many older files are kept
_WORD = re.compile(r"[\w ./:-]{1,120}")
log = logging.getLogger(OWN)


class Lines(logging.Formatter):
    """Makes a record into a line."""

    def format(self, record: logging.LogRecord) -> str:
        own = record.name == OWN or record.name.startswith(f"{OWN}.")
        line: dict[str, Any] = {
            "tid": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "nivå": record.levelname,
            "kilde": record.name,
            "hendelse": record.msg if own and isinstance(record.msg, str) else "melding fra et bibliotek",
        }
        told = {name: _shown(vars(record)[name]) for name in FIELDS if vars(record).get(name) is not None}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            told |= {"feil": type(error).__name__, "sted": place(error)}
            if isinstance(error, RegisterError):
                told["kode"] = error.code
        elif not own:
            told["sted"] = f"{record.module}:{record.lineno}"
        return json.dumps(line | told, ensure_ascii=False)


def _shown(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, int) or (isinstance(value, str) and _WORD.fullmatch(value)):
        return value
    return "…"


def place(error: BaseException) -> str:
    """The file and line in which an error was raised; empty for one that has not been raised."""
    tail = error.__traceback__
    while tail is not None and tail.tb_next is not None:
        tail = tail.tb_next
    return f"{Path(tail.tb_frame.f_code.co_filename).name}:{tail.tb_lineno}" if tail else ""


def _wanted(record: logging.LogRecord) -> bool:
    return record.levelno >= (logging.INFO if record.name.startswith(OWN) else logging.WARNING)


@contextmanager
def writing(settings: Settings) -> Iterator[None]:
    """Log to the settings' file, or to stderr, until the block ends. Raises REG-267 when the file cannot be written."""
    root, handler = logging.getLogger(), _handler(settings)
    handler.setFormatter(Lines())
    handler.addFilter(_wanted)
    before = (root.handlers[:], root.level, log.level, sys.excepthook, threading.excepthook)
    streamlits = streamlit_logs.setup_formatter
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    log.setLevel(logging.INFO)
    sys.excepthook, threading.excepthook = _uncaught, _uncaught_in_thread
    streamlit_logs.setup_formatter = _to_us
    streamlit_logs.update_formatter()
    # A line that cannot be written would be printed with all that was put into it.
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    try:
        yield
    finally:
        root.handlers[:], root.level, log.level, sys.excepthook, threading.excepthook = before
        streamlit_logs.setup_formatter, logging.raiseExceptions = streamlits, True
        logging.captureWarnings(False)
        handler.close()


def _handler(settings: Settings) -> logging.Handler:
    if settings.logg is None:
        return logging.StreamHandler()
    try:
        made = RotatingFileHandler(settings.logg, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
        settings.logg.chmod(0o600)
    except OSError as error:
        raise RegisterError("REG-267", fil=settings.logg, melding=disk.cause(error)) from error
    return made


def _to_us(logger: logging.Logger) -> None:
    """Streamlit gives each of its loggers a handler that prints errors with their words; let ours have them instead."""
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
    logger.propagate = True


def _uncaught(_kind: type[BaseException], error: BaseException, _where: TracebackType | None) -> None:
    log.critical("uventet feil", exc_info=error)


def _uncaught_in_thread(stopped: threading.ExceptHookArgs) -> None:
    if stopped.exc_value is not None:
        log.error("uventet feil i en tråd", exc_info=stopped.exc_value)
