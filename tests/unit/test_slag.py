"""Proves that the file says whether it is a demo, that settings cannot make it one, and that doubt means it is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from app.web import resources
from app.work import scheduled
from checks import identity
from checks.errors import RegisterError
from ingest import audit, demo, migrations
from ingest.access import MAKER
from ingest.people import users
from ingest.prom import outside
from ingest.registration import patients, population
from ingest.services import sending
from ingest.services.folkeregister import NoFolkeregister
from ingest.settings import Settings
from ingest.store import DEMO, DRIFT, Store, Tx, create
from ingest.vault import Vault
from tests.support import LU, MOMENT

BORN, BEFORE = date(1970, 5, 4), 9  # the last migration of the files that did not say what they are
Filled = Callable[[Tx], None]


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def filled(tx: Tx) -> None:
    """What the demo's own command leaves: invented patients and a row in the log."""
    person(tx, 1001, identity.make(BORN, 2, 1))
    audit.log(tx, "demoregister laget", details={"forlop": 20, "frø": 1})


def person(tx: Tx, number: int, idnr: str) -> None:
    tx.run(
        "insert into identitet.person (pasient_id, idtype, idnr, oppdatert) values (?, 'fnr', ?, ?)",
        number,
        idnr,
        tx.now,
    )


def with_a_real_patient(tx: Tx) -> None:
    filled(tx)
    person(tx, 1002, identity.make(BORN, 2, 1, synthetic=False))


def logged_by_a_user(tx: Tx) -> None:
    users.add(tx, "bruker1", "Demo", [])
    audit.log(Tx(tx.con, LU, tx.now, tx.random_bytes, tx.vault), "demoregister laget")


@pytest.mark.parametrize(
    ("contents", "is_demo"),
    [
        (filled, True),
        (with_a_real_patient, False),
        (logged_by_a_user, False),
        (lambda tx: users.add(tx, "bruker1", "Kari", []), False),
        (lambda _tx: None, False),
    ],
    ids=["demo", "demo med en virkelig pasient", "loggført av en bruker", "uten merke", "tom"],
)
def test_a_file_from_before_is_a_demo_only_when_that_is_sure(tmp_path: Path, contents: Filled, is_demo: bool) -> None:
    path = tmp_path / "smertereg.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("set TimeZone = 'UTC'")
        migrations.run(con, BEFORE)
        contents(Tx(con, MAKER, MOMENT, bytes, Vault(path.with_name("nøkkel"), "nøkkel")))
    opened = Store(path)
    assert opened.demo is is_demo
    opened.close()


def test_a_new_register_says_what_it_was_made_as_also_after_it_has_been_rewritten(tmp_path: Path) -> None:
    for slag, is_demo in ((DEMO, True), (DRIFT, False)):
        store = create(tmp_path / f"{slag}.duckdb", slag)
        store.rewrite()
        assert store.demo is is_demo
        store.close()
        again = Store(tmp_path / f"{slag}.duckdb")
        assert again.demo is is_demo
        again.close()


@pytest.mark.parametrize("change", ["delete from register.om", "insert into register.om values ('drift')"])
def test_a_register_that_does_not_say_clearly_that_it_is_a_demo_is_none(tmp_path: Path, change: str) -> None:
    path = tmp_path / "smertereg.duckdb"
    create(path, DEMO).close()
    with duckdb.connect(str(path)) as con:
        con.execute(change)
    store = Store(path)
    assert not store.demo
    store.close()


def test_a_register_can_be_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(duckdb.ConstraintException):
        create(tmp_path / "smertereg.duckdb", "prøve")


@pytest.fixture
def drift(tmp_path: Path):
    store = create(tmp_path / "smertereg.duckdb", clock=lambda: MOMENT)
    yield store
    store.close()


def test_the_demo_is_never_put_in_a_register_in_operation(drift: Store) -> None:
    with pytest.raises(ValueError, match="ikke en demo"):
        demo.make(drift, forlop=5, seed=1, today=MOMENT.date(), progress=lambda _: None)
    with drift.read(MAKER) as tx:
        assert tx.rows("select 1 from register.enhet") == []


def test_no_setting_opens_what_only_a_demo_has(drift: Store, tmp_path: Path) -> None:
    asked = Settings(data=tmp_path, test_persons=True, demo=True)
    held = resources.Resources(asked, drift, NoFolkeregister(), sending.channels(asked))
    assert not held.settings.demo and not held.settings.test_persons
    with refused("REG-044"), drift.write(LU) as tx:
        patients.find(tx, identity.make(BORN, 2, 1), test_persons=held.settings.test_persons)
    services = outside.services(held.settings)
    assert (services.contacts, services.channels) == (None, {})
    assert isinstance(population.folkeregister(drift, asked), NoFolkeregister)
    with refused("REG-174"):
        scheduled.run(drift, asked, scheduled.LOCK, MOMENT + timedelta(days=1))


def test_settings_may_turn_the_demo_s_doors_off_in_a_demo(tmp_path: Path) -> None:
    store = create(tmp_path / "smertereg.duckdb", DEMO)
    for given, expected in (
        ({}, (True, True)),
        ({"demo": False}, (True, False)),
        ({"test_persons": False}, (False, False)),
    ):
        held = resources.Resources(Settings.model_validate({"data": tmp_path} | given), store, NoFolkeregister())
        assert (held.settings.test_persons, held.settings.demo) == expected
    store.close()


def test_in_operation_nothing_waits_for_a_folkeregister_that_is_not_there(drift: Store, tmp_path: Path) -> None:
    with drift.write(MAKER) as tx:
        person(tx, 1001, identity.make(BORN, 2, 1, synthetic=False))
        tx.run(
            "insert into register.pasient (pasient_id, avdod, adressetype, opprettet) values (1001, 0, 1, ?)", tx.now
        )
    assert scheduled.run(drift, Settings(data=tmp_path), scheduled.POPULATION).gjort == {}
    with drift.read(MAKER) as tx:
        assert population.due(tx) == 1
    assert scheduled.WORK[scheduled.address(scheduled.DUE)](drift, Settings(data=tmp_path), {})["oppslag"] == 0


def test_in_operation_a_message_without_a_gateway_is_not_kept_readable(drift: Store, tmp_path: Path) -> None:
    with drift.write(MAKER) as tx:
        number = sending.queue(tx, sending.SMS, "91234567", "Koden din er 123456.")
    ways = sending.channels(Settings(data=tmp_path).over(demo=False))
    assert not sending.deliver(drift, ways, number, wait=lambda _: pytest.fail("prøvde igjen"))
    with drift.read(MAKER) as tx:
        assert tx.row("select tilstand, tekst from tilgang.utboks") == {"tilstand": sending.FAILED, "tekst": ""}
