"""Every role × action × unit, against a table written from the manual; whatever is not listed is refused."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import date
from itertools import count, product
from pathlib import Path

import pytest

from app.work import operations
from checks.errors import RegisterError
from exports.publish import PublishResult
from ingest import units
from ingest.access import ACTIONS, Actor, may, require
from ingest.lists import arbeidsliste, enheter, epj, innleverte, innsyn, search, unit_lists, varsler, waiting
from ingest.oqr import run as oqr
from ingest.people import subscriptions
from ingest.prom import samtykke, senders
from ingest.registration import comments, drafts, erasure, forlop, forms, patients
from ingest.results import diagram, documented, quality
from tests import accounts, support
from tests.access import services
from tests.support import LC, LU, OTHER, OTHER_LC, OTHER_LU, OWN, SC, Register

ROLES = ("", "LU", "LC", "SC", "JOBB", "PASIENT", "LS", "NS")
EXPECTED = {
    "bestille_eprom": "LU LC SC",
    "stoppe_eprom": "LU LC SC",
    "kjøre_jobber": "JOBB",
    "registrere": "LU LC SC JOBB",
    "lese": "LU LC SC JOBB",
    "søke": "LU LC SC",
    "vise_fødselsnummer": "LU LC SC",
    "bytte_avdeling": "LU LC SC",
    "se_oversikt": "LU LC SC",
    "rette_låst": "LC SC",
    "slette": "LC SC",
    "administrere_lister": "LC SC",
    "administrere_enheter": "SC",
    "publisere": "LC SC JOBB",
    "eksportere": "LC SC JOBB",
    "trekke_samtykke": "SC",
    "se_nasjonalt": "SC",
    "se_logg": "LC SC",
    "se_systeminfo": "SC",
    "slette_pasient": "SC",
    "behandle_reservasjoner": "SC JOBB",
    "rette_identitet": "SC",
    "be_om_retting": "LC SC",
    "godkjenne_brukere": "LC SC",
    "kontrollere": "SC JOBB",
    "importere_kodeverk": "JOBB",
    "importere": "SC JOBB",
    "styre_diagram": "LC SC",
    "kvalitetssikre": "LC SC",
    "besvare": "PASIENT",
    "kontrollere_epj": "LC SC",
    "abonnere": "LC SC",
    "hente_data": "LC SC LS NS",
    "hente_nasjonalt": "SC NS",
    "spørre": "SC LS NS",
}


def test_hver_handling_har_en_rad() -> None:
    assert set(EXPECTED) == set(ACTIONS)


@pytest.mark.parametrize(("role", "action", "unit"), list(product(ROLES, EXPECTED, [OWN, OTHER])))
def test_rolle_handling_enhet(role: str, action: str, unit: str) -> None:
    actor = Actor("bruker9", "Test", role, OWN)
    expected = role in EXPECTED[action].split() and (unit == OWN or role in ("SC", "JOBB"))
    assert may(actor, action, unit) is expected


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Register, dict]]:
    made = support.make(tmp_path_factory.mktemp("matrise") / "smertereg.duckdb")
    accounts.add(made)
    yield made, dict(services.places(made))
    made.store.close()


def test_hver_handling_har_en_tjeneste() -> None:
    assert services.SERVICES.keys() | services.OUTSIDE.keys() == set(ACTIONS)


@pytest.mark.parametrize("locked", [False, True], ids=["uferdig", "ferdigstilt"])
@pytest.mark.parametrize("unit", [OWN, OTHER], ids=["egen", "annen"])
@pytest.mark.parametrize("action", EXPECTED)
@pytest.mark.parametrize("role", ROLES)
def test_hver_celle_mot_tjenesten(
    places: tuple[Register, dict], role: str, action: str, unit: str, locked: bool, monkeypatch
) -> None:
    register, at = places
    done = PublishResult("20261123-100000", Path("published"), 4, 0, (), 0)
    monkeypatch.setattr(operations, "publish", lambda **_: done)
    monkeypatch.setattr(operations, "keep_quality", lambda *_: None)
    got = services.outcome(register, Actor(f"bruker{role}", "Test", role, OWN), action, at[unit, locked])
    assert got in _expected(role, action, unit, locked)


def _expected(role: str, action: str, unit: str, locked: bool) -> set[str]:
    """The refusals, or the answer, that the manual's table gives; where both role and unit are wrong, either may be said."""
    service = services.SERVICES.get(action, services.Service(lambda *_: True, other=services.YES))
    elsewhere = unit == OTHER and role not in ("SC", "JOBB")
    if role not in EXPECTED[action].split():
        refused = service.without.get((role, locked), "REG-060")
        return {refused, "REG-061"} - {services.YES} if elsewhere else {refused}
    return {service.other if elsewhere else service.locked.get(role, services.YES) if locked else services.YES}


