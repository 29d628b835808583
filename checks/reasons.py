"""The reason that a user gives for what is done with a patient. It is kept, also when the patient is erased, and others read it."""

from __future__ import annotations

import re
import unicodedata

from checks.errors import RegisterError

_NUMBER = re.compile(r"(?<![0-9])[0-9]{6}[\s.–-]*[0-9]{5}(?![0-9])")


def required(text: str, missing: str) -> str:
    """The reason. Raises the error ``missing`` when there is none, and REG-561 when it holds what looks like a fødselsnummer."""
    if not text.strip():
        raise RegisterError(missing)
    if _NUMBER.search(unicodedata.normalize("NFKC", text)):
        raise RegisterError("REG-561")
    return text.strip()
