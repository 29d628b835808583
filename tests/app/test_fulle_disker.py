"""Proves what pages say and do while nothing can be written: what only reads is shown, no patient is shown without a line in
the log, and what is typed stays on the screen until it can be kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from app import server
from app.components.form_bar import KEPT, NOT_KEPT
from app.forms import answering, bar, opened, po
from app.forms import state as states
from app.ui import uncaught
from app.web import resources, session
from checks.errors import CATALOGUE, RegisterError
from ingest import disk
from ingest.access import GATE
from ingest.lists import unit_lists
from ingest.people import sessions
from ingest.registration import drafts, forlop, patients
from tests.accounts import add
from tests.app.test_brukere_side import signed_in
from tests.support import LC, LU, SC, Register

PAGES = Path(__file__).parents[2] / "app" / "pages"
FULL = CATALOGUE["REG-282"].format(fil="smertereg.duckdb")
TODAY = date(2026, 11, 23)


@contextmanager
def full() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "left", lambda _: 0)
        yield


@pytest.fixture
def lu(register: Register, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    add(register, LU)
    monkeypatch.setattr(session, "script_token", lambda: "en økt")
    monkeypatch.setattr(streamlit, "page_link", lambda *_, **__: None)  # needs the frame
    with signed_in(register, monkeypatch, LU):
        yield register


def page(name: str, **query: object) -> AppTest:
    run = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=30)
    for key, value in query.items():
        run.query_params[key] = str(value)
    return run.run()


def everything(run: AppTest) -> str:
    return " ".join(str(html.proto.body) for html in run.get("html")) + " ".join(e.value for e in run.error)  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    "name", ["arbeidsliste", "pasientregistreringer", "ny_registrering", "lokal_oversikt", "min_side"]
)
def test_en_side_som_bare_leser_vises(lu: Register, name: str) -> None:
    lu.forlop()
    with full():
        run = page(name)
    assert not run.exception, run.exception[0].stack_trace
    assert not run.error


@pytest.mark.parametrize("name", ["pasienthistorikk", "personopplysninger", "skjema"])
def test_ingen_pasient_vises_uten_at_det_staar_i_innsynsloggen(lu: Register, name: str) -> None:
    forlop_id = lu.forlop()
    with lu.store.read(LU) as tx:
        patient = patients.get(tx, forlop.get(tx, forlop_id).pasient_id)
    assert patient.navn
    query = {"pasient": patient.pasient_id} if name != "skjema" else {"forlop": forlop_id, "skjema": "to"}
    with full():
        run = page(name, **query)
    assert not run.exception
    assert CATALOGUE["REG-310"].format(melding=FULL) in everything(run)
    assert patient.navn not in str([element.proto for element in run.main])


def form_of(register: Register) -> answering.Open:
    state = states.open_state(register.store, LU, register.forlop(), "to")
    return answering.Open(register.store, LU, state, {}, {})


def drafted(form: answering.Open) -> dict[str, object]:
    with form.store.read(LU) as tx:
        found = drafts.get(tx, form.state.forlop_id, "to")
    return found.svar if found else {}


@pytest.fixture
def form(lu: Register) -> answering.Open:
    return form_of(lu)


def test_det_som_skrives_blir_staaende_paa_skjermen_og_kommer_med_i_neste_utkast(form: answering.Open) -> None:
    state = form.state
    with full():
        answering.commit(form, {"Tilsett": 2})
        answering.commit(form, {"KognSvekket": 0})
    assert state.feil == CATALOGUE["REG-311"].format(melding=FULL)
    assert (state.svar["Tilsett"], state.svar["KognSvekket"]) == (2, 0)
    assert bar.saved_text(form) == NOT_KEPT
    assert drafted(form) == {}
    answering.commit(form, {"HenvistDato": "2026-11-20"})
    assert state.feil == ""
    assert bar.saved_text(form) == KEPT
    assert drafted(form).items() >= {"Tilsett": 2, "KognSvekket": 0, "HenvistDato": "2026-11-20"}.items()


def test_naar_registerfilen_er_flyttet_vises_det_som_leses_og_det_som_skrives_blir_staaende(
    form: answering.Open,
) -> None:
    file = form.store.path
    moved = file.rename(file.with_name("flyttet"))
    run = page("arbeidsliste")
    assert not run.exception and not run.error
    answering.commit(form, {"Tilsett": 2})
    gone = CATALOGUE["REG-322"].format(fil=file.name)
    assert form.state.feil == CATALOGUE["REG-311"].format(melding=gone)
    assert (form.state.svar["Tilsett"], bar.saved_text(form)) == (2, NOT_KEPT)
    moved.rename(file)
    answering.commit(form, {"KognSvekket": 0})
    assert drafted(form).items() >= {"Tilsett": 2, "KognSvekket": 0}.items()


def test_lagre_sier_at_ingenting_ble_lagret_og_lagrer_alt_naar_det_er_plass(form: answering.Open) -> None:
    with full():
        answering.commit(form, {"Tilsett": 2})
        with opened.guarded(form):
            bar.save(form, complete=False)
    assert form.state.feil == CATALOGUE["REG-311"].format(melding=FULL)
    assert bar.save(form, complete=False)
    assert form.state.lagret["Tilsett"] == 2
    assert not bar.saved_text(form).startswith("Endret")


def test_forrige_og_klokken_gaar_ikke_fra_det_som_ikke_er_tatt_vare_paa(form: answering.Open) -> None:
    with full():
        answering.commit(form, {"Tilsett": 2})
        with pytest.raises(RegisterError, match="Disken er full"):
            states.autosave(form.store, form.actor, form.state)
    assert form.state.endret


def test_personopplysninger_beholder_det_som_skrives(lu: Register) -> None:
    form = po.open_form(lu.store, "en økt", LU, lu.forlop())
    with full():
        po.keep(form, "Adresse", "Nygata 1")
        po.keep(form, "Poststed", "Bergen")
    told = po.told(form)
    assert (form.value("Adresse"), form.value("Poststed"), told["tilstand"]) == ("Nygata 1", "Bergen", NOT_KEPT)
    assert told["melding"] == CATALOGUE["REG-311"].format(melding=FULL)
    po.keep(form, "Telefon", "99887766")
    opened.forget()
    again = po.open_form(lu.store, "en økt", LU, form.head.forlop_id)
    assert [again.po.value(name) for name in ("Adresse", "Poststed", "Telefon")] == ["Nygata 1", "Bergen", "99887766"]
    told = po.told(form)
    assert (told["tilstand"], told["melding"]) == (KEPT, "")


def test_en_oekt_i_bruk_gjelder_selv_om_det_ikke_kan_skrives(lu: Register) -> None:
    with lu.store.write(GATE) as tx:
        token = sessions.start(tx, LU.bruker, (LU.enhet, LU.rolle))
    lu.clock.turn(minutes=20)
    found = session.find(token)
    assert found is not None
    assert found.due(lu.store.clock())
    with full():
        session.active(found)
    session.active(found)
    again = session.find(token)
    assert again is not None
    assert not again.due(lu.store.clock())


def test_et_klikk_som_avvises_stopper_ikke_siden(lu: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    with lu.store.write(LC) as tx:
        unit_lists.add_entry(tx, "avdeling", LC.enhet, "Ny avdeling", "Ny")
    with signed_in(lu, monkeypatch, SC):
        run = page("systeminfo")
        with full():
            run = next(button for button in run.button if button.label == "Lest").click().run()
        assert not run.exception
        assert FULL in everything(run)
        assert "Varsler fra enhetene" in everything(run) and "Lisenser" in [one.label for one in run.expander]
        assert FULL not in everything(run.run())


def test_streamlits_engelske_side_vises_aldri(lu: Register) -> None:
    def raises() -> None:
        from app.ui import uncaught
        from checks.errors import RegisterError

        assert uncaught.shown(RegisterError("REG-282", fil="smertereg.duckdb"))
        assert uncaught.shown(ValueError("Anna Nygata"))

    run = AppTest.from_function(raises).run()
    refused, other = (error.value for error in run.error)
    assert refused == FULL
    assert other.startswith("Noe gikk galt, og siden kan ikke vises. Oppgi referanse ")
    assert "Anna" not in other
    assert server.create_app(resources.current())._on_script_error is uncaught.shown
