"""Proves codes from an app in place of SMS, and the keys that seal their secrets."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
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


def test_what_stands_in_the_key_file_is_the_same_keys_as_a_setting(tmp_path: Path) -> None:
    kept = Vault(tmp_path / "fil")
    first = kept.seal("en")
    kept.renew()
    second = kept.seal("to")
    in_file = (tmp_path / "fil").read_text()
    for given in (in_file, f" {in_file}\n", in_file.replace("\n", ",")):
        set_up = Vault(tmp_path / "ingen", given)
        assert (set_up.open(first), set_up.open(second), set_up.name) == ("en", "to", kept.name)
        assert set_up.key("journal", kept.name) == kept.key("journal", kept.name)
        assert kept.open(set_up.seal("tre")) == "tre"


def test_a_setting_that_was_taken_as_a_text_opens_what_it_sealed() -> None:
    for given in ("kort", "en lang setning, og en til", base64.urlsafe_b64encode(b"k" * 32).decode()):
        texts = [one.strip().encode() for one in given.split(",")]
        made = [base64.urlsafe_b64encode(hashlib.sha256(one).digest()) for one in texts]
        for key in made:
            assert Vault(Path("ingen"), given).open(Fernet(key).encrypt(b"en").decode()) == "en"


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
