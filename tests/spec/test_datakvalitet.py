"""«Datakvalitet»: what the coordinator sees of the checks, and marks as looked at."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from checks.errors import RegisterError
from ingest.registration import patients
from ingest.registration.erasure import erase
from ingest.results import quality
from tests.support import LC, LU, OTHER_LC, OWN, SC, Register

DOCS = Path(__file__).parents[2] / "docs" / "datakvalitet.md"
FOUND = [{"kontroll": "hads_sum", "AvdRESH": OWN, "status": "avvik", "n_kontrollert": 10, "n_avvik": 2}]


def test_hver_kontroll_har_ett_avsnitt_i_dokumentasjonen() -> None:
    assert re.findall(r"^## (.+)$", DOCS.read_text(encoding="utf-8"), re.M) == quality.catalogue()["kontroll"].to_list()


def test_resultatene_beholdes_over_tid_en_gang_per_publisering(register: Register) -> None:
    for run in ("1", "1", "2"):
        with register.store.write(SC) as tx:
            quality.record(tx, run, FOUND)
        register.clock.turn(days=1)
    with register.store.read(LC) as tx:
        rows = [r for r in quality.history(tx, OWN) if r["kontroll"] == "hads_sum"]
    assert [(r["status"], r["kontrollert"], r["avvik"]) for r in rows] == [("avvik", 10, 2)] * 2
    assert rows[0]["tid"] < rows[1]["tid"]


def test_koordinator_merker_et_avvik_som_sett_paa_med_grunn(register: Register) -> None:
    forlop_id = register.forlop()
    for reason in ("kontrollert", " rettet i journal "):
        with register.store.write(LC) as tx:
            quality.look_at(tx, "hads_sum", forlop_id, reason)
    with register.store.read(LC) as tx:
        seen = quality.seen(tx, OWN)[("hads_sum", forlop_id)]
        logged = tx.rows(
            "select detaljer::varchar as detaljer from tilgang.logg where hendelse = 'avvik sett på' and forlop_id = ? "
            "order by nr",
            forlop_id,
        )
    assert (seen.grunn, seen.bruker) == ("rettet i journal", LC.bruker)
    assert [json.loads(row["detaljer"])["grunn"] for row in logged] == [
        {"fra": None, "til": "kontrollert"},
        {"fra": "kontrollert", "til": "rettet i journal"},
    ]


@pytest.mark.parametrize(
    ("actor", "check", "reason", "code"),
    [
        (LC, "hads_sum", "  ", "REG-240"),
        (LC, "finnes ikke", "sett", "REG-241"),
        (LU, "hads_sum", "sett", "REG-060"),
        (OTHER_LC, "hads_sum", "sett", "REG-061"),
    ],
)
def test_uten_grunn_kontroll_eller_tilgang_merkes_ingenting(register: Register, actor, check, reason, code) -> None:
    forlop_id = register.forlop()
    with pytest.raises(RegisterError, check=lambda e: e.code == code), register.store.write(actor) as tx:
        quality.look_at(tx, check, forlop_id, reason)


def test_et_forlop_som_ikke_finnes_kan_ikke_merkes(register: Register) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-027"), register.store.write(LC) as tx:
        quality.look_at(tx, "hads_sum", 99, "sett")


def _without_number(register: Register, first: str, last: str) -> int:
    patient = register.patient()
    with register.store.write(LU) as tx:
        tx.run(
            "update identitet.person set idtype = 'annet', idnr = null, fornavn = ?, etternavn = ? where pasient_id = ?",
            first,
            last,
            patient,
        )
    return register.forlop(patient)


def test_lignende_pasienter_uten_norsk_nummer_finnes_uten_at_noen_navngis(register: Register) -> None:
    first, second = (_without_number(register, "Anna Marie", "Kowalska"), _without_number(register, "anna", "Kowalska"))
    _without_number(register, "Jan", "Nowak")
    with register.store.write(SC) as tx:
        quality.record(tx, "1", [])
    with register.store.read(LC) as tx:
        found, (row,) = quality.lookalikes(tx, OWN), quality.history(tx, OWN)
    assert [r["ForlopsID"] for r in found] == [first, second]
    assert "kowalska" not in str(found).lower()
    assert (row["kontroll"], row["status"], row["kontrollert"], row["avvik"]) == (quality.LOOKALIKES, "avvik", 3, 2)


def test_lignende_pasienter_finnes_ogsaa_naar_navnet_er_skrevet_paa_en_annen_maate(register: Register) -> None:
    first, second = (_without_number(register, *name) for name in (("Mohamed", "Al Hassan"), ("Mohammed", "Al-Hassan")))
    third = _without_number(register, "Sara", "Al-Hassan")
    with register.store.read(LC) as tx:
        assert [row["ForlopsID"] for row in quality.lookalikes(tx, OWN)] == [first, second]
    with register.store.write(LU) as tx:
        tx.run("update register.pasient set fodselsdato = null where pasient_id = ?", register.head(third).pasient_id)
        tx.run(
            "update identitet.person set fornavn = 'Mohamed', etternavn = 'Ál Hassan' where pasient_id = ?",
            register.head(third).pasient_id,
        )
    with register.store.read(LC) as tx:
        found = {row["ForlopsID"]: row["detalj"] for row in quality.lookalikes(tx, OWN)}
    assert found == {
        first: f"ligner pasienten i forløp {second}, {third}",
        second: f"ligner pasienten i forløp {first}",
        third: f"ligner pasienten i forløp {first}",
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Åse", "Ødegård"), ("Aase", "Oedegaard")),
        (("Thor", "O’Brien"), ("Þór", "OBrien")),
        (("Anne-Marie", "van den Berg"), ("Annemarie", "Vandenberg")),
        (("Mohamed Ali", "Al\u00a0Hassan"), ("Mohamed", "Al-Hassan")),
    ],
)
def test_uten_fodselsdato_sammenlignes_navnene_som_i_soket(
    register: Register, one: tuple[str, str], other: tuple[str, str]
) -> None:
    first, second = (_without_number(register, *name) for name in (one, other))
    _without_number(register, "Per", one[1])
    with register.store.write(LU) as tx:
        tx.run("update register.pasient set fodselsdato = null where pasient_id = ?", register.head(first).pasient_id)
    with register.store.read(LC) as tx:
        assert [row["ForlopsID"] for row in quality.lookalikes(tx, OWN)] == [first, second]


def test_sletting_av_en_pasient_tar_med_merkingen(register: Register) -> None:
    forlop_id = register.forlop()
    with register.store.write(LC) as tx:
        quality.look_at(tx, "hads_sum", forlop_id, "pasienten ringte")
    patient = register.head(forlop_id).pasient_id
    with register.store.write(SC) as tx:
        assert patients.get(tx, patient)
        erase(tx, patient, str(patient), "krav")
        assert tx.rows("select 1 from register.kvalitet_sett") == []
