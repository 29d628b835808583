"""What the buttons and fields of Personopplysninger do, and its two dialogs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.components.date_field import date_field
from app.components.field import mount
from app.components.form_bar import KEPT, NOT_KEPT
from app.components.goto import follow
from app.patients import po_form
from app.patients.po_form import Po
from app.ui import links, notices, texts
from app.web import resources
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.capture.room import CANNOT_WRITE
from ingest.prom import samtykke
from ingest.registration import comments, forlop, patients
from ingest.registration.forlop import Forlop
from ingest.store import Tx

_DIALOG = "po_dialog"
_NOT_SAVED = "Ikke lagret."
_MISSING = {"Telefon": "telefonnummer", "Epost": "e-postadresse"}


@dataclass(frozen=True)
class Page:
    """What the page is drawn from: the actor, the forløp it was opened from, the answers, and the versions of its
    internal comment.
    """

    actor: Actor
    head: Forlop
    po: Po
    comments: list[comments.Comment]


def key(page: Page, name: str) -> str:
    """The key of a field's widget."""
    return f"po_{page.head.forlop_id}_{name}"


def error(page: Page, name: str) -> str | None:
    """The sentence beside a field after a refused save."""
    return _memory(page).get("feil", {}).get(name)


def _memory(page: Page) -> dict[str, Any]:
    return st.session_state.setdefault(f"po_tilstand_{page.head.forlop_id}", {})


def keep(page: Page, name: str, value: Any) -> None:
    """Keep the answer of a field that the user has left in the user's draft, at once. When nothing can be written it stays on
    the screen, and goes into the next draft or save.
    """
    memory = _memory(page)
    _unkept(page)[name] = value
    try:
        with resources.current().store.write(page.actor) as tx:
            _keep_all(tx, page)
            wrong = po_form.sentence(name, value.strip() if isinstance(value, str) else value, tx.today)
    except RegisterError as refused:
        if refused.code not in CANNOT_WRITE:
            del _unkept(page)[name]
            raise
        memory["avslag"] = str(RegisterError("REG-311", melding=refused))
        return
    if _unkept(page).keys() - {name}:
        memory["avslag"] = ""
    _unkept(page).clear()
    errors = memory.setdefault("feil", {})
    errors.pop(name, None)
    if wrong:
        errors[name] = wrong


def _unkept(page: Page) -> dict[str, Any]:
    """The answers on the screen that are in no draft."""
    return _memory(page).setdefault("ikke_holdt", {})


def _keep_all(tx: Tx, page: Page) -> None:
    for name, value in _unkept(page).items():
        po_form.keep(tx, po_form.read(tx, page.po.patient, page.head.forlop_id), page.head.forlop_id, name, value)


def value(page: Page, name: str) -> Any:
    """The variable's value on the screen."""
    unkept = _unkept(page)
    return unkept[name] if name in unkept else page.po.value(name)


def clicked(page: Page, event: dict[str, Any]) -> None:
    """Note a click in the bar; `deal` acts on it when every answer that came with the click has been taken in."""
    _memory(page)["hendelse"] = event


def number(page: Page) -> int:
    """How many clicks in the bar have been dealt with."""
    return _memory(page).get("nr", 0)


def deal(page: Page) -> bool:
    """Do what the user clicked; False without a click. One on an older bar (the second of a double click) is dropped."""
    memory = _memory(page)
    event = memory.get("hendelse")
    if event is None or event.get("nr") != number(page):
        return False
    memory["kommentar"] = None
    match event["handling"]:
        case "lagre":
            _saved(page)
        case "neste":
            _save_and_go(page)
        case "kommentar":
            _comment(page, str(event.get("tekst") or ""), event.get("versjon"))
    # This is done last, so that the next run deals with the click when this run is cut off.
    memory["nr"] = event["nr"] + 1
    return True


def _comment(page: Page, text: str, versjon: Any) -> None:
    try:
        with resources.current().store.write(page.actor) as tx:
            comments.write(tx, page.head.forlop_id, po_form.FORM, text, versjon)
    except RegisterError as refused:
        _memory(page)["kommentar"] = (str(refused), text)


def refused_comment(page: Page) -> tuple[str, str] | None:
    """The internal comment that the last click tried to save and was refused: why, and its text."""
    return _memory(page).get("kommentar")


def _saved(page: Page) -> bool:
    """Store everything that is typed. False, with nothing stored, when an answer is refused."""
    memory = _memory(page)
    memory["avslag"] = ""
    try:
        with resources.current().store.write(page.actor) as tx:
            _keep_all(tx, page)
            # The patient is read again, because somebody else may have saved since the page was drawn.
            patient = patients.get(tx, page.po.patient.pasient_id)
            po = po_form.read(tx, patient, page.head.forlop_id)
            memory["feil"] = po.problems(tx.today)
            if memory["feil"]:
                memory["melding"] = f"{_NOT_SAVED} Rett det som er merket; det du skrev er beholdt."
                return False
            if po.overtaken:
                memory["feil"] = po.overtaken
                memory["melding"] = f"{_NOT_SAVED} En annen har endret det som er merket; det du skrev er beholdt."
                po_form.see(tx, po, page.head.forlop_id)
                return False
            po_form.save(tx, po, page.head.forlop_id)
            memory["melding"] = f"Lagret {texts.moment(tx.now, tx.today).removeprefix('kl. ')}"
    except RegisterError as refused:
        unwritten = refused.code in CANNOT_WRITE and _unkept(page)
        memory["avslag"] = str(RegisterError("REG-311", melding=refused) if unwritten else refused)
        return False
    _unkept(page).clear()
    return True


