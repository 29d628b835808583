"""Personopplysninger as an open form: what the fields and the bar do. Its answers go the way of the other forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.components.choice_row import choice_row
from app.components.date_field import date_field
from app.components.field import Question
from app.components.form_bar import KEPT, NOT_KEPT
from app.components.number_field import text_field
from app.forms import commenting, left_behind, opened, po_form
from app.forms.opened import Opened
from app.forms.po_form import FORM, Po
from app.forms.sections import Card, Placed
from app.ui import seen, texts
from checks.errors import InvalidAnswers, RegisterError, problem
from ingest.access import Actor
from ingest.capture.room import CANNOT_WRITE
from ingest.lists import innsyn
from ingest.registration import forlop, patients
from ingest.registration.forlop import Forlop
from ingest.store import Store, Tx

PERSONAL = ("Fornavn", "Etternavn", "Fdato", "Kjonn")
CARDS = {
    "personalia": (*PERSONAL, "DatoinhOppl"),
    "kontakt": ("Adrtype", "Adresse", "Postnr", "Poststed", "Telefon", "Epost"),
}
SIDE_BY_SIDE = ("Postnr", "Poststed")
LONGEST_TEXT = 200
_NOT_SAVED = "Ikke lagret."
GONE = "REG-027"  # the forløp has been deleted


@dataclass
class OpenPo(Opened):
    """Personopplysninger of a forløp, opened by a user. ``po`` are the answers as they are in the register and the draft.

    ``errors`` are the sentences beside the fields. ``unkept`` are the answers on the screen that could not be written to the
    draft: (value, text that is none), and ``unread`` the text of the answer that is being taken. ``said`` is what the last save
    said, ``refused`` why something was not done, and ``comment`` the internal comment that was refused last: why, and its text.
    """

    head: Forlop
    po: Po
    errors: dict[str, str] = field(default_factory=dict)
    unkept: dict[str, tuple[Any, str | None]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    said: str = ""
    refused: str = ""
    comment: tuple[str, str] | None = None

    @property
    def place(self) -> tuple[int, str]:
        return self.head.forlop_id, FORM

    @property
    def unsaved(self) -> bool:
        return bool(self.unkept) or self.po.draft is not None

    def refuse(self, sentence: str) -> None:
        self.refused = sentence

    def note(self, navn: str, text: str | None) -> None:
        self.unread = {navn: text} if text else {}

    @property
    def typed(self) -> dict[str, str]:
        unkept = {name: text for name, (_, text) in self.unkept.items()}
        return {name: text for name, text in (self.po.typed | unkept).items() if text}

    def value(self, name: str) -> Any:
        """The variable's value on the screen."""
        return self.unkept[name][0] if name in self.unkept else self.po.value(name)


def open_form(store: Store, token: str, actor: Actor, forlop_id: int) -> OpenPo:
    """PO as it is open in the session, or opened now, with what is in the register and the draft. Raises as forlop.get."""
    key = token, forlop_id, FORM
    lock = opened.lock_of(key)
    with lock, store.read(actor) as tx:
        head = forlop.get(tx, forlop_id)
        known = opened.held(store, key, actor)
        if isinstance(known, OpenPo):
            look(known, tx)
            return known
        form = OpenPo(store, actor, head, po_form.read(tx, patients.get(tx, head.pasient_id), forlop_id), lock=lock)
        opened.put(key, form)
        return form


def reopen(store: Store, token: str, actor: Actor, forlop_id: int, _skjema: str) -> OpenPo:
    """Open PO for answers that come when it is open no longer, as after a new start. It is logged as an opening."""
    form = open_form(store, token, actor, forlop_id)
    with seen.logged(), store.write(actor) as tx:
        innsyn.opened(tx, "personopplysninger", form.head.pasient_id, forlop_id)
    return form


def look(form: OpenPo, tx: Tx) -> None:
    """Read the register and the draft again."""
    form.head = forlop.get(tx, form.head.forlop_id)
    form.po = po_form.read(tx, patients.get(tx, form.head.pasient_id), form.head.forlop_id)


def cards(form: OpenPo) -> tuple[Card, ...]:
    """The cards with the questions that the user may answer."""
    return tuple(
        Card(card, None, tuple(_placed(form, n) for n in names if _asked(form, n))) for card, names in CARDS.items()
    )


def _asked(form: OpenPo, name: str) -> bool:
    return name not in PERSONAL or not form.po.locked(name)


def _placed(form: OpenPo, name: str) -> Placed:
    return Placed(_question(form, name), group="postadresse" if name in SIDE_BY_SIDE else "")


