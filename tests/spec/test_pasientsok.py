"""Manual: «Pasientsøk»."""

from __future__ import annotations

from datetime import date

import pytest

from checks import identity
from checks.errors import RegisterError
from ingest.identity import merging
from ingest.lists import search
from ingest.registration import patients
from tests.support import LU, OTHER_LC, OTHER_LU, SC, Register

BORN = date(1970, 5, 4)


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def named(register: Register, fornavn: str, etternavn: str, actor=LU) -> int:
    forlop_id = register.forlop(actor=actor)
    patient = register.head(forlop_id).pasient_id
    with register.store.write(actor) as tx:
        patients.update(tx, patient, {"fornavn": fornavn, "etternavn": etternavn})
    return patient


def find(register: Register, text: str, actor=LU) -> list[int]:
    with register.store.write(actor) as tx:
        return [h.pasient_id for h in search.by_name_or_number(tx, text, test_persons=True).hits]


def logged(register: Register) -> list:
    with register.store.read(SC) as tx:
        return tx.rows("select hendelse, pasient_id, detaljer from tilgang.logg order by nr")


@pytest.mark.manual("Andre sider 2")
def test_sok_paa_navn_finner_ord_fra_begynnelsen(register: Register) -> None:
    patient = named(register, "Åse-Marie", "Bråthen")
    for text in ("bråth", "ÅSE", "marie brå", "Bråthen, Åse"):
        assert find(register, text) == [patient]
    for text in ("råthen", "åse olsen", "aser"):
        assert find(register, text) == []
    with refused("REG-210"):
        find(register, " å ")


@pytest.mark.manual("Andre sider 2")
def test_sok_paa_fodselsnr_og_fodselsdato(register: Register) -> None:
    patient = register.patient(BORN)
    register.forlop(patient)
    number = identity.make(BORN, 2, 1)
    assert find(register, f"{number[:6]} {number[6:]}") == find(register, number[:6]) == [patient]
    with refused("REG-042"):
        find(register, number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.manual("Andre sider 2")
def test_slaa_opp_pasientid_og_forlopsid(register: Register) -> None:
    forlop_id = register.forlop()
    patient = register.head(forlop_id).pasient_id
    with register.store.write(LU) as tx:
        assert (
            search.by_patient(tx, f" {patient} ").pasient_id
            == search.by_forlop(tx, str(forlop_id)).pasient_id
            == patient
        )
        with refused("REG-212"):
            search.by_patient(tx, "12a")
        for call in (search.by_patient, search.by_forlop):
            with refused("REG-211"):
                call(tx, "1" * 20)


def test_lu_og_lc_finner_bare_egen_enhets_pasienter_sc_alle(register: Register) -> None:
    patient = named(register, "Kari", "Kanari")
    forlop_id = register.forlop(patient)
    for actor in (OTHER_LU, OTHER_LC):
        assert find(register, "kanari", actor) == []
        with register.store.write(actor) as tx:
            for call, value in (
                (search.by_patient, patient),
                (search.by_forlop, forlop_id),
                (search.by_patient, 999999),
            ):
                with refused("REG-211"):
                    call(tx, str(value))
    assert find(register, "kanari", SC) == [patient]
    with register.store.write(SC) as tx:
        assert search.by_patient(tx, str(patient)).antall == 2


def test_hvert_sok_logges_uten_det_som_ble_sokt_paa(register: Register) -> None:
    patient = named(register, "Kari", "Kanari")
    find(register, "kanari")
    find(register, "Ukjentsen")
    last = logged(register)[-2:]
    assert [(r["hendelse"], r["pasient_id"]) for r in last] == [("pasientsøk", patient), ("pasientsøk", None)]
    assert "anari" not in str(last) and "kjentsen" not in str(last)


def test_navnet_under_en_sammenslaatt_pasientid_finner_pasienten(register: Register) -> None:
    former, kept = register.patient(), register.patient()
    for patient, name in ((former, "Kanarifugl"), (kept, "Spurv")):
        with register.store.write(LU) as tx:
            patients.update(tx, patient, {"fornavn": "Kari", "etternavn": name})
        register.forlop(patient)
    with register.store.write(SC) as tx:
        merging.merge(tx, kept, former, "Samme person")
    for actor in (LU, SC):
        with register.store.write(actor) as tx:
            hits = search.by_name_or_number(tx, "kanarif", test_persons=True).hits
        assert [(hit.pasient_id, hit.navn) for hit in hits] == [(kept, "Spurv, Kari")]


def test_navn_med_ligatur_finnes_med_bokstavene(register: Register) -> None:
    patient = register.patient()
    with register.store.write(LU) as tx:
        patients.update(tx, patient, {"fornavn": "Joseﬁne", "etternavn": "Griﬃn"})
    register.forlop(patient)
    for text in ("josefine", "griffin", "joseﬁne", "grif", "josef"):
        with register.store.write(LU) as tx:
            assert [hit.pasient_id for hit in search.by_name_or_number(tx, text, test_persons=True).hits] == [patient]
