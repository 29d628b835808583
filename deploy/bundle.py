"""Makes a folder and a file from which SmerteReg is installed on a machine without internet: `python -m deploy.bundle`.

It has our wheel, the wheel of every package in requirements.lock with its hash, the installer, and the documents. The wheels
fit the Python and the kind of machine that made them.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILT_FROM = (
    *("checks", "ingest", "exports", "app", "models", "docs"),
    *("dbt_project.yml", "profiles.yml", "pyproject.toml", "README.md"),
)
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def version() -> str:
    """The version in pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def make_wheel(to: Path) -> Path:
    """Build our wheel in `to` from a copy of the sources, so that nothing left by an earlier build comes with it."""
    with tempfile.TemporaryDirectory() as temporary:
        for name in BUILT_FROM:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, Path(temporary) / name)
        _pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(to), temporary)
    return next(to.glob("smertereg-*.whl"))


def fetch(lock: Path, to: Path) -> None:
    """Fetch the wheels that the lock file names; a package without its hash there is refused."""
    _pip("download", "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(lock), "--dest", str(to))


def assemble(folder: Path, wheel: Path, lock: Path, number: str) -> Path:
    """Put beside the wheels in `folder`/wheels what is needed to install them; returns the packed file."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    own = f"smertereg=={number} --hash=sha256:{digest}\n"
    (folder / "requirements.txt").write_text(lock.read_text(encoding="utf-8") + own, encoding="utf-8")
    (folder / "VERSJON").write_text(f"{number}\n", encoding="utf-8")
    (folder / "PYTHON").write_text(f"{PYTHON}\n", encoding="utf-8")
    without = shutil.ignore_patterns("*.py", "__pycache__")
    shutil.copytree(ROOT / "deploy", folder / "deploy", ignore=without)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "deploy" / "install.sh").rename(folder / "install.sh")
    packed = folder.with_name(f"{folder.name}.tar.gz")
    with tarfile.open(packed, "w:gz") as archive:
        archive.add(folder, folder.name)
    summed = hashlib.sha256(packed.read_bytes()).hexdigest()
    packed.with_name(f"{packed.name}.sha256").write_text(f"{summed}  {packed.name}\n", encoding="utf-8")
    return packed


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments], check=True)


def main() -> None:
    """Make the bundle in build/."""
    machine = sysconfig.get_platform().replace("-", "_")
    folder = ROOT / "build" / f"smertereg-{version()}-python{PYTHON}-{machine}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "wheels").mkdir(parents=True)
    lock = ROOT / "requirements.lock"
    fetch(lock, folder / "wheels")
    print(assemble(folder, make_wheel(folder / "wheels"), lock, version()))


if __name__ == "__main__":
    main()
