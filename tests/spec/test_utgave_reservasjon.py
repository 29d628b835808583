"""The registry's edition since December 2022: reservation instead of consent (docs/adr/037)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from checks import nasjonalt, reservasjon
from checks.answers import shape
from checks.codebook import load
from checks.codebook.loader import take_into_use
from checks.errors import InvalidAnswers
from ingest.lists import arbeidsliste, waiting
from ingest.prom import open_forms, orders
from ingest.safekeeping.opening import opened
from tests import edition
from tests.edition import EVE, FIRST, WITHOUT_CONSENT
from tests.spec.eprom import Eprom, moment, refused
from tests.support import B22, LC, LU, OWN, TO, Register, make, moved

BACK = (FIRST - date.fromisoformat(TO["StartdatoTO"])).days
NEW = TO | WITHOUT_CONSENT
CONSENT = {"SkriftligSamtyk", "TypeManglSamt", "DatoSamtykke", "DatotrekSamt"}
OF_PO = {"SkrSamtykke", "DatoinhSamt", "ManglSamt", "DatoTrektSamt"}
LATER = {
    "AkseptabelSmerte12",
    "AkseptabelSmerte21",
    "Funksjon12",
    "Funksjon21",
    "RadBehandlerAST",
    "Prest",
    "Reservasjonsstatus",
}


@pytest.fixture
def utgave(register: Register) -> Iterator[Register]:
    with edition.in_use(register) as used:
        yield used


def on(day: date, answers: dict[str, Any]) -> dict[str, Any]:
    """The answers with the dates moved so that StartdatoTO is this day."""
    return moved(answers, (day - date.fromisoformat(TO["StartdatoTO"])).days)


def asked_of(day: date) -> set[str]:
    return {v.navn for form in load().utgave(day) for v in form.alle if v.aktiv}


def codes(day: date, name: str) -> set[Any]:
    return {k.kode for k in load().utgave(day).variabel(name).koder if k.tilbys}


# --- Hvilken utgave et forløp er under ------------------------------------------------------------------------


@pytest.mark.usefixtures("register")
def test_uten_innstillingen_er_alt_som_foer() -> None:
    assert reservasjon.begins() is None and load().skifter == ()
    for day in (EVE, FIRST, date(2026, 11, 23)):
        assert asked_of(day) >= (CONSENT | OF_PO) and not LATER & asked_of(day)
        assert codes(day, "Tilsett") == {1, 2, 3, 4, 5}
        assert codes(day, "Norsktalende") == codes(day, "KognSvekket") == {0, 1}
        assert not reservasjon.of_forlop(day)


@pytest.mark.usefixtures("utgave")
def test_startdatoen_avgjoer_hvilken_utgave_et_forlop_er_under() -> None:
    assert asked_of(EVE) >= (CONSENT | OF_PO) and not LATER & asked_of(EVE)
    assert asked_of(FIRST) >= LATER and not (CONSENT | OF_PO) & asked_of(FIRST)
    assert [reservasjon.of_forlop(day) for day in (EVE, FIRST, None)] == [False, True, True]


@pytest.mark.usefixtures("utgave")
def test_de_nye_kodene_tilbys_bare_fra_dagen() -> None:
    assert codes(FIRST, "Tilsett") - codes(EVE, "Tilsett") == {6}
    for name in ("Norsktalende", "KognSvekket"):
        assert codes(FIRST, name) - codes(EVE, name) == {9}


def test_innstillingen_setter_dagen_registeret_husker_den_og_den_kan_flyttes(tmp_path: Path) -> None:
    register = make(tmp_path / "smertereg.duckdb")
    forlop_id = register.forlop()
    register.save(forlop_id, "to", on(FIRST, NEW))
    register.store.close()
    later = FIRST + timedelta(days=1)
    try:
        for given, holds in ((FIRST, FIRST), (None, FIRST), (later, later), (None, later)):
            take_into_use({})
            with closing(opened(register.settings(reservasjon_fra=given))) as store, store.read(LU) as tx:
                row = tx.row("select inkludert is not null as ja from register.forlop where forlop_id = ?", forlop_id)
                assert (reservasjon.begins(), row) == (holds, {"ja": holds == FIRST})
    finally:
        take_into_use({})


@pytest.mark.usefixtures("utgave")
def test_et_register_uten_utgaven_i_samme_prosess_er_uten_den(tmp_path: Path) -> None:
    assert reservasjon.begins() == FIRST
    other = make(tmp_path / "annet.duckdb")
    assert reservasjon.begins() is None
    other.store.close()


# --- Samtykke, kriterier og forløpstype -----------------------------------------------------------------------


def test_samtykke_spoerres_det_ikke_om_og_skjemaet_kan_ferdigstilles_uten(utgave: Register) -> None:
    forlop_id = utgave.forlop()
    saved = utgave.complete(forlop_id, "to", on(FIRST, NEW)).svar
    assert {name: saved.get(name) for name in CONSENT} == dict.fromkeys(CONSENT)
    with pytest.raises(InvalidAnswers) as caught:
        utgave.complete(utgave.forlop(), "to", on(EVE, NEW))
    assert {p.variabel for p in caught.value.problems} == {"SkriftligSamtyk"}


def test_et_svar_paa_samtykke_avvises_under_utgaven(utgave: Register) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        utgave.save(utgave.forlop(), "to", on(FIRST, TO))
    assert {p.code for p in caught.value.problems} == {"REG-008"}


def test_ikke_tilsett_gir_ikke_nei_ikke_aktuelt_under_utgaven(utgave: Register) -> None:
    unseen = NEW | {"Tilsett": 6, "KognSvekket": None, "Norsktalende": None}
    for day, expected in ((FIRST, (None, None)), (EVE, (0, 3))):
        given = on(day, unseen | ({} if day == FIRST else {"Tilsett": 5}))
        saved = utgave.save(utgave.forlop(), "to", given).svar
        assert (saved.get("SkriftligSamtyk"), saved.get("TypeManglSamt")) == expected


@pytest.mark.parametrize("name", ["Norsktalende", "KognSvekket"])
def test_vet_ikke_er_ikke_oppfylt_fra_dagen_og_avgjoer_ingenting_foer(utgave: Register, name: str) -> None:
    forlop_id = utgave.forlop()
    saved = utgave.save(forlop_id, "to", on(FIRST, NEW | {name: 9})).svar
    assert saved["InklKritOppf"] == 0 and utgave.head(forlop_id).forlopstype == 2
    before = utgave.forlop()
    saved = utgave.save(before, "to", on(EVE, NEW | {name: 9})).svar
    assert saved["InklKritOppf"] is None
    assert utgave.head(before).forlopstype == (3 if name == "KognSvekket" else 2)


def test_et_registrert_samtykke_hindrer_at_startdatoen_flyttes_over_dagen(utgave: Register) -> None:
    forlop_id = utgave.forlop()
    utgave.save(forlop_id, "to", on(EVE, TO))
    with pytest.raises(InvalidAnswers) as caught:
        utgave.save(forlop_id, "to", on(FIRST, NEW))
    assert [p.code for p in caught.value.problems] == ["REG-590"]
    assert utgave.head(forlop_id).startdato == EVE


# --- Hvorfor et forløp er nasjonalt -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inkl_krit", "status", "why"),
    [
        (1, 0, None),
        (1, None, "ingen har spurt om pasienten har reservert seg"),
        (1, 1, "pasienten har reservert seg"),
        (0, 1, "pasienten har reservert seg"),
        (0, 0, "inklusjonskriteriene er ikke oppfylt"),
        (None, None, "inklusjonskriteriene er ikke avklart ennå"),
    ],
)
def test_et_forlop_er_nasjonalt_naar_kriteriene_er_oppfylt_og_pasienten_ikke_er_reservert(
    inkl_krit: int | None, status: int | None, why: str | None
) -> None:
    assert nasjonalt.why_not_reservation(inkl_krit, status) == why


@pytest.mark.parametrize(
    ("inkl_krit", "samtykke", "withdrawn", "formal", "why"),
    [
        (1, 1, False, True, None),
        (1, 1, False, False, "pasienten er ikke formelt henvist"),
        (1, 0, False, True, "pasienten har ikke samtykket"),
        (1, None, False, True, "samtykket er ikke registrert ennå"),
        (1, 1, True, True, "samtykket er trukket tilbake"),
        (0, 1, False, True, "inklusjonskriteriene er ikke oppfylt"),
    ],
)
def test_foer_dagen_avgjoer_samtykke_og_henvisning(
    inkl_krit: int | None, samtykke: int | None, withdrawn: bool, formal: bool, why: str | None
) -> None:
    assert nasjonalt.why_not_consent(inkl_krit, samtykke, withdrawn=withdrawn, formal=formal) == why


def test_listene_sier_reservasjon_i_stedet_for_samtykke(utgave: Register) -> None:
    before, after = utgave.forlop(), utgave.forlop()
    for forlop_id, day in ((before, EVE), (after, FIRST)):
        utgave.save(forlop_id, "to", on(day, NEW))
    with utgave.store.read(LU) as tx:
        rows = {row["forlop_id"]: row["samtykke"] for row in arbeidsliste.rows(tx)}
        waits = [line.forlop_id for line in waiting.lists(tx, OWN).samtykke]
    assert rows == {before: "venter", after: "reservasjon"} and waits == [before]


# --- ePROM begynner ved inklusjon ---------------------------------------------------------------------------


def test_pasreg_og_hads_gaar_ut_naar_pasienten_er_inkludert(prom: Eprom, utgave: Register) -> None:
    asked, unasked = utgave.forlop(), utgave.forlop()
    for forlop_id in (asked, unasked):
        utgave.save(forlop_id, "to", NEW)
    edition.asked(utgave, utgave.head(asked).pasient_id, reservasjon.NOT_RESERVED)
    prom.run_on(23)
    assert prom.sent() == [
        (form, "skjema", moment(23, 16, minute))
        for form, minute in (("pasreg", 30), ("pasreg", 30), ("hads", 32), ("hads", 32))
    ]


@pytest.mark.parametrize("change", [{"KognSvekket": None}, {"KognSvekket": 9}, {"Tilsett": 6}, {"Norsktalende": 0}])
def test_ingenting_gaar_ut_foer_kriteriene_er_oppfylt(prom: Eprom, utgave: Register, change: dict[str, Any]) -> None:
    utgave.save(utgave.forlop(), "to", NEW | change)
    prom.run_on(23)
    assert prom.sent() == []


def test_en_reservert_pasient_sendes_ingenting(prom: Eprom, utgave: Register) -> None:
    forlop_id = utgave.forlop()
    utgave.save(forlop_id, "to", NEW)
    edition.asked(utgave, utgave.head(forlop_id).pasient_id, reservasjon.RESERVED)
    prom.run_on(23)
    assert prom.sent() == []
    with utgave.store.write(LU) as tx, refused("REG-591"):
        orders.order(tx, forlop_id, "pasreg", "sikker")


def test_fristen_paa_papir_regnes_fra_inklusjonen(prom: Eprom, utgave: Register) -> None:
    forlop_id = utgave.forlop()
    utgave.save(forlop_id, "to", NEW)
    with utgave.store.write(LU) as tx:
        orders.mark_paper(tx, forlop_id, "pasreg")
    for day, state in ((28, -1), (29, 1)):
        prom.run_on(day)
        assert utgave.head(forlop_id).status["pasreg"] == state


def test_eval_og_opioid_foelger_b22_som_foer(prom: Eprom, utgave: Register) -> None:
    edition.completed(utgave, NEW)
    prom.run_on(23)
    assert [form for form, _, _ in prom.sent()] == ["pasreg", "eval", "hads"]
    prom.run_on(3, 12)
    assert prom.sent()[-1] == ("opioid", "skjema", moment(3, month=12))


def test_foer_dagen_venter_utsendingen_paa_samtykket(prom: Eprom, utgave: Register) -> None:
    with edition.in_use(utgave, date(2026, 11, 20)):
        forlop_id = utgave.forlop()
        utgave.save(forlop_id, "to", NEW)
        prom.run_on(23)
        assert prom.sent() == []
        with utgave.store.write(LU) as tx, refused("REG-160"):
            orders.order(tx, forlop_id, "pasreg", "sikker")
        with utgave.store.read(LU) as tx:
            assert [row.samtykke for row in open_forms.rows(tx)] == ["venter"]


# --- Nye spørsmål -------------------------------------------------------------------------------------------


def test_prest_og_raad_kan_registreres_fra_dagen(utgave: Register) -> None:
    forlop_id = edition.completed(utgave, NEW)
    saved = utgave.save(
        forlop_id, "b22", B22 | {"Prest": 1, "AntTilsPrest": 2}, LC, grunn="Glemt", hendelse="ferdigstilt"
    )
    assert (saved.svar["Prest"], saved.svar["AntTilsPrest"]) == (1, 2)
    assert shape("b22", EVE).columns["Prest"].aktiv is False
