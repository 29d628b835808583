"""Proves that whatever a colleague does while a user stands in a form, the user meets a sentence, and what was typed is kept
or shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from app.components.form_bar import NOT_KEPT
from app.forms import answering, bar, opened, po
from app.web import session
from checks.codebook import load
from checks.errors import CATALOGUE, RegisterError
from ingest.prom import patient_answers
from ingest.prom.patient_answers import VISITOR
from ingest.registration import drafts, erasure, forlop
from tests import support
from tests.accounts import add
from tests.app.test_brukere_side import signed_in
from tests.app.test_fulle_disker import everything, page
from tests.spec.eprom import Eprom
from tests.support import COLLEAGUE, LC, LU, SC, Register

TODAY = date(2026, 11, 23)
TYPED = {"to": {"HenvistDato": "2026-10-30"}, "b11": {"TidligereRus": 1}, "b12": {"StSmRo12": 7}, "b22": {"TotTid": 9}}
UNSEEN = {"Tilsett": 2, "SkriftligSamtyk": None, "DatoSamtykke": None}


def erased(register: Register, forlop_id: int) -> None:
    patient = register.head(forlop_id).pasient_id
    with register.store.write(SC) as tx:
        erasure.erase(tx, patient, str(patient), "krav")


def deleted(register: Register, forlop_id: int) -> None:
    with register.store.write(LC) as tx:
        forlop.delete(tx, forlop_id, "feil pasient")


def locked(register: Register, forlop_id: int) -> None:
    for skjema, svar in support.COMPLETE.items():
        register.save(forlop_id, skjema, svar, actor=COLLEAGUE, hendelse="ferdigstilt")


def closed(register: Register, forlop_id: int) -> None:
    register.save(forlop_id, "to", UNSEEN, actor=COLLEAGUE)


CROSSINGS: dict[str, tuple[Callable[[Register, int], None], str, bool]] = {
    # (what the colleague does, the code of the sentence, whether what was typed is on the page)
    "slettet": (deleted, "REG-027", True),
    "pasienten slettet": (erased, "REG-027", False),
    "låst": (locked, "REG-022", True),
    "lukket": (closed, "REG-021", True),
}


@pytest.fixture
def lu(register: Register, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    add(register, LU)
    monkeypatch.setattr(session, "script_token", lambda: "en økt")
    monkeypatch.setattr(bar, "current_actor", lambda: LU)
    monkeypatch.setattr(bar, "did_something", lambda: None)
    monkeypatch.setattr(streamlit, "page_link", lambda *_, **__: None)  # needs the frame
    opened.forget()
    with signed_in(register, monkeypatch, LU):
        yield register


def standing_in(register: Register, skjema: str) -> tuple[int, AppTest, answering.Open]:
    """A forløp with every form begun, its page open, and something typed."""
    forlop_id = register.forlop()
    register.save(forlop_id, "to", {**support.TO, "SkriftligSamtyk": None, "DatoSamtykke": None})
    run = page("skjema", forlop=forlop_id, skjema=skjema)
    form = answering.held(register.store, "en økt", LU, forlop_id, skjema)
    assert form is not None
    answering.commit(form, TYPED[skjema])
    return forlop_id, run, form


def sentence(code: str) -> str:
    """The sentence's words up to the first place for a value."""
    return max((part for part in CATALOGUE[code].replace("}", "{").split("{")), key=len).strip()


@pytest.mark.parametrize("skjema", TYPED)
@pytest.mark.parametrize("what", CROSSINGS)
def test_hva_kollegaen_enn_gjor_imens_moter_brukeren_en_setning(lu: Register, skjema: str, what: str) -> None:
    act, code, shown = CROSSINGS[what]
    forlop_id, run, form = standing_in(lu, skjema)
    head = lu.head(forlop_id, LU)
    act(lu, forlop_id)
    if what == "lukket" and skjema in ("to", "b11"):
        code = "REG-020" if skjema == "to" else ""
    with form.lock, opened.guarded(form):
        bar._handle(form, head, {"handling": "lagre"})
    assert "Oppgi referanse" not in form.state.feil
    conflict = form.state.sporsmaal and form.state.sporsmaal[0] == "konflikt"
    assert conflict or not code or sentence(code) in form.state.feil or code == "REG-020", form.state.feil
    form.state.sporsmaal = None
    run.run()
    assert not run.exception
    said = everything(run)
    assert "REG-314" not in said and "Oppgi referanse" not in said
    if code in ("REG-021", "REG-027"):
        assert sentence(code) in said
        label = load().variabel(next(iter(TYPED[skjema]))).ledetekst.rstrip("?: ")
        assert (label in said) is shown


