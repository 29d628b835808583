"""A copy of the project in a folder of its own, in which a test may add what a developer would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("checks", "ingest", "exports", "app", "models", "tests", "docs", "dbt_project.yml", "profiles.yml")


def make(folder: Path) -> Path:
    """Copy what the program needs to run into `folder`, and return it."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


def run(folder: Path, *command: str) -> str:
    """Run Python in the copy, with its own data folder, and return what it printed."""
    environment = os.environ | {"PYTHONPATH": str(folder), "SMERTEREG_DATA": str(folder / "data")}
    done = subprocess.run([sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout
