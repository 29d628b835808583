"""Proves what is in the file for the national results portal: whose figures, at which level, and what is held back."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from checks.errors import RegisterError
from checks.resultatportal import own, receiver, stadium
from checks.resultatportal.ids import Ids
from exports.resultatportal import delivery
from exports.resultatportal.completeness import variables
from exports.resultatportal.figures import Definition, Figure
from exports.resultatportal.handing_over import complete_until
from tests.sizes import size
from tests.unit.test_resultatportal_ids import read, shipped

ULLEVAAL, RIKS, FONNA, STAVANGER = "4207789", "705652", "100084", "100083"
KNOWN = {
    "I1": Definition("Minst to faggrupper", "t", "n", "andel"),
    "I10": Definition("Morfinekvivalenter", "t", "n", "gjennomsnitt"),
    "dekningsgrad": Definition("Dekningsgrad", "t", "n", "dg_andel"),
}


def figure(indicator: str, resh: str, hits: str, count: int) -> Figure:
    kind = {"I1": "andel", "I10": "snitt", "dekningsgrad": "dekningsgrad"}[indicator]
    return Figure(indicator, kind, resh, f"Enhet {resh}", Decimal(hits), count)


@pytest.fixture
def ids(tmp_path: Path) -> Ids:
    data = shipped()
    data["indikatorer"] = [line for line in data["indikatorer"] if line["indikator"] in KNOWN]
    return read(tmp_path, data)


def make(ids: Ids, *figures: Figure, smallest: int = 5) -> delivery.Files:
    return delivery.make(2025, figures, KNOWN, ids, "skde.yml", smallest)


def test_the_file_of_shares_is_as_the_portal_wants_it(ids: Ids) -> None:
    files = make(
        ids,
        figure("I1", ULLEVAAL, "3.0", 6),
        figure("I1", FONNA, "10", 10),
        figure("dekningsgrad", ULLEVAAL, "0", 5),
        figure("I1", RIKS, "0", 0),
    )
    assert files.texts == {
        "andeler": "context;year;orgnr;ind_id;var;denominator\n"
        "caregiver;2025;974589095;smerte_I1;3;6\n"
        "caregiver;2025;983974694;smerte_I1;10;10\n"
        "caregiver;2025;974589095;smerte_dekningsgrad;0;5\n"
    }
    assert (files.rows, files.name("andeler"), files.empty) == (3, "smertereg_skde_2025_andeler.csv", ("I10",))


def test_a_mean_has_a_row_for_every_level_and_a_file_of_its_own(ids: Ids) -> None:
    files = make(
        ids,
        figure("I1", ULLEVAAL, "3", 6),
        figure("I10", ULLEVAAL, "100.5", 6),
        figure("I10", RIKS, "1000", 14),
        figure("I10", FONNA, "90.0", 9),
    )
    assert files.texts["gjennomsnitt"].splitlines()[1:] == [
        "caregiver;2025;1;smerte_I10;41,052;29",
        "caregiver;2025;874716782;smerte_I10;71,429;14",
        "caregiver;2025;974589095;smerte_I10;16,75;6",
        "caregiver;2025;983658725;smerte_I10;10;9",
        "caregiver;2025;983974694;smerte_I10;10;9",
        "caregiver;2025;991324968;smerte_I10;55,025;20",
        "caregiver;2025;993467049;smerte_I10;55,025;20",
    ]
    assert "smerte_I10" not in files.texts["andeler"]


def test_what_is_too_small_is_held_back_at_every_level(ids: Ids) -> None:
    files = make(
        ids,
        figure("I1", ULLEVAAL, "1", 4),
        figure("I1", FONNA, "1", 5),
        figure("I10", ULLEVAAL, "100", 4),
        figure("I10", RIKS, "50", 5),
    )
    assert files.texts["andeler"].splitlines()[1:] == ["caregiver;2025;983974694;smerte_I1;1;5"]
    assert {line.rpartition(";")[2] for line in files.texts["gjennomsnitt"].splitlines()[1:]} == {"5"}
    assert delivery.held_back(files.held, KNOWN) == [
        "Minst to faggrupper: Enhet 4207789",
        "Morfinekvivalenter: Enhet 4207789",
    ]
    assert make(ids, figure("I1", ULLEVAAL, "1", 4), smallest=4).held == ()


def test_a_dekningsgrad_of_which_few_are_not_included_is_held_back(ids: Ids) -> None:
    whole, few, none = (
        figure("dekningsgrad", resh, hits, 30) for resh, hits in ((ULLEVAAL, "20"), (RIKS, "28"), (FONNA, "30"))
    )
    files = make(ids, whole, few, none, figure("I1", ULLEVAAL, "28", 30))
    assert files.held == (few,)
    assert len(files.sent) == 3


def test_the_same_figures_give_the_same_file_in_whatever_order(ids: Ids) -> None:
    figures = [figure("I1", FONNA, "1", 5), figure("I1", ULLEVAAL, "2", 9), figure("I10", FONNA, "7", 7)]
    one, other = make(ids, *figures), make(ids, *reversed(figures))
    assert (one.texts, one.digest) == (other.texts, other.digest)
    assert make(ids, *figures[:2]).digest != one.digest


def code(ids: Ids, *figures: Figure, smallest: int = 5) -> str:
    with pytest.raises(RegisterError) as refused:
        make(ids, *figures, smallest=smallest)
    return refused.value.code


def test_what_cannot_be_sent_is_refused(ids: Ids, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code(ids, figure("I1", "700001", "3", 6)) == "REG-352"
    assert code(ids, figure("I1", ULLEVAAL, "1", 2)) == "REG-356"
    assert code(ids, figure("I1", ULLEVAAL, "7", 6)) == "REG-355"
    monkeypatch.delitem(KNOWN, "I10")
    assert code(ids, figure("I1", ULLEVAAL, "3", 6)) == "REG-354"


def test_a_unit_that_has_nothing_to_send_needs_no_orgnr(ids: Ids) -> None:
    assert make(ids, figure("I1", "700001", "0", 0), figure("I1", ULLEVAAL, "3", 6)).rows == 1


def test_every_control_is_made_and_named(ids: Ids) -> None:
    assert set(delivery.CHECKED) == set(receiver.CONTROLS) | set(own.CONTROLS) and len(delivery.CHECKED) == 22
    with pytest.raises(RegisterError, match=r"en teller er større enn nevneren \(teller_over_nevner, andeler\)"):
        make(ids, figure("I1", ULLEVAAL, "7", 6))


def test_of_any_register_the_file_has_all_but_what_is_held_back_and_passes(ids: Ids) -> None:
    draw = random.Random(3)
    for _ in range(size(100, 1000)):
        limit = draw.choice((2, 5, 10))
        figures = []
        for unit in draw.sample(ids.enheter, draw.randint(1, 13)):
            count = draw.choice((0, 1, 3, 4, 5, 9, 200))
            figures += [
                figure("I1", unit.resh, str(draw.randint(0, count)), count),
                figure("I10", unit.resh, f"{draw.random() * 9000:.1f}" if count else "0.0", count),
            ]
        kept = [f for f in figures if f.nevner >= limit]
        if not kept:
            assert code(ids, *figures, smallest=limit) == "REG-356"
            continue
        files = make(ids, *figures, smallest=limit)
        shares = [f for f in kept if f.maal == "andel"]
        found = [line.split(";")[4:] for line in files.texts["andeler"].splitlines()[1:]]
        assert sum(int(var) for var, _ in found) == sum(f.teller for f in shares)
        assert sum(int(whole) for _, whole in found) == sum(f.nevner for f in shares)
        nation = next(line for line in files.texts["gjennomsnitt"].splitlines() if line.split(";")[2] == "1")
        assert int(nation.split(";")[5]) == sum(f.nevner for f in kept if f.maal == "snitt")
        assert {f for f in figures if f.nevner} == {*files.sent, *files.held}


@pytest.mark.parametrize(
    ("number", "text"), [("0", "0"), ("10", "10"), ("100.0", "100"), ("12.3456", "12,346"), ("0.0005", "0,001")]
)
def test_a_number_is_written_with_a_decimal_comma_and_three_decimals_at_most(number: str, text: str) -> None:
    assert delivery.written(Decimal(number)) == text


@pytest.mark.parametrize(("published", "until"), [("2026-02-01", "2025-12-31"), ("2025-11-01", "2024-12-31")])
def test_a_year_is_complete_when_it_was_over_at_the_publishing(published: str, until: str) -> None:
    assert complete_until(2025, date.fromisoformat(published)) == date.fromisoformat(until)


@pytest.mark.parametrize(
    ("hits", "whole", "met", "shown", "towards"),
    [
        (3, 5, True, "60,0 %", "60,0 %"),
        (59949, 100000, False, "59,9 %", "59,9 %"),
        (59999, 100000, False, "60,0 %", "59,9 %"),
        (2, 3, True, "66,7 %", "66,6 %"),
        (1, 1, True, "100,0 %", "100,0 %"),
        (0, 7, False, "0,0 %", "0,0 %"),
    ],
)
def test_exactly_sixty_per_cent_meets_sixty_and_what_is_under_never_looks_like_it(
    hits: int, whole: int, met: bool, shown: str, towards: str
) -> None:
    assert (stadium.meets(hits, whole, 60), stadium.share(hits, whole)) == (met, shown)
    assert stadium.share_towards(hits, whole) == towards


def test_of_nothing_no_limit_is_met() -> None:
    assert not stadium.meets(0, 0, 60)


def test_the_requirements_are_the_eighteen() -> None:
    assert [r.nr for r in stadium.REQUIREMENTS] == list(range(1, 19))
    assert {r.nr for r in stadium.REQUIREMENTS if r.slag == stadium.TEXT} == {5, 11}
    assert [r.nr for r in stadium.REQUIREMENTS if r.slag == stadium.AUTOMATIC] == [1, 2, 6, 7, 8, 9, 13, 14, 16]


def test_the_variables_of_the_indicators_are_those_of_their_own_definitions() -> None:
    found = variables()
    assert found["EvalSpm3"] == ("I3",) and found["StSmRo12"] == ("I4c", "I4c-e")
    assert {"I5", "I5-t"} == set(found["IkkeMedBeh"]) and "MoEkvivalens22" in found
