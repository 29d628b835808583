"""Proves that the bundle installs from its own folder alone, and that a wrong one leaves the version that is in use.

Two made-up wheels stand for ours and for what we depend on; `test_wheel.py` tries our own.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from deploy import bundle

LAUNCHED = "def main(): import avhengig; print('i drift', avhengig.__name__)"


def wheel(folder: Path, name: str, number: str, code: str) -> Path:
    """A wheel with one module and a command of the same name."""
    file, about = folder / f"{name}-{number}-py3-none-any.whl", f"{name}-{number}.dist-info"
    contents = {
        f"{name}.py": code,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: prove\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
    }
    contents[f"{about}/RECORD"] = "".join(f"{path},,\n" for path in [*contents, f"{about}/RECORD"])
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in contents.items():
            archive.writestr(path, text)
    return file


def made(folder: Path, number: str) -> Path:
    """The folder of a bundle of the version."""
    wheels = folder / f"smertereg-{number}" / "wheels"
    wheels.mkdir(parents=True)
    other = wheel(wheels, "avhengig", "1.0", "")
    lock = folder / "lock"
    lock.write_text(f"avhengig==1.0 --hash=sha256:{hashlib.sha256(other.read_bytes()).hexdigest()}\n", encoding="utf-8")
    packed = bundle.assemble(wheels.parent, wheel(wheels, "smertereg", number, LAUNCHED), lock, number)
    assert packed.stat().st_size
    return wheels.parent


def install(
    unpacked: Path, to: Path, python: str = sys.executable, path: str = os.environ["PATH"]
) -> subprocess.CompletedProcess[str]:
    """Run the installer where pip's settings lead nowhere."""
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:1/simple", "PIP_NO_INDEX": "0", "PYTHON": python, "PATH": path}
    command = ["sh", str(unpacked / "install.sh"), str(to)]
    return subprocess.run(command, env=os.environ | nowhere, cwd="/", capture_output=True, text=True)


def in_use(to: Path) -> str:
    done = subprocess.run([to / ".venv" / "bin" / "smertereg"], capture_output=True, text=True, check=True)
    assert done.stdout == "i drift avhengig\n"
    return (to / ".venv").resolve().name


def test_a_version_is_installed_beside_the_one_before_and_both_can_be_used(tmp_path: Path) -> None:
    to, elsewhere = tmp_path / "opt", tmp_path / "annen maskin"
    elsewhere.mkdir()
    for number in ("1.0", "1.1"):
        unpacked = made(tmp_path, number)
        packed = f"{unpacked.name}.tar.gz"
        subprocess.run(["sha256sum", "--check", "--quiet", f"{packed}.sha256"], cwd=tmp_path, check=True)
        subprocess.run(["tar", "xzf", str(tmp_path / packed)], cwd=elsewhere, check=True)
        done = install(elsewhere / unpacked.name, to)
        assert done.returncode == 0, done.stderr
        assert f"SmerteReg {number} er installert" in done.stdout
        assert in_use(to) == number
    assert (to / "docs" / "drift.md").is_file()
    assert (to / "deploy" / "nginx.conf").is_file()
    (to / ".venv").unlink()
    (to / ".venv").symlink_to("1.0")
    assert in_use(to) == "1.0"


def with_a_version(to: Path, number: str) -> Path:
    """Lay out a folder as an installed version does."""
    (to / number).mkdir(parents=True)
    (to / ".venv").symlink_to(number)
    return to


@pytest.mark.parametrize("wrong", ["changed", "missing"])
def test_a_file_that_was_changed_or_is_missing_stops_the_installation(wrong: str, tmp_path: Path) -> None:
    to, unpacked = with_a_version(tmp_path / "opt", "1.0"), made(tmp_path, "1.1")
    if wrong == "missing":
        (unpacked / "wheels" / "smertereg-1.1-py3-none-any.whl").unlink()
    else:
        with zipfile.ZipFile(unpacked / "wheels" / "avhengig-1.0-py3-none-any.whl", "a") as archive:
            archive.writestr("innsmuglet.py", "")
    done = install(unpacked, to)
    assert done.returncode == 1
    assert "Versjonen som var i bruk, er ikke rørt." in done.stderr
    assert (to / ".venv").resolve().name == "1.0"
    assert not (to / "1.1").exists()


def test_another_python_than_the_bundle_is_made_for_is_named(tmp_path: Path) -> None:
    unpacked = made(tmp_path, "1.0")
    (unpacked / "PYTHON").write_text("3.9\n", encoding="utf-8")
    done = install(unpacked, tmp_path / "opt")
    assert done.returncode == 1
    assert "Pakken er laget for Python 3.9" in done.stderr
    assert not (tmp_path / "opt").exists()
    done = install(unpacked, tmp_path / "opt", python="finnes-ikke")
    assert "Finner ikke finnes-ikke. Installer Python 3.9." in done.stderr


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody comes to; those of pytest are closed to others."""
    with TemporaryDirectory(dir="/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def as_root(folder: Path) -> str:
    """A PATH where the installer is told that root runs it."""
    told = folder / "id"
    told.write_text("#!/bin/sh\necho 0\n", encoding="utf-8")
    told.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_a_python_that_the_programs_user_does_not_come_to_is_refused(tmp_path: Path, open_folder: Path) -> None:
    hidden = tmp_path / "roots egen" / "python3"
    hidden.parent.mkdir(mode=0o700)
    hidden.symlink_to(sys.executable)
    done = install(made(tmp_path, "1.0"), open_folder / "opt", str(hidden), as_root(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("Python ligger i /") and done.stderr.count("\n") == 1
    assert "der brukeren smertereg ikke kommer. Kjør PYTHON=/usr/bin/python3 sh " in done.stderr
    assert not (open_folder / "opt").exists()


def test_a_version_that_is_installed_is_left_alone(tmp_path: Path) -> None:
    to = with_a_version(tmp_path / "opt", "1.0")
    done = install(made(tmp_path, "1.0"), to)
    assert done.returncode == 1
    assert "er installert i" in done.stderr
    assert list((to / "1.0").iterdir()) == []
