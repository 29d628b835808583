"""Issue J: numbers, names and protected addresses from the Folkeregister, again and in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from checks import identity
from ingest.identity import merging
from ingest.registration import drafts, patients, requests
from ingest.registration.population import of_register
from ingest.registration.population import update as ask_folkeregister
from ingest.services.folkeregister import Borger, LocalFolkeregister
from tests.spec.identitet import annet, do, healthy, number, person, refused
from tests.support import LU, SC, Register


class Told(LocalFolkeregister):
    """A Folkeregister that is told of events, and asked again at once."""

    def __init__(self, register: Register) -> None:
        super().__init__(known=of_register(register.store))
        self.register = register

    def ask(self) -> dict[str, int]:
        self.register.clock.turn(days=31)
        return dict(ask_folkeregister(self.register.store, self).gjort)


def borger(of: identity.Fodselsnummer, **said: Any) -> Borger:
    return replace(Borger("Nora", "Nynavn", of.birth_date, of.sex, "Nygata 1", "5003", "Bergen"), **said)


@pytest.mark.parametrize("times", [0, 1, 2])
def test_folkeregisteret_har_gitt_nytt_nummer(register: Register, times: int) -> None:
    former, new = number("d-nummer"), number()
    patient, told = person(register, former), Told(register)
    told.told[former.number] = borger(former, nummer=new.number)
    for _ in range(times):
        told.ask()
    with register.store.read(SC) as tx:
        assert patients.reveal(tx, patient) == (new.number if times else former.number)
        assert patients.with_number(tx, former.number) == patient
        assert requests.listed(tx) == []
    healthy(register)


@pytest.mark.parametrize("events", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1)])
def test_hendelser_i_hvilken_som_helst_rekkefolge_gir_det_samme(register: Register, events: tuple[int, ...]) -> None:
    a, b, c = number("d-nummer"), number(), number()
    patient, told = person(register, a), Told(register)
    happened = [(a.number, borger(a, nummer=b.number)), (b.number, borger(b, nummer=c.number, etternavn="Sist"))]
    for event in events:
        told.told.update([happened[event]])
        told.ask()
    told.ask()
    with register.store.read(SC) as tx:
        assert patients.reveal(tx, patient) == c.number
        assert {patients.with_number(tx, one.number) for one in (a, b, c)} == {patient}


@pytest.mark.parametrize("times", [1, 2, 3])
def test_et_nytt_nummer_som_en_annen_har_blir_ett_forslag(register: Register, times: int) -> None:
    former, new = number("d-nummer"), number()
    patient, other, told = person(register, former), person(register, new), Told(register)
    told.told[former.number] = borger(former, nummer=new.number)
    for _ in range(times):
        told.ask()
    with register.store.read(SC) as tx:
        [proposal] = requests.listed(tx)
        assert patients.reveal(tx, patient) == former.number
    assert (proposal.pasient_id, proposal.annen, proposal.av) == (patient, other, "Folkeregisteret")
    do(register, requests.answer, proposal.onske_id, requests.REFUSED, "To personer")
    told.ask()
    with register.store.read(SC) as tx:
        assert [one.utfall for one in requests.listed(tx)] == ["avslått"]


def test_et_nytt_nummer_med_annen_fodselsdato_avgjores_av_sc(register: Register) -> None:
    former, new = number(), number(born=date(1971, 1, 1))
    patient, told = person(register, former), Told(register)
    told.told[former.number] = borger(former, nummer=new.number)
    assert told.ask()["forslag"] == 1
    with register.store.read(SC) as tx:
        [proposal] = requests.listed(tx)
        assert requests.number(tx, proposal.onske_id) == new.number
        assert patients.reveal(tx, patient) == former.number
    told.told[former.number] = borger(former, nummer="12345678901")
    assert told.ask()["uleselige nummer"] == 1


@pytest.mark.parametrize("times", [1, 2])
def test_navn_endres_og_adressen_skjermes(register: Register, times: int) -> None:
    given = number()
    patient, told = person(register, given), Told(register)
    forlop_id = register.forlop(patient)
    typed = {"Adresse": {"ny": "Hemmelig vei 1", "fra": "Gata 2"}, "Telefon": {"ny": "+4791234567", "fra": None}}
    do(register, drafts.keep, forlop_id, "po", 0, typed, actor=LU)
    told.told[given.number] = borger(given, adresse="Skjult vei 9", skjermet=True)
    for _ in range(times):
        told.ask()
    with register.store.read(LU) as tx:
        found, draft = patients.get(tx, patient), drafts.get(tx, forlop_id, "po")
        everything = str(
            [tx.rows(f"select * from {table}") for table in ("identitet.person", "register.utkast", "tilgang.logg")]
        )
    assert (found.etternavn, found.adresse, found.postnr, found.poststed, found.skjermet) == (
        "Nynavn",
        None,
        None,
        None,
        True,
    )
    assert draft is not None and set(draft.svar) == {"Telefon"}
    assert "Hemmelig" not in everything and "Skjult" not in everything
    assert refused(register, patients.update, patient, {"adresse": "Gata 3"}, actor=LU) == "REG-541"
    do(register, patients.update, patient, {"telefon": "+4791234567", "adresse": None}, actor=LU)
    told.told[given.number] = borger(given)
    assert told.ask()["ikke lenger skjermet"] == 1
    with register.store.read(LU) as tx:
        assert patients.get(tx, patient).adresse == "Nygata 1"


def test_en_skjermet_adresse_lagres_aldri(register: Register) -> None:
    given = number()
    made = do(register, patients.create, given, borger(given, adresse="Skjult vei 9", skjermet=True), actor=LU)
    with register.store.read(LU) as tx:
        found = patients.get(tx, made)
    assert (found.fornavn, found.adresse, found.skjermet) == ("Nora", None, True)
    other = annet(register)
    do(register, patients.update, other, {"adresse": "Gata 1"}, actor=LU)
    do(register, merging.merge, made, other, "Samme person")
    with register.store.read(LU) as tx:
        assert patients.get(tx, made).adresse is None
