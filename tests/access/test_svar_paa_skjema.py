"""The answers' own address: what it takes and from whom, that nothing is taken twice, and that nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette

from app.forms import answering, opened
from app.forms import state as states
from checks.errors import CATALOGUE, InvalidAnswers
from ingest.people import sessions
from ingest.registration import forms
from ingest.registration.forms import SAVE
from tests import support
from tests.access.tabs import Tab, drafted
from tests.accounts import Browser, browser
from tests.support import LC, LU, OTHER_LU, SC, Register


def test_svaret_er_i_utkastet_og_svaret_sier_hva_skjemaet_viser(register: Register, lu: Browser) -> None:
    tab = Tab(lu, register.forlop())
    told = tab.give(Tilsett=1, Norsktalende=1, KognSvekket=0)
    assert drafted(register, tab.forlop_id).items() >= {"Tilsett": 1, "Norsktalende": 1, "KognSvekket": 0}.items()
    assert (told["nr"], told["linje"]["tilstand"]) == (3, "Endret – utkastet er beholdt")
    assert "DatoSamtykke" not in tab.shown()
    told = tab.give(SkriftligSamtyk=1)
    assert "DatoSamtykke" in tab.shown()
    assert {i.rpartition("-")[2] for i in told["felt"]} == {"SkriftligSamtyk", "DatoSamtykke"}


def test_det_samme_svaret_tas_ikke_to_ganger(register: Register, lu: Browser) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", support.TO)
    tab = Tab(lu, forlop_id, "b11")
    tab.give(Smertekategori3a=4)
    add_it = tab.body(diagnoseknapper="ok")
    replies = [tab.send(add_it).json() for _ in range(3)]
    assert [reply["nr"] for reply in replies] == [tab.nr] * 3
    assert len(register.open(forlop_id, "b11").svar["smertediagnoser"]) == 1
    again = Tab(lu, forlop_id, "b11", "en annen fane")
    again.give(diagnoseknapper="ok")
    assert len(register.open(forlop_id, "b11").svar["smertediagnoser"]) == 1


def test_et_svar_fra_foer_programmet_ble_startet_paa_nytt_tas(register: Register, lu: Browser) -> None:
    tab = Tab(lu, register.forlop())
    tab.give(Tilsett=2)
    opened.forget()
    told = tab.give(Norsktalende=1)
    assert drafted(register, tab.forlop_id).items() >= {"Tilsett": 2, "Norsktalende": 1}.items()
    assert "Tilsett" in {i.rpartition("-")[2] for i in told["felt"]}


def test_naar_siden_leser_skjemaet_paa_nytt_gaar_svarene_til_det_som_er_lest_sist(
    register: Register, lu: Browser
) -> None:
    tab = Tab(lu, register.forlop())
    tab.give(Tilsett=2)
    first = answering.held(register.store, lu.token, LU, tab.forlop_id, "to")
    again = answering.reopen(register.store, lu.token, LU, tab.forlop_id, "to")
    assert first is not None and first.gone and not again.gone
    tab.give(Norsktalende=1)
    assert again.state.svar.items() >= {"Tilsett": 2, "Norsktalende": 1}.items()
    assert drafted(register, tab.forlop_id).items() >= {"Tilsett": 2, "Norsktalende": 1}.items()


def test_en_kvittering_som_gikk_tapt_sies_igjen(register: Register, lu: Browser) -> None:
    tab = Tab(lu, register.forlop())
    tab.give(Tilsett=1)
    tab.send(tab.body(Norsktalende=1))
    told = tab.give(KognSvekket=0)
    assert {"Norsktalende", "Tilsett"} <= {i.rpartition("-")[2] for i in told["felt"]}


def test_naar_oekten_er_utloept_beholdes_svaret_i_utkastet_og_intet_lagres(register: Register, lu: Browser) -> None:
    tab = Tab(lu, register.forlop())
    tab.give(HenvistDato="2026-11-20", Tilsett=1)
    register.clock.turn(seconds=sessions.IDLE.total_seconds() + 1)
    reply = tab.send(tab.body(Norsktalende=1))
    assert (reply.status_code, reply.json()) == (401, {"melding": CATALOGUE["REG-062"], "nr": 3})
    assert drafted(register, tab.forlop_id)["Norsktalende"] == 1
    assert register.open(tab.forlop_id, "to").versjon == 0


def test_etter_utlogging_tas_ingenting(register: Register, lu: Browser) -> None:
    tab = Tab(lu, register.forlop())
    tab.give(Tilsett=1)
    later = tab.body(Norsktalende=1)
    token = lu.token
    assert lu.sign_out().headers["clear-site-data"] == '"storage"'
    lu.client.cookies.set("smertereg_okt", token)
    assert tab.send(later).status_code == 401
    assert "Norsktalende" not in drafted(register, tab.forlop_id)


def test_et_skjema_som_en_annen_bruker_hadde_aapent_svarer_ikke_i_den_nye_oekten(
    register: Register, lu: Browser
) -> None:
    tab = Tab(lu, register.forlop())
    stale = tab.body(Tilsett=1)
    lu.enter(register, LC)
    assert tab.send(stale).status_code == 403
    assert drafted(register, tab.forlop_id) == {}


@pytest.mark.parametrize("origin", ["null", "http://annet.example", "https://testserver.annet.example"])
def test_fra_et_annet_nettsted_tas_ingenting(register: Register, lu: Browser, origin: str) -> None:
    tab = Tab(lu, register.forlop())
    assert tab.send(tab.body(Tilsett=1), Origin=origin).status_code == 403
    assert drafted(register, tab.forlop_id) == {}


def test_bare_json_tas(register: Register, lu: Browser) -> None:
    tab = Tab(lu, register.forlop())
    assert tab.send(tab.body(Tilsett=1), **{"Content-Type": "text/plain"}).status_code == 415


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {},
        {"svar": 3},
        {"forlop": "10001"},
        {"forlop": True},
        {"skjema": "ukjent"},
        {"skjema": ["to"]},
        {"fane": "x" * 41},
        {"sett": -1},
        {"nokkel": 3},
        {"nokkel": "æ"},
        {"svar": [{"nr": 1, "id": "x", "verdi": 1}]},
        {"svar": [{"nr": "1", "id": "x", "verdi": 1, "tekst": None}]},
        {"svar": [{"nr": 1, "id": 1, "verdi": 1, "tekst": None}]},
        {"svar": [{"nr": 1, "id": "x", "verdi": 1, "tekst": 2}]},
        {"svar": [{"nr": 1, "id": "x", "verdi": 1, "tekst": None}] * 501},
    ],
)
def test_det_ingen_side_av_vaare_sender_avvises(register: Register, lu: Browser, broken: Any) -> None:
    tab = Tab(lu, register.forlop())
    body = {**tab.body(Tilsett=1), **broken} if broken else broken
    assert tab.send(body).status_code == 400
    assert drafted(register, tab.forlop_id) == {}


def test_hvem_som_kan_svare(app: Starlette, register: Register, lu: Browser) -> None:
    forlop_id = register.forlop()
    assert Tab(browser(app), forlop_id).send(Tab(lu, forlop_id).body(Tilsett=1)).status_code in (401, 403)
    for actor, status in ((LU, 200), (LC, 200), (SC, 200), (OTHER_LU, 403)):
        someone = browser(app)
        someone.enter(register, actor)
        tab = Tab(someone, forlop_id)
        assert tab.send(tab.body(Tilsett=1)).status_code == status, actor


def test_et_laast_skjema_og_et_spoersmaal_som_ikke_vises_tar_ikke_svar(register: Register, lu: Browser) -> None:
    done = Tab(lu, register.completed_forlop(), "b12")
    assert done.give(StSmRo12=9)["nr"] == 1
    assert drafted(register, done.forlop_id, "b12") == {}
    tab = Tab(lu, register.forlop())
    tab.give(DatoSamtykke="2026-11-20", FinnesIkke=1)
    assert drafted(register, tab.forlop_id) == {}


def test_tekst_som_ikke_er_et_svar_staar_til_den_er_rettet_og_ingenting_lagres_uten_den(
    register: Register, lu: Browser
) -> None:
    forlop_id = register.forlop()
    tab = Tab(lu, forlop_id)
    told = tab.give(HenvistDato=(None, "32.13"), Tilsett=1)
    assert told["felt"][f"felt-{forlop_id}-HenvistDato"]["tekst"] == "32.13"
    state = states.open_state(register.store, LU, forlop_id, "to")
    assert state.uleselig == {"HenvistDato": "32.13"}
    with pytest.raises(InvalidAnswers) as refused:
        states.save(register.store, LU, state, SAVE)
    assert [p.melding for p in refused.value.problems] == [
        "Henvist dato: «32.13» kan ikke leses. Rett det, eller tøm feltet."
    ]
    assert not states.autosave(register.store, LU, state)
    tab.give(HenvistDato="2026-11-20")
    state = states.open_state(register.store, LU, forlop_id, "to")
    assert states.save(register.store, LU, state, forms.SAVE).svar["HenvistDato"] == "2026-11-20"


def test_soeketekst_i_en_diagnose_som_ikke_er_lagt_til_venter_med_den(register: Register, lu: Browser) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", support.TO)
    tab = Tab(lu, forlop_id, "b11")
    tab.give(Smertekategori3a=1, diagnosekat3b2=1, Operasjonskode1=(None, "ukj"))
    state = states.open_state(register.store, LU, forlop_id, "b11")
    assert state.uleselig == {"Operasjonskode1": "ukj"}
    assert states.save(register.store, LU, state, SAVE).versjon == 1
    assert states.open_state(register.store, LU, forlop_id, "b11").redigeres is not None
    tab.give(diagnoseknapper="avbryt")
    assert states.open_state(register.store, LU, forlop_id, "b11").uleselig == {}


def test_et_svar_som_ikke_kan_tas_stopper_ikke_de_neste(register: Register, lu: Browser) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", support.TO)
    tab = Tab(lu, forlop_id, "b11")
    gone = {"handling": "slett", "id": 9}
    told = tab.give(smertediagnoser=3, RegDato11=(None, "12\x02" + "x" * 5000), TidligereRus=0)
    assert told["nr"] == 3 and drafted(register, forlop_id, "b11")["TidligereRus"] == 0
    assert tab.give(smertediagnoser={"handling": "rediger", "id": 9})["nr"] == 4
    assert tab.give(smertediagnoser=gone, PaagaaRus=0)["nr"] == 6
    assert drafted(register, forlop_id, "b11")["PaagaaRus"] == 0


def test_en_rettelse_med_grunn_overlever_at_programmet_startes_paa_nytt(
    app: Starlette, register: Register, lu: Browser
) -> None:
    forlop_id = register.completed_forlop()
    lc = browser(app)
    lc.enter(register, LC)
    tab = Tab(lc, forlop_id, "b12")
    form = answering.reopen(register.store, lc.token, LC, forlop_id, "b12")
    form.state.grunn = "Feil verdi"
    tab.give(StSmRo12=9)
    opened.forget()
    tab.give(SvSmRo12=4)
    state = states.open_state(register.store, LC, forlop_id, "b12")
    assert (state.grunn, state.svar["StSmRo12"], state.svar["SvSmRo12"]) == ("Feil verdi", 9, 4)


def test_etter_at_oekten_er_utloept_lagrer_legg_til_ingen_versjon(register: Register, lu: Browser) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", support.TO)
    tab = Tab(lu, forlop_id, "b11")
    tab.give(Smertekategori3a=4)
    register.clock.turn(seconds=sessions.IDLE.total_seconds() + 1)
    assert tab.send(tab.body(diagnoseknapper="ok")).status_code == 401
    assert register.open(forlop_id, "b11").versjon == 0
    assert len(drafted(register, forlop_id, "b11")["smertediagnoser"]) == 1
