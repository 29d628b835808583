"""Proves `smertereg init` and `unlock`: what they make and say, what they refuse, and that the way in they print works once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checks.errors import RegisterError
from ingest.access import GATE, MAKER, Actor
from ingest.people import accounts, founding, login, passwords, sessions, users
from ingest.services import sending
from ingest.settings import Settings
from ingest.store import DEMO, Store, create
from ingest.vault import FILE
from tests.accounts import HERE, NEW_PASSWORD
from tests.commands import Run
from tests.support import MOMENT, Clock

KARI = ("--name", "Kari Nordvik", "--mobile", "912 34 567", "--email", "kari@example.com")
UNITS = "resh;navn;hf;rhf\n700001;Første sykehus;Et HF;Helse Nord RHF\n700002;Andre sykehus;Et HF;Helse Nord RHF\n"


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def shown(said: str, label: str) -> str:
    found = re.search(rf"^  {label} +(\S+)$", said, re.MULTILINE)
    assert found, said
    return found[1]


def test_init_makes_an_empty_register_in_operation_with_the_suggested_units(run: Run, settings: Settings) -> None:
    status, said, complaint = run("init", *KARI)
    assert (status, complaint) == (0, "")
    assert "tomt, i drift, med 13 enheter" in said and "smertereg.nokkel" in said and "«smertereg serve»" in said
    assert shown(said, "Adresse") == "http://localhost:8501/logg-inn"
    assert {p.name for p in settings.data.iterdir()} == {
        "smertereg.duckdb",
        "smertereg.nokkel",
        "journal",
        "sikkerhetskopi",
    }
    store = Store(settings.register)
    assert not store.demo
    with store.read(MAKER) as tx:
        (user,) = tx.rows("select * from tilgang.konto join tilgang.tildeling using (bruker_id)")
        assert (user["brukernavn"], user["rolle"], user["mobil"], user["maa_bytte"]) == (
            "kari.nordvik",
            "SC",
            "91234567",
            True,
        )
        assert not tx.rows("select 1 from identitet.person union all select 1 from tilgang.utboks")
        kept = str(tx.rows("select * from tilgang.engangskode union all by name select * from tilgang.logg"))
    store.close()
    for secret in (shown(said, "Førstegangspassord"), shown(said, "Engangsnøkkel")):
        assert secret not in kept
    assert run("check")[0] == 0


def test_init_shows_the_way_in_also_when_the_first_backup_cannot_be_written(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The register is made all the same, and is not made twice."""
    (tmp_path / "kopier").write_text("")
    monkeypatch.setenv("SMERTEREG_BACKUP", str(tmp_path / "kopier"))
    status, said, complaint = run("init", *KARI)
    assert status == 1
    assert shown(said, "Førstegangspassord") and shown(said, "Engangsnøkkel")
    assert "Sikkerhetskopien kan ikke skrives" in complaint
    assert run("check")[0] == 1  # and nothing is saved before there is one
    (tmp_path / "kopier").unlink()
    (tmp_path / "kopier").mkdir()
    assert run("check", "--journal")[0] == 0
    assert list((tmp_path / "kopier").glob("*.sikkerhetskopi"))


@pytest.mark.parametrize("words", [("init", *KARI), ("demo",), ("run",)])
@pytest.mark.parametrize("key", ["hemmelig", ",", "x" * 19, f"kort,{'x' * 20}"])
def test_no_register_is_made_with_a_key_that_can_be_guessed(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], key: str
) -> None:
    monkeypatch.setenv("SMERTEREG_NOKKEL", key)
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: pytest.fail("appen startet"))
    status, said, complaint = run(*words)
    assert (status, said, complaint) == (1, "", f"{RegisterError('REG-308', antall=20)}\n")
    assert not settings.data.exists()


