"""Proves codes from an app in place of SMS."""

from __future__ import annotations

import pytest
from pyotp.totp import TOTP

from checks.errors import RegisterError
from ingest.access import GATE
from ingest.people import accounts, login
from ingest.vault import Vault
from tests.accounts import HERE, PASSWORD, session_of
from tests.support import LU, Register


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def test_totp_replaces_sms_and_a_code_serves_once(people: Register) -> None:
    secret = accounts.new_secret()
    app = TOTP(secret)
    with refused("REG-121"):
        accounts.set_totp(
            people.store, LU, secret, "000000" if app.at(people.clock.now) != "000000" else "111111", PASSWORD
        )
    accounts.set_totp(people.store, LU, secret, app.at(people.clock.now), PASSWORD)
    step = login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    assert step.melding is None
    with refused("REG-121"):
        login.check_code(people.store, step.token, app.at(people.clock.now), HERE)
    people.clock.turn(seconds=30)
    assert session_of(people, login.check_code(people.store, step.token, app.at(people.clock.now), HERE))


def test_a_totp_secret_is_sealed_and_its_key_lies_outside_the_register(people: Register) -> None:
    secret = accounts.new_secret()
    accounts.set_totp(people.store, LU, secret, TOTP(secret).at(people.clock.now), PASSWORD)
    key = people.store.path.with_name("smertereg.nokkel")
    assert key.stat().st_mode & 0o777 == 0o600
    with people.store.read(GATE) as tx:
        stored = str([tx.rows(f"select * from tilgang.{t}") for t in ("konto", "logg")])
    assert secret not in stored and key.read_text() not in stored
    step = login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    people.clock.turn(seconds=30)
    people.store.vault = Vault(key, key="en annen")
    with refused("REG-150"):
        login.check_code(people.store, step.token, TOTP(secret).at(people.clock.now), HERE)


def test_beginning_and_leaving_totp_take_the_password(people: Register) -> None:
    secret = accounts.new_secret()
    with refused("REG-128"):
        accounts.set_totp(people.store, LU, secret, TOTP(secret).at(people.clock.now), "feil")
    assert login.check_password(people.store, LU.bruker, PASSWORD, HERE).melding is not None
    accounts.set_totp(people.store, LU, secret, TOTP(secret).at(people.clock.now), PASSWORD)
    with refused("REG-128"):
        accounts.remove_totp(people.store, LU, "feil")
    assert login.check_password(people.store, LU.bruker, PASSWORD, HERE).melding is None
    accounts.remove_totp(people.store, LU, PASSWORD)
    assert login.check_password(people.store, LU.bruker, PASSWORD, HERE).melding is not None