@pytest.mark.parametrize("actor", [Actor("b", "n", "", OWN), Actor("b", "n", "XX", OWN)])
@pytest.mark.parametrize("action", [*ACTIONS, "noe annet"])
def test_ukjent_rolle_eller_handling_avvises(actor: Actor, action: str) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-060"):
        require(actor, action, OWN)


CALLS = {
    "get": lambda tx, f: forlop.get(tx, f),
    "open_form": lambda tx, f: forms.open_form(tx, f, "to"),
    "save": lambda tx, f: forms.save(tx, f, "to", {}, grunnversjon=0),
    "consequences": lambda tx, f: forms.consequences(tx, f, {}),
    "keep": lambda tx, f: drafts.keep(tx, f, "to", 0, {}),
    "write": lambda tx, f: comments.write(tx, f, "to", "tekst", 0),
    "keep comment": lambda tx, f: comments.keep(tx, f, "to", "tekst", 0),
    "read": lambda tx, f: comments.read(tx, f, "to"),
    "history": lambda tx, f: comments.history(tx, f, "to"),
    "change_avdeling": lambda tx, f: forlop.change_avdeling(tx, f, 1),
    "delete": lambda tx, f: forlop.delete(tx, f, "feil"),
    "reveal": lambda tx, f: patients.reveal(tx, _patient(tx)),
    "update": lambda tx, f: patients.update(tx, _patient(tx), {"telefon": "1"}),
    "patients.get": lambda tx, f: patients.get(tx, _patient(tx)),
    "innleverte": lambda tx, f: innleverte.find(tx, innleverte.Search(OWN)),
}


def _patient(tx) -> int:
    return tx.row("select pasient_id from register.pasient")["pasient_id"]


def test_den_som_avvises_faar_vite_hva_rollen_ikke_har_tilgang_til() -> None:
    for action, words in ACTIONS.items():
        if not may(LU, action):
            with pytest.raises(RegisterError) as caught:
                require(LU, action)
            assert str(caught.value) == f"Rollen LU har ikke tilgang til å {words}."
    with pytest.raises(RegisterError) as caught:
        require(LU, "noe_annet", OWN)
    assert (caught.value.code, "å noe_annet." in str(caught.value)) == ("REG-060", True)


@pytest.mark.parametrize("actor", [OTHER_LU, OTHER_LC], ids=lambda a: a.rolle)
@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
def test_en_annen_enhets_forlop_naas_aldri(register: Register, actor: Actor, call) -> None:
    forlop_id = register.forlop()
    before = _everything(register)
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-061"), register.store.write(actor) as tx:
        call(tx, forlop_id)
    assert _everything(register) == before


def _everything(register: Register) -> list:
    with register.store.read(SC) as tx:
        return [
            tx.rows(f"select * from {table}")
            for table in ("register.forlop", "register.skjema", "register.utkast", "register.kommentar")
        ]


@pytest.mark.parametrize(
    "module",
    [
        comments,
        samtykke,
        subscriptions,
        diagram,
        documented,
        drafts,
        enheter,
        epj,
        erasure,
        forlop,
        forms,
        innleverte,
        innsyn,
        search,
        senders,
        unit_lists,
        patients,
        quality,
        units,
        varsler,
        waiting,
        arbeidsliste,
        oqr,
    ],
)
def test_hver_tjeneste_tar_en_transaksjon_med_den_handlende_brukeren(module) -> None:
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if (
            function.__module__ != module.__name__
            or name.startswith("_")
            or name in ("normalised", "catalogue", "listed_name")
        ):
            continue
        assert next(iter(inspect.signature(function).parameters)) == "tx", f"{module.__name__}.{name}"


def test_lister_administreres_av_lc_for_egen_enhet(register: Register) -> None:
    for actor, unit, allowed in ((LU, OWN, False), (LC, OWN, True), (LC, OTHER, False), (SC, OTHER, True)):
        with register.store.write(actor) as tx:
            if allowed:
                assert unit_lists.add_entry(tx, "avdeling", unit, "Ny avdeling", "Ny") > 0
            else:
                with pytest.raises(RegisterError):
                    unit_lists.add_entry(tx, "avdeling", unit, "Ny avdeling", "Ny")


def test_en_pasient_ved_en_annen_enhet_vises_bare_for_den_som_har_fodselsnummeret(register: Register) -> None:
    number = next(support.numbers(date(1950, 1, 31), 1, count(1)))
    forlop_id = register.forlop(register.patient(date(1950, 1, 31), sex=1))
    patient = register.head(forlop_id).pasient_id
    with register.store.write(OTHER_LU) as tx:
        parsed, found = patients.find(tx, number, test_persons=True)
        assert found == patient
        assert patients.get(tx, patient, parsed).pasient_id == patient
        assert forlop.of_patient(tx, patient) == []
        with pytest.raises(RegisterError, check=lambda e: e.code == "REG-061"):
            patients.get(tx, patient)
