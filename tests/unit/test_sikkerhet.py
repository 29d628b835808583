"""Proves that docs/sikkerhet.md answers for every chapter of ASVS 5.0, and that what it points to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "sikkerhet.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (V\d+) [^|]*\| ([^|]*) \| ([^|]*) \|$", TEXT, re.MULTILINE)


def test_every_chapter_has_one_row() -> None:
    assert [chapter for chapter, _, _ in ROWS] == [f"V{n}" for n in range(1, 18)]


@pytest.mark.parametrize(("chapter", "verdict", "shown"), ROWS, ids=[row[0] for row in ROWS])
def test_a_verdict_has_its_proof_and_what_lacks_is_told(chapter: str, verdict: str, shown: str) -> None:
    told = re.search(rf"^## {chapter} .*\n((?:(?!## ).*\n?)*)", TEXT, re.MULTILINE)
    assert verdict in ("oppfylt", "delvis", "ikke", "gjelder ikke")
    if verdict == "gjelder ikke":
        return
    assert told and "`" in shown
    lacks = "**Delvis:**" in told[1] or "**Ikke:**" in told[1]
    assert lacks == (verdict != "oppfylt")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w./]+/[\w.]+\.\w+|[\w.]+\.(?:toml|lock))`", TEXT))))
def test_what_the_page_points_to_is_there(path: str) -> None:
    assert (ROOT / path).is_file()
