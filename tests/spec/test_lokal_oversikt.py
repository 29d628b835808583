"""«Lokal oversikt»: what waits at the unit, live from the register."""

from __future__ import annotations

import pytest

from checks.errors import RegisterError
from ingest.access import Actor
from ingest.lists import waiting
from tests.support import LU, OTHER, OTHER_LU, OWN, SC, TO, Register


def lists(register: Register, actor: Actor = LU, enhet: str = OWN) -> waiting.Lists:
    with register.store.read(actor) as tx:
        return waiting.lists(tx, enhet)


def test_et_skjema_som_har_vaert_aapent_i_mer_enn_14_dager_venter(register: Register) -> None:
    old, new = register.forlop(), register.forlop()
    register.save(old, "to", TO)
    register.save(
        new, "to", {**TO, "HenvistDato": "2026-11-20", "StartdatoTO": "2026-11-20", "DatoSamtykke": "2026-11-20"}
    )
    assert [(w.forlop_id, w.skjema) for w in lists(register).aapne] == [(old, "to")]


def test_et_ferdig_forlop_venter_ikke(register: Register) -> None:
    register.completed_forlop()
    assert lists(register).aapne == []


def test_samtykke_mangler_bare_for_den_som_oppfyller_kriteriene(register: Register) -> None:
    waits, impaired = register.forlop(), register.forlop()
    unanswered = {**TO, "SkriftligSamtyk": None, "DatoSamtykke": None}
    register.save(waits, "to", unanswered)
    register.save(impaired, "to", {**unanswered, "KognSvekket": 1})
    assert [w.forlop_id for w in lists(register).samtykke] == [waits]


def test_opioidskjema_venter_fra_uken_for_fire_uker_etter_sluttdato(register: Register) -> None:
    forlop_id = register.completed_forlop()
    assert lists(register).opioid == []  # sluttdato 5 November: due 3 December
    register.clock.turn(days=4)
    assert [(w.forlop_id, w.dag.isoformat()) for w in lists(register).opioid] == [(forlop_id, "2026-12-03")]


@pytest.mark.parametrize(("days", "locks"), [(0, False), (1, True), (2, True), (4, False)])
def test_et_sendt_pasientskjema_venter_de_to_siste_dagene_for_det_laases(
    register: Register, days: int, locks: bool
) -> None:
    forlop_id = register.completed_forlop()
    with register.store.write(SC) as tx:
        tx.run(
            "insert into prom.bestilling by name select 1 as bestilling_id, ? as forlop_id, 'pasreg' as skjema, "
            "'automatisk' as maate, 'sikker' as kanal, 'sendt' as tilstand, date '2026-11-20' as dag, "
            "? as bestilt, 'system' as bestilt_av",
            forlop_id,
            tx.now,
        )
    register.clock.turn(days=days)
    assert [w.forlop_id for w in lists(register).laases] == ([forlop_id] if locks else [])


def test_en_annen_enhets_forlop_er_aldri_med(register: Register) -> None:
    register.save(register.forlop(), "to", TO)
    found = lists(register, OTHER_LU, OTHER)
    assert (found.aapne, found.samtykke, found.laases, found.opioid) == ([], [], [], [])
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-061"):
        lists(register, OTHER_LU, OWN)


def test_det_som_venter_er_paa_avdelingen_og_lokasjonen_som_er_valgt(register: Register) -> None:
    first, second, unsaid = (register.forlop() for _ in range(3))
    for forlop_id in (first, second, unsaid):
        register.save(forlop_id, "to", {**TO, "SkriftligSamtyk": None, "DatoSamtykke": None})
    register.save(first, "b11", {"InnlAvd": 1, "Lokasjon": 1})
    register.save(second, "b11", {"InnlAvd": 2, "Lokasjon": 1})

    def at(avdeling: int | None = None, lokasjon: int | None = None) -> list[list[int]]:
        with register.store.read(LU) as tx:
            found = waiting.lists(tx, OWN, avdeling, lokasjon)
        return [[w.forlop_id for w in waits] for waits in (found.aapne, found.samtykke)]

    assert at() == [[first, second, unsaid]] * 2
    assert at(lokasjon=1) == [[first, second]] * 2
    assert at(avdeling=2) == at(avdeling=2, lokasjon=1) == [[second]] * 2
