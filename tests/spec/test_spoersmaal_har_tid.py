"""A question has a time: a form is judged by the edition of the codebook in force at the forløp's startdato."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.eprom_page import steps
from app.forms import state as states
from checks.answers import shape
from checks.codebook import load, loader
from checks.errors import InvalidAnswers
from exports.printouts import paper
from ingest.registration import forms
from tests import support
from tests.codebooks import Change, changed
from tests.support import B11, B12, B22, LC, TO, Register

MIDDLE = date(2026, 11, 10)
OLD, NEW = "2026-11-02", "2026-11-16"
STARTED = {"StartdatoTO": NEW, "DatoSamtykke": NEW}
PREGNANT = {"navn": "Gravid", "ledetekst": "Gravid?", "type": "liste", "koder": {0: "Nei", 1: "Ja"}, "fra": MIDDLE}
SLEEP = {"navn": "Sovn", "ledetekst": "Hvordan sov du?", "type": "liste", "koder": {0: "Dårlig", 1: "Godt"}}
PEER = {"navn": "Likeperson", "antall": "AntLikeperson", "ledetekst": "Likeperson", "fysisk": "PEER", "fra": MIDDLE}


def block(data: dict[str, Any], name: str) -> dict[str, Any]:
    keys = ("navn", "flervalg", "behandlere")
    return next(b for s in data["seksjoner"] for b in s["felt"] if name in [b.get(k) for k in keys])


def to(d: dict[str, Any]) -> None:
    d["seksjoner"][0]["felt"].append({**PREGNANT, "navn": "Tolk", "ledetekst": "Tolk?", "fysisk": "INTERPRETER"})
    old = block(d, "Tilsett")["koder"]
    old[5] = {"tekst": old[5], "til": MIDDLE}


def b11(d: dict[str, Any]) -> None:
    block(d, "PaagaaRus")["til"] = MIDDLE
    block(d, "LAR")["vises_naar"] = {"PaagaaRus": [0, 1, 2]}


def b12(d: dict[str, Any]) -> None:
    d["seksjoner"][0]["felt"].append({**PREGNANT, "fysisk": "PREGNANT"})


def b22(d: dict[str, Any]) -> None:
    row = {**PEER, "fysisk_antall": "PEER_TIMES"}
    next(b for s in d["seksjoner"] for b in s["felt"] if "behandlere" in b)["rader"].append(row)


def pasreg(d: dict[str, Any]) -> None:
    d["seksjoner"][-1]["felt"].append({**SLEEP, "fysisk": "SLEEP", "fra": MIDDLE})


CHANGES: dict[str, Change] = {"to": to, "b11": b11, "b12": b12, "b22": b22, "pasreg": pasreg}


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the codebook in which questions, a code and a row come in and go out on one day."""
    return changed(tmp_path_factory.mktemp("tid") / "kodebok", CHANGES)


@pytest.fixture
def gammel(register: Register) -> int:
    """A forløp from before the day, completed under the codebook of then."""
    return register.completed_forlop()


@pytest.fixture
def kodebok(gammel: int, dated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "FOLDER", dated)


