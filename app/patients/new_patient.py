"""What Ny registrering does: search by number or by name, and add the patient with a forløp, only once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from app.components.date_field import require_date
from app.components.field import empty
from app.components.goto import follow
from app.patients import new_forlop, visible_patients
from app.ui import links, notices
from app.web import resources
from checks.errors import RegisterError
from checks.identity import Fodselsnummer, Hjelpenummer, Nummer
from ingest.access import Actor
from ingest.registration import patients, reserved_remains
from ingest.registration.lookalikes import Lookalike, lookalikes
from ingest.services.folkeregister import Borger
from ingest.standin import NotConnected, ServiceDown
from ingest.store import Tx

NORWEGIAN, OTHER = 1, 2
_STATE = "ny_registrering"
_OF_NUMBER = ("ny_kjonn_nr", "ny_fodselsdato_nr")  # asked about the patient of one number
_LONGEST = 80


@dataclass
class Search:
    """What the user has typed on the page, and what the search found. `kind` is NORWEGIAN or OTHER, `begin` what it is
    before the user chooses. `other` is a number that was searched for, and that goes with a patient who is OTHER.

    `alike` are patients of the unit, under another number or none, who may be the one with the number.
    `asked` is False when the Folkeregister did not answer, `connected` when there is none to ask. `former` is the number that was
    searched for when the Folkeregister says that the person has another now, which is `found`.
    """

    kind: int = NORWEGIAN
    begin: int = NORWEGIAN
    other: Hjelpenummer | None = None
    number: str = ""
    fornavn: str = ""
    etternavn: str = ""
    kjonn: int | None = None
    fodselsdato: date | None = None
    error: str | None = None
    found: Fodselsnummer | None = None
    former: Fodselsnummer | None = None
    citizen: Borger | None = None
    asked: bool = True
    connected: bool = True
    similar: list[Lookalike] | None = None
    alike: list[Lookalike] = field(default_factory=list)
    added: int | None = None

    def answer(self, **given: Any) -> None:
        """Take what is typed now; when it is something else than before, the result belongs to an earlier search."""
        for name, value in given.items():
            if getattr(self, name) != value:
                setattr(self, name, value)
                self.forget_result()

    def forget_result(self) -> None:
        self.error = self.found = self.former = self.citizen = self.similar = self.added = None
        self.alike = []

    @property
    def asks_birth_date(self) -> bool:
        """Whether the user must give the birth date: a number from 2032 on tells neither century nor sex, and the
        Folkeregister may not have answered.
        """
        return self.found is not None and self.known_birth_date is None

    @property
    def known_birth_date(self) -> date | None:
        if self.found is None:
            return self.fodselsdato
        return self.found.birth_date or (self.citizen.fodselsdato if self.citizen else None)

    @property
    def known_sex(self) -> int | None:
        if self.found is None:
            return self.kjonn
        return self.found.sex or (self.citizen.kjonn if self.citizen else None)


def current() -> Search:
    """The search of this browser tab."""
    return st.session_state.setdefault(_STATE, Search())


def clear() -> None:
    """Begin a new search, with empty fields."""
    for name in ("ny_nummer", "ny_fornavn", "ny_etternavn"):
        st.session_state.pop(name, None)
    for key in ("ny_type", "ny_kjonn", "ny_fodselsdato", *_OF_NUMBER):
        empty(key)
    st.session_state[_STATE] = Search()


def search_number(actor: Actor, search: Search) -> None:
    """«Søk pasient» by fødselsnummer; a known patient is shown in Pasienthistorikk."""
    search.forget_result()
    search.other = None
    held = resources.current()
    try:
        with held.store.write(actor) as tx:
            number, known = patients.find(tx, search.number, test_persons=held.settings.test_persons)
    except RegisterError as error:
        search.error = str(error)
        return
    if known is not None:
        visible_patients.remember(known, number)
        clear()
        follow(links.history(known))
        return
    if _is_reserved(actor, search, number):
        return
    if isinstance(number, Hjelpenummer):
        search.other, search.error = number, str(RegisterError("REG-480", hva=number.hva))
        return
    search.found, search.asked, search.connected = number, True, True
    try:
        search.citizen = held.folkeregister.find(number)
    except ServiceDown as error:
        search.asked, search.connected = False, not isinstance(error, NotConnected)
    if search.citizen is not None and search.citizen.nummer and _is_known_by(actor, search, search.citizen.nummer):
        return
    if search.citizen is not None:
        with held.store.write(actor) as tx:
            search.alike = lookalikes(tx, search.citizen.fornavn, search.citizen.etternavn, search.known_birth_date)
    search.fodselsdato = search.kjonn = None
    for key in _OF_NUMBER:
        empty(key)


def _is_reserved(actor: Actor, search: Search, number: Nummer) -> bool:
    """Say so when the number is of somebody who has reserved themselves; nothing is asked or stored then."""
    try:
        with resources.current().store.read(actor) as tx:
            reserved_remains.require_free(tx, number.number)
    except RegisterError as error:
        search.forget_result()
        search.error = str(error)
        return True
    return False


def _is_known_by(actor: Actor, search: Search, text: str) -> bool:
    """Go on with the number that the Folkeregister says is the person's now; a patient who has it is shown in Pasienthistorikk,
    and is from now on found by the one that was searched for too.
    """
    held, former = resources.current(), search.found
    assert former is not None
    try:
        with held.store.write(actor) as tx:
            number, known = patients.find(tx, text, test_persons=held.settings.test_persons)
            if known is not None:
                patients.keep_former(tx, known, former)
    except RegisterError as error:
        search.forget_result()
        search.error = str(error)
        return True
    if known is not None:
        visible_patients.remember(known, number)
        clear()
        follow(links.history(known))
        return True
    if _is_reserved(actor, search, number):
        return True
    if isinstance(number, Fodselsnummer):
        search.found, search.former = number, former
    return False


def go_on_as_other(search: Search) -> None:
    """Ask about the patient as «Annet»; the number that was searched for goes with the patient."""
    search.forget_result()
    search.begin = OTHER
    empty("ny_type")


def forget_number(search: Search) -> None:
    """Go on as «Annet» without the number that was searched for."""
    search.other = None


def search_name(actor: Actor, search: Search) -> None:
    """«Søk pasient» without a Norwegian number: find patients at the unit who resemble this person."""
    search.forget_result()
    missing = next(
        (word for word, value in (("fornavn", search.fornavn), ("etternavn", search.etternavn)) if not value.strip()),
        None,
    )
    try:
        if missing:
            raise RegisterError("REG-047", felt=missing)
        for word, value in (("Fornavn", search.fornavn), ("Etternavn", search.etternavn)):
            if len(value) > _LONGEST:
                raise RegisterError("REG-483", felt=word, lengst=_LONGEST, antall=len(value))
        require_date("Fødselsdato", "ny_fodselsdato")
        with resources.current().store.write(actor) as tx:
            if search.fodselsdato is not None and search.fodselsdato > tx.today:
                raise RegisterError("REG-045")
            search.similar = lookalikes(tx, search.fornavn, search.etternavn, search.fodselsdato)
    except RegisterError as error:
        search.error = str(error)


def register(actor: Actor, search: Search, of_dead: bool = False) -> None:
    """«+ Ny registrering»: add the patient, unless an earlier click did, open a forløp, and go to PO. A patient who was registered
    since the search is shown first.
    """
    if search.found is not None and search.asks_birth_date and not _birth_date_fits(search):
        return
    try:
        with resources.current().store.write(actor) as tx:
            if search.added is None and _registered_meanwhile(tx, search):
                return
            patient = search.added or _create(tx, search)
            forlop_id = new_forlop.open_forlop(tx, patient, of_dead=of_dead)
    except RegisterError as error:
        new_forlop.refuse(error, partial(register, actor, search, of_dead=True))
        return
    search.added = patient
    clear()
    new_forlop.arrived(patient, forlop_id)


def _registered_meanwhile(tx: Tx, search: Search) -> bool:
    """Whether a colleague, or the user in another tab, has registered the patient since the search: one with the number, who is
    then shown in Pasienthistorikk, or one who resembles the patient, who is then warned of.
    """
    if search.found is None:
        seen = {one.pasient_id for one in search.similar or ()}
        search.similar = lookalikes(tx, search.fornavn, search.etternavn, search.fodselsdato)
        if all(one.pasient_id in seen for one in search.similar):
            return False
        search.error = "En som ligner, er registrert etter at du søkte. Se over før du oppretter et forløp."
        return True
    known = patients.with_number(tx, search.found.number)
    if known is None:
        return False
    visible_patients.remember(known, search.found)
    clear()
    notices.later("Pasienten er registrert etter at du søkte. Se over forløpene før du oppretter et nytt.")
    follow(links.history(known))
    return True


def _birth_date_fits(search: Search) -> bool:
    assert search.found is not None
    if search.fodselsdato in search.found.possible_dates:
        search.error = None
        return True
    choices = " eller ".join(f"{d:%d.%m.%Y}" for d in search.found.possible_dates)
    search.error = f"Fødselsdatoen passer ikke til nummeret, som gjelder {choices}. Spør pasienten."
    return False


def _create(tx: Tx, search: Search) -> int:
    if search.found is None:
        return patients.create_other(
            tx, search.fornavn, search.etternavn, search.fodselsdato, search.kjonn, search.other
        )
    sex = search.known_sex or search.kjonn
    number = replace(
        search.found,
        birth_date=search.known_birth_date or search.fodselsdato,
        sex=sex if sex in (1, 2) else None,  # pyright: ignore[reportArgumentType]
    )
    return patients.create(tx, number, search.citizen, asked=search.asked, former=search.former)
