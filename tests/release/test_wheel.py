"""Proves that the wheel is enough: installed alone, in an empty folder, it makes, publishes, exports and serves a register."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from deploy import bundle
from tests.browser.conftest import free_port, wait_for_port

ROOT = Path(__file__).parents[2]
# Prints where the program lies, and makes a printout with a picture in it.
LOOK = """
import app, datetime
from exports.printouts import guide
print(app.__file__)
assert guide.printout("brukerveiledning", datetime.datetime(2026, 11, 23)).pdf().startswith(b"%PDF")
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment where the wheel is installed; it borrows the packages we depend on."""
    folder = tmp_path_factory.mktemp("installert")
    wheel = bundle.make_wheel(folder)
    venv.create(folder / "env", with_pip=False)
    programs = folder / "env" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "--quiet", "install"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True)
    # A folder named in a .pth is searched, but the .pth files in it are not read: that to the repository is one of them.
    installed = next((folder / "env" / "lib").glob("python*/site-packages"))
    (installed / "lant.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return programs


def environment(**given: str) -> dict[str, str]:
    """The environment of a user who has set nothing else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SMERTEREG_", "PYTHON"))}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"} | given


def run(program: Path, folder: Path, *command: str) -> str:
    done = subprocess.run(
        [program / command[0], *command[1:]], cwd=folder, env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def files(program: Path) -> set[Path]:
    return {path for path in program.parent.rglob("*") if path.suffix != ".pyc" and path.name != "__pycache__"}


def test_every_file_that_the_program_reads_is_in_the_wheel(program: Path) -> None:
    installed = next(program.parent.rglob("site-packages"))
    left_out = ("models/lint/", "docs/adr/")
    lacking = [
        path
        for folder in bundle.BUILT_FROM
        for path in (file.relative_to(ROOT).as_posix() for file in (ROOT / folder).rglob("*") if file.is_file())
        if "__pycache__" not in path and not path.startswith(left_out) and not (installed / path).exists()
    ]
    assert lacking == []


def test_a_demo_is_made_published_exported_and_served_outside_the_repository(program: Path, tmp_path: Path) -> None:
    installed = files(program)
    assert str(ROOT) not in run(program, tmp_path, "python", "-c", LOOK)
    run(program, tmp_path, "smertereg", "demo", "--forlop", "20")
    run(program, tmp_path, "smertereg", "publish")
    assert "FEIL" not in run(program, tmp_path, "smertereg", "check")
    run(program, tmp_path, "smertereg", "export", "datadump", "--to", "ut")
    run(program, tmp_path, "smertereg", "export", "klokebok", "--to", "kb")
    with duckdb.connect(str(tmp_path / "data" / "published" / "analyse.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from allevarnum").fetchall() == [(20,)]
    assert list((tmp_path / "kb").glob("*.html"))
    with served(program, tmp_path) as address:
        for page in ("/statisk/smertereg.css", "/statisk/inter-latin.woff2", "/logg-inn"):
            with urllib.request.urlopen(address + page, timeout=30) as answer:
                assert answer.status == 200
    assert files(program) == installed, "the program writes in its own folder, which may be read-only"


@contextmanager
def served(program: Path, folder: Path) -> Iterator[str]:
    """The app over the register in the folder, at the address that it says."""
    port = free_port()
    with subprocess.Popen(
        [program / "smertereg", "serve"], cwd=folder, env=environment(SMERTEREG_PORT=str(port))
    ) as serving:
        try:
            wait_for_port(serving, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            serving.terminate()


def test_a_register_in_operation_is_begun_outside_the_repository(program: Path, tmp_path: Path) -> None:
    person = ["--name", "Kari Nordmann", "--mobile", "90000000", "--email", "kari@example.no"]
    assert "Engangsnøkkel" in run(program, tmp_path, "smertereg", "init", *person)
    assert "FEIL" not in run(program, tmp_path, "smertereg", "check")
    assert (tmp_path / "data" / "journal").is_dir()