def moved(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of a forløp that starts after the day."""
    return {n: v.replace("2026-11-0", "2026-11-1") if isinstance(v, str) else v for n, v in answers.items()}


@pytest.fixture
def ny(register: Register, kodebok: None) -> int:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to", moved(TO) | STARTED | {"Tolk": 0})
    return forlop_id


def opened(register: Register, forlop_id: int, skjema: str, actor=support.LU) -> states.FormState:
    return states.open_state(register.store, actor, forlop_id, skjema)


def asked(state: states.FormState) -> set[str]:
    return {n.navn for s in state.bilde.sections for n in s.nodes}


def refused(register: Register, forlop_id: int, skjema: str, svar: dict[str, Any], **options: Any) -> dict[str, str]:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, skjema, svar, **options)
    return {str(p.variabel): p.melding for p in caught.value.problems}


def test_skjermen_spoer_etter_forlopets_startdato(register: Register, gammel: int, ny: int) -> None:
    assert "Gravid12" not in asked(opened(register, gammel, "b12"))
    assert "Gravid12" in asked(opened(register, ny, "b12"))
    assert {"PaagaaRus", "LAR"} <= asked(opened(register, gammel, "b11"))
    assert not {"PaagaaRus", "LAR"} & asked(opened(register, ny, "b11")), "LAR hangs on a question that is not asked"


@pytest.mark.usefixtures("kodebok")
def test_to_foelger_sin_egen_startdato_mens_den_skrives(register: Register) -> None:
    state = opened(register, register.forlop(), "to")
    assert "Tolk" in asked(state), "without a startdato: as today"
    states.answer(state, {"StartdatoTO": OLD}, support.Clock().now.date())
    assert "Tolk" not in asked(state)
    states.answer(state, {"StartdatoTO": NEW}, support.Clock().now.date())
    assert "Tolk" in asked(state)


@pytest.mark.usefixtures("kodebok")
def test_svar_paa_et_spoersmaal_som_startdatoen_tok_bort_lagres_ikke_og_det_sies(register: Register) -> None:
    forlop_id = register.forlop()
    state = opened(register, forlop_id, "to")
    states.answer(state, {"StartdatoTO": NEW, "Tolk": 1}, support.Clock().now.date())
    states.answer(state, {"StartdatoTO": OLD}, support.Clock().now.date())
    saved = states.save(register.store, support.LU, state, forms.SAVE)
    assert [v.navn for v in saved.fjernet] == ["Tolk"]
    assert "Tolk" not in register.open(forlop_id, "to").svar


@pytest.mark.usefixtures("kodebok")
def test_autolagring_tar_ikke_bort_det_en_annen_startdato_tok_av_skjermen(register: Register) -> None:
    state = opened(register, register.forlop(), "to")
    states.answer(state, {"StartdatoTO": NEW, "Tolk": 1}, support.Clock().now.date())
    states.answer(state, {"StartdatoTO": OLD}, support.Clock().now.date())
    assert not states.autosave(register.store, support.LU, state)
    states.answer(state, {"StartdatoTO": NEW}, support.Clock().now.date())
    assert state.svar["Tolk"] == 1, "the first startdato was right after all"
    assert states.autosave(register.store, support.LU, state)


def test_et_nytt_obligatorisk_spoersmaal_kreves_bare_av_forlop_fra_dagen(register: Register, ny: int) -> None:
    answers = moved(B12) | {"Regdato12": NEW}
    assert refused(register, ny, "b12", answers, hendelse=forms.COMPLETE).keys() == {"Gravid12"}
    assert register.complete(ny, "b12", answers | {"Gravid12": 1}).status == 1


def test_lc_retter_et_skjema_fra_foer_dagen_uten_det_nye_spoersmaalet(
    register: Register, gammel: int, kodebok: None
) -> None:
    saved = register.save(gammel, "b12", {"StSmRo12": 7}, LC, grunn="Feil tall")
    assert (saved.status, saved.svar["StSmRo12"]) == (1, 7)
    assert "Gravid12" not in saved.svar
    assert saved.fjernet == ()


def test_svar_paa_et_spoersmaal_som_ikke_stilles_avvises_og_det_sies_fra_naar(
    register: Register, gammel: int, ny: int
) -> None:
    early = refused(register, gammel, "b12", {"Gravid12": 1}, actor=LC, grunn="x")
    assert early == {
        "Gravid12": "«Gravid» finnes ikke i skjemaet B 1.2 for dette forløpet (spørsmålet stilles fra 10.11.2026). "
        "Fjern feltet."
    }
    late = refused(register, ny, "b11", {"PaagaaRus": 1})
    assert "(spørsmålet stilles til 10.11.2026)" in late["PaagaaRus"]


def test_et_utgaatt_spoersmaal_kreves_ikke_etter_dagen(register: Register, ny: int) -> None:
    answers = moved(B11) | {"RegDato11": NEW, "PaagaaRus": None, "LAR": None}
    assert register.complete(ny, "b11", answers).status == 1


def test_det_som_er_svart_foer_kodeboken_ble_endret_tas_bort_ved_retting_og_det_sies(
    register: Register, dated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to", moved(TO) | STARTED)
    register.complete(forlop_id, "b11", moved(B11) | {"RegDato11": NEW})
    monkeypatch.setattr(loader, "FOLDER", dated)
    saved = register.save(forlop_id, "b11", {"TidligereRus": 1}, LC, grunn="Feil svar")
    assert "PaagaaRus" not in saved.svar
    assert {v.navn for v in saved.fjernet} >= {"PaagaaRus"}


def test_en_kode_er_gyldig_til_dagen_den_gaar_ut(register: Register, gammel: int, ny: int) -> None:
    before, after = (
        shape("to", day).columns["Tilsett"].koder for day in (date.fromisoformat(OLD), date.fromisoformat(NEW))
    )
    assert {k.kode for k in before if k.tilbys} - {k.kode for k in after if k.tilbys} == {5}
    assert "Tilsett" in refused(register, ny, "to", {"Tilsett": 5}, actor=LC, grunn="x")
    assert register.save(gammel, "to", {"Tilsett": 5}, LC, grunn="x").svar["Tilsett"] == 5


def test_en_behandlerrad_kommer_til_paa_dagen(register: Register, gammel: int, ny: int) -> None:
    given = {"Likeperson": 1, "AntLikeperson": 2}
    assert "Likeperson" in refused(register, gammel, "b22", given, actor=LC, grunn="x")
    assert register.save(ny, "b22", moved(B22) | {"SluttDato": NEW} | given).svar["AntLikeperson"] == 2


@pytest.mark.usefixtures("kodebok")
def test_pasienten_spoerres_etter_startdato_og_papiret_som_i_dag() -> None:
    def names(day: str) -> set[str]:
        return {v.navn for s in steps.steps(shape("pasreg", date.fromisoformat(day))) for v in s.variabler}

    assert names(NEW) - names(OLD) == {"Sovn"}
    for day, there in ((OLD, False), (NEW, True)):
        made = paper.document("pasreg", date.fromisoformat(day))
        assert there is any(q["tekst"] == SLEEP["ledetekst"] for part in made["deler"] for q in part["sporsmaal"])


@pytest.mark.usefixtures("kodebok")
def test_det_er_bare_en_utgave_for_hvert_skifte() -> None:
    book = load()
    assert book.skifter == (MIDDLE,)
    assert book.utgave(date(2026, 1, 1)) is book.utgave(date(2026, 11, 9))
    assert book.utgave(MIDDLE) is book.utgave(date(2030, 1, 1))
    assert book.utgave(MIDDLE) is not book.utgave(date(2026, 11, 9))
