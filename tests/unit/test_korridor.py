"""The page for the corridor: what it says, and what it keeps to itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from exports.printouts.korridor import Change, Share, Sheet, printout

MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
SHEET = Sheet(
    "Sykehuset", "nov. 2026", "23.11.2026", 40, [Share("Fikk tilsyn", 30, 40)], [Change("NRS", 7.0, 4.5, 30, 10)], 5
)


@pytest.mark.parametrize(
    ("n", "whole", "said"),
    [
        (30, 40, "75 % (av 40)"),
        (0, 40, "0 % (av 40)"),
        (40, 40, "100 % (av 40)"),
        (4, 40, "for få svar til å vises"),
        (36, 39, "for få svar til å vises"),
        (4, 4, "for få svar til å vises"),
        (0, 0, "ingen svar i perioden"),
    ],
)
def test_few_answers_give_no_figure(n: int, whole: int, said: str) -> None:
    made = printout(replace(SHEET, shares=[Share("Fikk tilsyn", n, whole)]), MOMENT)
    assert made.data["andeler"][0]["tekst"] == said


@pytest.mark.parametrize(
    ("seen", "whole", "shown"),
    [
        (30, 30, True),
        (30, 25, True),
        (30, 27, False),  # 3 of those seen would be told
        (37, 37, False),
        (37, 35, True),  # 3 not seen are hidden, and 40 − 37 would tell them
    ],
)
def test_a_hidden_count_is_not_the_difference_of_two_denominators(seen: int, whole: int, shown: bool) -> None:
    shares = [Share("Fikk tilsyn", seen, 40, around=True), Share("Samme dag", 15, whole)]
    made = printout(replace(SHEET, shares=shares, changes=[replace(SHEET.changes[0], n=whole)]), MOMENT).data
    assert (made["andeler"][1]["andel"] is not None, len(made["endringer"])) == (shown, int(shown))


def test_the_limit_is_the_settings() -> None:
    made = printout(replace(SHEET, shares=[Share("Fikk tilsyn", 6, 40)], smallest=10), MOMENT)
    assert made.data["andeler"][0]["tekst"] == "for få svar til å vises"


def test_few_forlop_give_no_figures_at_all() -> None:
    made = printout(replace(SHEET, forlop=4), MOMENT)
    assert (made.data["forlop"], made.data["andeler"], made.data["endringer"]) == (None, [], [])


@pytest.mark.parametrize("forlop", [40, 4])
def test_the_same_figures_give_the_same_pdf(forlop: int) -> None:
    shares = [Share(f"Andel {n}", 10 + n, 40) for n in range(6)]
    sheet = replace(SHEET, forlop=forlop, shares=shares, changes=[*SHEET.changes] * 2)
    made = printout(sheet, MOMENT).pdf()
    assert made == printout(sheet, MOMENT).pdf()
    assert made.startswith(b"%PDF")
