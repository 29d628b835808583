"""The private keys that national services know us by. A file that is written anew is read anew: no restart is needed."""

from __future__ import annotations

import base64
import json
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from ingest.disk import cause
from ingest.standin import Refused

_CURVES = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
_PRIVATE = re.compile(rb"-----BEGIN ([A-Z]+ )?PRIVATE KEY-----.*?-----END ([A-Z]+ )?PRIVATE KEY-----", re.DOTALL)
LARGEST = 100_000  # bytes of a key file
Claims = dict[str, object]


@dataclass(frozen=True)
class Signer:
    """A private key, and what the header says of it: ``kid``, or the certificates (``x5c``) of a key that has no id."""

    key: RSAKey | ECKey
    algorithm: str
    kid: str
    x5c: tuple[str, ...] = ()

    def sign(self, claims: Claims, **header: object) -> str:
        """A signed JWT (RFC 7519) with these claims."""
        known = {"kid": self.kid} if self.kid else {"x5c": list(self.x5c)}
        full = {"alg": self.algorithm} | known | header
        return jwt.encode(full, claims, self.key, algorithms=[self.algorithm])


@dataclass
class KeyFile:
    """A JWK with its private part, or PEM. ``kid`` is the id of a key whose file does not say it."""

    path: Path
    kid: str = ""
    _read: tuple[tuple[int, ...], Signer] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def signer(self) -> Signer:
        """The key as the file has it now; the one it had when a new one is not written to its end. Raises Refused when there is none
        to use.
        """
        with self._lock:
            try:
                found = self.path.stat()
                written = found.st_mtime_ns, found.st_ino, found.st_size
                if self._read is None or self._read[0] != written:
                    if found.st_size > LARGEST:
                        raise ValueError
                    self._read = written, read(self.path.read_bytes(), self.kid)
            except OSError as error:
                raise Refused(f"nøkkelfilen {self.path} kan ikke leses: {cause(error)}") from error
            except (ValueError, TypeError, KeyError, RecursionError, JoseError) as error:
                if self._read is None:
                    raise Refused(
                        f"nøkkelfilen {self.path} har ingen privat nøkkel som kan brukes (JWK eller PEM)"
                    ) from error
            return self._read[1]


def read(content: bytes, kid: str = "") -> Signer:
    """The key in a file. Raises ValueError or JoseError for a file without a private key of RSA (2,048 bits) or EC."""
    if content.lstrip().startswith(b"{"):
        found = json.loads(content)
        kid = str(found.get("kid") or kid)
        key = (RSAKey if found.get("kty") == "RSA" else ECKey).import_key(found)
        chain: tuple[str, ...] = ()
    else:
        key, chain = _of_pem(content)
    if not key.is_private or not (kid or chain):
        raise ValueError
    if isinstance(key, RSAKey):
        if key.private_key is None or key.private_key.key_size < 2048:
            raise ValueError
        return Signer(key, "RS256", kid, chain)
    return Signer(key, _CURVES[key.curve_name], kid, chain)


def _of_pem(content: bytes) -> tuple[RSAKey | ECKey, tuple[str, ...]]:
    certificates = x509.load_pem_x509_certificates(content) if b"BEGIN CERTIFICATE" in content else []
    chain = tuple(base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in certificates)
    found = _PRIVATE.search(content)
    if found is None:
        raise ValueError
    try:
        return RSAKey.import_key(found[0]), chain
    except JoseError:
        return ECKey.import_key(found[0]), chain
