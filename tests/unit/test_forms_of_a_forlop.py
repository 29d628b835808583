"""Proves which forms a forløp has, when it is innlevert, and what a closed patient form says."""

from __future__ import annotations

import pytest

from checks import forlop, patient_forms
from checks.codebook import load

CLINICIANS = ("to", "b11", "b12", "b21", "b22")
PASREG = load().skjema["pasreg"]
PATIENTS = ("pasreg", "hads", "eval", "opioid")
OPENS = {None: CLINICIANS[:2], 1: CLINICIANS[:2], 2: CLINICIANS, 3: CLINICIANS + PATIENTS}


@pytest.mark.parametrize("kind", OPENS)
def test_a_type_opens_its_forms_in_the_order_of_the_work(kind: int | None) -> None:
    assert forlop.forms_of(kind) == OPENS[kind]


@pytest.mark.parametrize(
    ("before", "after", "closes"),
    [
        (3, 2, PATIENTS),
        (3, 1, ("b12", "b21", "b22", *PATIENTS)),
        (2, None, ("b12", "b21", "b22")),
        (2, 3, ()),
        (3, 3, ()),
    ],
)
def test_a_new_type_closes_the_forms_with_content(before: int, after: int | None, closes: tuple[str, ...]) -> None:
    assert forlop.closing(before, after, dict.fromkeys(OPENS[3], 0)) == closes
    assert forlop.closing(before, after, dict.fromkeys(OPENS[3], 1)) == closes
    assert forlop.closing(before, after, dict.fromkeys(OPENS[3], -1)) == ()
    assert forlop.closing(before, after, {}) == ()


@pytest.mark.parametrize("kind", [1, 2, 3])
def test_innlevert_is_every_form_that_it_has_of_the_type_completed(kind: int) -> None:
    done = dict.fromkeys(OPENS[kind], 1)
    assert forlop.submitted(kind, done)
    for form in done:
        assert not forlop.submitted(kind, {**done, form: 0})
        # A form that came into the codebook after the forløp is not one that it has.
        assert forlop.submitted(kind, {name: status for name, status in done.items() if name != form})
    assert not forlop.submitted(kind, {})


def test_without_a_type_nothing_is_innlevert() -> None:
    assert not forlop.submitted(None, dict.fromkeys(OPENS[3], 1))


def test_a_closed_patient_form_says_why_and_an_answered_one_says_nothing() -> None:
    assert patient_forms.was_closed("hads", {"PasDelUtf": 0, "GrManglUtfylHADS": 3}) == "Kritisk syk / død"
    assert patient_forms.was_closed("hads", {"PasDelUtf": 1, "GrManglUtfylHADS": 3}) is None
    assert patient_forms.was_closed("hads", {}) is None


def test_an_unticked_box_is_no_answer() -> None:
    boxes = [v.navn for f in patient_forms.questions(PASREG) for v in patient_forms.parts(f) if v.type == "avkrysning"]
    others = [v for f in patient_forms.questions(PASREG) for v in patient_forms.parts(f) if v.type == "liste"]
    assert boxes and others
    assert not patient_forms.answered(PASREG, dict.fromkeys(boxes, 0))
    assert not patient_forms.answered(PASREG, {others[0].navn: "", "DatoUfylPR": "2026-11-10", "PasDelUfylPR": 1})
    assert patient_forms.answered(PASREG, {boxes[0]: 1})
    assert patient_forms.answered(PASREG, {others[0].navn: 0})
