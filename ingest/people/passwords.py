"""Argon2id, only a few computed at a time: each verification holds 19 MB, and fifty at once would hold a gigabyte.

Costs as OWASP recommends for argon2id (m = 19 MiB, t = 2, p = 1).
"""

from __future__ import annotations

import os
import secrets
import string
import threading
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# One core is left for the users who register.
_slots = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) - 1))
# How long a first password that nobody has used may lie on a phone.
FIRST_LIFE = timedelta(days=7)
# How long a one-time key lasts, and the first password that is shown with it (ingest/people/one_time_key.py).
KEY_LIFE = timedelta(hours=24)
SYMBOLS = "!#%+-?="
# Without the letters that look like others on a phone.
_LETTERS = "".join(c for c in string.ascii_letters if c not in "IlOo")
_KEY = string.digits + "".join(c for c in string.ascii_lowercase if c not in "ilou")


def hash_password(password: str, *, salt: bytes | None = None) -> str:
    """The password's argon2id hash. ``salt`` only for the demo, whose password everybody knows."""
    with _slots:
        return _hasher.hash(password, salt=salt)


# What an unknown username is checked against, so that the same work is done.
_DUMMY = hash_password(secrets.token_urlsafe(16))


def verify(password: str, hashed: str | None) -> bool:
    """Whether the password has the hash. Without a hash the same work is done, and the answer is no."""
    with _slots:
        try:
            return _hasher.verify(hashed or _DUMMY, password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


def first_password() -> str:
    """A random password of 14 characters that meets the policy, easy to read from a phone."""
    drawn = [secrets.choice(_LETTERS) for _ in range(8)] + [secrets.choice("23456789") for _ in range(3)]
    drawn += [secrets.choice(string.ascii_uppercase[:8]), secrets.choice("abcdefgh"), secrets.choice(SYMBOLS)]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)


def one_time_key() -> str:
    """A random key of four groups of four small letters and digits, easy to read from a screen; 80 bits."""
    return "-".join("".join(secrets.choice(_KEY) for _ in range(4)) for _ in range(4))


@dataclass(frozen=True)
class FirstPassword:
    """A password to be sent once, and its hash. It is made before the transaction, which argon2 would hold up."""

    text: str
    hash: str


def make_first() -> FirstPassword:
    """A new first password."""
    text = first_password()
    return FirstPassword(text, hash_password(text))


def message(brukernavn: str, passord: str) -> str:
    """The SMS that brings a first password."""
    return f"SmerteReg\nBrukernavn: {brukernavn}\nFørstegangspassord: {passord}\nLogg inn og bytt det innen {FIRST_LIFE.days} dager."
