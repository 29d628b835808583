"""Proves that no save is begun on a disk without room for it: what DuckDB does there may end the process. The app goes on by
itself when there is room, and nothing acknowledged is lost.
"""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from app.web.resources import Resources
from app.work import job_runs, readiness
from checks.errors import RegisterError
from ingest import disk
from ingest.access import JOB
from ingest.capture import room
from ingest.registration import drafts
from ingest.safekeeping.opening import opened
from ingest.services.folkeregister import LocalFolkeregister
from ingest.settings import Settings
from ingest.store import create
from tests import support
from tests.browser.conftest import free_port
from tests.commands import runner
from tests.crash.lived import lived_in, refused, whole
from tests.crash.test_disks import files_of_at_most

MILLION = 1_000_000


@contextmanager
def left(monkeypatch: pytest.MonkeyPatch, **room_in: float) -> Iterator[None]:
    """Let the disks of the named folders (by the folder's name) have so many bytes left."""
    with monkeypatch.context() as patch:
        patch.setattr(disk, "left", lambda folder: room_in.get(folder.name, math.inf))
        yield


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def draft(register: support.Register, forlop_id: int, text: str) -> None:
    with register.store.write(support.LU) as tx:
        drafts.keep(tx, forlop_id, "po", 0, {"Adresse": text})


def drafted(register: support.Register, forlop_id: int) -> str:
    with register.store.read(support.LU) as tx:
        found = drafts.get(tx, forlop_id, "po")
    assert found is not None
    return found.svar["Adresse"]


@pytest.mark.parametrize(
    ("full", "code"), [({"data": room.REGISTER - 1}, "REG-282"), ({"journal": room.JOURNAL - 1}, "REG-278")]
)
def test_no_save_is_begun_without_room_and_saving_goes_on_when_there_is(
    data: Path, monkeypatch: pytest.MonkeyPatch, full: dict[str, float], code: str
) -> None:
    register, settings = lived_in(data / "smertereg.duckdb")
    forlop_id, reached = register.forlop(), []
    draft(register, forlop_id, "Nygata 1")
    with left(monkeypatch, **full):
        for _ in range(3):
            with refused(code), register.store.write(support.LU):
                reached.append("noe ble skrevet")
        assert drafted(register, forlop_id) == "Nygata 1"
    assert reached == []
    draft(register, forlop_id, "Nygata 2")
    assert drafted(register, forlop_id) == "Nygata 2"
    register.store.close()
    whole(settings)


def test_a_disk_that_fills_while_the_save_goes_on_stops_it_before_the_journal_has_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register, settings = lived_in(data / "smertereg.duckdb")
    forlop_id = register.forlop()
    before = register.store.held
    with monkeypatch.context() as patch:
        with refused("REG-282"), register.store.write(support.LU) as tx:
            drafts.keep(tx, forlop_id, "po", 0, {"Adresse": "Nygata 1"})
            patch.setattr(disk, "left", lambda _: 0)
        with register.store.read(support.LU) as tx:
            assert drafts.get(tx, forlop_id, "po") is None
    assert register.store.held == before
    register.store.close()
    whole(settings)


def test_the_log_beside_the_register_and_a_large_record_ask_for_more(tmp_path: Path) -> None:
    register = tmp_path / "smertereg.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "left", lambda _: 4 * MILLION)
        room.require(register, tmp_path)
        room.require(register, tmp_path, 200_000)
        with refused("REG-282"):
            room.require(register, tmp_path, 300_000)
        register.with_name("smertereg.duckdb.wal").write_bytes(bytes(5 * MILLION))
        with refused("REG-282"):
            room.require(register, tmp_path)


def test_a_disk_that_does_not_say_what_is_left_is_written_to(tmp_path: Path) -> None:
    assert disk.left(tmp_path / "finnes ikke") == math.inf
    assert 0 <= disk.left(tmp_path) < math.inf