def _save_and_go(page: Page) -> None:
    """«Neste»: save, then ask about a missing telephone or e-mail, or go to TO."""
    if not _saved(page):
        return
    with resources.current().store.read(page.actor) as tx:
        saved = po_form.read(tx, patients.get(tx, page.po.patient.pasient_id), page.head.forlop_id)
        # Who has gone on to TO before has been asked, and said «Godta».
        told = any(f.skjema["to"].versjon for f in forlop.of_patient(tx, saved.patient.pasient_id) if "to" in f.skjema)
    if saved.missing_contact and not told:
        open_dialog("kontakt")
    else:
        follow(links.form(page.head.forlop_id, "to"))


def refusal(page: Page) -> str:
    """Why the last click was refused, when no answer is to blame; otherwise empty."""
    return _memory(page).get("avslag", "")


def problems(page: Page) -> list[tuple[str | None, str]]:
    """(key of the field, sentence) for each answer that the last save was refused for and that is not changed since."""
    memory = _memory(page)
    if not memory.get("melding", "").startswith(_NOT_SAVED):
        return []
    return [(key(page, name), f"{po_form.variable(name).ledetekst}: {words}") for name, words in memory["feil"].items()]


def state(page: Page) -> str:
    """The sentence of the bar about saving."""
    if _unkept(page):
        return NOT_KEPT
    message = _memory(page).get("melding", "")
    if page.po.draft is None or message.startswith(_NOT_SAVED):
        return message
    return KEPT


def reveal(page: Page) -> None:
    """«vis»: the full fødselsnummer on this page, logged."""
    try:
        with resources.current().store.write(page.actor) as tx:
            _memory(page)["nummer"] = patients.reveal(tx, page.po.patient.pasient_id)
    except RegisterError as refused:
        _memory(page)["avslag"] = str(refused)


def shown_number(page: Page) -> str | None:
    """The full number as six and five digits, once the user has clicked «vis»; until then None."""
    number = _memory(page).get("nummer")
    return f"{number[:6]} {number[6:]}" if number else None


def open_dialog(name: str) -> None:
    """Let the next run open the dialog ``name``; for callbacks."""
    st.session_state[_DIALOG] = name


def dialogs(page: Page) -> None:
    """Draw the dialog that was asked for."""
    name = st.session_state.pop(_DIALOG, None)
    if name == "kontakt":
        ask_contact(page)
    elif name == "trekk":
        ask_withdrawal(page)


@st.dialog("Kontaktopplysninger mangler")
def ask_contact(page: Page) -> None:
    """The manual's warning about a missing telephone or e-mail; neither is required, and «Godta» goes on without."""
    missing = " og ".join(_MISSING[name] for name in page.po.missing_contact)
    st.write(f"Det er ikke registrert {missing}. Uten dem kan pasientskjema ikke sendes på SMS eller e-post.")
    st.write("Opplysningene er ikke påkrevd. Klikk «Godta» for å gå videre uten.")
    accept, back = st.columns(2)
    if accept.button("Godta", type="primary", width="stretch"):
        follow(links.form(page.head.forlop_id, "to"))
        st.rerun()
    if back.button("Tilbake", width="stretch"):
        st.rerun()


@st.dialog("Trekk samtykke")
def ask_withdrawal(page: Page) -> None:
    """The dialog where SC withdraws the patient's consent (manual: «Tilbaketrekking av samtykke»)."""
    st.warning(
        "Samtykket trekkes for alle pasientens forløp med samtykke Ja, i alle enheter. Det kan ikke angres. "
        "Forløpene tas ut av det nasjonale datasettet ved neste publisering, senest samme natt. "
        "Registreres pasienten på nytt senere, kan pasienten spørres om samtykke igjen."
    )
    memory = _memory(page)
    chosen = memory.setdefault("trekk_dato", None)
    mount(
        date_field(
            "Samtykke trekt dato",
            chosen,
            key=key(page, "trekk_dato"),
            required=True,
            on_change=lambda d: memory.update(trekk_dato=d),
        )
    )
    source = st.text_input("Kilde", placeholder="Brev, telefon, Helsenorge …", max_chars=200)
    sure = st.checkbox("Pasienten har bedt om at samtykket trekkes for alle forløp")
    message = st.empty()
    withdraw, cancel = st.columns(2)
    if cancel.button("Avbryt", width="stretch"):
        st.rerun()
    if not withdraw.button("Trekk samtykke", type="primary", width="stretch", disabled=not sure):
        return
    try:
        with resources.current().store.write(page.actor) as tx:
            if chosen is None or not source.strip():
                message.error("Oppgi både dato og kilde.")
                return
            n = samtykke.withdraw(tx, page.po.patient.pasient_id, chosen, source.strip())
    except RegisterError as refused:
        message.error(str(refused))
        return
    notices.later(
        f"Samtykket er trukket på {texts.count(n, 'forløp', 'forløp')}, som tas ut av det nasjonale datasettet ved neste "
        "publisering, senest samme natt. Pasientskjemaer som ikke var ferdige, er lukket med «Manglende samtykke»."
    )
    st.rerun()