@pytest.mark.parametrize("given", ["x" * 20, "en nøkkel som noen har valgt", f"{'ny' * 20}, {'eldre' * 8}"])
def test_a_copy_of_the_key_can_take_the_place_of_the_setting(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("SMERTEREG_NOKKEL", given)
    assert run("init", *KARI)[0] == 0
    copy = tmp_path / "kopi"
    assert run("key", "copy", "--to", str(copy))[0] == 0
    monkeypatch.setenv("SMERTEREG_NOKKEL", copy.read_text())
    assert run("check", "--journal")[0] == 0
    monkeypatch.setenv("SMERTEREG_NOKKEL", copy.read_text().replace("\n", ","))
    assert run("check", "--journal")[0] == 0
    monkeypatch.delenv("SMERTEREG_NOKKEL")
    copy.rename(tmp_path / "data" / FILE)
    assert run("check", "--journal")[0] == 0


def test_init_takes_the_hospitals_own_units(run: Run, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "enheter.csv"
    file.write_text(UNITS, encoding="utf-8")
    assert "har RESH-id 700003" in run("init", "--units", str(file), "--unit", "700003", *KARI)[2]
    said = run("init", "--units", str(file), "--unit", "700002", *KARI)[1]
    assert "med 2 enheter" in said and "nasjonal koordinator (SC) ved Andre sykehus" in said
    store = Store(settings.register)
    with store.read(MAKER) as tx:
        assert [r["resh"] for r in tx.rows("select resh from register.enhet order by 1")] == ["700001", "700002"]
    store.close()


def test_a_file_with_wrong_lines_makes_nothing_and_tells_each(run: Run, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "enheter.csv"
    file.write_text(UNITS + "70000x;;Et HF;Helse Nord RHF\n", encoding="utf-8")
    status, said, complaint = run("init", "--units", str(file), *KARI)
    assert (status, said) == (1, "")
    assert [line[:8] for line in complaint.splitlines()] == ["Linje 4:", "Linje 4:", "Ingentin"]
    assert run("init", "--units", str(tmp_path / "mangler.csv"), *KARI)[0] == 1
    assert not settings.data.exists()


@pytest.mark.parametrize("slag", [DEMO, "drift"])
def test_init_and_demo_leave_a_register_that_is_there_untouched(run: Run, settings: Settings, slag: str) -> None:
    create(settings.register, slag).close()
    before = settings.register.read_bytes()
    for words in (("init", *KARI), ("demo",)):
        status, said, complaint = run(*words)
        assert (status, said, complaint.count("\n")) == (1, "", 1) and "Det finnes allerede et register" in complaint
    assert settings.register.read_bytes() == before
    assert {p.name for p in settings.data.iterdir()} == {"smertereg.duckdb"}


def test_run_does_not_start_a_register_in_operation(run: Run, settings: Settings) -> None:
    run("init", *KARI)
    status, said, complaint = run("run")
    assert (status, said, complaint.count("\n")) == (1, "", 1)
    assert "er i drift, og «smertereg run» er for demoer" in complaint
    assert not (settings.data / "published").exists()


def test_what_is_not_given_is_asked_for_until_it_is_right(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["K", "Kari Nordvik", "123", "+47 912 34 567"])
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: next(typed))
    status, said, complaint = run("init", "--email", "kari@example.com")
    assert (status, complaint.count("er ikke riktig skrevet")) == (0, 2)
    assert "Engangsinnlogging for Kari Nordvik" in said
    assert list(typed) == []


def test_an_option_that_cannot_be_right_is_refused(run: Run, settings: Settings) -> None:
    status, _, complaint = run("init", "--name", "Kari Nordvik", "--mobile", "123", "--email", "kari@example.com")
    assert (status, complaint) == (1, "Primær mobil er ikke riktig skrevet. Skriv 8 siffer, eller + og landkode.\n")
    assert not settings.data.exists()


@pytest.mark.parametrize(("gateway", "told"), [("", True), ("https://sms.example", False)])
def test_without_a_gateway_init_says_how_the_coordinator_gets_in_again(
    run: Run, monkeypatch: pytest.MonkeyPatch, gateway: str, told: bool
) -> None:
    monkeypatch.setenv("SMERTEREG_SMS_URL", gateway)
    said = run("init", *KARI)[1]
    assert ("Ingen SMS-tjeneste er satt opp" in said and "Sett opp kode fra app på Min side" in said) is told


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Kari Nordvik", "kari.nordvik"),
        ("Åse-Marie Øye Ng", "åse-marie.øye.ng"),
        ("O'Neil <x>", "oneil.x"),
        ("Bo Li", "bo.li"),
        ("李 明", "koordinator"),
        ("Per " + "A" * 60, ("per." + "a" * 60)[:30]),
    ],
)
def test_a_username_is_made_of_the_name(name: str, made: str) -> None:
    assert founding.username(name) == made


