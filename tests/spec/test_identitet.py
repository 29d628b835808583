"""Issue J: one patient stays one patient. Numbers corrected, two PasientID merged into one and taken apart again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import pytest

from checks import identity
from checks.epj_file import Line
from checks.errors import RegisterError
from exports.integrity import check_register
from ingest.access import Actor
from ingest.capture.contents import digests
from ingest.identity import merging, sides
from ingest.lists import epj, innsyn, search
from ingest.prom import samtykke
from ingest.registration import comments, drafts, erasure, forlop, merged, numbers, patients, requests
from ingest.registration.population import of_register
from ingest.registration.population import update as ask_folkeregister
from ingest.safekeeping import compare
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from ingest.services.folkeregister import Borger, LocalFolkeregister
from tests.support import LC, LU, OTHER_LC, OTHER_LU, OWN, SC, TO, Register, moved

BORN = date(1970, 5, 4)
SERIALS = count(40)


def do(register: Register, act: Callable[..., Any], *given: Any, actor: Actor = SC, **named: Any) -> Any:
    with register.store.write(actor) as tx:
        return act(tx, *given, **named)


def refused(register: Register, act: Callable[..., Any], *given: Any, actor: Actor = SC, **named: Any) -> str:
    with pytest.raises(RegisterError) as caught:
        do(register, act, *given, actor=actor, **named)
    return caught.value.code


def number(kind: Any = "fodselsnummer", born: date = BORN, sex: Any = 2) -> identity.Fodselsnummer:
    made = identity.make(born, sex, next(SERIALS), kind=kind)
    return identity.parse(made, test_persons=True, today=date(2026, 11, 23))


def person(register: Register, read: identity.Fodselsnummer, actor: Actor = LU) -> int:
    return do(register, patients.create, read, LocalFolkeregister().find(read), actor=actor)


def annet(register: Register, fornavn: str = "Anna", etternavn: str = "Kowalska", born: date | None = BORN) -> int:
    return do(register, patients.create_other, fornavn, etternavn, born, 2, actor=LU)


def healthy(register: Register) -> None:
    with register.store.read(SC) as tx:
        assert [f"{f.hva}: {f.feil}" for f in check_register(tx) if f.feil] == []


def rows(register: Register) -> dict[str, Any]:
    """Every table, without what says that something was done: the log, the counters and the merges themselves."""
    kept = {
        "tilgang.logg",
        "tilgang.logghode",
        "register.teller",
        "register.sammenslaing",
        "register.sammenslatt_forlop",
    }
    with register.store.cursor() as con:
        return {name: found for name, found in digests(con, register.store.path).items() if name not in kept}


@pytest.fixture
def two(register: Register) -> tuple[int, int]:
    """A patient registered as «Annet» with a forløp, and the same with a fødselsnummer and another."""
    old, new = annet(register), person(register, number())
    register.save(register.forlop(old), "to", TO)
    register.save(register.forlop(new), "to", moved(TO, 18))
    return old, new


# Numbers


@pytest.mark.parametrize("before", ["annet", "d-nummer", "hjelpenummer"])
def test_pasienten_har_faatt_fodselsnummer(register: Register, before: str) -> None:
    given = number()
    former = {"d-nummer": number("d-nummer").number, "hjelpenummer": "80000000027", "annet": None}[before]
    if before == "d-nummer":
        patient = person(register, identity.parse(former or "", test_persons=True, today=date(2026, 11, 23)))
    else:
        other = identity.Hjelpenummer(former, "et hjelpenummer") if former else None
        patient = do(register, patients.create_other, "Anna", "Kowalska", BORN, 2, other, actor=LU)
    forlop_id = register.forlop(patient)
    said = LocalFolkeregister().find(given)
    do(register, numbers.correct, patient, given, "Har fått fødselsnummer", former_was_right=True, borger=said)
    with register.store.read(SC) as tx:
        found = patients.get(tx, patient)
        assert (found.idtype, patients.reveal(tx, patient)) == ("fnr", given.number)
        assert patients.with_number(tx, given.number) == patient
        assert former is None or patients.with_number(tx, former) == patient
    assert said is not None
    assert (found.navn, found.adressetype) == (f"{said.fornavn} {said.etternavn}", 1)
    assert register.head(forlop_id).pasient_id == patient
    # Whoever registers the patient with either number meets the same patient.
    assert do(register, patients.create, given, None, actor=OTHER_LU) == patient
    healthy(register)


def test_et_nummer_som_var_skrevet_feil_glemmes(register: Register) -> None:
    wrong, right = number(), number()
    patient = person(register, wrong)
    do(register, numbers.correct, patient, right, "Skrevet feil", former_was_right=False)
    with register.store.read(SC) as tx:
        assert patients.with_number(tx, wrong.number) is None
    assert person(register, wrong) != patient


def test_pasienten_har_ikke_norsk_nummer_likevel(register: Register) -> None:
    patient = person(register, number())
    do(register, numbers.correct, patient, None, "En annens nummer", former_was_right=False)
    with register.store.read(SC) as tx:
        found = patients.get(tx, patient)
    assert (found.idtype, found.fnr_maskert, found.fodselsdato) == ("annet", identity.NO_NUMBER, BORN)
    assert refused(register, numbers.correct, patient, None, "Igjen", former_was_right=False) == "REG-534"


def test_alderen_regnes_paa_nytt_naar_fodselsdatoen_blir_en_annen(register: Register) -> None:
    patient = person(register, number(born=date(2010, 1, 2)))
    forlop_id = register.forlop(patient)
    child = {**TO, "SkriftligSamtyk": None, "DatoSamtykke": None}
    register.save(forlop_id, "to", child)
    assert register.open(forlop_id, "to").svar["alder"] == 16
    do(register, numbers.correct, patient, number(born=date(1980, 1, 2)), "Feil nummer", former_was_right=False)
    assert register.open(forlop_id, "to").svar["alder"] == 46
    assert register.head(forlop_id).inkl_krit == 1
    healthy(register)


def test_et_nummer_en_annen_har_leder_til_sammenslaaing(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    with register.store.read(SC) as tx:
        taken = patients.reveal(tx, new)
        with pytest.raises(numbers.NumberTaken) as caught:
            numbers.read(tx, old, taken, test_persons=True)
    assert (caught.value.code, caught.value.annen) == ("REG-530", new)
    wanted = identity.parse(taken, test_persons=True, today=date(2026, 11, 23))
    assert refused(register, numbers.correct, old, wanted, "Fikk nummer", former_was_right=True) == "REG-530"


def test_en_retting_trenger_grunn_og_et_nytt_nummer(register: Register) -> None:
    given = number()
    patient = person(register, given)
    assert refused(register, numbers.correct, patient, number(), " ", former_was_right=True) == "REG-532"
    assert refused(register, numbers.correct, patient, given, "Igjen", former_was_right=True) == "REG-534"
    assert refused(register, numbers.correct, 99, given, "Ukjent", former_was_right=True) == "REG-046"


def test_loggen_har_aldri_nummeret(register: Register) -> None:
    given, former = number(), number("d-nummer")
    patient = person(register, former)
    do(register, numbers.correct, patient, given, "Fikk nummer", former_was_right=True)
    with register.store.read(SC) as tx:
        log = str(tx.rows("select * from tilgang.logg"))
        [event] = tx.rows("select detaljer from tilgang.logg where hendelse = ?", numbers.EVENT)
    assert given.number not in log and former.number not in log
    assert "D-nummer" in event["detaljer"] and "fødselsnummer" in event["detaljer"]


# Merges


def test_alt_som_henger_paa_pasienten_foelger(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    with register.store.read(SC) as tx:
        [first] = forlop.of_patient(tx, old)
    do(register, drafts.keep, first.forlop_id, "b11", 0, {"Lokasjon": 1}, actor=LU)
    do(register, comments.write, first.forlop_id, "to", "Ring avdelingen", 0, actor=LU)
    do(register, merging.merge, new, old, "Samme person")
    with register.store.read(LU) as tx:
        assert {f.forlop_id for f in forlop.of_patient(tx, new)} >= {first.forlop_id}
        assert drafts.get(tx, first.forlop_id, "b11") is not None
        assert comments.read(tx, first.forlop_id, "to") is not None
    healthy(register)


def test_den_gamle_pasientid_en_er_kjent(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    do(register, merging.merge, new, old, "Samme person")
    assert do(register, search.by_patient, str(old), actor=LU).pasient_id == new
    with register.store.read(LU) as tx:
        assert patients.get(tx, old).pasient_id == new
        assert len(forlop.of_patient(tx, old)) == 2
    assert register.head(register.forlop(old)).pasient_id == new
    found = do(register, innsyn.read, innsyn.Query(pasient_id=new)).events
    assert {event.pasient_id for event in found} == {old, new}
    found = do(register, search.by_name_or_number, "Kowalska", test_persons=True, actor=LU)
    assert found.hits == []


def test_det_gamle_nummeret_finner_pasienten(register: Register) -> None:
    d, f = number("d-nummer"), number()
    old, new = person(register, d), person(register, f)
    register.forlop(old), register.forlop(new)
    do(register, merging.merge, new, old, "Samme person")
    [hit] = do(register, search.by_name_or_number, d.number, test_persons=True, actor=LU).hits
    assert (hit.pasient_id, hit.antall) == (new, 2)
    assert do(register, patients.create, d, None, actor=LU) == new


def test_den_med_best_nummer_beholdes(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    with register.store.read(SC) as tx:
        found = sides.compare(tx, old, new)
    assert (found.til.patient.pasient_id, found.fra.patient.pasient_id, found.kan_byttes) == (new, old, False)
    assert (found.til.slag, found.fra.slag) == ("fodselsnummer", "uten norsk nummer")
    assert refused(register, merging.merge, old, new, "Samme person") == "REG-533"
    a, b = person(register, number()), person(register, number())
    with register.store.read(SC) as tx:
        assert sides.compare(tx, a, b).til.patient.pasient_id == min(a, b)
        assert sides.compare(tx, a, b, behold=b).til.patient.pasient_id == b


def test_det_som_mangler_fylles_ut_og_doed_foelger(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    do(register, patients.update, old, {"telefon": "+4791234567", "adresse": "Gata 1"}, actor=LU)
    with register.store.write(SC) as tx:
        tx.run("update register.pasient set avdod = 1, dodsdato = ? where pasient_id = ?", date(2026, 11, 22), old)
        before = patients.get(tx, new)
    number_of_merge = do(register, merging.merge, new, old, "Samme person")
    with register.store.read(SC) as tx:
        now = patients.get(tx, new)
    assert (now.telefon, now.adresse, now.dodsdato) == ("+4791234567", before.adresse, date(2026, 11, 22))
    do(register, merging.undo, number_of_merge)
    with register.store.read(SC) as tx:
        assert patients.get(tx, new) == before


def test_et_samtykke_som_er_trukket_under_det_ene_gjelder_begge(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    do(register, samtykke.withdraw, new, date(2026, 11, 21), "Brev")
    with register.store.read(SC) as tx:
        [own] = forlop.of_patient(tx, old)
        assert sides.compare(tx, old, new).trekkes == (own.forlop_id,)
    made = do(register, merging.merge, new, old, "Samme person")
    assert register.head(own.forlop_id).trukket_dato == date(2026, 11, 21)
    do(register, merging.undo, made)
    assert register.head(own.forlop_id).trukket_dato is None


def test_et_samtykke_gitt_etter_at_det_ble_trukket_staar(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    do(register, samtykke.withdraw, old, date(2026, 11, 19), "Brev")
    with register.store.read(SC) as tx:
        [later] = forlop.of_patient(tx, new)
        assert sides.compare(tx, old, new).trekkes == ()
    do(register, merging.merge, new, old, "Samme person")
    assert register.head(later.forlop_id).trukket_dato is None


def test_doble_forlop_pekes_paa_og_slaas_aldri_sammen(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    second = register.forlop(old)
    register.save(second, "to", moved(TO, 16))
    with register.store.read(SC) as tx:
        [double] = sides.compare(tx, old, new).doble
    assert (double.enhet, double.av_fra, double.dato_til) == (OWN, second, date(2026, 11, 20))
    do(register, merging.merge, new, old, "Samme person")
    with register.store.read(SC) as tx:
        assert len(forlop.of_patient(tx, new)) == 3


def test_advarer_naar_det_kan_vaere_to_personer(register: Register) -> None:
    a, b = person(register, number(sex=1)), person(register, number(born=date(1950, 1, 1)))
    with register.store.read(SC) as tx:
        found = sides.compare(tx, a, b)
    assert (found.ulik_fodselsdato, found.ulikt_kjonn) == (True, True)


def test_samme_pasient_kan_ikke_slaas_sammen_med_seg_selv(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    assert refused(register, merging.merge, new, new, "Samme") == "REG-531"
    assert refused(register, merging.merge, new, old, "  ") == "REG-532"
    do(register, merging.merge, new, old, "Samme person")
    assert refused(register, merging.merge, new, old, "Igjen") == "REG-531"
    other = person(register, number())
    assert refused(register, merging.merge, other, old, "Igjen") == "REG-046"


def test_angret_er_alt_som_foer(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    before = rows(register)
    register.clock.turn(hours=1)
    made = do(register, merging.merge, new, old, "Samme person")
    assert rows(register) != before
    healthy(register)
    register.clock.turn(hours=1)
    do(register, search.by_patient, str(old))
    assert do(register, merging.undo, made) == 1
    assert rows(register) == before
    healthy(register)
    assert refused(register, merging.undo, made) == "REG-538"
    with register.store.read(SC) as tx:
        assert merged.kept(tx, old) == old


@pytest.mark.parametrize("act", ["forløp", "svar", "samtykke", "nummer", "po", "sammenslåing"])
def test_kan_ikke_angres_naar_noe_er_bygget_paa_den(register: Register, two: tuple[int, int], act: str) -> None:
    old, new = two
    with register.store.read(SC) as tx:
        [first] = forlop.of_patient(tx, old)
    made = do(register, merging.merge, new, old, "Samme person")
    match act:
        case "forløp":
            register.forlop(new)
        case "svar":
            register.save(first.forlop_id, "b12", {"AngiNRS12": 0})
        case "samtykke":
            do(register, samtykke.withdraw, new, date(2026, 11, 21), "Brev")
        case "nummer":
            do(register, numbers.correct, new, number(), "Nytt", former_was_right=True)
        case "po":
            do(register, patients.update, new, {"telefon": "+4791234567"}, actor=LU)
        case _:
            do(register, merging.merge, new, annet(register), "Samme person")
    assert refused(register, merging.undo, made) == "REG-537"
    [*_, row] = do(register, merging.of_patient, new)
    assert row.bygget


def test_sammenslaaing_i_flere_ledd(register: Register) -> None:
    a, b, c = annet(register), person(register, number("d-nummer")), person(register, number())
    for one in (a, b, c):
        register.forlop(one)
    first = do(register, merging.merge, b, a, "Samme")
    second = do(register, merging.merge, c, b, "Samme")
    with register.store.read(SC) as tx:
        assert (merged.kept(tx, a), merged.absorbed(tx, c), len(forlop.of_patient(tx, a))) == (c, [a, b], 3)
    assert refused(register, merging.undo, first) == "REG-537"
    do(register, merging.undo, second)
    do(register, merging.undo, first)
    with register.store.read(SC) as tx:
        assert [len(forlop.of_patient(tx, one)) for one in (a, b, c)] == [1, 1, 1]
    healthy(register)


def test_en_sammenslaatt_pasient_kan_slettes(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    do(register, merging.merge, new, old, "Samme person")
    assert do(register, erasure.erase, new, str(new), "Krav") == 2
    with register.store.read(SC) as tx:
        assert tx.rows("select * from identitet.person where pasient_id in (?, ?)", old, new) == []
        assert tx.rows("select grunn from register.sammenslaing") == [{"grunn": None}]
    healthy(register)
    assert refused(register, search.by_patient, str(old)) == "REG-211"


def test_bare_den_som_har_krevd_det_slettes_etter_en_gjenoppretting(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    do(register, merging.merge, new, old, "Samme person")
    assert do(register, erasure.erase, old, str(old), "Krav") == 1
    with register.store.read(SC) as tx:
        assert patients.get(tx, new).navn
        assert len(forlop.of_patient(tx, new)) == 1
    healthy(register)


# Who may


@pytest.mark.parametrize("actor", [LU, LC, OTHER_LC])
def test_bare_sc_retter(register: Register, two: tuple[int, int], actor: Actor) -> None:
    old, new = two
    assert refused(register, numbers.correct, new, number(), "Grunn", former_was_right=True, actor=actor) == "REG-060"
    assert refused(register, merging.merge, new, old, "Grunn", actor=actor) == "REG-060"
    assert refused(register, sides.compare, new, old, actor=actor) == "REG-060"
    made = do(register, merging.merge, new, old, "Grunn")
    assert refused(register, merging.undo, made, actor=actor) == "REG-060"


def test_lc_ber_og_sc_svarer(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    wanted = number()
    first = do(register, requests.ask_merge, old, new, "Samme person", actor=LC)
    second = do(register, requests.ask_number, new, wanted.number, "Fikk nummer", test_persons=True, actor=LC)
    seen = do(register, requests.listed)
    assert [(r.onske_id, r.slag, r.annen, r.utfall) for r in seen] == [
        (first, "sammenslåing", new, None),
        (second, "nummer", None, None),
    ]
    assert wanted.number not in str(seen)
    assert do(register, requests.number, second) == wanted.number
    assert refused(register, requests.answer, first, requests.REFUSED, " ") == "REG-532"
    do(register, requests.answer, first, requests.REFUSED, "To søstre")
    assert refused(register, requests.answer, first, requests.DONE) == "REG-539"
    own = {r.onske_id: (r.utfall, r.svar) for r in do(register, requests.listed, actor=LC)}
    assert own == {first: ("avslått", "To søstre"), second: (None, None)}
    assert do(register, requests.listed, actor=OTHER_LC) == []


def test_lc_ber_bare_om_egne_pasienter(register: Register, two: tuple[int, int]) -> None:
    old, _ = two
    theirs = register.patient(actor=OTHER_LU)
    register.forlop(theirs, actor=OTHER_LU)
    assert refused(register, requests.ask_merge, old, theirs, "Samme", actor=LC) == "REG-540"
    assert refused(register, requests.ask_merge, old, 99, "Samme", actor=LC) == "REG-540"
    assert (
        refused(register, requests.ask_number, theirs, number().number, "x", test_persons=True, actor=LC) == "REG-061"
    )
    assert refused(register, requests.ask_merge, old, old, "Samme", actor=LC) == "REG-531"
    assert refused(register, requests.ask_merge, old, theirs, "", actor=LC) == "REG-532"
    # That another unit's patient has the number is not told.
    with register.store.read(SC) as tx:
        taken = patients.reveal(tx, theirs)
    assert do(register, requests.ask_number, old, taken, "Fikk nummer", test_persons=True, actor=LC)
    for act in (requests.listed,):
        assert refused(register, act, actor=LU) == "REG-060"


# The Folkeregister


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


# Lists from elsewhere, and back from a copy


def test_sykehusets_liste_kjenner_det_gamle_nummeret_og_den_gamle_pasientid_en(register: Register) -> None:
    d, old = number("d-nummer"), annet(register)
    new = person(register, d)
    first, second = register.forlop(old), register.forlop(new)
    do(register, merging.merge, new, old, "Samme person")
    do(register, numbers.correct, new, number(), "Fikk fødselsnummer", former_was_right=True)
    lines = [Line(2, None, old, date(2026, 11, 23), ""), Line(3, d.number, None, date(2026, 11, 23), "")]
    found = do(register, epj.check, OWN, lines, 3, actor=LC).result
    assert {match.forlop.forlop_id for match in found.funnet} == {first, second}


def test_en_gjenopprettet_kopi_har_sammenslaaingen(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    found = register.keep_journal()
    made = do(register, merging.merge, new, old, "Samme person")
    before = rows(register)
    assert list(compare.differing(register.store, found)) == []
    register.store.close()
    register.store.path.unlink()
    restore(found, register.clock())
    register.store = opened(found, clock=register.clock)
    now = rows(register)
    assert [name for name in before if name.startswith(("identitet", "prom")) and now[name] != before[name]] == []
    with register.store.read(SC) as tx:
        assert merged.kept(tx, old) == new
    assert do(register, merging.undo, made) == 1
    healthy(register)
