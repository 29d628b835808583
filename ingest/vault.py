"""Seals what must not lie in the open (TOTP secrets in the register, the journal, the backups), with keys that are not in it.

The keys are the setting SMERTEREG_NOKKEL, or else a file of mode 600 beside the register, made when it is first needed.
The newest comes first and seals; the older ones still open what they sealed. A copy of the register, its journal or its
backups without the keys tells nobody anything.

The setting has what stands in the file, or any long text, from which a key is made. A text that somebody has chosen may look
like a key of the file; what was sealed with the key made from it is opened too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from checks.errors import RegisterError
from ingest import disk

FILE = "smertereg.nokkel"
SHORTEST = 20  # characters of a key in the setting


class Vault:
    """Seals texts with the first of the keys in `key` (with comma between, or as the file has them), or in `file` when `key`
    is empty.
    """

    def __init__(self, file: Path, key: str = "") -> None:
        self.file, self._given = file, key

    def ready(self) -> None:
        """Make the key now if there is none, so that it can be kept before anything is sealed with it."""
        _ = self._keys

    def seal(self, text: str) -> str:
        """The text encrypted, so that only the key can open it."""
        return MultiFernet(self._fernets).encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text that was sealed. REG-150 when it was sealed with another key."""
        try:
            self._require_file(self.file.name)
            return MultiFernet(self._fernets).decrypt(sealed.encode()).decode()
        except (InvalidToken, RegisterError) as error:
            raise RegisterError("REG-150") from error

    def reseal(self, sealed: str) -> str:
        """The same text, sealed with the newest key. REG-150 when none of the keys opens it."""
        return self.seal(self.open(sealed))

    @property
    def name(self) -> str:
        """What the newest key is called where something sealed with it is kept; it tells nothing about the key."""
        return _name(self._keys[0])

    def key(self, purpose: str, name: str) -> bytes:
        """32 bytes for one purpose, made from the key called `name`. REG-275 when that is none of the keys."""
        self._require_file(name)
        found = next((key for key in self._keys if _name(key) == name), None)
        if found is None:
            raise RegisterError("REG-275", navn=name)
        return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(found)

    def _make(self) -> None:
        """Make the key file whole or not at all; another process may make it at the same time, and then its key is used."""
        unfinished = self.file.with_name(f"{self.file.name}.{os.getpid()}")
        _write(unfinished, [Fernet.generate_key()])
        with suppress(FileExistsError):
            self.file.hardlink_to(unfinished)
        unfinished.unlink()
        disk.sync_folder(self.file.parent)

    def _require_file(self, name: str) -> None:
        """Refuse to make a new key in place of one that has sealed something."""
        if not (self._given or self.file.exists()):
            raise RegisterError("REG-275", navn=name)

    def copy(self, to: Path) -> None:
        """Write the keys to a new file of mode 600.

        REG-275 without any keys; OSError when there is such a file already, or it cannot be written.
        """
        self._require_file(self.file.name)
        _write(to, self._keys)

    def renew(self) -> None:
        """Put a new key first in the key file. REG-276 when the keys are a setting and not a file."""
        if self._given:
            raise RegisterError("REG-276")
        kept = self._keys
        unfinished = self.file.with_name(f"{self.file.name}.ny")
        unfinished.unlink(missing_ok=True)
        _write(unfinished, [Fernet.generate_key(), *kept])
        disk.swap(unfinished, self.file)
        for known in ("_keys", "_fernets"):
            vars(self).pop(known, None)

    @cached_property
    def _fernets(self) -> list[Fernet]:
        return [Fernet(key) for key in self._keys]

    @cached_property
    def _keys(self) -> list[bytes]:
        """The keys, newest first. REG-277 when the file holds something else, REG-301 when it is another user's."""
        if self._given:
            return _of_setting(self._given)
        if not self.file.exists():
            self._make()
        try:
            found = self.file.read_bytes().split()
        except PermissionError as error:
            raise RegisterError("REG-301", fil=self.file) from error
        if not found or any(not _is_key(one) for one in found):
            raise RegisterError("REG-277", fil=self.file.name)
        return found


def can_be_guessed(given: str) -> bool:
    """Whether the newest key of the setting is so short that it can be guessed."""
    return bool(given) and len(given.split(",")[0].strip()) < SHORTEST


def _of_setting(given: str) -> list[bytes]:
    """The keys of the setting, newest first, and last those that a text which looks like a key of the file would make."""
    keys, alike = list[bytes](), list[bytes]()
    for one in (part.strip() for part in given.split(",")):
        as_in_file = one.encode().split()
        if as_in_file and all(map(_is_key, as_in_file)):
            keys += as_in_file
            alike.append(_made_from(one))
        else:
            keys.append(_made_from(one))
    return keys + alike


def _made_from(text: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())


def _write(file: Path, keys: list[bytes]) -> None:
    """Write a new file, whole or not at all: an empty one might be taken for the copy of the key."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
        try:
            made.write(b"\n".join(keys))
            made.flush()
            os.fsync(made.fileno())
        except OSError:
            file.unlink()
            raise


def _is_key(text: bytes) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text)) == 32
    except (binascii.Error, ValueError):
        return False


def _name(key: bytes) -> str:
    return hashlib.sha256(b"navn" + key).hexdigest()[:12]
