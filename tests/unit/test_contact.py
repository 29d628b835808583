"""Proves the change of one's own mobile and e-mail: password, code to the new one, notice to the old one."""

from __future__ import annotations

import re

import pytest

from checks import contact as written
from checks.errors import RegisterError
from ingest.people import contact, users
from ingest.services import sending
from tests.accounts import PASSWORD, last_code
from tests.support import COLLEAGUE, LU, Register


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def newest(register: Register) -> dict:
    with register.store.read(LU) as tx:
        return sending.latest(tx, 1)[0]


def own(register: Register) -> dict:
    with register.store.read(LU) as tx:
        found = users.account(tx, LU.bruker)
    assert found
    return found


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("912 34-567", "91234567"),
        ("+47 91234567", "91234567"),
        ("0047 91234567", "91234567"),
        ("+46 701234567", "+46701234567"),
    ],
)
def test_a_users_mobile_has_one_form(typed: str, stored: str) -> None:
    assert written.mobile(typed) == stored
    assert re.fullmatch(written.USERS_MOBILE, stored)


@pytest.mark.parametrize("typed", ["12345678", "9123456", "0046701234567", "(91234567)", "+4670", "9123456x"])
def test_a_users_mobile_is_asked_for_strictly(typed: str) -> None:
    assert not re.fullmatch(written.USERS_MOBILE, written.mobile(typed))


@pytest.mark.parametrize(("felt", "new"), [("mobil", "+47 912 34 567"), ("epost", "lise@example.no")])
def test_the_new_one_gets_a_code_and_the_old_one_a_notice(people: Register, felt: str, new: str) -> None:
    before = own(people)
    pending = contact.begin(people.store, LU, felt, new, PASSWORD)
    stored = {"mobil": "91234567", "epost": new}[felt]
    assert newest(people)["til"] == stored and own(people) == before
    notice = contact.confirm(people.store, LU, pending.token, last_code(people))
    assert own(people)[felt] == stored
    assert newest(people) | {"melding_id": notice, "til": before[felt]} == newest(people)
    with people.store.read(LU) as tx:
        logged = tx.rows("select hendelse, detaljer from tilgang.logg order by nr desc limit 1")
    assert logged == [{"hendelse": f"{felt} byttet", "detaljer": None}]


def test_what_is_refused(people: Register) -> None:
    for code, given in {
        "REG-131": ("mobil", "12", PASSWORD),
        "REG-152": ("mobil", "90000001", PASSWORD),
        "REG-128": ("mobil", "91234567", "feil"),
    }.items():
        with refused(code):
            contact.begin(people.store, LU, *given)


def test_a_code_serves_its_own_user_once_and_for_five_minutes(people: Register) -> None:
    pending = contact.begin(people.store, LU, "mobil", "91234567", PASSWORD)
    code = last_code(people)
    with refused("REG-153"):
        contact.confirm(people.store, COLLEAGUE, pending.token, code)
    pending = contact.begin(people.store, LU, "mobil", "91234567", PASSWORD)
    code = last_code(people)
    contact.confirm(people.store, LU, pending.token, code)
    with refused("REG-153"):
        contact.confirm(people.store, LU, pending.token, code)
    late = contact.begin(people.store, LU, "mobil", "91234568", PASSWORD)
    people.clock.turn(minutes=5)
    with refused("REG-153"):
        contact.confirm(people.store, LU, late.token, last_code(people))


def test_five_wrong_codes_end_it(people: Register) -> None:
    pending = contact.begin(people.store, LU, "mobil", "91234567", PASSWORD)
    right = last_code(people)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(4):
        with refused("REG-121"):
            contact.confirm(people.store, LU, pending.token, wrong)
    for code in (wrong, right):
        with refused("REG-153"):
            contact.confirm(people.store, LU, pending.token, code)


def test_codes_are_sent_five_times_an_hour(people: Register) -> None:
    for number in range(5):
        contact.begin(people.store, LU, "epost", f"lise{number}@example.no", PASSWORD)
    with refused("REG-139"):
        contact.begin(people.store, LU, "epost", "lise9@example.no", PASSWORD)
