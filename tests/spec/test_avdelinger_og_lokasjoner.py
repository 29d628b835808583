"""Manual: «Avdelinger», «Lokasjoner»."""

from __future__ import annotations

from typing import Any

import pytest

from checks.errors import RegisterError
from ingest import units
from ingest.access import Actor
from ingest.lists import unit_lists, varsler
from ingest.lists.unit_lists import Entry
from ingest.registration import drafts, forlop
from tests import support
from tests.support import LC, LU, OTHER, OWN, SC, Register

KINDS = pytest.mark.parametrize("kind", units.KINDS)


def add(register: Register, kind: str, *names: Any, actor: Actor = LC, enhet: str = OWN) -> int:
    with register.store.write(actor) as tx:
        return unit_lists.add_entry(tx, kind, enhet, *names)


def remove(register: Register, kind: str, entry_id: int) -> None:
    with register.store.write(LC) as tx:
        unit_lists.remove_entry(tx, kind, OWN, entry_id)


def change(register: Register, kind: str, entry_id: int, new: Entry, actor: Actor = LC) -> bool:
    with register.store.write(actor) as tx:
        return unit_lists.change_entry(tx, kind, OWN, entry_id, new)


def listed(register: Register, kind: str, *, only_active: bool = True) -> dict[int, dict[str, Any]]:
    with register.store.read(LC) as tx:
        return {e["id"]: e for e in units.entries(tx, kind, OWN, only_active=only_active)}


def logged(register: Register, event: str) -> list[dict[str, Any]]:
    with register.store.read(SC) as tx:
        return tx.rows("select * from tilgang.logg where hendelse = ? order by nr", event)


def notices(register: Register) -> list[str]:
    with register.store.read(SC) as tx:
        return [v["tekst"] for v in varsler.unread(tx)]


@pytest.mark.manual("Avdelinger 2")
@KINDS
def test_lc_legger_til_med_fullt_navn_visningsnavn_og_resh_id(register: Register, kind: str) -> None:
    made = add(register, kind, "  Ny   post ", "Post", "4001234")
    found = listed(register, kind)[made]
    assert (found["navn"], found["visningsnavn"], found["resh"], found["aktiv"]) == ("Ny post", "Post", "4001234", 1)


@KINDS
@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("", "Post", None), "REG-100"),
        (("Ny post", "  ", None), "REG-100"),
        (("x" * 101, "Post", None), "REG-101"),
        (("Ny post", "y" * 31, None), "REG-101"),
        (("Ny post", "Post", "12345678901"), "REG-101"),
        (("Ny post", "Post", "40O12"), "REG-102"),
        (("Ny post", "Post", "٤٠"), "REG-102"),
        (("GAMMEL POST", "Post", None), "REG-103"),
        (("Ny post", "gml", None), "REG-103"),
    ],
)
def test_det_som_ikke_kan_brukes_avvises_med_sin_egen_setning(
    register: Register, kind: str, names: Any, code: str
) -> None:
    add(register, kind, "Gammel post", "Gml")
    before = listed(register, kind)
    with pytest.raises(RegisterError, check=lambda e: e.code == code):
        add(register, kind, *names)
    assert listed(register, kind) == before


@KINDS
def test_samme_navn_kan_brukes_ved_en_annen_enhet(register: Register, kind: str) -> None:
    add(register, kind, "Smerteklinikken", "Smerte", actor=SC, enhet=OTHER)
    assert add(register, kind, "Smerteklinikken", "Smerte")


@pytest.mark.manual("Avdelinger 3")
@KINDS
def test_en_som_er_opprettet_feil_og_ikke_brukt_kan_slettes(register: Register, kind: str) -> None:
    made = add(register, kind, "Feil post", "Feil")
    remove(register, kind, made)
    assert made not in listed(register, kind, only_active=False)
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-104"):
        remove(register, kind, made)


def _registered(register: Register) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    register.complete(forlop_id, "b11")


def _drafted(register: Register) -> None:
    forlop_id = register.forlop()
    with register.store.write(LU) as tx:
        drafts.keep(tx, forlop_id, "b11", 0, {"Lokasjon": 1, "InnlAvd": 1})


def _corrected(register: Register) -> None:
    """The entry is in an earlier version only."""
    other = {kind: add(register, kind, "En annen", "Annen") for kind in units.KINDS}
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    register.save(forlop_id, "b11", support.B11)
    register.save(forlop_id, "b11", {"Lokasjon": other["lokasjon"], "InnlAvd": other["avdeling"]})


