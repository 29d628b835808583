"""Proves when a session ends, and which role it is in."""

from __future__ import annotations

import pytest

from checks.errors import RegisterError
from ingest.access import GATE
from ingest.people import accounts, login, sessions
from tests.accounts import HERE, NEW_PASSWORD, PASSWORD, session_of, sign_in
from tests.support import LU, OTHER, OWN, Register


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def test_a_session_ends_after_thirty_minutes_without_activity(people: Register) -> None:
    token = sign_in(people)
    people.clock.turn(minutes=29)
    found = session_of(people, token)
    assert found is not None
    with people.store.write(GATE) as tx:
        sessions.touch(tx, found)
    people.clock.turn(minutes=29)
    assert session_of(people, token)
    people.clock.turn(minutes=1)
    assert session_of(people, token) is None


def test_a_session_ends_after_twelve_hours_whatever_is_done(people: Register) -> None:
    token = sign_in(people)
    for _ in range(12 * 60 // 20 - 1):
        people.clock.turn(minutes=20)
        found = session_of(people, token)
        assert found is not None
        with people.store.write(GATE) as tx:
            sessions.touch(tx, found)
    people.clock.turn(minutes=20)
    assert session_of(people, token) is None


def test_a_session_ends_with_the_role_and_with_the_account(people: Register) -> None:
    for change in ("delete from tilgang.tildeling", "update tilgang.konto set aktiv = false"):
        token = sign_in(people, "bruker2" if "konto" in change else LU.bruker)
        with people.store.write(GATE) as tx:
            tx.run(change + (" where bruker_id = 'bruker1'" if "tildeling" in change else ""))
        assert session_of(people, token) is None


@pytest.mark.manual("Bruker 5")
def test_who_has_several_roles_chooses_one_of_them(people: Register) -> None:
    with people.store.write(GATE) as tx:
        tx.run("insert into tilgang.tildeling values (?, ?, 'LU')", LU.bruker, OTHER)
    found = session_of(people, token := sign_in(people))
    assert found is not None and found.actor is None
    with refused("REG-138"), people.store.write(LU) as tx:
        sessions.choose(tx, found, OWN, "LC")
    with people.store.write(LU) as tx:
        sessions.choose(tx, found, OTHER, "LU")
    chosen = session_of(people, token)
    assert chosen is not None and chosen.actor is not None and chosen.actor.enhet == OTHER


def test_changing_the_password_ends_the_other_sessions(people: Register) -> None:
    here, there = sign_in(people), sign_in(people)
    found = session_of(people, here)
    assert found is not None

    def change(old: str, new: str, again: str) -> None:
        accounts.change_password(people.store, LU, "tegn", old, new, again, keep=found.nokkel)

    for code, given in {
        "REG-126": (PASSWORD, NEW_PASSWORD, "noe annet"),
        "REG-127": (PASSWORD, PASSWORD, PASSWORD),
        "REG-128": ("feil", NEW_PASSWORD, NEW_PASSWORD),
        "REG-123": (PASSWORD, "kort", "kort"),
    }.items():
        with refused(code):
            change(*given)
    change(PASSWORD, NEW_PASSWORD, NEW_PASSWORD)
    assert session_of(people, here) and session_of(people, there) is None
    with refused("REG-120"):
        login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    assert sign_in(people, passord=NEW_PASSWORD)
