"""The edition with reservation in tests: put into use from its day, and out again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from checks.codebook.loader import take_into_use
from ingest.registration import editions, reservations
from tests import support
from tests.support import SC, Register

FIRST = date(2022, 12, 1)
EVE = FIRST - timedelta(days=1)
# What the edition asks besides, in the forms that are completed in tests.
ALSO = {"b12": {"AkseptabelSmerte12": 0, "Funksjon12": 3}, "b21": {"AkseptabelSmerte21": 1, "Funksjon21": 4}}
WITHOUT_CONSENT = {"SkriftligSamtyk": None, "DatoSamtykke": None}


@contextmanager
def in_use(register: Register, fra: date = FIRST) -> Iterator[Register]:
    """The register with the edition in use. The codebook in use is the process's, so it is put back."""
    editions.use_reservation(register.store, fra)
    try:
        yield register
    finally:
        take_into_use({})


def asked(register: Register, pasient_id: int, status: int) -> None:
    """Let the register know whether the patient is reserved (1) or was asked about and is not (0)."""
    with register.store.write(SC) as tx:
        reservations.record(tx, pasient_id, status, reservations.PVK)


def completed(register: Register, to: dict[str, Any], days: int = 0) -> int:
    """Register.completed_forlop of a forløp under the edition."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(support, "COMPLETE", {n: answers | ALSO.get(n, {}) for n, answers in support.COMPLETE.items()})
        return register.completed_forlop(to, days)