def test_after_a_commit_that_was_taken_back_the_same_rows_are_written_again(data: Path) -> None:
    """DuckDB takes rows that are new back as it should. (It ends the process when the rows were there: nothing may come so
    far, and no test can.)
    """
    register, settings = lived_in(data / "smertereg.duckdb")
    tries = [register.forlop() for _ in range(30)]
    register.store.rewrite()
    stored, codes = [], set()
    with files_of_at_most(40_000):
        for forlop_id in tries:
            try:
                draft(register, forlop_id, os.urandom(1500).hex())
            except RegisterError as error:
                codes.add(error.code)
            else:
                stored.append(forlop_id)
    assert codes
    assert codes <= {"REG-278", "REG-282"}
    with register.store.read(support.LU) as tx:
        assert [f for f in tries if drafts.get(tx, f, "po")] == stored
    for text in ("Nygata 1", "Nygata 2"):
        for forlop_id in tries:
            draft(register, forlop_id, text)
    assert {drafted(register, forlop_id) for forlop_id in tries} == {"Nygata 2"}
    register.store.close()
    whole(settings)


def said(register: support.Register, settings: Settings) -> dict[str, str]:
    held = Resources(settings, register.store, LocalFolkeregister())
    return {check.navn: check.feil for check in readiness.checks(held)}


@pytest.mark.parametrize(
    ("full", "sentence"),
    [
        (
            {"journal": 0},
            "Journalen i {} kan ikke skrives: disken er full. Rydd plass; appen trenger ikke startes på nytt.",
        ),
        (
            {"data": 0},
            "Registeret i {} kan ikke skrives: disken er full. Rydd plass; appen trenger ikke startes på nytt.",
        ),
    ],
)
def test_ready_says_which_disk_is_full_and_that_no_new_start_is_needed(
    data: Path, monkeypatch: pytest.MonkeyPatch, full: dict[str, float], sentence: str
) -> None:
    register, settings = lived_in(data / "smertereg.duckdb")
    folder = settings.journal_folder if "journal" in full else settings.data
    with left(monkeypatch, **full):
        assert said(register, settings)[readiness.REGISTER] == sentence.format(folder)
        # The register is read all the same.
        assert readiness.OUTBOX in said(register, settings)
        assert readiness.room_for(settings, journalled=True) == sentence.format(folder)
    assert said(register, settings)[readiness.REGISTER] == ""
    assert readiness.room_for(settings, journalled=True) == ""
    register.store.close()


def test_a_register_that_was_full_is_opened_and_used_by_the_next_process(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register, settings = lived_in(data / "smertereg.duckdb")
    forlop_id = register.forlop()
    draft(register, forlop_id, "Nygata 1")
    with left(monkeypatch, data=0), refused("REG-282"):
        draft(register, forlop_id, "Nygata 2")
    register.store.close()
    store = opened(settings, clock=register.clock)
    with store.write(JOB) as tx:
        assert tx.rows("select svar from register.utkast where forlop_id = ?", forlop_id)
    store.close()
    whole(settings)


def _no_room(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_command_that_meets_a_full_disk_says_so_in_one_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = runner(data, monkeypatch, capsys)
    create(data / "smertereg.duckdb").close()
    assert run("check")[0] == 0
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _no_room)
        kept = tmp_path / "nøkkelkopi"
        for words, said in (
            (("key", "copy", "--to", str(kept)), "disken er full"),
            (("key", "change"), "disken er full"),
        ):
            status, _, complaint = run(*words)
            assert (status, complaint.count("\n")) == (1, 1)
            assert said in complaint
        assert not kept.exists()  # an empty file would be taken for the copy
    assert run("check", "--journal")[0] == 0


def test_a_job_is_done_and_told_of_also_when_its_time_cannot_be_kept(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = runner(data, monkeypatch, capsys)
    create(data / "smertereg.duckdb").close()
    monkeypatch.setattr(job_runs, "_write", _no_room)
    assert run("job", "backup")[:2] == (0, "backup: skrevet: 1.\n")


def test_the_app_does_not_start_where_it_could_save_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It said that it ran, and stopped without a reason."""
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: pytest.fail("appen startet"))
    monkeypatch.setenv("SMERTEREG_PORT", str(free_port()))
    run = runner(data, monkeypatch, capsys)
    create(data / "smertereg.duckdb").close()
    assert run("check")[0] == 0
    with left(monkeypatch, data=0):
        status, said, complaint = run("serve")
    assert (status, said) == (1, "")
    assert "Disken er full" in complaint
