"""Issue J: a patient's number is corrected, by SC; LC asks for it."""

from __future__ import annotations

from datetime import date

import pytest

from checks import identity
from ingest.access import Actor
from ingest.identity import asking, merging, sides
from ingest.lists import varsler
from ingest.registration import erasure, numbers, patients, requests
from ingest.services.folkeregister import LocalFolkeregister
from tests.spec.identitet import BORN, do, healthy, number, person, refused
from tests.support import LC, LU, OTHER_LC, OTHER_LU, SC, TO, Register


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


def test_sc_faar_varsel_om_det_lc_ber_om_uten_identitet(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    wanted = number()
    do(register, asking.ask_number, new, wanted.number, "Fikk nummer", test_persons=True, actor=LC)
    do(register, asking.ask_merge, old, new, "Samme person", actor=LC)
    assert refused(register, asking.ask_merge, old, old, "Samme", actor=LC) == "REG-531"
    told = [notice["tekst"] for notice in do(register, varsler.unread)]
    assert told == [
        f"PasientID {old} og {new} ønskes slått sammen. Se «Rett identitet».",
        f"Nummeret til PasientID {new} ønskes rettet. Se «Rett identitet».",
    ]


def test_det_samme_bes_det_om_en_gang(register: Register, two: tuple[int, int]) -> None:
    """A double click on «Send til SC» sent the request twice, and SC had to answer both."""
    old, new = two
    wanted = number().number
    asked = do(register, requests.ask_number, new, wanted, "Fikk nummer", test_persons=True, actor=LC)
    again = refused(register, requests.ask_number, new, wanted, "Fikk nummer", test_persons=True, actor=LC)
    assert again == "REG-563"
    do(register, requests.ask_merge, old, new, "Samme person", actor=LC)
    assert refused(register, requests.ask_merge, new, old, "Samme person", actor=LC) == "REG-563"
    do(register, requests.answer, asked, requests.REFUSED, "Feil nummer")
    do(register, requests.ask_number, new, wanted, "Sett på nytt", test_persons=True, actor=LC)


def test_et_onske_om_noe_som_er_gjort_er_besvart(register: Register, two: tuple[int, int]) -> None:
    """Whatever way SC came to it; a request for what was done already could only be refused."""
    old, new = two
    wanted = number()
    do(register, requests.ask_number, new, wanted.number, "Fikk nummer", test_persons=True, actor=LC)
    do(register, requests.ask_merge, old, new, "Samme person", actor=LC)
    do(register, merging.merge, new, old, "Samme person")
    assert [(r.slag, r.utfall) for r in do(register, requests.listed)] == [("nummer", None), ("sammenslåing", "utført")]
    do(register, numbers.correct, new, wanted, "Fikk nummer", former_was_right=True)
    assert {r.utfall for r in do(register, requests.listed)} == {"utført"}
    healthy(register)


@pytest.mark.parametrize("text", ["Fikk {a}{b}", "var {a} {b}.", "({a}-{b})"])
def test_en_grunn_med_fodselsnummer_tas_ikke_imot(register: Register, two: tuple[int, int], text: str) -> None:
    """It was shown whole to coordinators, and kept of an erased patient."""
    old, new = two
    given = number().number
    reason = text.format(a=given[:6], b=given[6:])
    assert refused(register, merging.merge, new, old, reason) == "REG-561"
    assert refused(register, numbers.correct, new, number(), reason, former_was_right=True) == "REG-561"
    assert refused(register, requests.ask_merge, old, new, reason, actor=LC) == "REG-561"
    asked = do(register, requests.ask_merge, old, new, "Samme person, forløp 10001 og 10002", actor=LC)
    assert refused(register, requests.answer, asked, requests.REFUSED, reason) == "REG-561"
    assert refused(register, erasure.erase, new, str(new), reason) == "REG-561"
