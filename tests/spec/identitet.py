"""What the tests of Rett identitet share: patients of every kind, acts and refusals, and all rows of the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest

from checks import identity
from checks.errors import RegisterError
from exports.integrity import check_register
from ingest.access import Actor
from ingest.capture.contents import digests
from ingest.registration import patients
from ingest.services.folkeregister import LocalFolkeregister
from tests.support import LU, SC, Register

BORN = date(1970, 5, 4)
SERIALS = count(40)


def do(register: Register, act: Callable[..., Any], *given: Any, actor: Actor = SC, **named: Any) -> Any:
    with register.store.write(actor) as tx:
        return act(tx, *given, **named)


def refused(register: Register, act: Callable[..., Any], *given: Any, actor: Actor = SC, **named: Any) -> str:
    with pytest.raises(RegisterError) as caught:
        do(register, act, *given, actor=actor, **named)
    return caught.value.code


def number(kind: Any = "fodselsnummer", born: date = BORN, sex: Any = 2) -> identity.Fodselsnummer:
    made = identity.make(born, sex, next(SERIALS), kind=kind)
    return identity.parse(made, test_persons=True, today=date(2026, 11, 23))


def person(register: Register, read: identity.Fodselsnummer, actor: Actor = LU) -> int:
    return do(register, patients.create, read, LocalFolkeregister().find(read), actor=actor)


def annet(register: Register, fornavn: str = "Anna", etternavn: str = "Kowalska", born: date | None = BORN) -> int:
    return do(register, patients.create_other, fornavn, etternavn, born, 2, actor=LU)


def healthy(register: Register) -> None:
    with register.store.read(SC) as tx:
        assert [f"{f.hva}: {f.feil}" for f in check_register(tx) if f.feil] == []


def rows(register: Register) -> dict[str, Any]:
    """Every table, without what says that something was done: the log, the counters and the merges themselves."""
    kept = {
        "tilgang.logg",
        "tilgang.logghode",
        "register.teller",
        "register.sammenslaing",
        "register.sammenslatt_forlop",
    }
    with register.store.cursor() as con:
        return {name: found for name, found in digests(con, register.store.path).items() if name not in kept}
