"""Proves logging in: codes, delays, sessions and what they refuse, with a clock to turn."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from pyotp.totp import TOTP

from checks.errors import RegisterError
from ingest.access import GATE
from ingest.people import accounts, attempts, login, passwords, sessions
from ingest.people.attempts import Source
from ingest.vault import Vault
from tests.accounts import NEW_PASSWORD, PASSWORD, add, last_code, session_of
from tests.support import LC, LU, OTHER, OWN, Register

HERE, ELSEWHERE = Source("10.0.0.1"), Source("10.0.0.2")


@pytest.fixture
def people(register: Register) -> Register:
    add(register)
    return register


def sign_in(register: Register, brukernavn: str = LU.bruker, passord: str = PASSWORD) -> str:
    step = login.check_password(register.store, brukernavn, passord, HERE)
    return login.check_code(register.store, step.token, last_code(register), HERE)


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


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
