"""One small register, built by dbt once and published, shared by the warehouse's tests."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from exports import build as building
from exports import publish as publishing
from tests.warehouse.synthetic import Generator

MOMENT = datetime(2026, 2, 1, 3, 0, tzinfo=UTC)


@dataclass
class Register:
    """A snapshot, what dbt made of it, and what was published; `forlop` is read straight from the snapshot."""

    snapshot: Path
    warehouse: Path
    data: Path
    forlop: dict[int, dict[str, Any]] = field(default_factory=dict)

    def query(self, file: str, sql: str) -> list[dict[str, Any]]:
        """Rows of one published file."""
        with duckdb.connect(str(self.data / "published" / file), read_only=True) as con:
            return con.sql(sql).pl().to_dicts()


def read_forlop(snapshot: Path) -> dict[int, dict[str, Any]]:
    """Every forløp with head, patient, documents and statuses, as plain Python."""
    with duckdb.connect(str(snapshot), read_only=True) as con:
        rows = con.sql("select f.*, p.fodselsdato from forlop f join pasient p using (pasient_id)").pl().to_dicts()
        found = {row["forlop_id"]: row | {"svar": {}, "status": {}, "faktorsett": {}} for row in rows}
        for number, form, status in con.sql("select forlop_id, skjema, status from skjema").fetchall():
            found[number]["status"][form] = status
        for number, form, answers, factors in con.sql("select forlop_id, skjema, svar, faktorsett from skjemaversjon").fetchall():
            found[number]["svar"][form] = json.loads(answers)
            found[number]["faktorsett"][form] = factors
    return found


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(snapshot, warehouse) of 400 random forløp."""
    work = tmp_path_factory.mktemp("bygg")
    Generator(7).make(work / "snapshot.duckdb", 400)
    building.build(work)
    return work / "snapshot.duckdb", work / "warehouse.duckdb"


@pytest.fixture
def prebuilt(built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Any]:
    """A publish that takes the built warehouse instead of running dbt again: publish(data)."""
    monkeypatch.setattr(publishing, "build", lambda work: shutil.copy(built[1], work / "warehouse.duckdb"))

    def run(data: Path, **replaced: Any) -> publishing.PublishResult:
        arguments: dict[str, Any] = {
            "take_snapshot": lambda path: shutil.copy(built[0], path),
            "data": data,
            "clock": lambda: MOMENT,
            "progress": lambda _: None,
        }
        return publishing.publish(**(arguments | replaced))

    return run


@pytest.fixture(scope="session")
def register(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The published register."""
    snapshot, warehouse = built
    data = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "build", lambda work: shutil.copy(warehouse, work / "warehouse.duckdb"))
        publishing.publish(
            take_snapshot=lambda path: shutil.copy(snapshot, path), data=data, clock=lambda: MOMENT, progress=lambda _: None
        )
    yield Register(snapshot, warehouse, data, read_forlop(snapshot))


def as_date(text: str | None) -> date | None:
    """An ISO date of a document."""
    return None if text is None else date.fromisoformat(text)
