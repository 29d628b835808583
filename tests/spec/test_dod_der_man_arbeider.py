"""Issue J: a death is seen where one works, and dates after it are refused for visits and asked about once for the rest."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from app.forms import page
from app.forms import state as states
from app.patients import patient_header
from checks.answers import shape
from checks.codebook import load
from checks.errors import InvalidAnswers, RegisterError
from checks.validation import checker, judged_columns, outside_soft
from exports.printouts import arbeidsliste as paper
from exports.printouts import form, record
from ingest.lists import arbeidsliste
from ingest.registration import forlop, patients
from ingest.services.folkeregister import LocalFolkeregister
from tests.spec.identitet import number
from tests.spec.test_identitet_folkeregister import borger
from tests.support import B11, B12, B21, B22, LC, LU, TO, Register

DIED = date(2026, 11, 4)
VISITS = {"b12": "Regdato12", "b21": "Regdato21"}
OTHERS = {"to": ("HenvistDato", "StartdatoTO", "DatoSamtykke"), "b11": ("RegDato11",), "b22": ("SluttDato",)}


def dies(register: Register, forlop_id: int, day: date | None = DIED) -> int:
    """Let the patient of the forløp be dead; returns the PasientID."""
    patient = register.head(forlop_id).pasient_id
    with register.store.write(LU) as tx:
        tx.run("update register.pasient set avdod = 1, dodsdato = ? where pasient_id = ?", day, patient)
    return patient


def refused(register: Register, forlop_id: int, skjema: str, svar: dict[str, Any], **how: Any) -> set[tuple[str, str]]:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, skjema, svar, **how)
    return {(p.code, p.variabel or "") for p in caught.value.problems}


@pytest.fixture
def forlop_id(register: Register) -> int:
    """A forløp with TO and B 1.1 completed, of a patient who died on DIED."""
    made = register.forlop()
    register.complete(made, "to")
    register.complete(made, "b11")
    dies(register, made)
    return made


def test_kodeboken_sier_hvilke_datoer_som_er_tilsyn_og_hvilke_det_sporres_om() -> None:
    rules = {(r.slag, f.id, r.variabler[0]) for f in load() for r in f.regler if r.mot == "po.Ddato"}
    asked = {("spoerres_etter", f, name) for f, names in OTHERS.items() for name in names}
    assert rules == {("ikke_etter", f, name) for f, name in VISITS.items()} | asked
    dates = {
        (v.skjema, v.navn) for f in load() if f.slag == "behandler" for v in f.alle if v.type == "dato" and v.besvares
    }
    assert dates == {(f, name) for _, f, name in rules}, "every date that is answered is held against the death"


@pytest.mark.parametrize(("skjema", "svar"), [("b12", B12), ("b21", B21)])
def test_et_tilsyn_etter_doden_avvises_ogsaa_ved_lagre(
    register: Register, forlop_id: int, skjema: str, svar: dict[str, Any]
) -> None:
    if skjema == "b21":
        register.complete(forlop_id, "b12")
    name = VISITS[skjema]
    for completing in ({}, {"hendelse": "ferdigstilt"}):
        found = refused(register, forlop_id, skjema, {**svar, name: "2026-11-05"}, **completing)
        assert ("REG-006", name) in found
    register.save(forlop_id, skjema, {**svar, name: "2026-11-04"}, hendelse="ferdigstilt")


def test_andre_datoer_etter_doden_sporres_det_om_en_gang(register: Register, forlop_id: int) -> None:
    register.complete(forlop_id, "b12")
    register.complete(forlop_id, "b21", {**B21, "Regdato21": "2026-11-04"})
    assert refused(register, forlop_id, "b22", B22, hendelse="ferdigstilt") == {("REG-520", "SluttDato")}
    register.save(forlop_id, "b22", B22)  # «Lagre» does not ask
    register.save(forlop_id, "b22", B22, hendelse="ferdigstilt", bekreftet={"SluttDato": B22["SluttDato"]})
    register.save(forlop_id, "b22", {"TotTid": 5}, LC, grunn="talt feil")  # asked once, not again


def test_det_som_var_foer_doden_registreres_uten_sporsmaal(register: Register) -> None:
    made = register.forlop()
    dies(register, made, date(2026, 11, 20))
    for skjema in ("to", "b11", "b12", "b21", "b22"):
        register.complete(made, skjema)


def test_skjermen_spor_ved_datoen_med_kodebokens_setning(register: Register) -> None:
    made = register.forlop()
    dies(register, made)
    state = states.open_state(register.store, LU, made, "to")
    states.answer(state, {"StartdatoTO": "2026-11-05"}, date(2026, 11, 23))
    assert state.asks() == {
        "StartdatoTO": "Startdatoen er etter dagen pasienten døde. Er du sikker på at den er riktig?"
    }
    state.bekreftet["StartdatoTO"] = "2026-11-05"
    assert not state.asks()


def test_en_dato_det_maa_sporres_om_staar_ikke_som_forslag(register: Register, forlop_id: int) -> None:
    state = states.open_state(register.store, LU, forlop_id, "b22")
    assert (state.forslag["SluttDato"].day, state.forslag["SluttDato"].staar) == ("2026-11-23", False)
    dies(register, forlop_id, date(2026, 11, 23))
    state = states.open_state(register.store, LU, forlop_id, "b22")
    assert state.forslag["SluttDato"].staar


@pytest.mark.parametrize("died", [None, "2026-11-04", "2026-11-05", "2026-11-06"])
@pytest.mark.parametrize(("skjema", "svar"), [("to", TO), ("b11", B11), ("b12", B12), ("b21", B21), ("b22", B22)])
def test_begge_maskinene_sier_det_samme_om_datoer_etter_doden(
    skjema: str, svar: dict[str, Any], died: str | None
) -> None:
    made, answers = shape(skjema), {n: a for n, a in svar.items() if n in shape(skjema).columns}
    context = dict.fromkeys(made.context) | {"po.Ddato": died}
    row = {n: context.get(n, answers.get(n)) for n in made.dtypes}
    columns = pl.DataFrame([row], schema_overrides={n: pl.String for n, t in made.dtypes.items() if t == pl.Date})
    columns = columns.with_columns(
        pl.col(n).str.to_date() if t == pl.Date else pl.col(n).cast(t) for n, t in made.dtypes.items()
    )
    judge, today = checker(skjema, "lagre"), date(2026, 11, 23)
    alone = judge.judge(answers, context, today).problems
    assert judge.problems(judged_columns(made, columns, today)) == alone
    late = {n for n, a in answers.items() if n in dict(VISITS.items()).values() and died and a > died}
    assert {p.variabel for p in alone if p.code == "REG-006" and "døde" in p.melding} == late
    asked = {n for n, p in outside_soft(made, answers, context).items() if p.code == "REG-520"}
    assert asked == {n for n in OTHERS.get(skjema, ()) if died and (answers.get(n) or "") > died}


def test_doden_staar_paa_arbeidslisten_i_skjemahodet_og_paa_utskriftene(register: Register, forlop_id: int) -> None:
    patient = register.head(forlop_id).pasient_id
    with register.store.write(LC) as tx:
        (line,) = arbeidsliste.rows(tx)
        facts = page.head_parts(tx, forlop.get(tx, forlop_id), "to")[0]
        header = patient_header.describe(tx, patients.get(tx, patient))
        printed = paper.document(tx)["rader"][0][0]
        asked = dict(record.document(tx, patient)["person"])
        on_paper = dict(form.document(tx, forlop_id, "to")["fakta"])
    assert line["dod"] == facts["dod"] == "død 04.11.2026"
    assert "død 04.11.2026" in header and printed.endswith("død 04.11.2026")
    assert (asked["Avdød"], asked["Dødsdato"], on_paper["Dødsdato"]) == ("Ja", "04.11.2026", "04.11.2026")


def test_den_levende_har_ingenting_om_doden_noe_sted(register: Register) -> None:
    patient = register.head(made := register.forlop()).pasient_id
    with register.store.write(LC) as tx:
        assert arbeidsliste.rows(tx)[0]["dod"] == page.head_parts(tx, forlop.get(tx, made), "to")[0]["dod"] == ""
        told = (record.document(tx, patient)["person"], form.document(tx, made, "to")["fakta"], paper.document(tx))
    assert "død" not in str(told).lower().replace("fødsel", "")


def test_en_dod_uten_kjent_dato_sies_ogsaa(register: Register, forlop_id: int) -> None:
    dies(register, forlop_id, None)
    with register.store.read(LC) as tx:
        assert arbeidsliste.rows(tx)[0]["dod"] == "død"
    register.complete(forlop_id, "b12")


def test_ny_registrering_av_en_dod_sporres_det_om(register: Register, forlop_id: int) -> None:
    patient = register.head(forlop_id).pasient_id
    with register.store.write(LU) as tx:
        with pytest.raises(RegisterError, match=r"død 04\.11\.2026") as caught:
            forlop.create(tx, patient)
        assert caught.value.code == "REG-521"
        assert forlop.create(tx, patient, of_dead=True) > forlop_id


def test_en_som_er_dod_naar_pasienten_legges_inn_er_dod_i_registeret(register: Register) -> None:
    read = number()
    told = LocalFolkeregister(told={read.number: borger(read, dodsdato=DIED)})
    with register.store.write(LU) as tx:
        patient = patients.create(tx, read, told.find(read))
    with register.store.read(LU) as tx:
        assert patients.get(tx, patient).dod == "død 04.11.2026"
