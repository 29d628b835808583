"""A small register, built by dbt and published once, which the warehouse's tests share."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from app.commands import register_commands
from app.work import operations
from checks.codebook import load
from exports import build as building
from exports import files, snapshot
from exports import publish as publishing
from exports.codebook_tables import codebook_tables
from ingest import store
from ingest.demo import make as make_demo
from ingest.settings import Settings
from ingest.store import Store
from tests.commands import Run, runner
from tests.warehouse.synthetic import Generator

DEMO_SIZE = 30_000 if os.environ.get("SMERTEREG_TEST_FULL") else 600
MOMENT = datetime(2026, 2, 1, 3, 0, tzinfo=UTC)


@dataclass
class Register:
    """A snapshot, the warehouse that dbt made of it, and the published files; `forlop` is read from the snapshot."""

    snapshot: Path
    warehouse: Path
    data: Path
    forlop: dict[int, dict[str, Any]] = field(default_factory=dict)

    def query(self, file: str, sql: str) -> list[dict[str, Any]]:
        """The rows of a query of one published file."""
        with duckdb.connect(str(self.data / "published" / file), read_only=True) as con:
            return con.sql(sql).pl().to_dicts()


def read_forlop(snapshot: Path) -> dict[int, dict[str, Any]]:
    """Every forløp with head, patient, documents and statuses, as plain Python."""
    with duckdb.connect(str(snapshot), read_only=True) as con:
        rows = con.sql("select f.*, p.fodselsdato from forlop f join pasient p using (pasient_id)").pl().to_dicts()
        found = {row["forlop_id"]: row | {"svar": {}, "status": {}, "faktorsett": {}} for row in rows}
        for number, form, status in con.sql("select forlop_id, skjema, status from skjema").fetchall():
            found[number]["status"][form] = status
        for number, form, answers, factors in con.sql(
            "select forlop_id, skjema, svar, faktorsett from skjemaversjon"
        ).fetchall():
            found[number]["svar"][form] = json.loads(answers)
            found[number]["faktorsett"][form] = factors
    return found


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` has filled, the same for all of a run's processes: the first that asks makes it, the others wait.
    Nobody may change what is in it.
    """
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    with (folder / "ferdig").open("a+") as done:
        fcntl.flock(done, fcntl.LOCK_EX)
        if os.fstat(done.fileno()).st_size == 0:
            make(folder)
            done.write("ja")
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(snapshot, warehouse) of 400 random forløp."""

    def make(work: Path) -> None:
        Generator(7).make(work / "snapshot.duckdb", 400)
        building.build_anew(work)

    work = made_once(tmp_path_factory, "bygg", make)
    return work / "snapshot.duckdb", work / "warehouse.duckdb"


def small_files(
    warehouse: Path, folder: Path, meta: Mapping[str, Any], smallest: int, changes: pl.DataFrame
) -> files.Figures:
    """Used in place of files.write_files: write files with only the publishing's id and 400 rows."""
    for name in ("analyse", "nasjonal", "lokal-100000"):
        with duckdb.connect(str(folder / f"{name}.duckdb")) as con:
            con.execute("create table publisering as select $id as id", {"id": meta["id"]})
            con.execute("create table allevarnum as select * from range(400)")
    return files.Figures(400, 100, ("100000",), 0)


def copied(source: Path) -> Callable[[Path], None]:
    """A ``take_snapshot`` that copies a snapshot made before."""

    def take(path: Path) -> None:
        shutil.copy(source, path)

    return take


@pytest.fixture
def prebuilt(built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Any]:
    """publish(data) without dbt and with small files, for tests of how files are replaced and not of what they hold."""
    monkeypatch.setattr(publishing, "build", lambda work, plan: None)
    monkeypatch.setattr(publishing, "write_files", small_files)

    def run(data: Path, **replaced: Any) -> publishing.PublishResult:
        arguments: dict[str, Any] = {
            "take_snapshot": copied(built[0]),
            "data": data,
            "clock": lambda: MOMENT,
            "progress": lambda _: None,
        }
        return publishing.publish(**(arguments | replaced))

    return run


def publish_built(snapshot: Path, warehouse: Path, data: Path) -> Register:
    """Publish a warehouse that dbt has built already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "build", lambda work, plan: shutil.copy(warehouse, work / "warehouse.duckdb"))
        publishing.publish(take_snapshot=copied(snapshot), data=data, clock=lambda: MOMENT, progress=lambda _: None)
    return Register(snapshot, warehouse, data, read_forlop(snapshot))


@pytest.fixture(scope="session")
def published(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Register:
    """The random register, published."""
    return publish_built(*built, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """The demo register, written through the store, copied to a snapshot, and published."""

    def make(work: Path) -> None:
        (work / "register").mkdir()
        register = store.create(work / "register" / "demo.duckdb", store.DEMO)
        make_demo(register, forlop=DEMO_SIZE, seed=1, today=MOMENT.date(), progress=lambda _: None)
        with register.cursor() as con:
            snapshot.take(con, work / "snapshot.duckdb", codebook_tables(load()))
        register.close()
        building.build(work, work / "dbt.duckdb")

    work, data = made_once(tmp_path_factory, "bygg_demo", make), tmp_path_factory.mktemp("demo")
    shutil.copytree(work / "register", data, dirs_exist_ok=True)
    return publish_built(work / "snapshot.duckdb", work / "warehouse.duckdb", data)


def as_date(text: str | None) -> date | None:
    """The date that a document has as ISO text."""
    return None if text is None else date.fromisoformat(text)


@pytest.fixture(scope="module")
def source(demo: Register) -> Path:
    """The largest unit's published file of the demo register."""
    files = (demo.data / "published").glob("lokal-*.duckdb")
    return max(files, key=lambda file: file.stat().st_size).resolve()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A published demo register."""
    found = Settings(data=tmp_path_factory.mktemp("data"))
    register_commands.make_demo(found, 60, 1)
    store = Store(found.register)
    operations.publish_now(store, found, lambda _: None)
    store.close()
    return found


@pytest.fixture
def run(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs a command over the published demo register, in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    return runner(settings.data, monkeypatch, capsys)
