"""A service call for each action of the access table, for the matrix in test_rolle_handling_enhet.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from app.results import overview
from app.work import operations
from checks import eprom, identity
from checks.errors import RegisterError
from checks.kodeverk import Kode
from checks.units import Unit
from exports import documents
from exports.integrity import check_register
from exports.queries import service as queries
from exports.queries.run import Answer
from exports.scope import scope_of
from exports.tables import NATIONAL
from ingest.access import Actor
from ingest.lists import enheter, epj, innsyn, ncsp, unit_lists
from ingest.oqr import run as oqr
from ingest.people import applications, passwords, subscriptions, users
from ingest.prom import jobs, orders, reservasjon, samtykke
from ingest.registration import erasure, forlop, forms, numbers, patients, requests
from ingest.results import diagram, quality, size
from ingest.settings import Settings
from ingest.store import Tx
from tests import support
from tests.access.test_brukere import FORM, NOBODY
from tests.support import LU, OTHER, OTHER_LU, OWN, SC, Register

YES, NO = "ja", "nei"
OTHER_NUMBER = identity.make(date(1950, 1, 1), 1, 3)
FIRST = passwords.FirstPassword("Helt-annen-tekst-77", "hash")


@dataclass(frozen=True)
class Place:
    """What a call acts on: a unit with a patient, the patient's forløp (TO ferdigstilt or not), an avdeling, and an
    application.
    """

    unit: str
    pasient: int
    idnr: str
    forlop: int
    avdeling: int
    soknad: int


Call = Callable[[Tx, Place], Any]


@dataclass(frozen=True)
class Service:
    """``call`` returns something truthy when the service did it. The rest are exceptions from «the roles of the table may».

    ``other`` is the answer to another unit's actor, ``locked`` the answer to a role with the action when TO is ferdigstilt,
    and ``without`` the answer to a role without the action, by (role, locked).
    """

    call: Call
    other: str = "REG-061"
    locked: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[tuple[str, bool], str] = field(default_factory=dict)


def _save(tx: Tx, at: Place, **options: Any) -> object:
    now = forms.open_form(tx, at.forlop, "to")
    return forms.save(
        tx, at.forlop, "to", {**now.svar, "HenvistDato": "2026-10-31"}, grunnversjon=now.versjon, **options
    )


def _done(_result: object) -> bool:
    return True


def _import_nothing(tx: Tx) -> bool:
    """The import checks the role before it looks for the files, which do not exist."""
    try:
        oqr.import_package(tx, [], dry_run=True, accept_valid=False)
    except RegisterError as error:
        if error.code != "REG-198":
            raise
    return True


def _subscribed(tx: Tx, unit: str) -> int:
    """A subscription of the actor, who has an account with an e-mail address when allowed to come so far."""
    if tx.row("select 1 from tilgang.konto where bruker_id = ?", tx.actor.bruker) is None:
        users.add(tx, tx.actor.bruker, tx.actor.navn, [], epost="en@example.com")
    return subscriptions.begin(tx, unit, "indikatorer", "maaned")


def _asked(tx: Tx) -> queries.Asked:
    """An answer from the data that the actor may have."""
    return queries.Asked(1, "select 1", scope_of(tx), "20261123T100000", tx.now, Answer(pl.DataFrame(), 0, False))


SERVICES: dict[str, Service] = {
    "registrere": Service(_save, locked={"LU": "REG-022", "LC": "REG-023", "SC": "REG-023", "JOBB": "REG-022"}),
    "lese": Service(lambda tx, at: forms.open_form(tx, at.forlop, "to")),
    "søke": Service(lambda tx, at: patients.find(tx, at.idnr, test_persons=True), other=YES),
    "vise_fødselsnummer": Service(lambda tx, at: patients.reveal(tx, at.pasient) == at.idnr),
    "bytte_avdeling": Service(lambda tx, at: _done(forlop.change_avdeling(tx, at.forlop, at.avdeling))),
    "se_oversikt": Service(lambda tx, at: at.unit in overview.visible_units(tx.actor, [OWN, OTHER]), other=NO),
    "rette_låst": Service(
        lambda tx, at: _save(tx, at, grunn="Skrevet feil"),
        without={(role, locked): "REG-022" if locked else YES for role in ("LU", "JOBB") for locked in (False, True)},
    ),
    "slette": Service(
        lambda tx, at: _done(forlop.delete(tx, at.forlop, "Feil pasient")), locked={"LC": "REG-024", "SC": "REG-024"}
    ),
    "administrere_lister": Service(lambda tx, at: unit_lists.add_entry(tx, "avdeling", at.unit, "Ny avdeling", "Ny")),
    "administrere_enheter": Service(
        lambda tx, _at: enheter.add(tx, Unit("700001", "Nytt sykehus", "Nytt HF", "Helse Nord RHF"))
    ),
    "styre_diagram": Service(
        lambda tx, at: _done(diagram.write_note(tx, at.unit, "I1", date(2026, 5, 1), "Ny prosedyre"))
    ),
    "godkjenne_brukere": Service(lambda tx, at: applications.approve(tx, at.soknad, "LU", FIRST)),
    "kvalitetssikre": Service(
        lambda tx, at: _done(quality.look_at(tx, "hads_sum", at.forlop, "Kontrollert mot journal"))
    ),
    "se_logg": Service(lambda tx, at: innsyn.read(tx, innsyn.Query(pasient_id=at.pasient)).events, other=NO),
    "trekke_samtykke": Service(lambda tx, at: samtykke.withdraw(tx, at.pasient, date(2026, 11, 20), "Brev")),
    "se_nasjonalt": Service(
        lambda tx, _at: {LU.bruker, OTHER_LU.bruker} <= innsyn.people(tx).keys(),
        without={("LC", False): NO, ("LC", True): NO},
    ),
    "se_systeminfo": Service(lambda tx, _at: size.counts(tx)),
    "rette_identitet": Service(
        lambda tx, at: _done(numbers.correct(tx, at.pasient, None, "Feil", former_was_right=False))
    ),
    "be_om_retting": Service(
        lambda tx, at: requests.ask_number(tx, at.pasient, OTHER_NUMBER, "Nytt nummer", test_persons=True)
    ),
    "behandle_reservasjoner": Service(lambda tx, at: reservasjon.reserve(tx, at.pasient, "brev", date(2026, 11, 20))),
    "slette_pasient": Service(lambda tx, at: erasure.erase(tx, at.pasient, str(at.pasient), "Krav i brev")),
    "bestille_eprom": Service(lambda tx, at: _done(orders.mark_paper(tx, at.forlop, "eval"))),
    "stoppe_eprom": Service(lambda tx, at: orders.stop(tx, at.forlop, eprom.UNABLE)),
    "kjøre_jobber": Service(lambda tx, _at: _done(jobs.due(tx))),
    "kontrollere": Service(lambda tx, _at: list(check_register(tx))),
    "importere": Service(lambda tx, _at: _import_nothing(tx)),
    "besvare": Service(lambda tx, at: _done(forlop.get(tx, at.forlop, "besvare"))),
    "importere_kodeverk": Service(lambda tx, _at: ncsp.replace(tx, [Kode("JAH00", "Laparoskopi")])),
    "hente_data": Service(lambda tx, _at: _done(documents.listed(tx)), other=YES),
    "hente_nasjonalt": Service(
        lambda tx, _at: scope_of(tx) == NATIONAL,
        other=YES,
        without={(role, locked): NO for role in ("LC", "LS") for locked in (False, True)},
    ),
    "spørre": Service(lambda tx, _at: queries.require_own(tx, _asked(tx)), other=YES),
    "abonnere": Service(lambda tx, at: _subscribed(tx, at.unit)),
    "kontrollere_epj": Service(lambda tx, at: epj.check(tx, at.unit, [], 3)),
}
# Service calls that open transactions of their own.
OUTSIDE: dict[str, Callable[[Register, Actor], object]] = {
    "publisere": lambda register, actor: operations.publish_now(
        register.store, Settings(data=register.store.path.parent), lambda _: None, actor
    ),
    "eksportere": lambda register, actor: _done(operations.log_export(register.store, actor, {"utvalg": OWN})),
}


def outcome(register: Register, actor: Actor, action: str, at: Place) -> str:
    """The service's answer: YES, NO (it found nothing) or the code of the refusal. What it wrote is rolled back."""
    try:
        if action in OUTSIDE:
            return YES if OUTSIDE[action](register, actor) else NO
        with register.store.write(actor) as tx:
            raise _Undo(bool(SERVICES[action].call(tx, at)))
    except RegisterError as error:
        return error.code
    except _Undo as done:
        return YES if done.args[0] else NO


class _Undo(Exception):
    pass


def places(register: Register) -> Iterator[tuple[tuple[str, bool], Place]]:
    """Make a place in the register for each (unit, locked)."""
    for unit, actor, entry in ((OWN, LU, 1), (OTHER, OTHER_LU, 3)):
        for locked in (False, True):
            patient = register.patient(actor=actor)
            number = register.forlop(patient, actor=actor)
            options = {"hendelse": forms.COMPLETE} if locked else {}
            register.save(number, "to", support.TO, actor=actor, **options)
            with register.store.write(NOBODY) as tx:
                wanted = {"avdeling": unit, "brukernavn": f"ny.{number}"}
                if unit == OTHER:
                    wanted |= {"sokt_organisasjon": "St. Olavs Hospital HF"}
                applications.apply(tx, FORM | wanted)
            with register.store.read(SC) as tx:
                idnr, soknad = (
                    tx.row("select idnr from identitet.person where pasient_id = ?", patient),
                    tx.row("select max(soknad_id) as nr from tilgang.soknad"),
                )
            assert idnr and soknad
            yield (unit, locked), Place(unit, patient, idnr["idnr"], number, entry, soknad["nr"])