def test_den_som_kommer_til_et_slettet_forlop_faar_vite_hvem_som_slettet_det_og_at_utkastet_er_borte(
    lu: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(lu, LC, support.OTHER_LU)
    forlop_id, _, _ = standing_in(lu, "to")
    deleted(lu, forlop_id)
    opened.forget()
    said = everything(page("skjema", forlop=forlop_id, skjema="to"))
    assert sentence("REG-027") in said
    assert (
        "slettet av Lars Koordinator 23.11.2026 kl. 10:00. Det som var skrevet og ikke lagret, er slettet med" in said
    )

    with signed_in(lu, monkeypatch, support.OTHER_LU):
        assert "Lars" not in everything(page("skjema", forlop=forlop_id, skjema="to"))


def test_utkastet_fra_foer_skjemaet_ble_laast_vises_naar_det_aapnes_igjen(lu: Register) -> None:
    forlop_id, _, _ = standing_in(lu, "b12")
    locked(lu, forlop_id)
    opened.forget()
    said = everything(page("skjema", forlop=forlop_id, skjema="b12"))
    assert "ble ikke lagret før skjemaet ble låst" in said and "ro: 7" in said
    with lu.store.read(LU) as tx:
        assert drafts.get(tx, forlop_id, "b12") is not None


def test_skjemaet_som_lukkes_og_aapnes_igjen_har_det_som_ble_skrevet(lu: Register) -> None:
    forlop_id, run, form = standing_in(lu, "b22")
    closed(lu, forlop_id)
    run.run()
    lu.save(forlop_id, "to", {"Tilsett": 1}, actor=COLLEAGUE)
    run.run()
    assert form.state.svar["TotTid"] == 9
    assert bar.save(form, complete=False)
    assert lu.open(forlop_id, "b22").svar["TotTid"] == 9


# --- Paper and patient at once (manual: «Utfylling på papir»; docs/adr/013) -----------------------------------------


@pytest.fixture
def answered(lu: Register, monkeypatch: pytest.MonkeyPatch) -> tuple[Eprom, int, str]:
    """A forløp whose patient has answered one question of Pasreg through the link: (eprom, forløp, token)."""
    prom, forlop_id = Eprom(lu), lu.forlop()
    lu.save(forlop_id, "to", support.TO | {"DatoSamtykke": "2026-11-23"})
    prom.run_on(23)
    token = prom.token("pasreg")
    with lu.store.write(VISITOR) as tx:
        patient_answers.keep(tx, patient_answers.open_link(tx, token), {"PRSpm1": 1}, 2)
    return prom, forlop_id, token


def test_plottingen_sier_hvor_langt_pasienten_er_kommet_og_lar_behandleren_velge(
    lu: Register, answered: tuple[Eprom, int, str]
) -> None:
    _, forlop_id, token = answered
    said = everything(page("skjema", forlop=forlop_id, skjema="pasreg"))
    assert "Pasienten har begynt å svare selv: 1 av" in said and "sist 23.11.2026 kl. 16:32" in said
    form = answering.held(lu.store, "en økt", LU, forlop_id, "pasreg")
    assert form is not None
    answering.commit(form, {"PRSpm1": 2})
    assert bar.save(form, complete=False)
    assert not bar.save(form, complete=True)
    assert form.state.sporsmaal[0] == "papir" and "1 av" in form.state.sporsmaal[1]
    with lu.store.read(VISITOR) as tx:
        assert patient_answers.open_link(tx, token).svar == {"PRSpm1": 1}
    assert bar.save(form, complete=True, erstatter=True)
    with lu.store.read(VISITOR) as tx, pytest.raises(RegisterError, match="registrert svarene dine fra papir"):
        patient_answers.open_link(tx, token)


def test_sender_pasienten_inn_foerst_gjelder_pasientens_svar_og_plottingen_staar_som_utkast(
    lu: Register, answered: tuple[Eprom, int, str]
) -> None:
    _, forlop_id, token = answered
    page("skjema", forlop=forlop_id, skjema="pasreg")
    form = answering.held(lu.store, "en økt", LU, forlop_id, "pasreg")
    assert form is not None
    answering.commit(form, {"PRSpm1": 2})
    with lu.store.write(VISITOR) as tx:
        patient_answers.send_in(tx, token)
    with form.lock, opened.guarded(form):
        bar.save(form, complete=True, erstatter=True)
    assert "Pasienten sendte selv inn Pasreg 23.11.2026 kl. 16:32" in form.state.feil
    assert lu.open(forlop_id, "pasreg").svar["PRSpm1"] == 1
    opened.forget()
    said = everything(page("skjema", forlop=forlop_id, skjema="pasreg"))
    assert "ble ikke lagret før skjemaet ble låst" in said
    with lu.store.read(VISITOR) as tx, pytest.raises(RegisterError, match="Takk for svarene"):
        patient_answers.open_link(tx, token)


def test_i_po_faar_den_som_skriver_videre_vite_hvem_som_slettet_forlopet_og_at_svaret_ikke_er_tatt_vare_paa(
    lu: Register,
) -> None:
    add(lu, LC)
    forlop_id = lu.forlop()
    form = po.open_form(lu.store, "en økt", LU, forlop_id)
    po.keep(form, "Telefon", "+4791234567")
    deleted(lu, forlop_id)
    po.keep(form, "Epost", "nora@example.com")
    assert form.refused.startswith("Forløpet ble slettet av Lars Koordinator 23.11.2026 kl. 10:00.")
    assert (po.told(form)["tilstand"], form.value("Epost")) == (NOT_KEPT, "nora@example.com")
    assert not po.save(form) and form.refused.startswith("Forløpet ble slettet av Lars Koordinator")
    run = page("personopplysninger", pasient=form.head.pasient_id, forlop=forlop_id)
    assert "slettet av Lars Koordinator" in everything(run)
