"""Proves that a file that cannot be the register is refused in a sentence, and that a refused write leaves nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from checks.errors import RegisterError
from ingest import audit
from ingest.access import JOB
from ingest.settings import read
from ingest.store import Store, Tx, create
from tests.support import LU, Register

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('åpen', flush=True); sys.stdin.read()"


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def test_a_missing_file(tmp_path: Path) -> None:
    with refused("REG-081"):
        Store(tmp_path / "mangler.duckdb")


@pytest.mark.parametrize("content", [b"", b"ikke en database", b"\x00" * 40_000])
def test_a_corrupt_file_is_left_as_it_was(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "skadet.duckdb"
    path.write_bytes(content)
    with refused("REG-080"):
        Store(path)
    assert path.read_bytes() == content


def test_a_file_that_another_process_holds(tmp_path: Path) -> None:
    path = tmp_path / "opptatt.duckdb"
    create(path).close()
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline()
        with refused("REG-082"):
            Store(path)
    finally:
        holder.communicate()


def test_a_register_is_never_made_on_top_of_another(tmp_path: Path) -> None:
    path = tmp_path / "finnes.duckdb"
    create(path).close()
    with refused("REG-088"):
        create(path)


def test_a_transaction_that_raises_leaves_nothing(register: Register) -> None:
    with pytest.raises(ZeroDivisionError), register.store.write(LU) as tx:
        audit.log(tx, "skal ikke bli stående")
        _ = 1 / 0
    with register.store.read(LU) as tx:
        assert tx.rows("select 1 from tilgang.logg where hendelse = 'skal ikke bli stående'") == []
        assert list(audit.broken_rows(tx)) == []


UNITS = pl.DataFrame({"resh": ["1234"], "navn": ["Syke\x00huset"]})
WAYS: dict[str, Callable[[Tx], object]] = {
    "many": lambda tx: tx.run_many("insert into enheter (resh, navn) values (?, ?)", UNITS.rows()),
    "insert": lambda tx: tx.insert("enheter", UNITS),
    "shown": lambda tx: tx.shown("nye", UNITS).__enter__(),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_a_text_that_cannot_be_stored_is_refused_whichever_way_it_comes(
    register: Register, way: Callable[[Tx], object]
) -> None:
    with refused("REG-255"), register.store.write(LU) as tx:
        way(tx)


def begun_save(store: Store, order: list[str]) -> threading.Thread:
    """A save in a thread of its own, which waits for the write lock that the caller holds."""

    def save() -> None:
        with store.write(LU):
            order.append("lagring")

    saving = threading.Thread(target=save)
    saving.start()
    with store._turns._turn:
        assert store._turns._turn.wait_for(lambda: store._turns._waiting == 1, 30)
    return saving


def test_a_job_lets_who_waits_to_save_go_first(register: Register) -> None:
    store, order = register.store, []
    with store.write(JOB):
        saving = begun_save(store, order)
    store.give_way(patience=30)
    with store.write(JOB):
        order.append("jobb")
    saving.join()
    assert order == ["lagring", "jobb"]


def test_a_job_goes_on_when_others_never_stop_waiting(register: Register) -> None:
    store = register.store
    with store.write(JOB):
        saving = begun_save(store, [])
        store.give_way(patience=0)
        assert store._turns._waiting == 1
    saving.join()


def test_an_edit_of_the_log_is_found(register: Register) -> None:
    register.forlop()
    with register.store.write(LU) as tx:
        tx.run("update tilgang.logg set innhold = 'endret' where nr = 2")
    with register.store.read(LU) as tx:
        assert list(audit.broken_rows(tx)) != []


@pytest.mark.parametrize(
    ("name", "value"), [("SMERTEREG_PORT", "åtti"), ("SMERTEREG_PORT", "70000"), ("SMERTEREG_TEST_PERSONS", "kanskje")]
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with refused("REG-083") as caught:
        read()
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
