"""Fixtures of the tests over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import psutil
import pytest
from starlette.applications import Starlette

from app.forms import opened
from tests.accounts import Browser, add, browser, serving
from tests.queries import SECRET, publish
from tests.support import LU, Register


@pytest.fixture
def app(register: Register, tmp_path: Path) -> Iterator[Starlette]:
    """The app's addresses over the register, with an account for every user of tests/support.py."""
    add(register)
    with serving(register, tmp_path) as made:
        yield made


@pytest.fixture
def lu(app: Starlette, register: Register) -> Browser:
    """LU's browser, signed in. No form is open."""
    opened.forget()
    someone = browser(app)
    someone.enter(register, LU)
    return someone


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file, with a register, a csv and a Parquet file beside it that hold a secret."""
    folder = publish(tmp_path_factory.mktemp("data"))
    with duckdb.connect(str(folder / "smertereg.duckdb")) as con:
        con.execute(f"create table person as select '{SECRET}' as navn")
        con.execute(f"copy person to '{folder / 'hemmelig.parquet'}' (format parquet)")
    (folder / "hemmelig.csv").write_text(f"navn\n{SECRET}\n", encoding="utf-8")
    return folder / "nasjonal.duckdb"


def everything(file: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in file.parent.iterdir()}


@pytest.fixture
def nothing_left(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The files are as they were, no process is left, and nothing is left where temporary files are made."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = everything(file)
    yield
    assert everything(file) == before
    assert list(tmp_path.iterdir()) == []
    assert [p for p in psutil.Process().children(recursive=True) if "process.py" in " ".join(p.cmdline())] == []