# --- The way in -----------------------------------------------------------------------------------------------------


@pytest.fixture
def begun(run: Run, settings: Settings):
    """The register that init made, the username, the first password and the key."""
    said = run("init", *KARI)[1]
    clock = Clock(MOMENT)
    store = Store(settings.register, clock=clock)
    yield store, clock, *(shown(said, what) for what in ("Brukernavn", "Førstegangspassord", "Engangsnøkkel"))
    store.close()


def messages(store: Store) -> int:
    with store.read(GATE) as tx:
        return len(sending.latest(tx))


def test_the_key_takes_the_place_of_the_code_once(begun) -> None:
    store, _, name, password, key = begun
    step = login.check_password(store, name, password, HERE)
    assert step.melding is None and messages(store) == 0
    with store.read(GATE) as tx:
        assert login.source_of_code(tx, step.token) == login.BY_KEY
    with refused("REG-121"):
        login.check_code(store, step.token, "000000", HERE)
    token = login.check_code(store, step.token, key.upper().replace("-", " "), HERE)
    with store.read(GATE) as tx:
        found = sessions.find(tx, token)
    assert found is not None and found.maa_bytte and found.rolle == "SC" and found.actor is None
    again = login.check_password(store, name, password, HERE)
    assert again.melding is not None
    with refused("REG-121"):
        login.check_code(store, again.token, key, HERE)


def test_the_key_and_the_first_password_last_a_day(begun) -> None:
    store, clock, name, password, key = begun
    clock.turn(hours=23, minutes=59)
    step = login.check_password(store, name, password, HERE)
    clock.turn(minutes=1)
    with refused("REG-121"):
        login.check_code(store, step.token, key, HERE)
    with refused("REG-151"):
        login.check_password(store, name, password, HERE)


def test_a_key_is_for_its_own_user(begun) -> None:
    store, _, name, password, key = begun
    first = passwords.make_first()
    with store.write(MAKER) as tx:
        users.add(tx, "bruker2", "Annen", [("100089", "SC")], mobil="90000002")
        another = accounts.let_in_once(tx, "bruker2", first)
    step = login.check_password(store, name, password, HERE)
    with refused("REG-121"):
        login.check_code(store, step.token, another, HERE)
    assert login.check_code(store, step.token, key, HERE)


def test_a_new_first_password_kills_the_key(begun) -> None:
    store, _, name, _, key = begun
    first = passwords.make_first()
    with store.write(Actor("bruker7", "Siri", "SC", "100089")) as tx:
        (user,) = tx.rows("select bruker_id from tilgang.konto")
        accounts.send_first_password(tx, user["bruker_id"], first)
    step = login.check_password(store, name, first.text, HERE)
    assert step.melding is not None
    with refused("REG-121"):
        login.check_code(store, step.token, key, HERE)


def test_unlock_lets_a_locked_out_coordinator_in_once(run: Run, settings: Settings) -> None:
    run("init", *KARI)
    store = Store(settings.register)
    with store.write(MAKER) as tx:
        tx.run("update tilgang.konto set passord_hash = ?", passwords.hash_password(NEW_PASSWORD))
    store.close()
    assert run("unlock", "finnes.ikke") == (1, "", f"{RegisterError('REG-309', navn='finnes.ikke')}\n")
    status, said, _ = run("unlock", " KARI.nordvik")
    assert status == 0
    store = Store(settings.register, clock=lambda: MOMENT)
    with refused("REG-120"):
        login.check_password(store, "kari.nordvik", NEW_PASSWORD, HERE)
    step = login.check_password(store, "kari.nordvik", shown(said, "Førstegangspassord"), HERE)
    assert login.check_code(store, step.token, shown(said, "Engangsnøkkel"), HERE)
    with store.read(MAKER) as tx:
        assert len(tx.rows("select 1 from tilgang.logg where hendelse = 'engangsinnlogging laget'")) == 2
    store.close()
