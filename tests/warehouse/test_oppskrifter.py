"""Every recipe of docs/oppskrifter.md is followed in a copy of the project, and shows there what it promises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.project_copy import ROOT, make, run

TEXT = (ROOT / "docs" / "oppskrifter.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Block:
    """``where`` is after or before, or empty for a new file; ``line`` is part of the line it goes beside."""

    file: str
    where: str
    line: str
    text: str


def recipes() -> dict[str, str]:
    """The text of each recipe by its heading."""
    parts = re.split(r"^## (.+)$", TEXT, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def blocks(recipe: str) -> list[Block]:
    fence = r"^```\w+ file=(\S+)(?: (after|before)=([\"'])([^\n]*)\3)?\n(.*?)^```$"
    found = re.findall(fence, recipe, re.DOTALL | re.MULTILINE)
    return [Block(file, where, line, text) for file, where, _, line, text in found]


def put(block: Block, folder: Path) -> None:
    """Do what a block says. The line it names must be there."""
    path = folder / block.file
    if not block.where:
        assert not path.exists(), f"{block.file} finnes fra før"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        return
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (at, *_) = [i for i, line in enumerate(lines) if block.line in line] or pytest.fail(f"«{block.line}» mangler")
    lines.insert(at + (block.where == "after"), block.text)
    path.write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which all recipes have been followed, with a demo register that has been published."""
    folder = make(tmp_path_factory.mktemp("oppskrifter"))
    for recipe in recipes().values():
        for block in blocks(recipe):
            put(block, folder)
    run(folder, "-m", "app.commands.cli", "demo", "--forlop", "120", "--seed", "4")
    run(folder, "-m", "app.commands.cli", "publish")
    return folder


@pytest.mark.parametrize("name", recipes())
def test_oppskriften_virker_som_den_staar(followed: Path, name: str) -> None:
    (see,) = re.findall(r"```python see\n(.*?)```", recipes()[name], re.DOTALL)
    run(followed, "-c", see)