@pytest.mark.manual("Avdelinger 3", "Avdelinger 4")
@KINDS
@pytest.mark.parametrize("use", [_registered, _drafted, _corrected])
def test_en_som_har_vaert_brukt_slettes_ikke_men_settes_til_ikke_aktiv(register: Register, kind: str, use: Any) -> None:
    use(register)
    with pytest.raises(RegisterError, match="Sett Aktiv til Nei"):
        remove(register, kind, 1)
    before = listed(register, kind)[1]
    assert change(register, kind, 1, Entry(before["navn"], before["visningsnavn"], before["resh"], 0))
    assert 1 not in listed(register, kind)
    assert listed(register, kind, only_active=False)[1]["aktiv"] == 0


def test_en_avdeling_i_et_avdelingsbytte_er_brukt(register: Register) -> None:
    forlop_id = register.forlop()
    for avdeling in (2, 1):
        with register.store.write(LU) as tx:
            forlop.change_avdeling(tx, forlop_id, avdeling)
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-105"):
        remove(register, "avdeling", 2)


@KINDS
def test_hver_endring_logges_med_gammel_og_ny_verdi(register: Register, kind: str) -> None:
    made = add(register, kind, "Post", "P", "1")
    assert change(register, kind, made, Entry("Post nord", "P", "1", 0))
    assert not change(register, kind, made, Entry("Post nord", "P", "1", 0))
    remove(register, kind, made)
    assert (
        '"til":{"aktiv":1,"navn":"Post","resh":"1","visningsnavn":"P"}'
        in logged(register, f"{kind} lagt til")[-1]["detaljer"]
    )
    (changed,) = logged(register, f"{kind} endret")
    assert '"endret":{"aktiv":{"fra":1,"til":0},"navn":{"fra":"Post","til":"Post nord"}}' in changed["detaljer"]
    (deleted,) = logged(register, f"{kind} slettet")
    assert '"fra":{"aktiv":0,"navn":"Post nord"' in deleted["detaljer"]
    assert {deleted["bruker"], changed["bruker"]} == {LC.bruker}


@pytest.mark.manual("Avdelinger 5")
@KINDS
def test_nasjonal_koordinator_far_beskjed_om_endringer(register: Register, kind: str) -> None:
    made = add(register, kind, "Post", "P")
    change(register, kind, made, Entry("Post", "P", "77", 0))
    remove(register, kind, made)
    what = kind.capitalize()
    assert notices(register) == [
        f"{what} slettet: Post (P, RESH-id 77)",
        f"{what} endret: Post (RESH-id: ikke oppgitt → «77»; Aktiv: Ja → Nei)",
        f"{what} lagt til: Post (P, RESH-id ikke oppgitt)",
    ]


def test_varsler_forsvinner_nar_de_er_lest_og_det_logges_hvem(register: Register) -> None:
    add(register, "avdeling", "Post", "P")
    add(register, "avdeling", "Post 2", "P2")
    with register.store.write(SC) as tx:
        newest = varsler.unread(tx)[0]
        varsler.mark_read(tx, [newest["id"]])
    assert notices(register) == ["Avdeling lagt til: Post (P, RESH-id ikke oppgitt)"]
    assert logged(register, "varsel lest")[-1]["bruker"] == SC.bruker


def test_nasjonal_koordinator_varsles_ikke_om_sine_egne_endringer(register: Register) -> None:
    add(register, "avdeling", "Post", "P", actor=SC)
    assert notices(register) == []


@pytest.mark.parametrize("actor", [LU, LC], ids=lambda a: a.rolle)
def test_bare_sc_leser_varsler(register: Register, actor: Actor) -> None:
    for call in (varsler.unread, lambda tx: varsler.mark_read(tx, [1])):
        with pytest.raises(RegisterError, check=lambda e: e.code == "REG-060"), register.store.write(actor) as tx:
            call(tx)


@pytest.mark.manual("B 1.1 2")
@pytest.mark.parametrize(("actor", "enhet"), [(LU, OWN), (LC, OTHER)], ids=["LU", "LC, annen enhet"])
def test_listene_endres_bare_av_lc_for_egen_enhet(register: Register, actor: Actor, enhet: str) -> None:
    for call in (
        lambda tx: unit_lists.add_entry(tx, "avdeling", enhet, "Post", "P"),
        lambda tx: unit_lists.change_entry(tx, "avdeling", enhet, 1, Entry("Post", "P")),
        lambda tx: unit_lists.remove_entry(tx, "avdeling", enhet, 1),
    ):
        with pytest.raises(RegisterError), register.store.write(actor) as tx:
            call(tx)


def test_en_annen_enhets_avdeling_finnes_ikke_i_listen(register: Register) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-104"):
        change(register, "avdeling", 3, Entry("Post", "P"))
