"""Proves that the table of docs/utvikling.md leads to files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "utvikling.md").read_text(encoding="utf-8").partition("## Finding the room")[2]
NAMED = re.findall(r"`((?:checks|ingest|exports|app|models|deploy|docs)/[^` ]*)`", TABLE.partition("\n## ")[0])


@pytest.mark.parametrize("path", sorted(set(NAMED)))
def test_what_the_table_names_is_there(path: str) -> None:
    assert any(ROOT.glob(path.rstrip("/")))
