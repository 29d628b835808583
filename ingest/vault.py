"""Seals what the capture file must not hold in the open (TOTP secrets), with a key that is not in the file.

The key is the setting SMERTEREG_NOKKEL, or else a file of mode 600 beside the register, made when it is first needed. A
copy of the register without the key lets nobody make a user's codes.
"""

from __future__ import annotations

import base64
import hashlib
import os
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from checks.errors import RegisterError

FILE = "smertereg.nokkel"


class Vault:
    """Seals texts with ``key``, or with the key in ``file`` when ``key`` is empty."""

    def __init__(self, file: Path, key: str = "") -> None:
        self._file, self._key = file, key

    def ready(self) -> None:
        """Make the key now if there is none, so that it can be kept before anything is sealed with it."""
        _ = self._fernet

    def seal(self, text: str) -> str:
        """The text encrypted, so that only the key can open it."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text that was sealed. REG-150 when it was sealed with another key."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise RegisterError("REG-150") from error

    @cached_property
    def _fernet(self) -> Fernet:
        if self._key:
            return Fernet(base64.urlsafe_b64encode(hashlib.sha256(self._key.encode()).digest()))
        try:
            with os.fdopen(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
                made.write(Fernet.generate_key())
        except FileExistsError:
            pass
        return Fernet(self._file.read_bytes())
