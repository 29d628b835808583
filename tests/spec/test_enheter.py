"""Enhetene holdes av nasjonal koordinator, og hva det betyr at en enhet er satt inaktiv (docs/adr/019)."""

from __future__ import annotations

import pytest

from checks.errors import RegisterError
from checks.units import Unit
from ingest import units
from ingest.access import GATE, Actor
from ingest.lists import enheter, varsler
from ingest.people import accounts, applications, passwords, sessions
from tests import accounts as people
from tests.access.test_brukere import FORM, NOBODY
from tests.support import COLLEAGUE, LC, LU, OTHER, OWN, SC, Register

NEW = Unit("700001", " Nytt  sykehus ", "Nytt HF", "Helse Nord RHF")


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def row(register: Register, resh: str) -> dict:
    with register.store.read(SC) as tx:
        return next(unit for unit in units.all_units(tx) if unit["resh"] == resh)


def events(register: Register) -> list[tuple[str, str]]:
    with register.store.read(SC) as tx:
        found = tx.rows("select hendelse, detaljer from tilgang.logg where hendelse like 'enhet %' order by nr")
    return [(r["hendelse"], r["detaljer"]) for r in found]


def notices(register: Register) -> list[tuple[str, str]]:
    with register.store.read(SC) as tx:
        return [(n["enhet"], n["tekst"]) for n in varsler.unread(tx)]


def set_active(register: Register, resh: str, active: bool, **names: str) -> bool:
    now = row(register, resh)
    with register.store.write(SC) as tx:
        return enheter.change(tx, Unit(**{k: now[k] for k in ("resh", "navn", "hf", "rhf")} | names), active)


def test_sc_legger_til_en_enhet_som_kan_sokes_til(register: Register) -> None:
    with register.store.write(SC) as tx:
        enheter.add(tx, NEW)
    assert row(register, "700001") == {
        "resh": "700001",
        "navn": "Nytt sykehus",
        "hf": "Nytt HF",
        "rhf": "Helse Nord RHF",
        "aktiv": 1,
    }
    assert [event for event, _ in events(register)] == ["enhet lagt til"]
    assert notices(register) == [("700001", "Enhet lagt til: Nytt sykehus (Nytt HF, Helse Nord RHF)")]
    with register.store.write(NOBODY) as tx:
        applications.apply(tx, FORM | {"avdeling": "700001", "sokt_organisasjon": "Nytt HF"})


def test_et_nytt_navn_gjelder_overalt_og_varsles_en_gang(register: Register) -> None:
    assert set_active(register, OWN, True, navn="Haukeland sykehus")
    assert not set_active(register, OWN, True)
    with register.store.read(LU) as tx:
        assert units.name(tx, OWN) == "Haukeland sykehus"
    ((unit, text),) = notices(register)
    assert unit == OWN and text.endswith("(Navn: «Haukeland universitetssjukehus» → «Haukeland sykehus»)")
    ((event, details),) = events(register)
    assert event == "enhet endret" and '"fra":"Haukeland universitetssjukehus"' in details


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"resh": ""}, "REG-100"),
        ({"rhf": "  "}, "REG-100"),
        ({"navn": "x" * 101}, "REG-101"),
        ({"resh": "70000x"}, "REG-236"),
        ({"resh": OWN}, "REG-237"),
        ({"navn": "ST. Olavs hospital"}, "REG-237"),
    ],
)
def test_en_feil_enhet_avvises(register: Register, change: dict[str, str], code: str) -> None:
    unit = Unit(**{"resh": "700001", "navn": "Nytt sykehus", "hf": "Nytt HF", "rhf": "Helse Nord RHF"} | change)
    with refused(code), register.store.write(SC) as tx:
        enheter.add(tx, unit)
    assert (events(register), notices(register)) == ([], [])


def test_en_ukjent_enhet_kan_ikke_endres(register: Register) -> None:
    with refused("REG-243"), register.store.write(SC) as tx:
        enheter.change(tx, NEW, True)


@pytest.mark.parametrize("actor", [LU, LC, NOBODY], ids=lambda a: a.rolle or "ingen")
def test_bare_sc_endrer_enheter(register: Register, actor: Actor) -> None:
    with refused("REG-060"), register.store.write(actor) as tx:
        enheter.add(tx, NEW)
    with refused("REG-060"), register.store.write(actor) as tx:
        enheter.change(tx, Unit(OWN, "Mitt", "HF", "RHF"), False)


# --- En inaktiv enhet -----------------------------------------------------------------------------------------------


def test_en_inaktiv_enhet_faar_ingen_nye_forlop_men_fullforer_dem_den_har(register: Register) -> None:
    forlop_id = register.forlop()
    set_active(register, OWN, False)
    with refused("REG-238") as told:
        register.forlop(register.head(forlop_id).pasient_id)
    assert str(told.value).startswith("Haukeland universitetssjukehus er satt inaktiv og tar ikke imot nye forløp.")
    register.complete(forlop_id, "to")
    register.complete(forlop_id, "b11")
    assert register.head(forlop_id).status["b11"] == 1
    set_active(register, OWN, True)
    assert register.forlop(register.head(forlop_id).pasient_id)


def test_en_inaktiv_enhet_gir_ingen_nye_roller_men_brukerne_kommer_inn(register: Register) -> None:
    people.add(register)
    first = passwords.FirstPassword("Helt-annen-tekst-77", "hash")
    with register.store.write(NOBODY) as tx:
        applications.apply(tx, FORM)
        number = tx.rows("select max(soknad_id) as nr from tilgang.soknad")[0]["nr"]
    set_active(register, OWN, False)
    with refused("REG-238"), register.store.write(LC) as tx:
        applications.approve(tx, number, "LU", first)
    with refused("REG-238"), register.store.write(SC) as tx:
        accounts.give_role(tx, COLLEAGUE.bruker, OWN, "LC")
    with refused("REG-130"), register.store.write(NOBODY) as tx:
        applications.apply(tx, FORM)
    with register.store.write(SC) as tx:
        assert not accounts.give_role(tx, COLLEAGUE.bruker, OWN, "LU")
        assert accounts.give_role(tx, COLLEAGUE.bruker, OTHER, "LU")
    token = people.sign_in(register, LU.bruker)
    with register.store.read(GATE) as tx:
        found = sessions.find(tx, token)
    assert found is not None and found.actor == LU