def _question(form: OpenPo, name: str) -> Question:
    variable, value = po_form.variable(name), form.value(name)
    common: dict[str, Any] = {
        "key": form.key(name),
        "help": variable.hjelp or None,
        "error": form.errors.get(name),
        "on_change": lambda new: keep(form, name, new),
    }
    if variable.type == "dato":
        return date_field(variable.ledetekst, value, today=form.today, **common)
    if variable.type == "liste":
        return choice_row(variable.ledetekst, [(int(k.kode), k.tekst) for k in variable.koder], value, **common)
    return text_field(variable.ledetekst, value, max_length=LONGEST_TEXT, **common)


def keep(form: OpenPo, name: str, value: Any) -> None:
    """Keep an answer in the user's draft, at once. When nothing can be written it stays on the screen, and goes into the next
    draft or save. Raises InvalidAnswers for what the field never sends.
    """
    value = value.strip() or None if isinstance(value, str) else value
    if not _storable(name, value):
        raise InvalidAnswers((problem("REG-255", skjema=FORM, variabel=name),))
    form.unkept[name] = value, form.unread.pop(name, None)
    others = form.unkept.keys() - {name}
    try:
        with form.store.write(form.actor) as tx:
            _keep_all(form, tx)
            wrong = po_form.sentence(name, value, tx.today)
    except RegisterError as refused:
        if refused.code in CANNOT_WRITE:
            form.refused = str(RegisterError("REG-311", melding=refused))
            return
        # Of a forløp that a colleague has deleted, what the user types stays on the screen, as it is nowhere else.
        if refused.code == GONE and (said := left_behind.deletion(form.store, form.actor, form.head.forlop_id)):
            form.refused = said
            return
        del form.unkept[name]
        raise
    if others:
        form.refused = ""
    form.unkept.clear()
    form.errors.pop(name, None)
    if wrong:
        form.errors[name] = wrong


def _storable(name: str, value: Any) -> bool:
    variable = po_form.variable(name)
    if value is None or variable.type == "dato":
        return value is None or isinstance(value, date)
    if variable.type == "liste":
        return type(value) is int and value in {k.kode for k in variable.koder}
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def _keep_all(form: OpenPo, tx: Tx) -> None:
    look(form, tx)
    for name, (value, text) in form.unkept.items():
        po_form.keep(tx, form.po, form.head.forlop_id, name, value, text)
        look(form, tx)


def save(form: OpenPo) -> bool:
    """Store everything that is typed. False, with nothing stored, when an answer is refused."""
    form.refused = ""
    try:
        with form.store.write(form.actor) as tx:
            # The patient is read again, because somebody else may have saved since the page was drawn.
            _keep_all(form, tx)
            form.errors = form.po.problems(tx.today)
            if form.errors:
                form.said = f"{_NOT_SAVED} Rett det som er merket; det du skrev er beholdt."
                return False
            if form.po.overtaken:
                form.errors = form.po.overtaken
                form.said = f"{_NOT_SAVED} En annen har endret det som er merket; det du skrev er beholdt."
                po_form.see(tx, form.po, form.head.forlop_id)
                return False
            po_form.save(tx, form.po, form.head.forlop_id)
            look(form, tx)
            form.said = f"Lagret {texts.moment(tx.now, tx.today).removeprefix('kl. ')}"
    except RegisterError as refused:
        unwritten = refused.code in CANNOT_WRITE and form.unkept
        form.refused = str(RegisterError("REG-311", melding=refused) if unwritten else refused)
        if refused.code == GONE:
            form.refused = left_behind.deletion(form.store, form.actor, form.head.forlop_id) or form.refused
        return False
    form.unkept.clear()
    return True


def has_gone_on(form: OpenPo) -> bool:
    """Whether the patient has a forløp in which somebody went on to TO: then missing contact has been asked about before."""
    with form.store.read(form.actor) as tx:
        found = forlop.of_patient(tx, form.po.patient.pasient_id)
    return any(one.skjema["to"].versjon for one in found if "to" in one.skjema)


def save_comment(form: OpenPo, text: str, versjon: Any) -> None:
    """Save the internal comment; a refused one is shown again with its text, beside what stands."""
    try:
        commenting.save(form, text, versjon)
    except RegisterError as refused:
        form.comment = (str(refused), text)


def told(form: OpenPo) -> dict[str, Any]:
    """What the bar says of the answers, as form_bar's data has it."""
    return {"tilstand": _state(form), "melding": form.refused, "rolig": "", "mangler": _problems(form)}


def _state(form: OpenPo) -> str:
    if form.unkept:
        return NOT_KEPT
    return form.said if form.po.draft is None or form.said.startswith(_NOT_SAVED) else KEPT


def _problems(form: OpenPo) -> list[tuple[str | None, str]]:
    """(id of the field, sentence) for each answer that the last save was refused for and that is not changed since."""
    if not form.said.startswith(_NOT_SAVED):
        return []
    return [(form.key(name), f"{po_form.variable(name).ledetekst}: {words}") for name, words in form.errors.items()]
