"""A publishing replaces everything or nothing, one at a time, and cleans up after one that was killed."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from checks.errors import RegisterError
from exports import publish as publishing
from exports import published as reader
from exports.build import BuildError
from exports.publish import published_id
from tests.warehouse.conftest import MOMENT

Publish = Callable[..., publishing.PublishResult]


def test_alle_filer_byttes_samtidig_og_de_tre_siste_beholdes(prebuilt: Publish, tmp_path: Path) -> None:
    ids = [prebuilt(tmp_path, clock=lambda day=day: MOMENT + timedelta(days=day)).id for day in range(5)]
    assert published_id(tmp_path) == ids[-1]
    assert sorted(path.name for path in (tmp_path / "publishing").iterdir() if path.is_dir()) == ids[-3:]
    names = {path.name for path in (tmp_path / "published").iterdir()}
    assert {"analyse.duckdb", "nasjonal.duckdb", "lokal-100000.duckdb"} <= names
    assert "bygg" not in names


def test_to_i_samme_sekund_far_hver_sin_mappe(prebuilt: Publish, tmp_path: Path) -> None:
    assert prebuilt(tmp_path).id != prebuilt(tmp_path).id


def test_feil_lar_de_gamle_filene_sta(prebuilt: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = prebuilt(tmp_path).id

    def broken(work: Path, plan: Path) -> None:
        raise BuildError("kontrollen nasjonalt_utvalg fant 1 feil")

    monkeypatch.setattr(publishing, "build", broken)
    with pytest.raises(RegisterError, match="de forrige filene står: kontrollen nasjonalt_utvalg fant 1 feil"):
        prebuilt(tmp_path, clock=lambda: MOMENT + timedelta(days=1))
    assert published_id(tmp_path) == before
    assert not list((tmp_path / "publishing" / "20260202T030000").rglob("*.duckdb"))


def test_bare_en_om_gangen(prebuilt: Publish, tmp_path: Path) -> None:
    refused: list[RegisterError] = []

    def second(_: Path) -> None:
        with pytest.raises(RegisterError, match=f"pågår allerede .prosess {os.getpid()}") as caught:
            prebuilt(tmp_path)
        refused.append(caught.value)
        raise RuntimeError("stopp den første også")

    with pytest.raises(RuntimeError):
        prebuilt(tmp_path, take_snapshot=second)
    assert refused
    assert prebuilt(tmp_path).id == published_id(tmp_path)


HOLDER = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from exports.publish import publish
def killed(path):
    path.write_bytes(b"halvferdig")
    os.kill(os.getpid(), signal.SIGKILL)
publish(take_snapshot=killed, data=Path(sys.argv[1]), clock=lambda: datetime(2026, 11, 23, tzinfo=UTC), progress=lambda _: None)
"""


def test_en_drept_publisering_hindrer_ingen_og_ryddes_bort(prebuilt: Publish, tmp_path: Path) -> None:
    first = prebuilt(tmp_path).id
    killed = subprocess.run([sys.executable, "-c", HOLDER, str(tmp_path)], check=False)
    assert killed.returncode == -9
    assert published_id(tmp_path) == first
    after = prebuilt(tmp_path, clock=lambda: MOMENT + timedelta(days=365 * 10))
    assert published_id(tmp_path) == after.id
    assert not list(tmp_path.rglob("snapshot.duckdb"))


def test_leseren_bytter_fil_nar_det_publiseres_og_gamle_markorer_leser_ferdig(
    prebuilt: Publish, tmp_path: Path
) -> None:
    def which(con: Any) -> str:
        return con.execute("select id from publisering").fetchone()[0]

    first = prebuilt(tmp_path).id
    old = reader.connect(tmp_path)
    assert which(old) == first
    ids = [prebuilt(tmp_path, clock=lambda day=day: MOMENT + timedelta(days=day)).id for day in range(1, 5)]
    assert which(reader.connect(tmp_path)) == ids[-1]
    assert which(old) == first
    reader.close(tmp_path)


def test_leseren_taler_mange_trader(prebuilt: Publish, tmp_path: Path) -> None:
    prebuilt(tmp_path)
    counts: list[int] = []

    def read() -> None:
        for _ in range(20):
            row = reader.connect(tmp_path).execute("select count(*) from allevarnum").fetchone()
            counts.append(row[0] if row else -1)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [400] * 160
    reader.close(tmp_path)


def test_leseren_kan_ikke_skrive(prebuilt: Publish, tmp_path: Path) -> None:
    prebuilt(tmp_path)
    with pytest.raises(Exception, match="read-only"):
        reader.connect(tmp_path).execute("delete from allevarnum")
    reader.close(tmp_path)


def test_ingenting_publisert_sies_pa_norsk(prebuilt: Publish, tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="Ingenting er publisert"):
        reader.connect(tmp_path)
    done = prebuilt(tmp_path)
    shutil.rmtree(done.folder)
    with pytest.raises(RegisterError, match="mangler eller kan ikke leses"):
        reader.connect(tmp_path)
