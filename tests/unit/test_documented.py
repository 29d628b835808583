"""Proves what the register's own log and tables say of a year: counts, and nothing of a patient or a user."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from app.work import operations
from checks.closing_reasons import OTHER as ANNET
from checks.closing_reasons import UNABLE
from checks.errors import RegisterError
from ingest.access import JOB, Actor
from ingest.prom import jobs, orders
from ingest.results import diagram
from ingest.results.documented import HANDED_ON, documented
from tests.support import LC, LU, OTHER, OWN, SC, TO, Register


def of_the_year(register: Register, year: int = 2026, actor: Actor = JOB) -> dict:
    with register.store.read(actor) as tx:
        return documented(tx, year)


def test_what_left_the_register_is_counted_by_its_kind_in_the_year_it_left(register: Register) -> None:
    operations.log_export(register.store, JOB, {"hva": "datadump", "utvalg": OWN})
    operations.log_export(register.store, JOB, {"hva": "datadump", "utvalg": OTHER})
    operations.log_export(register.store, JOB, {"hva": HANDED_ON, "aar": 2025, "avtrykk": "a1"})
    operations.log_event(register.store, JOB, "publisert", {"id": "x"})
    # Half an hour into the new year in Norway, and not in Greenwich.
    register.clock.now = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    operations.log_export(register.store, JOB, {"hva": "utvalg"})
    operations.log_export(register.store, JOB, {"hva": HANDED_ON, "aar": 2026, "avtrykk": "b2"})
    found = of_the_year(register)
    assert found["uttrekk"] == [{"hva": "datadump", "antall": 2}]
    assert of_the_year(register, 2027)["uttrekk"] == [{"hva": "utvalg", "antall": 1}]
    assert found["publisert"] == [{"maaned": "2026-11", "antall": 1}]
    assert found["filer"] == [
        {"dag": "2026-11-23", "aar": 2025, "avtrykk": "a1"},
        {"dag": "2027-01-01", "aar": 2026, "avtrykk": "b2"},
    ]
    assert found["i_dag"] == "2027-01-01"


def test_patient_forms_are_counted_by_unit_form_and_reason(register: Register) -> None:
    answered, closed, _open = (register.forlop() for _ in range(3))
    for forlop_id in (answered, closed, _open):
        register.save(forlop_id, "to", TO | {"DatoSamtykke": "2026-11-23"})
    register.save(answered, "pasreg", {"PRSpm1": 1}, hendelse="ferdigstilt")
    with register.store.write(LU) as tx:
        orders.mark_paper(tx, closed, "hads")
    with register.store.write(LC) as tx:
        orders.stop(tx, closed, UNABLE)
    found = of_the_year(register)
    forms = {row["skjema"]: row for row in found["skjema"]}
    assert forms["pasreg"] == {"enhet": OWN, "skjema": "pasreg", "forlop": 3, "sendt": 0, "besvart": 1, "svarte": 0}
    assert (forms["hads"]["sendt"], forms["hads"]["besvart"]) == (1, 0)
    reasons = {(row["skjema"], row["grunn"]): row["antall"] for row in found["lukket"]}
    assert (reasons["hads", UNABLE], reasons["hads", None]) == (1, 2)
    assert of_the_year(register, 2025)["skjema"] == []


def test_paper_that_nobody_registered_in_time_is_told_apart_from_another_reason(register: Register) -> None:
    late, other = register.forlop(), register.forlop()
    for forlop_id in (late, other):
        register.save(forlop_id, "to", TO | {"DatoSamtykke": "2026-11-23"})
        with register.store.write(LC) as tx:
            orders.mark_paper(tx, forlop_id, "hads")
    with register.store.write(LC) as tx:
        orders.answer_all(tx, other, ANNET)
    register.clock.turn(days=7)
    jobs.lock(register.store)
    rows = [row for row in of_the_year(register)["lukket"] if row["skjema"] == "hads"]
    assert [(row["grunn"], row["uplottet"], row["antall"]) for row in rows] == [(ANNET, False, 1), (ANNET, True, 1)]


def test_notes_of_three_years_and_baselines_are_counted(register: Register) -> None:
    for actor, unit, year in ((LC, OWN, 2026), (LC, OWN, 2024), (LC, OWN, 2023)):
        with register.store.write(actor) as tx:
            diagram.write_note(tx, unit, "I1", datetime(year, 3, 1).date(), "Ny prosedyre")
    assert of_the_year(register)["notater"] == [{"indikator": "I1", "notater": 2, "basislinjer": 0}]


@pytest.mark.parametrize(("actor", "code"), [(LU, "REG-060"), (LC, "REG-061")])
def test_who_may_not_export_at_every_unit_is_refused(register: Register, actor: Actor, code: str) -> None:
    with pytest.raises(RegisterError, check=lambda error: error.code == code):
        of_the_year(register, actor=actor)


def test_it_is_what_json_can_hold_and_names_units_only(register: Register) -> None:
    register.completed_forlop()
    found = of_the_year(register, actor=SC)
    assert json.loads(json.dumps(found)) == found
    assert [unit["rhf"] for unit in found["enheter"]] == ["Helse Vest RHF", "Helse Midt-Norge RHF"]
    assert "bruker" not in json.dumps(found)
