"""Personopplysninger and the internal comment at the answers' address: what is kept, for whom, and what no page sends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette

from app.forms import answering, commenting, opened, po
from app.forms import state as states
from checks.errors import CATALOGUE
from exports.integrity import check_register
from ingest import disk
from ingest.people import sessions
from ingest.registration import comments, forlop, patients
from tests.access.tabs import Tab, drafted
from tests.accounts import Browser, browser
from tests.support import LC, LU, OTHER_LU, SC, Register

COMMENT = "internkommentar"


def of_po(someone: Browser, forlop_id: int, name: str = "fane") -> Tab:
    return Tab(someone, forlop_id, "po", name)


def opened_po(register: Register, lu: Browser, forlop_id: int) -> po.OpenPo:
    return po.open_form(register.store, lu.token, LU, forlop_id)


def kept(register: Register, forlop_id: int) -> dict[str, Any]:
    return {name: given["ny"] for name, given in drafted(register, forlop_id, "po").items()}


def test_det_som_skrives_er_i_utkastet_og_linjen_sier_det(register: Register, lu: Browser) -> None:
    tab = of_po(lu, register.forlop())
    told = tab.give(Adresse=" Nygata 1 ", Adrtype=1, DatoinhOppl="2026-11-20", Poststed=None)
    assert (told["nr"], told["linje"]["tilstand"]) == (4, "Endret – utkastet er beholdt")
    expected = {"Adresse": "Nygata 1", "Adrtype": 1, "DatoinhOppl": "2026-11-20", "Poststed": None}
    assert kept(register, tab.forlop_id) == expected
    assert told["felt"][f"felt-{tab.forlop_id}-Adresse"]["verdi"] == "Nygata 1"
    assert tab.give(Telefon="12")["felt"][f"felt-{tab.forlop_id}-Telefon"]["feil"].startswith("Dette er ikke et telef")


def test_etter_ny_start_tas_svaret_og_aapningen_logges(register: Register, lu: Browser) -> None:
    tab = of_po(lu, register.forlop())
    tab.give(Adresse="Nygata 1")
    opened.forget()
    tab.give(Poststed="Bergen")
    assert kept(register, tab.forlop_id) == {"Adresse": "Nygata 1", "Poststed": "Bergen"}
    with register.store.read(SC) as tx:
        seen = tx.rows("select 1 from tilgang.logg where hendelse = 'personopplysninger åpnet'")
    assert len(seen) == 2


def test_tekst_som_ikke_er_en_dato_staar_og_stopper_lagringen_til_den_er_rettet(
    register: Register, lu: Browser
) -> None:
    tab = of_po(lu, register.forlop())
    told = tab.give(DatoinhOppl=(None, "32.13"))
    assert told["felt"][f"felt-{tab.forlop_id}-DatoinhOppl"]["tekst"] == "32.13"
    opened.forget()
    form = opened_po(register, lu, tab.forlop_id)
    assert form.typed == {"DatoinhOppl": "32.13"}
    assert not po.save(form)
    assert form.errors == {"DatoinhOppl": "«32.13» kan ikke leses. Rett det, eller tøm feltet."}
    tab.give(DatoinhOppl="2026-11-20")
    assert po.save(opened_po(register, lu, tab.forlop_id))
    with register.store.read(LU) as tx:
        patient = patients.get(tx, forlop.get(tx, tab.forlop_id).pasient_id)
    assert str(patient.dato_innhentet) == "2026-11-20" and kept(register, tab.forlop_id) == {}


@pytest.mark.parametrize(
    "never",
    [
        *({"Adresse": value} for value in (3, "x" * 201, "x\x00")),
        *({"Adrtype": value} for value in (9, True, "1")),
        *({"DatoinhOppl": value} for value in (3, "x", [1], {"a": 1}, {"bekreftet": 1})),
        *({COMMENT: given} for given in ("x", {"tekst": 3, "versjon": 0}, {"tekst": "x", "versjon": -1})),
        {COMMENT: {"tekst": "x\x00", "versjon": 0}},
        {"Fornavn": "Annet navn"},
        {"SkrSamtykke": 1},
        {"FinnesIkke": 1},
    ],
)
def test_det_ingen_side_sender_tas_ikke_og_stopper_ikke_de_neste(register: Register, lu: Browser, never: Any) -> None:
    tab = of_po(lu, register.forlop())
    assert tab.give(**never, Poststed="Bergen")["nr"] == 2
    assert kept(register, tab.forlop_id) == {"Poststed": "Bergen"}
    with register.store.read(LU) as tx:
        assert comments.typed(tx, tab.forlop_id, "po") is None


@pytest.mark.parametrize("skjema", ["po", "to"])
def test_hvem_som_kan_svare(app: Starlette, register: Register, lu: Browser, skjema: str) -> None:
    forlop_id = register.forlop()
    note = {COMMENT: {"tekst": "Tolk bestilt", "versjon": 0}}
    assert Tab(browser(app), forlop_id, skjema).send(Tab(lu, forlop_id, skjema).body(**note)).status_code in (401, 403)
    for actor, status in ((LU, 200), (LC, 200), (SC, 200), (OTHER_LU, 403)):
        someone = browser(app)
        someone.enter(register, actor)
        tab = Tab(someone, forlop_id, skjema)
        assert tab.send(tab.body(Adresse="Nygata 1", **note)).status_code == status, actor
        with register.store.read(actor) as tx:
            assert (comments.typed(tx, forlop_id, skjema) is None) == (status == 403)


@pytest.mark.parametrize("skjema", ["po", "to"])
def test_kommentaren_er_i_utkastet_til_den_lagres(register: Register, lu: Browser, skjema: str) -> None:
    tab = Tab(lu, register.forlop(), skjema)

    def typed() -> comments.Typed | None:
        with register.store.read(LU) as tx:
            return comments.typed(tx, tab.forlop_id, skjema)

    tab.give(**{COMMENT: {"tekst": "Tolk\nbestilt", "versjon": 0}})
    assert typed() == comments.Typed(0, "Tolk\nbestilt")
    assert drafted(register, tab.forlop_id, skjema) == {}
    with register.store.read(SC) as tx:
        assert [found.feil for found in check_register(tx) if found.feil] == []
    with register.store.write(LU) as tx:
        comments.write(tx, tab.forlop_id, skjema, "Tolk\nbestilt", 0)
    assert typed() is None
    tab.give(**{COMMENT: {"tekst": "Tolk", "versjon": 1}})
    tab.give(**{COMMENT: {"tekst": "Tolk\nbestilt ", "versjon": 1}})
    assert typed() is None


@pytest.mark.parametrize("skjema", ["po", "to"])
def test_en_kommentar_som_ikke_kunne_skrives_blir_skrevet_naar_det_er_plass(
    register: Register, lu: Browser, skjema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = Tab(lu, register.forlop(), skjema)
    other = {"Adresse" if skjema == "po" else "HenvistDato": None}
    tab.give(**other)
    with monkeypatch.context() as full:
        full.setattr(disk, "left", lambda _: 0)
        told = tab.give(**{COMMENT: {"tekst": "Tolk bestilt", "versjon": 0}})
        assert "står på skjermen" in told["linje"]["melding"]
        form = opened.held(register.store, (lu.token, tab.forlop_id, skjema), LU)
        assert form
        with register.store.read(LU) as tx:
            assert comments.typed(tx, tab.forlop_id, skjema) is None
            assert commenting.fields(tx, form)["skrevet"] == [0, "Tolk bestilt"]
    tab.give(**other)
    with register.store.read(LU) as tx:
        assert comments.typed(tx, tab.forlop_id, skjema) == comments.Typed(0, "Tolk bestilt")
    assert form.comment_waits is None


def test_naar_oekten_er_utloept_beholdes_svaret_i_utkastet(register: Register, lu: Browser) -> None:
    tab = of_po(lu, register.forlop())
    tab.give(Adresse="Nygata 1")
    register.clock.turn(seconds=sessions.IDLE.total_seconds() + 1)
    reply = tab.send(tab.body(Poststed="Bergen", **{COMMENT: {"tekst": "Tolk", "versjon": 0}}))
    assert (reply.status_code, reply.json()) == (401, {"melding": CATALOGUE["REG-062"], "nr": 3})
    assert kept(register, tab.forlop_id) == {"Adresse": "Nygata 1", "Poststed": "Bergen"}


@pytest.mark.parametrize("skjema", ["po", "to"])
@pytest.mark.parametrize("timed_out", [False, True])
def test_en_rolle_som_er_tatt_bort_er_ikke_en_oekt_som_er_utloept(
    register: Register, lu: Browser, skjema: str, timed_out: bool
) -> None:
    tab = Tab(lu, register.forlop(), skjema)
    tab.give(Adresse="Nygata 1", Tilsett=1)
    before = drafted(register, tab.forlop_id, skjema)
    with register.store.write(SC) as tx:
        tx.run("delete from tilgang.tildeling where bruker_id = ?", LU.bruker)
    register.store.access_changes += 1
    if timed_out:
        register.clock.turn(seconds=sessions.IDLE.total_seconds() + 1)
    reply = tab.send(tab.body(Adresse="Storgata 9", Tilsett=0))
    assert (reply.status_code, reply.json()) == (401, {"melding": CATALOGUE["REG-062"]})
    assert drafted(register, tab.forlop_id, skjema) == before


@pytest.mark.parametrize("skjema", ["po", "to"])
def test_oppdiktede_fanenavn_fyller_ikke_minnet(register: Register, lu: Browser, skjema: str) -> None:
    forlop_id = register.forlop()
    mine = Tab(lu, forlop_id, skjema)
    mine.give(Adresse="Nygata 1", Tilsett=1)
    for number in range(opened.MOST_TABS + 5):
        Tab(lu, forlop_id, skjema, f"fane {number}").give()
        forged = Tab(lu, forlop_id, skjema, f"svarer {number}")
        forged.give(FinnesIkke=1)
    form = opened.held(register.store, (lu.token, forlop_id, skjema), LU)
    assert form and len(form.sent) <= opened.MOST_TOLD and len(form.taken) <= opened.MOST_TABS
    assert mine.give(Poststed="Bergen", Norsktalende=1)["nr"] == mine.nr


@contextmanager
def being_read(lu: Browser, register: Register, forlop_id: int) -> Iterator[None]:
    """TO of the forløp has been read anew by the page, and is not open yet, until the block ends."""
    read, go_on = threading.Event(), threading.Event()
    as_it_is = states.open_state

    def waits(store: Any, actor: Any, number: int, skjema: str) -> Any:
        found = as_it_is(store, actor, number, skjema)
        if number == forlop_id:
            read.set()
            assert go_on.wait(30)
        return found

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr(states, "open_state", waits)
        page = pool.submit(answering.reopen, register.store, lu.token, LU, forlop_id, "to")
        assert read.wait(30)
        try:
            yield
        finally:
            go_on.set()
            page.result(30)


def test_et_skjema_som_leses_holder_ikke_de_andre_oppe(register: Register, lu: Browser) -> None:
    other = Tab(lu, register.forlop())
    with being_read(lu, register, register.forlop()), ThreadPoolExecutor(1) as pool:
        pool.submit(other.give, Tilsett=1).result(20)
    assert drafted(register, other.forlop_id)["Tilsett"] == 1


def test_et_svar_som_kommer_mens_siden_leser_skjemaet_er_med_i_det_som_vises_siden(
    register: Register, lu: Browser
) -> None:
    tab = Tab(lu, register.forlop())
    tab.give(Tilsett=1)
    with ThreadPoolExecutor(1) as pool:
        with being_read(lu, register, tab.forlop_id):
            answered = pool.submit(tab.give, Norsktalende=1)
            # As long as an answer that waits for nothing could need.
            wait([answered], 0.5)
        answered.result(30)
    tab.give(KognSvekket=0)
    assert drafted(register, tab.forlop_id).items() >= {"Tilsett": 1, "Norsktalende": 1, "KognSvekket": 0}.items()
