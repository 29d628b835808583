"""Proves which day's edition of the codebook a form is judged by, and that whole frames are parted by edition."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from checks.codebook import load, loader
from checks.edition_day import by_edition, judged_on, split
from tests.codebooks import asked, changed

CHANGE = date(2027, 1, 1)
BEFORE, AFTER = date(2026, 12, 31), date(2027, 1, 2)


@pytest.fixture
def _two_editions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A codebook that asks whether the patient was seen until the day of the change."""
    folder = changed(tmp_path / "kodebok", {"to": lambda d: asked(d, "Tilsett").update(til=CHANGE)})
    monkeypatch.setattr(loader, "FOLDER", folder)
    assert load().skifter[-1] == CHANGE


def parts(*days: date) -> list[tuple[date, list[int]]]:
    frame = pl.DataFrame({"nr": range(len(days))}, schema={"nr": pl.Int64})
    return [(first, part["nr"].to_list()) for first, part in split(frame, pl.Series(days, dtype=pl.Date))]


@pytest.mark.usefixtures("_two_editions")
def test_the_rows_of_each_edition_come_apart_with_its_first_day() -> None:
    earlier = load().utgave_fra(BEFORE)
    assert earlier < BEFORE
    assert parts(AFTER, BEFORE, CHANGE) == [(earlier, [1]), (CHANGE, [0, 2])]
    assert parts(BEFORE, BEFORE) == [(earlier, [0, 1])]
    assert parts(date(1999, 1, 1), CHANGE) == [(date.min, [0]), (CHANGE, [1])]
    assert parts() == [(date.min, [])]


@pytest.mark.usefixtures("_two_editions")
def test_what_is_done_by_edition_comes_back_in_the_order_it_had() -> None:
    frame = pl.DataFrame({"nr": [3, 1, 2]})
    days = pl.Series([AFTER, BEFORE, CHANGE], dtype=pl.Date)
    done = by_edition(frame, days, lambda first, part: part.with_columns(pl.lit(first).alias("fra")))
    assert done.rows() == [(3, CHANGE), (1, load().utgave_fra(BEFORE)), (2, CHANGE)]
    assert done.columns == ["nr", "fra"]


@pytest.mark.parametrize(
    ("form", "answers", "startdato", "day"),
    [
        ("b11", {}, BEFORE, BEFORE),
        ("b11", {}, None, AFTER),
        ("to", {"StartdatoTO": "2027-01-01"}, BEFORE, CHANGE),
        ("to", {}, BEFORE, AFTER),
        ("to", {"StartdatoTO": "i går"}, BEFORE, AFTER),
    ],
)
def test_the_day_is_the_startdato_and_today_while_there_is_none(
    form: str, answers: dict[str, str], startdato: date | None, day: date
) -> None:
    assert judged_on(load().skjema[form], answers, startdato, AFTER) == day
