"""Fixtures of the tests of patient forms, and of subscriptions to reports."""

from __future__ import annotations

from typing import Any

import pytest

from tests import accounts, reports
from tests.channels import LocalChannel
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
def mail(monkeypatch: pytest.MonkeyPatch) -> LocalChannel:
    """The e-mail that is sent."""
    return reports.mail(monkeypatch)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What reports were asked for; they are made by tests/warehouse/test_abonnerte_rapporter.py."""
    return reports.made_up(monkeypatch)


@pytest.fixture
def users(register: Register, mail: LocalChannel, asked: list[tuple[Any, ...]]) -> Register:
    """A register whose users have accounts, and whose reports and mail come from and go to tests/reports.py."""
    accounts.add(register)
    return register


@pytest.fixture
def two(register: Register) -> tuple[int, int]:
    """A patient registered as «Annet» with a forløp, and the same with a fødselsnummer and another."""
    old, new = annet(register), person(register, number())
    register.save(register.forlop(old), "to", TO)
    register.save(register.forlop(new), "to", moved(TO, 18))
    return old, new
