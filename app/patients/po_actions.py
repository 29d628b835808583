"""What the buttons of Personopplysninger do beside its form: the full number, and two dialogs."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.components.date_field import date_field
from app.components.field import mount
from app.components.goto import follow
from app.ui import links, notices, texts
from app.web import resources
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.prom import samtykke
from ingest.registration import patients

_DIALOG = "po_dialog"
# What is missing, the pronoun for it, and the way to the patient that is closed without it.
_MISSING = {"Telefon": ("telefonnummer", "det", "SMS"), "Epost": ("e-postadresse", "den", "e-post")}


def reveal(actor: Actor, pasient_id: int) -> None:
    """«vis»: the full fødselsnummer on this page, logged. For use as a button's callback."""
    memory = _memory(pasient_id)
    try:
        with resources.current().store.write(actor) as tx:
            memory["nummer"] = patients.reveal(tx, pasient_id)
    except RegisterError as refused:
        memory["avslag"] = str(refused)


def shown_number(pasient_id: int) -> str | None:
    """The full number as six and five digits, once the user has clicked «vis»; until then None."""
    number = _memory(pasient_id).get("nummer")
    return f"{number[:6]} {number[6:]}" if number else None


def refusal(pasient_id: int) -> str:
    """Why the number was not shown, once; otherwise empty."""
    return _memory(pasient_id).pop("avslag", "")


def _memory(pasient_id: int) -> dict[str, Any]:
    return st.session_state.setdefault(f"po_nummer_{pasient_id}", {})


def open_dialog(name: str) -> None:
    """Let the next run open the dialog ``name``; for callbacks."""
    st.session_state[_DIALOG] = name


def dialogs(actor: Actor, pasient_id: int, forlop_id: int, lacking: tuple[str, ...]) -> None:
    """Draw the dialog that was asked for; ``lacking`` are the variables of telephone and e-mail that are empty."""
    name = st.session_state.pop(_DIALOG, None)
    if name == "kontakt":
        ask_contact(forlop_id, lacking)
    elif name == "trekk":
        ask_withdrawal(actor, pasient_id)


@st.dialog("Kontaktopplysninger mangler")
def ask_contact(forlop_id: int, lacking: tuple[str, ...]) -> None:
    """The manual's warning about a missing telephone or e-mail; neither is required, and «Godta» goes on without."""
    names, pronouns, ways = zip(*(_MISSING[name] for name in lacking), strict=True)
    without = pronouns[0] if len(lacking) == 1 else "dem"
    st.write(
        f"Det er ikke registrert {' og '.join(names)}. Uten {without} kan pasientskjema ikke sendes på {' eller '.join(ways)}."
    )
    st.write("Opplysningene er ikke påkrevd. Klikk «Godta» for å gå videre uten.")
    accept, back = st.columns(2)
    if accept.button("Godta", type="primary", width="stretch"):
        follow(links.form(forlop_id, "to"))
        st.rerun()
    if back.button("Tilbake", width="stretch"):
        st.rerun()


@st.dialog("Trekk samtykke")
def ask_withdrawal(actor: Actor, pasient_id: int) -> None:
    """The dialog where SC withdraws the patient's consent (manual: «Tilbaketrekking av samtykke»)."""
    st.warning(
        "Samtykket trekkes for alle pasientens forløp med samtykke Ja, i alle enheter. Det kan ikke angres. "
        "Forløpene tas ut av det nasjonale datasettet ved neste publisering, senest samme natt. "
        "Registreres pasienten på nytt senere, kan pasienten spørres om samtykke igjen."
    )
    chosen = mount(date_field("Samtykke trekt dato", None, key=f"po_trekk_dato_{pasient_id}", required=True))
    source = st.text_input("Kilde", placeholder="Brev, telefon, Helsenorge …", max_chars=200)
    sure = st.checkbox("Pasienten har bedt om at samtykket trekkes for alle forløp")
    message = st.empty()
    withdraw, cancel = st.columns(2)
    if cancel.button("Avbryt", width="stretch"):
        st.rerun()
    if not withdraw.button("Trekk samtykke", type="primary", width="stretch", disabled=not sure):
        return
    try:
        with resources.current().store.write(actor) as tx:
            if chosen is None or not source.strip():
                message.error("Oppgi både dato og kilde.")
                return
            n = samtykke.withdraw(tx, pasient_id, chosen, source.strip())
    except RegisterError as refused:
        message.error(str(refused))
        return
    notices.later(
        f"Samtykket er trukket på {texts.count(n, 'forløp', 'forløp')}, som tas ut av det nasjonale datasettet ved neste "
        "publisering, senest samme natt. Pasientskjemaer som ikke var ferdige, er lukket med «Manglende samtykke»."
    )
    st.rerun()
