"""The reason that a user gives for what is done with a patient. It is kept, also when the patient is erased, and others read it."""

from __future__ import annotations

from checks import patient_numbers
from checks.errors import RegisterError


def required(text: str, missing: str) -> str:
    """The reason. Raises the error ``missing`` when there is none, and as `nameless`."""
    if not text.strip():
        raise RegisterError(missing)
    return nameless(text)


def nameless(text: str) -> str:
    """What was written, without spaces around it. Raises REG-561 when it holds what looks like a patient's number."""
    if patient_numbers.held(text):
        raise RegisterError("REG-561")
    return text.strip()
