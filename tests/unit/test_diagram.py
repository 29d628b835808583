"""Notes and baselines of an indicator over time: kept per unit, indicator and month, logged, and without patients."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from checks.errors import RegisterError
from ingest.results import diagram
from tests.support import LC, LU, OTHER, OTHER_LC, OWN, SC, Register

MAY = date(2026, 5, 1)


def refused(register: Register, actor, code: str, change, *arguments: Any) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == code), register.store.write(actor) as tx:
        change(tx, *arguments)


def noted(register: Register, actor=LU, enhet: str = OWN) -> dict[date, str]:
    with register.store.read(actor) as tx:
        return diagram.notes(tx, enhet, "I1")


def test_et_notat_lagres_per_enhet_indikator_og_maaned_og_kan_fjernes(register: Register) -> None:
    with register.store.write(LC) as tx:
        diagram.write_note(tx, OWN, "I1", date(2026, 5, 17), "  ny prosedyre\n fra mai ")
    assert noted(register) == {MAY: "ny prosedyre fra mai"}
    with register.store.write(LC) as tx:
        diagram.write_note(tx, OWN, "I1", MAY, "ny prosedyre fra 4. mai")
    assert noted(register) == {MAY: "ny prosedyre fra 4. mai"}
    with register.store.write(LC) as tx:
        diagram.write_note(tx, OWN, "I1", MAY, " ")
    assert noted(register) == {}
    with register.store.read(SC) as tx:
        events = tx.rows(
            "select hendelse, detaljer::varchar as detaljer from tilgang.logg where hendelse like 'diagramnotat%' order by nr"
        )
    assert [e["hendelse"] for e in events] == ["diagramnotat skrevet"] * 2 + ["diagramnotat fjernet"]
    first, second = "ny prosedyre fra mai", "ny prosedyre fra 4. mai"
    assert [json.loads(e["detaljer"])["tekst"] for e in events] == [
        {"fra": None, "til": first},
        {"fra": first, "til": second},
        {"fra": second, "til": None},
    ]


@pytest.mark.parametrize(
    ("code", "month", "text"),
    [
        ("REG-230", MAY, "x" * 121),
        ("REG-231", MAY, "gjelder 01017012345"),
        ("REG-231", MAY, "gjelder 010170 12345"),
        ("REG-232", date(2026, 12, 1), "senere"),
    ],
)
def test_et_notat_som_ikke_kan_brukes_avvises(register: Register, code: str, month: date, text: str) -> None:
    refused(register, LC, code, diagram.write_note, OWN, "I1", month, text)
    assert noted(register) == {}


def test_basislinjen_fryses_erstattes_og_oppheves(register: Register) -> None:
    for first in (date(2025, 1, 1), date(2025, 2, 1)):
        with register.store.write(LC) as tx:
            diagram.freeze(tx, OWN, "I1", first, date(2025, 12, 1))
        with register.store.read(LU) as tx:
            assert diagram.baseline(tx, OWN, "I1") == (first, date(2025, 12, 1))
    with register.store.write(LC) as tx:
        diagram.thaw(tx, OWN, "I1")
        assert diagram.baseline(tx, OWN, "I1") is None


def test_en_basislinje_som_er_for_kort_eller_ikke_har_vaert_avvises(register: Register) -> None:
    refused(register, LC, "REG-233", diagram.freeze, OWN, "I1", date(2026, 1, 1), date(2026, 9, 1))
    refused(register, LC, "REG-232", diagram.freeze, OWN, "I1", date(2026, 1, 1), date(2027, 1, 1))


def test_bare_koordinatoren_for_enheten_endrer_og_ingen_ser_andres(register: Register) -> None:
    refused(register, LU, "REG-060", diagram.write_note, OWN, "I1", MAY, "x")
    refused(register, OTHER_LC, "REG-061", diagram.freeze, OWN, "I1", date(2025, 1, 1), date(2025, 12, 1))
    refused(register, LC, "REG-061", diagram.notes, OTHER, "I1")
    refused(register, LC, "REG-061", diagram.baseline, OTHER, "I1")


def test_diagrammene_for_alle_enheter_er_nasjonal_koordinators(register: Register) -> None:
    with register.store.write(SC) as tx:
        diagram.write_note(tx, diagram.NATION, "I1", MAY, "ny utgave")
        assert diagram.notes(tx, diagram.NATION, "I1") == {MAY: "ny utgave"}
    refused(register, LC, "REG-060", diagram.notes, diagram.NATION, "I1")
    refused(register, LC, "REG-060", diagram.thaw, diagram.NATION, "I1")
