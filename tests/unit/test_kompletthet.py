"""Which questions stand first on Kompletthet, and what is shown of others."""

from __future__ import annotations

import polars as pl

from exports.figures import completeness
from exports.figures.completeness import Line

COLUMNS = ["AvdRESH", "skjema", "variabel", "paakrevd", "stilt", "besvart", "vet_ikke"]


def lines(*rows: tuple[str, str, int, int, int | None], every_unit: bool = False) -> dict[str, Line]:
    """The lines of unit 1 by variable, of (unit, variable, asked, answered, of them «Vet ikke»)."""
    frame = pl.DataFrame(
        [(unit, "hads", name, False, asked, answered, unknown) for unit, name, asked, answered, unknown in rows],
        schema=COLUMNS,
        orient="row",
    )
    return {line.variabel: line for line in completeness.lines(frame, "1", 5, every_unit=every_unit)}


def test_the_least_answered_stands_first_then_the_most_vet_ikke() -> None:
    found = lines(("1", "a", 20, 20, 1), ("1", "b", 20, 20, 9), ("1", "c", 20, 12, None), ("1", "d", 20, 2, 0))
    assert list(found) == ["d", "c", "b", "a"]


def test_what_only_others_were_asked_is_no_line() -> None:
    assert list(lines(("1", "a", 1, 1, 0), ("2", "b", 50, 9, 0))) == ["a"]


def test_all_units_are_whole_per_cent_and_not_shown_when_the_others_missing_answers_are_few() -> None:
    found = lines(("1", "a", 10, 10, 0), ("2", "a", 99, 50, 0), ("1", "b", 10, 10, 0), ("2", "b", 99, 96, 0))
    assert (found["a"].everybody, found["b"].everybody) == (0.55, None)
    assert lines(("1", "b", 10, 10, 0), ("2", "b", 99, 96, 0), every_unit=True)["b"].everybody == 0.97


def test_the_lowest_is_named_for_sc_only_and_among_units_with_enough() -> None:
    rows = (("1", "a", 10, 9, 0), ("2", "a", 50, 10, 0), ("3", "a", 4, 0, 0))
    assert lines(*rows)["a"].lowest is None
    assert lines(*rows, every_unit=True)["a"].lowest == ("2", 0.2)
    assert lines(("1", "a", 10, 10, 0), every_unit=True)["a"].lowest is None
