"""Proves the one rule for texts that a spreadsheet would run."""

from __future__ import annotations

import polars as pl
import pytest

from exports.csv_files import harmless
from exports.lists import csv_bytes


def guarded(text: str) -> str:
    return pl.DataFrame({"a": [text]}).select(harmless(pl.col("a"))).item()


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "+a", "-x", "-1-1", "@sum(a1)", "\t=1", "\r=1", "\n=1", "\n"])
def test_what_a_spreadsheet_may_run_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-1", "+4712345678", "-0,5", "+0.5", "1-1", "a=1", " ", "", "'=1"])
def test_numbers_and_other_texts_stay(text: str) -> None:
    assert guarded(text) == text


def test_a_heading_is_guarded_as_its_column_is() -> None:
    written = csv_bytes(pl.DataFrame({"=1": ["@a", ""], "n": [-1, None]})).decode("utf-8-sig")
    assert written == "'=1;n\r\n'@a;-1\r\n;\r\n"
