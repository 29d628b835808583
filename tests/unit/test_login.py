"""Proves logging in with password and code, and what is refused, with a clock to turn."""

from __future__ import annotations

import pytest

from checks.errors import RegisterError
from ingest.access import GATE
from ingest.people import accounts, attempts, login, passwords
from tests.accounts import HERE, PASSWORD, last_code, session_of, sign_in
from tests.support import LC, LU, Register


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


@pytest.mark.manual("Bruker 4")
def test_password_and_code_give_a_session_in_the_only_role(people: Register) -> None:
    found = session_of(people, sign_in(people, " BRUKER1 "))
    assert found is not None and found.actor == LU


def test_a_code_serves_once(people: Register) -> None:
    step = login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    code = last_code(people)
    login.check_code(people.store, step.token, code, HERE)
    with refused("REG-122"):
        login.check_code(people.store, step.token, code, HERE)


def test_a_code_lasts_five_minutes(people: Register) -> None:
    step = login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    people.clock.turn(minutes=5)
    with refused("REG-121"):
        login.check_code(people.store, step.token, last_code(people), HERE)
    login.new_code(people.store, step.token)
    assert login.check_code(people.store, step.token, last_code(people), HERE)


def test_a_code_belongs_to_the_browser_that_asked_for_it(people: Register) -> None:
    login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    code = last_code(people)
    other = login.check_password(people.store, "bruker2", PASSWORD, HERE)
    with refused("REG-121"):
        login.check_code(people.store, other.token, code, HERE)


def test_five_wrong_codes_end_the_step(people: Register) -> None:
    step = login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    right = last_code(people)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(login.CODE_ATTEMPTS - 1):
        with refused("REG-121"):
            login.check_code(people.store, step.token, wrong, HERE)
    for code in (wrong, right):
        with refused("REG-122"):
            login.check_code(people.store, step.token, code, HERE)


@pytest.mark.parametrize("code", ["", "abcdef", "١٢٣٤٥٦", "123456789", "' or 1=1"])
def test_what_is_no_code_is_a_wrong_code(people: Register, code: str) -> None:
    step = login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    with refused("REG-121"):
        login.check_code(people.store, step.token, code, HERE)


def test_too_many_codes_in_a_short_time_are_not_sent(people: Register) -> None:
    for _ in range(5):
        login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    with refused("REG-139"):
        login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    people.clock.turn(minutes=10)
    assert sign_in(people)


@pytest.mark.parametrize("state", ["ukjent", "feil passord", "sperret", "stengt", "uten passord"])
def test_every_refusal_says_the_same_and_does_the_same_work(
    people: Register, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, password = LU.bruker, PASSWORD
    changes = {"stengt": "aktiv = false", "uten passord": "passord_hash = null"}
    if state == "sperret":
        with people.store.write(GATE) as tx:
            for _ in range(4):
                attempts.failed(tx, name, HERE)
    elif state in changes:
        with people.store.write(GATE) as tx:
            tx.run(f"update tilgang.konto set {changes[state]} where bruker_id = ?", name)
    elif state == "ukjent":
        name = "finnes.ikke"
    else:
        password = "feil"
    verified = []
    real = passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda *given: verified.append(given) or real(*given))
    with pytest.raises(RegisterError) as error:
        login.check_password(people.store, name, password, HERE)
    assert (error.value.code, str(error.value)) == ("REG-120", str(RegisterError("REG-120")))
    assert len(verified) == 1


def test_the_log_never_holds_what_was_typed(people: Register) -> None:
    with refused("REG-120"):
        login.check_password(people.store, "hemmelig-tekst", "hemmelig-tekst", HERE)
    with refused("REG-120"):
        login.check_password(people.store, LU.bruker, "hemmelig-tekst", HERE)
    sign_in(people)
    with people.store.read(GATE) as tx:
        logged = tx.rows("select bruker, hendelse, detaljer from tilgang.logg order by nr")
    assert [(r["bruker"], r["hendelse"]) for r in logged[-3:]] == [
        ("ukjent", "innlogging avvist"),
        (LU.bruker, "innlogging avvist"),
        (LU.bruker, "logget inn"),
    ]
    assert "hemmelig" not in str(logged)


def test_codes_passwords_and_tokens_are_not_stored(people: Register) -> None:
    step = login.check_password(people.store, LU.bruker, PASSWORD, HERE)
    code = last_code(people)
    token = login.check_code(people.store, step.token, code, HERE)
    with people.store.read(GATE) as tx:
        stored = str([tx.rows(f"select * from tilgang.{t}") for t in ("konto", "sesjon", "engangskode", "logg")])
    assert not [secret for secret in (step.token, token, PASSWORD, f"'{code}'") if secret in stored]


def test_a_first_password_lasts_a_week(people: Register) -> None:
    first = passwords.make_first()
    with people.store.write(LC) as tx:
        accounts.send_first_password(tx, LU.bruker, first)
    people.clock.turn(days=6, hours=23)
    assert sign_in(people, passord=first.text)
    people.clock.turn(hours=1)
    with refused("REG-151"):
        login.check_password(people.store, LU.bruker, first.text, HERE)
    with refused("REG-120"):
        login.check_password(people.store, LU.bruker, "feil", HERE)
