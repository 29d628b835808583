"""Issue J: one patient stays one patient. Two PasientID are merged into one patient, and everything follows."""

from __future__ import annotations

from datetime import date

from exports.printouts import record
from ingest.identity import merging, sides
from ingest.lists import innsyn, search
from ingest.prom import samtykke
from ingest.registration import comments, drafts, forlop, patients
from tests.spec.identitet import annet, do, healthy, number, person, refused
from tests.support import LU, OWN, SC, TO, Register, moved


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
    told = dict(do(register, record.document, new)["person"])
    assert (told["PasientID (PID)"], told["Tidligere PasientID"]) == (str(new), str(old))
    found = do(register, search.by_name_or_number, "Kowalska", test_persons=True, actor=LU)
    assert [hit.pasient_id for hit in found.hits] == [new], "also by the name under the old PasientID"


def test_det_gamle_nummeret_finner_pasienten(register: Register) -> None:
    d, f = number("d-nummer"), number()
    old, new = person(register, d), person(register, f)
    register.forlop(old)
    register.forlop(new)
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


def test_advarer_om_ulike_navn_og_forlop_etter_doden(register: Register) -> None:
    """Two born the same day, with nothing else in common, were merged without a word."""
    a, b, c = annet(register, "Liam", "O’Brien"), annet(register, "Jonas", "Andresen"), annet(register, "Liam", "Berg")
    register.save(register.forlop(b), "to", TO)
    with register.store.write(SC) as tx:
        tx.run("update register.pasient set avdod = 1, dodsdato = ? where pasient_id = ?", date(2026, 10, 1), a)
    with register.store.read(SC) as tx:
        found = {(x, y): sides.compare(tx, x, y) for x, y in ((a, b), (a, c))}
    assert [(f.ulikt_navn, f.etter_dod) for f in found.values()] == [(True, True), (False, False)]
