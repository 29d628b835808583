"""Fixtures of the tests of patient forms."""

from __future__ import annotations

import pytest

from tests.spec.eprom import Eprom
from tests.spec.identitet import annet, number, person
from tests.support import TO, Register, moved


@pytest.fixture
def prom(register: Register) -> Eprom:
    return Eprom(register)


@pytest.fixture
def forlop_id(register: Register) -> int:
    """A forløp that is tilsett and meets the criteria, with consent given on 23.11.2026 at 10."""
    made = register.forlop()
    register.save(made, "to", TO | {"DatoSamtykke": "2026-11-23"})
    return made


@pytest.fixture
def two(register: Register) -> tuple[int, int]:
    """A patient registered as «Annet» with a forløp, and the same with a fødselsnummer and another."""
    old, new = annet(register), person(register, number())
    register.save(register.forlop(old), "to", TO)
    register.save(register.forlop(new), "to", moved(TO, 18))
    return old, new
