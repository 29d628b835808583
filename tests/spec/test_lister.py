"""Avdelinger and lokasjoner (manual: «Avdelinger», «Lokasjoner») and look-alikes at Ny registrering («Annet»)."""

from __future__ import annotations

from datetime import date

import pytest

from checks.errors import RegisterError
from ingest import patients, unit_lists, units
from ingest.lookalikes import lookalikes
from tests import support
from tests.support import LC, LU, OTHER_LU, OWN


def test_lokal_koordinator_legger_til_og_lu_kan_ikke(register: support.Register) -> None:
    with register.store.write(LC) as tx:
        added = unit_lists.add(tx, "avdeling", OWN, " Barneavdelingen ", "Barn", "12345")
        entry = next(e for e in units.entries(tx, "avdeling", OWN) if e["id"] == added)
        assert (entry["navn"], entry["visningsnavn"], entry["resh"]) == ("Barneavdelingen", "Barn", "12345")
    with pytest.raises(RegisterError, match="LU har ikke tilgang"), register.store.write(LU) as tx:
        unit_lists.add(tx, "avdeling", OWN, "Barneavdelingen", "Barn", "")


@pytest.mark.parametrize(
    ("values", "code"),
    [(("", "x", ""), "REG-067"), (("x", " ", ""), "REG-067"), (("x", "x", "12a"), "REG-066")],
)
def test_navn_maa_oppgis_og_resh_id_er_siffer(
    register: support.Register, values: tuple[str, str, str], code: str
) -> None:
    with register.store.write(LC) as tx, pytest.raises(RegisterError) as refused:
        unit_lists.add(tx, "lokasjon", OWN, *values)
    assert refused.value.code == code


def test_bare_en_avdeling_som_ikke_er_brukt_kan_slettes(register: support.Register) -> None:
    register.save(register.forlop(), "b11", {"RegDato11": "2026-11-02", "InnlAvd": 1})
    with register.store.write(LC) as tx:
        assert unit_lists.used(tx, "avdeling", OWN) == {1: 1}
        unit_lists.remove(tx, "avdeling", OWN, 2)
        with pytest.raises(RegisterError, match="Sett Aktiv til Nei"):
            unit_lists.remove(tx, "avdeling", OWN, 1)


def test_aktiv_nei_tar_avdelingen_ut_av_valgene(register: support.Register) -> None:
    with register.store.write(LC) as tx:
        unit_lists.change(tx, "avdeling", OWN, 2, "Medisinsk avdeling", "Med", "", False)
        assert [e["id"] for e in units.entries(tx, "avdeling", OWN)] == [1]
        assert len(units.entries(tx, "avdeling", OWN, only_active=False)) == 2


def test_annet_varsler_om_pasienter_ved_enheten_som_ligner(register: support.Register) -> None:
    born = date(1980, 1, 2)
    with register.store.write(LU) as tx:
        known = patients.create_other(tx, "Anna", "Kowalska", born, 2)
    register.forlop(known)
    with register.store.read(LU) as tx:
        assert [p.pasient_id for p in lookalikes(tx, "anna", "KOWALSKA", None)] == [known]
        assert [p.pasient_id for p in lookalikes(tx, "Ana", "Kowalska", born)] == [known]
        assert lookalikes(tx, "Anna", "Kowalska", date(1990, 1, 2)) == []
        assert lookalikes(tx, "Ola", "Nordmann", date(1990, 1, 2)) == []
    with register.store.read(OTHER_LU) as tx:
        assert lookalikes(tx, "Anna", "Kowalska", born) == []
