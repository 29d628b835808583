"""The dates of one forløp agree, whichever form is saved (manual: «Behandlerdel 1.1», Registreringsdato; docs/adr/024)."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from checks.answers import shape
from checks.errors import InvalidAnswers, RegisterError
from ingest.registration.forms import Moved, StaleSave
from ingest.results.quality import catalogue
from tests.support import COLLEAGUE, LC, NOT_SEEN, TO, Register

# The consent keeps its date, which is before the new startdato, and is asked about.
REASON: dict[str, Any] = {"grunn": "feil dag", "bekreftet": {"DatoSamtykke": TO["DatoSamtykke"]}}


@pytest.fixture
def forlop_id(register: Register) -> int:
    """Every form completed: startdato, B 1.1 and B 1.2 on 2.11, B 2.1 and sluttdato on 5.11."""
    return register.completed_forlop()


def clashes(caught: pytest.ExceptionInfo[InvalidAnswers]) -> list[str]:
    assert {p.code for p in caught.value.problems} == {"REG-015"}
    return [p.annen_dato for p in caught.value.problems]


def dates(register: Register, forlop_id: int) -> dict[str, Any]:
    heads = register.head(forlop_id).forms
    found = {n: v for skjema in heads for n, v in register.open(forlop_id, skjema).svar.items()}
    return {n: found.get(n) for n in ("HenvistDato", "StartdatoTO", "RegDato11", "Regdato12", "Regdato21", "SluttDato")}


@pytest.mark.manual("B 1.1 1")
def test_en_rettet_startdato_holdes_mot_alle_skjemaene_og_hver_dato_nevnes(register: Register, forlop_id: int) -> None:
    before = dates(register, forlop_id)
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "to", {"StartdatoTO": "2026-11-04"}, LC, **REASON)
    assert clashes(caught) == ["b11.RegDato11", "b12.Regdato12"]
    assert next(p.melding for p in caught.value.problems) == (
        "Startdato 04.11.2026 kan ikke være etter «Registreringsdato» 02.11.2026 i Behandlerdel 1.1. "
        "Rett den av datoene som er feil."
    )
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "to", {"StartdatoTO": "2026-11-06", "HenvistDato": "2026-11-06"}, LC, **REASON)
    assert sorted(clashes(caught)) == sorted(
        ["b11.RegDato11"] * 2 + ["b12.Regdato12", "b21.Regdato21", "b22.SluttDato"]
    )
    assert dates(register, forlop_id) == before


@pytest.mark.manual("B 1.1 1")
def test_datoene_rettes_i_samme_steg_eller_ingen_av_dem(register: Register, forlop_id: int) -> None:
    new = {"StartdatoTO": "2026-11-04", "HenvistDato": "2026-11-03"}
    moved = [
        Moved("b11", "RegDato11", "2026-11-02", "2026-11-04"),
        Moved("b12", "Regdato12", "2026-11-02", "2026-11-04"),
    ]
    before = dates(register, forlop_id)
    with pytest.raises(InvalidAnswers):
        register.save(forlop_id, "to", new, LC, **REASON, samtidig=moved[:1])
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-023"):
        register.save(forlop_id, "to", new, LC, samtidig=moved)
    assert dates(register, forlop_id) == before
    register.save(forlop_id, "to", new, LC, **REASON, samtidig=moved)
    assert dates(register, forlop_id) == before | new | {m.variabel: m.til for m in moved}
    assert register.head(forlop_id).status.items() >= {"to": 1, "b11": 1, "b12": 1}.items()
    with register.store.read(LC) as tx:
        rows = tx.rows("select skjema, hendelse, grunn from register.skjemaversjon where versjon = 2 order by skjema")
    assert [tuple(row.values()) for row in rows] == [(s, "rettet", "feil dag") for s in ("b11", "b12", "to")]


def test_alle_datoene_kan_flyttes_forbi_hverandre_paa_en_gang(register: Register, forlop_id: int) -> None:
    moved = [
        Moved("b11", "RegDato11", "2026-11-02", "2026-11-10"),
        Moved("b12", "Regdato12", "2026-11-02", "2026-11-10"),
        Moved("b21", "Regdato21", "2026-11-05", "2026-11-12"),
        Moved("b22", "SluttDato", "2026-11-05", "2026-11-13"),
    ]
    new = {"StartdatoTO": "2026-11-10", "HenvistDato": "2026-11-10"}
    register.save(forlop_id, "to", new, LC, **REASON, samtidig=moved)
    assert str(register.head(forlop_id).startdato) == "2026-11-10"
    assert dates(register, forlop_id) == new | {m.variabel: m.til for m in moved}


def test_lu_retter_aapne_skjemaer_i_samme_steg_men_ikke_laaste(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    register.save(forlop_id, "b11", {"RegDato11": "2026-11-02"})
    moved = [Moved("b11", "RegDato11", "2026-11-02", "2026-11-04")]
    register.save(forlop_id, "to", {"StartdatoTO": "2026-11-03"}, samtidig=moved)
    assert register.open(forlop_id, "b11").svar["RegDato11"] == "2026-11-04"
    done = register.forlop()
    register.save(done, "to", TO)
    register.complete(done, "b11")
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-022"):
        register.save(done, "to", {"StartdatoTO": "2026-11-03"}, samtidig=moved)
    assert register.open(done, "to").svar["StartdatoTO"] == TO["StartdatoTO"]


@pytest.mark.parametrize(
    ("skjema", "svar", "annen"),
    [
        ("b12", {"Regdato12": "2026-11-06"}, ["b21.Regdato21", "b22.SluttDato"]),
        ("b21", {"Regdato21": "2026-11-06"}, ["b22.SluttDato"]),
    ],
)
def test_ogsaa_tilsynenes_datoer_holdes_mot_de_senere(
    register: Register, forlop_id: int, skjema: str, svar: dict, annen: list[str]
) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, skjema, svar, LC, grunn="feil dag")
    assert clashes(caught) == annen


@pytest.mark.parametrize("svar", [{"SluttDato": "2026-11-01"}, {"SluttDato": "2026-11-04"}])
def test_sluttdato_er_ikke_foer_start_eller_siste_tilsyn(register: Register, forlop_id: int, svar: dict) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b22", svar, LC, grunn="feil dag")
    assert {(p.code, p.variabel) for p in caught.value.problems} == {("REG-006", "SluttDato")}


def test_et_lukket_skjema_stanser_ingen_foer_det_aapnes_igjen(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    register.save(forlop_id, "b12", {"Regdato12": "2026-11-02"})
    unseen = {**dict.fromkeys(TO), **NOT_SEEN, "SkriftligSamtyk": 1, "DatoSamtykke": TO["DatoSamtykke"]}
    register.save(forlop_id, "to", {**unseen, "StartdatoTO": "2026-11-04"})
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "to", {"Tilsett": 1})
    assert clashes(caught) == ["b12.Regdato12"]


def test_en_dato_som_en_annen_har_endret_imens_overskrives_ikke(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    register.save(forlop_id, "b11", {"RegDato11": "2026-11-02"})
    version = register.open(forlop_id, "to").versjon
    register.save(forlop_id, "b11", {"RegDato11": "2026-11-05"}, COLLEAGUE)
    moved = [Moved("b11", "RegDato11", "2026-11-02", "2026-11-10")]
    with pytest.raises(RegisterError, match=r"Registreringsdato i Behandlerdel 1\.1 er endret av en annen imens"):
        register.save(forlop_id, "to", {"StartdatoTO": "2026-11-10"}, samtidig=moved)
    register.save(forlop_id, "to", {"Norsktalende": 0}, COLLEAGUE)
    now = [Moved("b11", "RegDato11", "2026-11-05", "2026-11-10")]
    with pytest.raises(StaleSave):
        register.save(forlop_id, "to", {"StartdatoTO": "2026-11-10"}, samtidig=now, grunnversjon=version)
    assert register.open(forlop_id, "b11").svar["RegDato11"] == "2026-11-05"


def test_hver_regel_mellom_to_skjemaers_datoer_gjelder_begge_veier() -> None:
    # Stated once in the codebook, in the form of the later date.
    named = {(form.id, r.id) for name in ("to", "b11", "b12", "b21", "b22") for form, r in shape(name).held}
    stated = {
        (f.id, r.id) for f in shape("to").codebook for r in f.regler if r.slag == "ikke_foer" and "." in str(r.mot)
    }
    assert named == stated and len(stated) == 8


def test_hver_av_reglene_har_en_kontroll_som_finner_det_som_er_lagret_fra_foer() -> None:
    found = set(catalogue().filter(pl.col("mal") == "datoer").select("forst", "sist").rows())
    stated = {(r.senest(name), r.variabler[0]) for name in ("to", "b12", "b21") for _, r in shape(name).held}
    assert stated <= found and len(stated) == 8
