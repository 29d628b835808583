"""Seals bytes so that only the key opens them and any change is found (AES-256-GCM, a new nonce each time)."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE, TAG = 12, 16


class Broken(Exception):
    """What was to be opened is not what was sealed: it is damaged, changed, moved, or sealed with another key."""


def seal(key: bytes, content: bytes, about: bytes) -> bytes:
    """`content` sealed with a 32-byte key, bound to `about`, which is not stored."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, about)


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """The content. Raises Broken unless it was sealed with the same key and `about`."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], about)
    except (InvalidTag, ValueError) as error:
        raise Broken from error
