"""Look-alikes at Ny registrering («Annet»), and who is found by a birth date."""

from __future__ import annotations

from datetime import date

import pytest

from checks import identity
from checks.errors import RegisterError
from ingest.lists import search
from ingest.registration import patients
from ingest.registration.lookalikes import lookalikes
from tests import support
from tests.support import LU, OTHER_LU, Register


def test_annet_varsler_om_pasienter_ved_enheten_som_ligner(register: support.Register) -> None:
    born = date(1980, 1, 2)
    with register.store.write(LU) as tx:
        known = patients.create_other(tx, "Anna", "Kowalska", born, 2)
    register.forlop(known)
    with register.store.write(LU) as tx:
        assert [p.pasient_id for p in lookalikes(tx, "anna", "KOWALSKA", None)] == [known]
        assert [p.pasient_id for p in lookalikes(tx, "Ana", "Kowalska", born)] == [known]
        assert lookalikes(tx, "Anna", "Kowalska", date(1990, 1, 2)) == []
        assert lookalikes(tx, "Ola", "Nordmann", date(1990, 1, 2)) == []
    with register.store.write(OTHER_LU) as tx:
        assert lookalikes(tx, "Anna", "Kowalska", born) == []


@pytest.mark.parametrize("known", [("Anne-Marie", "van den Berg"), ("Annemarie", "Vandenberg")])
@pytest.mark.parametrize(
    "typed", [("Anne Marie", "Van den Berg"), ("Annemarie", "vandenberg"), ("AnneMarie", "Vanden-Berg")]
)
def test_uten_fodselsdato_er_navn_skrevet_sammen_samme_navn(
    register: Register, known: tuple[str, str], typed: tuple[str, str]
) -> None:
    with register.store.write(LU) as tx:
        patient = patients.create_other(tx, *known, date(1970, 5, 4), 2)
    register.forlop(patient)
    with register.store.write(LU) as tx:
        assert [p.pasient_id for p in lookalikes(tx, *typed, None)] == [patient]


@pytest.mark.manual("Andre sider 2")
def test_hele_fodselsdatoen_finner_ogsaa_dem_uten_fodselsnummer(register: Register) -> None:
    born = date(1970, 5, 4)
    with register.store.write(LU) as tx:
        found = {patients.create_other(tx, "Anna", "Kowalska", born, 2)}
        number = identity.parse(identity.make(born, 1, 0, kind="d-nummer"), test_persons=True, today=date(2026, 11, 23))
        found.add(patients.create(tx, number, None))
    found.add(register.patient(born))
    for patient in (*found, register.patient(date(1870, 5, 4)), register.patient(date(1970, 5, 5))):
        register.forlop(patient)
    for text in ("04.05.1970", "04051970", "1970-05-04", "4.5.1970 ", "04.05.1970\u00a0"):
        assert set(_found(register, text)) == found, text
    for text in ("31.02.1970", "99999999"):
        with pytest.raises(RegisterError, match="ikke en mulig fødselsdato"):
            _found(register, text)


def _found(register: Register, text: str) -> list[int]:
    with register.store.write(LU) as tx:
        return [hit.pasient_id for hit in search.by_name_or_number(tx, text, test_persons=True).hits]
