"""Issue J: a death that the Folkeregister withdraws or gives another day, played never, once, twice and out of order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise, permutations

import pytest

from checks import eprom
from checks.forlop import PATIENT_FORMS
from ingest.identity import merging
from ingest.prom import orders
from ingest.registration import deaths, patients, population
from ingest.services.folkeregister import Borger, LocalFolkeregister
from tests.spec.eprom import Eprom, number_of
from tests.spec.identitet import do, healthy, number, person
from tests.spec.test_identitet_folkeregister import Told, borger
from tests.support import LC, LU, SC, Register

FIRST, LATER = date(2026, 11, 20), date(2026, 11, 22)
EVENTS: dict[str, date | None] = {"død": FIRST, "dødsdato flyttet": LATER, "trukket tilbake": None}


@pytest.mark.parametrize("times", [0, 1, 2])
@pytest.mark.parametrize("order", list(permutations(EVENTS)), ids="-".join)
def test_det_siste_folkeregisteret_sier_gjelder_uansett_hvor_ofte_og_i_hvilken_rekkefolge(
    register: Register, order: tuple[str, ...], times: int
) -> None:
    given = number()
    patient, told = person(register, given), Told(register)
    for event in order:
        told.told[given.number] = borger(given, dodsdato=EVENTS[event])
        for _ in range(times):
            told.ask()
    last = EVENTS[order[-1]] if times else None
    with register.store.read(SC) as tx:
        found = patients.get(tx, patient)
        said = tx.rows("select detaljer from tilgang.logg where hendelse = 'oppdatert fra Folkeregisteret' order by nr")
    assert (found.avdod, found.dodsdato) == (int(last is not None), last)
    deaths_said = [row for row in said if "avdod" in row["detaljer"]]
    if times:
        steps = [None, *(EVENTS[event] for event in order)]
        assert len(deaths_said) == sum(before != after for before, after in pairwise(steps))
    healthy(register)


def test_den_doede_sporres_det_fortsatt_om(register: Register) -> None:
    given = number()
    person(register, given)
    told = Told(register)
    told.told[given.number] = borger(given, dodsdato=FIRST)
    assert told.ask()["døde"] == 1
    assert told.ask() == {"kontrollert": 1}


def test_et_folkeregister_som_ikke_kjenner_nummeret_tar_ikke_doden_tilbake(register: Register) -> None:
    given = number()
    patient, told = person(register, given), Told(register)
    told.told[given.number] = borger(given, dodsdato=FIRST)
    told.ask()

    class Unknowing(LocalFolkeregister):
        def find(self, number: object) -> Borger | None:
            return None

    register.clock.turn(days=31)
    population.update(register.store, Unknowing())
    with register.store.read(SC) as tx:
        assert patients.get(tx, patient).dodsdato == FIRST


@pytest.fixture
def dead(prom: Eprom, forlop_id: int) -> Eprom:
    """A patient whose forms were sent on the 23rd, who died on the 24th, and whose forms the job then closed."""
    prom.run_on(23)
    hear(prom, forlop_id, date(2026, 11, 24), 25)
    prom.at(25)
    prom.run()
    assert {prom.form(forlop_id, f).lukket_grunn for f in PATIENT_FORMS} == {eprom.DEAD}
    return prom


def hear(prom: Eprom, forlop_id: int, died: date | None, day: int) -> dict[str, int]:
    """Ask, at five in the morning of a day in November, a Folkeregister that says this of the patient's death."""
    prom.at(day, 5, 0)
    told = replace(Borger("Nora", "Nynavn", None, None, "Nygata 1", "5003", "Bergen"), dodsdato=died)
    return population.update(
        prom.register.store, LocalFolkeregister(told={number_of(prom.register, forlop_id): told})
    ).gjort


