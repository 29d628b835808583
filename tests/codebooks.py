"""Codebooks that tests change: a copy of the shipped one in a folder, to be put in use with ``loader.FOLDER``."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from checks.codebook import loader

SHIPPED = Path(loader.__file__).parent
Change = Callable[[dict[str, Any]], object]


def changed(folder: Path, changes: Mapping[str, Change]) -> Path:
    """The shipped codebook copied to ``folder``, with a change to each file of forms that is named."""
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("*.py", "icd10", "__pycache__"))
    for form, change in changes.items():
        edit(folder / "forms" / f"{form}.yml", change)
    return folder


def edit(path: Path, change: Change) -> None:
    """Change one YAML file."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def asked(data: dict[str, Any], name: str) -> dict[str, Any]:
    """The question, or the several-of-many question, of that name in a form's file."""
    return next(b for s in data["seksjoner"] for b in s["felt"] if name in (b.get("navn"), b.get("flervalg")))
