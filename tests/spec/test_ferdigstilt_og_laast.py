"""Manual: «Ferdigstille skjema?», and who may change what is locked."""

from __future__ import annotations

import pytest

from checks.errors import InvalidAnswers, RegisterError
from ingest.registration import forms
from tests import support
from tests.support import LC, LU, SC, TO, Register


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


# --- Ferdigstilt og låst -------------------------------------------------------------------------------------


@pytest.mark.manual("Arbeidsliste 12", "Samtykke 11")
def test_ferdigstilt_skjema_er_laast_og_kan_ikke_endres_av_lu(register: Register) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    with refused("REG-022"):
        register.save(forlop_id, "to", {"Norsktalende": 0})
    assert not register.open(forlop_id, "to").kan_endres


@pytest.mark.manual("Arbeidsliste 12")
@pytest.mark.parametrize("actor", [LC, SC])
def test_endringer_i_laaste_skjema_gjores_av_lc_og_sc_med_grunn(register: Register, actor: support.Actor) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    with refused("REG-023"):
        register.save(forlop_id, "to", {"HenvistDato": "2026-10-31"}, actor=actor)
    saved = register.save(forlop_id, "to", {"HenvistDato": "2026-10-31"}, actor=actor, grunn="tastefeil")
    assert saved.status == 1
    with register.store.read(actor) as tx:
        history = tx.rows(
            "select versjon, hendelse, grunn, rolle from register.skjemaversjon where skjema = 'to' order by versjon"
        )
    assert [(h["hendelse"], h["grunn"]) for h in history] == [("ferdigstilt", None), ("rettet", "tastefeil")]
    assert history[1]["rolle"] == actor.rolle


@pytest.mark.manual("Arbeidsliste 12")
@pytest.mark.parametrize("grunn", ["", " ", "\n\t "], ids=["tom", "mellomrom", "linjeskift"])
def test_en_tom_grunn_er_ingen_grunn(register: Register, grunn: str) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    with refused("REG-023") as caught:
        register.save(forlop_id, "to", {"HenvistDato": "2026-10-31"}, actor=LC, grunn=grunn)
    assert "TO" in str(caught.value)
    assert register.open(forlop_id, "to").versjon == 1


def test_naar_og_av_hvem_skjemaet_forst_ble_ferdigstilt_staar_etter_en_retting(register: Register) -> None:
    def first() -> dict:
        with register.store.read(SC) as tx:
            (row,) = tx.rows("select * from register.skjema where forlop_id = ? and skjema = 'to'", forlop_id)
        return {name: row[name] for name in ("forst_ferdigstilt", "forst_ferdigstilt_av")}

    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    assert first() == {"forst_ferdigstilt": None, "forst_ferdigstilt_av": None}
    register.complete(forlop_id, "to")
    completed = {"forst_ferdigstilt": register.clock.now, "forst_ferdigstilt_av": LU.bruker}
    assert first() == completed
    register.clock.turn(days=3)
    register.save(forlop_id, "to", {"HenvistDato": "2026-10-31"}, actor=LC, grunn="tastefeil")
    assert first() == completed
    corrected = register.open(forlop_id, "to")
    assert (corrected.sist_lagret, corrected.sist_lagret_av) == (register.clock.now, LC.bruker)


def test_et_rettet_skjema_maa_fortsatt_oppfylle_alle_regler(register: Register) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    with pytest.raises(InvalidAnswers):
        register.save(forlop_id, "to", {"HenvistDato": None}, actor=LC, grunn="tastefeil")


def test_autolagring_skriver_aldri_i_et_laast_skjema(register: Register) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    with refused("REG-022"):
        register.save(forlop_id, "to", {"Norsktalende": 0}, actor=LC, hendelse=forms.AUTOSAVE, grunn="x")


@pytest.mark.manual("Arbeidsliste 11")
def test_et_skjema_under_utfylling_kan_endres_av_alle_brukere_ved_enheten(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", {"HenvistDato": "2026-11-01"}, actor=LU)
    for actor, day in ((support.COLLEAGUE, "2026-10-30"), (LC, "2026-10-31"), (LU, "2026-11-01")):
        assert register.save(forlop_id, "to", {"HenvistDato": day}, actor=actor).status == 0
        opened = register.open(forlop_id, "to", actor=actor)
        assert (opened.svar["HenvistDato"], opened.kan_endres, opened.krever_grunn) == (day, True, False)