def test_et_dodsfall_som_trekkes_tilbake_aapner_det_som_ble_lukket_og_sender_ingenting_paa_nytt(
    dead: Eprom, forlop_id: int
) -> None:
    sent, register = dead.sent(), dead.register
    assert hear(dead, forlop_id, None, 26)["dødsfall trukket tilbake"] == 1
    assert {dead.form(forlop_id, f).status for f in PATIENT_FORMS} == {-1}
    assert {dead.form(forlop_id, f).lukket_grunn for f in PATIENT_FORMS} == {None}
    for day in (26, 27, 28, 29):
        dead.run_on(day)
    assert dead.sent() == sent, "nothing is sent twice"
    assert dead.form(forlop_id, "pasreg").kan_bestilles
    with register.store.read(SC) as tx:
        rows = tx.rows(
            "select s.hendelse, s.grunn from register.skjemaversjon s join register.skjema h using (forlop_id, skjema) "
            "where s.versjon = h.versjon and s.skjema = 'pasreg'"
        )
        logged = tx.rows("select skjema from tilgang.logg where hendelse = 'skjema åpnet igjen'")
    assert rows == [{"hendelse": "åpnet igjen", "grunn": "Dødsfallet er trukket tilbake"}]
    assert {row["skjema"] for row in logged} == set(PATIENT_FORMS)
    healthy(register)


def test_aapnede_skjemaer_kan_besvares_og_lukkes_igjen_om_pasienten_likevel_er_dod(dead: Eprom, forlop_id: int) -> None:
    hear(dead, forlop_id, None, 26)
    dead.do(lambda tx: deaths.open_again(tx, dead.register.head(forlop_id).pasient_id))  # twice gives the same
    assert dead.register.head(forlop_id).skjema["pasreg"].versjon == 2
    hear(dead, forlop_id, date(2026, 11, 24), 27)
    dead.run_on(27)
    assert {dead.form(forlop_id, f).lukket_grunn for f in PATIENT_FORMS} == {eprom.DEAD}
    healthy(dead.register)


def test_det_en_behandler_selv_har_lukket_som_dod_blir_staaende(prom: Eprom, forlop_id: int) -> None:
    prom.run_on(23)
    prom.do(lambda tx: orders.stop(tx, forlop_id, eprom.DEAD), LC)
    hear(prom, forlop_id, date(2026, 11, 24), 25)
    hear(prom, forlop_id, None, 26)
    assert {prom.form(forlop_id, f).lukket_grunn for f in PATIENT_FORMS} == {eprom.DEAD}


def test_en_dod_som_kom_med_en_sammenslaing_staar_til_den_angres(register: Register) -> None:
    kept, gone = number(), number("d-nummer")
    patient, other, told = person(register, kept), person(register, gone), Told(register)
    told.told[gone.number] = borger(gone, dodsdato=FIRST)
    told.told[kept.number] = borger(kept)
    told.ask()
    merge = do(register, merging.merge, patient, other, "Samme person")
    told.ask()
    with register.store.read(LU) as tx:
        assert patients.get(tx, patient).dodsdato == FIRST
    do(register, merging.undo, merge)
    with register.store.read(LU) as tx:
        assert patients.get(tx, patient).dodsdato is None


def test_skjema_som_et_dodsfall_fra_en_sammenslaing_lukket_aapnes_naar_den_angres(prom: Eprom, forlop_id: int) -> None:
    prom.run_on(23)
    register = prom.register
    patient, other = register.head(forlop_id).pasient_id, person(register, number("d-nummer"))
    with register.store.write(SC) as tx:
        tx.run("update register.pasient set avdod = 1, dodsdato = ? where pasient_id = ?", FIRST, other)
    merge = do(register, merging.merge, patient, other, "Samme person")
    prom.run_on(25)
    assert {prom.form(forlop_id, f).lukket_grunn for f in PATIENT_FORMS} == {eprom.DEAD}
    do(register, merging.undo, merge)
    assert {prom.form(forlop_id, f).lukket_grunn for f in PATIENT_FORMS} == {None}
    assert {prom.form(forlop_id, f).status for f in PATIENT_FORMS} == {-1}
    healthy(register)
