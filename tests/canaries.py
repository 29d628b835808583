"""What must be in no line of the log, looked for in every line that any test makes the program write.

Each process of the tests has a handler that formats what is logged as the running app does, and puts a line with something secret in
the file that the environment variable names; a test after which the file has something, fails.
"""

from __future__ import annotations

import logging
import os
import re
from datetime import date
from pathlib import Path

from app.web.logs import OWN, Lines
from checks import identity
from checks.errors import RegisterError
from tests.accounts import NEW_PASSWORD, PASSWORD
from tests.mocks.eprom import API_KEY

FILE = "SMERTEREG_TEST_KANARIFUGL"
SECRETS = (PASSWORD, NEW_PASSWORD, API_KEY)
NUMBER = re.compile(r"(?<!\d)(\d{6})[ -]?(\d{5})(?!\d)")
# A patient's link and a session have 256 random bits; what HelseID and Maskinporten give out is signed.
TOKEN = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])|eyJ[\w-]{10,}\.eyJ")


def found(line: str) -> bool:
    """Whether a line of the log has a fødselsnummer, a token, or one of the tests' secrets."""
    numbers = ("".join(parts) for parts in NUMBER.findall(line))
    return bool(TOKEN.search(line)) or any(secret in line for secret in SECRETS) or any(map(_somebodys, numbers))


def _somebodys(digits: str) -> bool:
    try:
        identity.parse(digits, test_persons=True, today=date(2026, 11, 23))
    except RegisterError:
        return False
    return True


class Canary(logging.Handler):
    """Writes every line that has something secret to ``file``."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self.setFormatter(Lines())

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if found(line):
            with self._file.open("a", encoding="utf-8") as out:
                out.write(line + "\n")


def listen() -> None:
    """Look at what this process logs from now on."""
    canary = Canary(Path(os.environ[FILE]))
    for name in ("", OWN):
        logging.getLogger(name).addHandler(canary)
