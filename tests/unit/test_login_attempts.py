"""Proves that guessing passwords becomes slow, and that it holds up nobody else."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from checks.errors import RegisterError
from ingest.access import GATE
from ingest.people import attempts, login
from ingest.people.attempts import Source
from tests.accounts import HERE, PASSWORD, sign_in
from tests.support import LU, Register

ELSEWHERE = Source("10.0.0.2")


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def test_the_delay_rises_to_a_quarter_of_an_hour() -> None:
    waits = [attempts.delay(n).total_seconds() for n in range(1, 13)]
    assert waits == [0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert attempts.delay(10_000) == timedelta(minutes=15)


def test_after_failures_the_right_password_waits_too(people: Register) -> None:
    for _ in range(4):
        with refused("REG-120"):
            login.check_password(people.store, LU.bruker, "feil", HERE)
    with refused("REG-120"):
        login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    people.clock.turn(seconds=5)
    assert sign_in(people)


def test_an_empty_field_is_no_try(people: Register) -> None:
    for _ in range(10):
        with refused("REG-128"):
            login.check_own_password(people.store, LU, "")
    login.check_own_password(people.store, LU, PASSWORD)


def test_attempts_during_the_delay_do_not_lengthen_it(people: Register) -> None:
    for _ in range(30):
        with refused("REG-120"):
            login.check_password(people.store, LU.bruker, "feil", HERE)
    people.clock.turn(seconds=5)
    assert sign_in(people)


def test_parallel_guesses_are_counted_one_by_one(people: Register) -> None:
    together = Barrier(8)

    def guess() -> None:
        together.wait()
        with refused("REG-120"):
            login.check_password(people.store, LU.bruker, "feil", HERE)

    threads = [Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with people.store.read(GATE) as tx:
        row = tx.row(
            "select feil, sperret_til from tilgang.forsok where bruker_id = ? and kilde like 'adresse%'", LU.bruker
        )
    assert row is not None and row["feil"] == 4 and row["sperret_til"] > people.clock.now


def test_one_account_s_failures_do_not_hold_up_another(people: Register) -> None:
    for _ in range(10):
        with refused("REG-120"):
            login.check_password(people.store, LU.bruker, "feil", HERE)
    assert sign_in(people, "bruker2")


def test_an_outsider_does_not_delay_a_colleague(people: Register) -> None:
    for _ in range(attempts.FREE_TOGETHER):
        with refused("REG-120"):
            login.check_password(people.store, LU.bruker, "feil", ELSEWHERE)
        people.clock.turn(minutes=15)
    assert sign_in(people)


def test_guessing_from_many_addresses_is_slowed_but_not_for_a_known_browser(people: Register) -> None:
    with people.store.write(LU) as tx:
        known = Source(ELSEWHERE.address, attempts.remember(tx, LU.bruker, ELSEWHERE))
    for number in range(attempts.FREE_TOGETHER + 1):
        with refused("REG-120"):
            login.check_password(people.store, LU.bruker, "feil", Source(f"10.1.0.{number}"))
    with refused("REG-120"):
        login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    assert login.check_password(people.store, LU.bruker, PASSWORD, known)
    with refused("REG-120"):  # known for its own user only
        login.check_password(people.store, LU.bruker, PASSWORD, Source("10.1.1.1", "gjettet"))


def test_counts_are_forgotten_after_a_day(people: Register) -> None:
    for _ in range(3):
        with refused("REG-120"):
            login.check_password(people.store, LU.bruker, "feil", HERE)
    people.clock.turn(days=1, seconds=1)
    with refused("REG-120"):
        login.check_password(people.store, LU.bruker, "feil", HERE)
    assert sign_in(people)
