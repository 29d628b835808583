"""Enheter: the units that take part in the registry, kept by the national coordinator (SC)."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from app.ui import links, notices, page, symbols
from app.web import resources
from checks import senders as senders_rules
from checks.errors import RegisterError
from checks.senders import Sender
from checks.units import COLUMNS, LABELS, LONGEST, Unit
from ingest import units
from ingest.access import Actor, require
from ingest.lists import enheter
from ingest.prom import senders

_INACTIVE = (
    "Settes til Nei når enheten ikke lenger deltar. Da kan den ikke få nye forløp eller gi nye roller. Det som er registrert, "
    "blir stående og kan fullføres."
)
_SENDER = (
    "Står i SMS og e-post til pasienter, som andre kan se: skriv sykehusets navn slik pasientene kjenner det, uten avdeling eller "
    "noe om sykdom. Er feltene tomme, står helseforetakets navn."
)
_CALLED = "Telefon for pasienter"


def draw(actor: Actor) -> None:
    require(actor, "administrere_enheter")
    notices.heading("Enheter", "Sykehusene som deltar. Lokal koordinator (LC) fører enhetens lokasjoner og avdelinger.")
    message = notices.place()
    _add(actor)
    with resources.current().store.read(actor) as tx:
        found, froms = units.all_units(tx), senders.chosen(tx)
    st.html(_table(found, froms))
    asked = st.query_params.pop("endre", "")
    chosen = next((unit for unit in found if unit["resh"] == asked), None)
    if chosen is not None:
        st.dialog("Endre enheten")(_change)(actor, chosen, froms.get(asked, Sender()))
    elif asked:
        message.error(str(RegisterError("REG-243", verdi=asked[: LONGEST["resh"]])))


def _add(actor: Actor) -> None:
    """Draw the line for a new unit; the text stays in the fields until the unit is stored."""
    keys = {name: f"ny_enhet_{name}" for name in COLUMNS}
    said = "ny_enhet_feil"

    def submitted() -> None:
        unit = Unit(**{name: st.session_state[key] for name, key in keys.items()})
        try:
            with resources.current().store.write(actor) as tx:
                enheter.add(tx, unit)
        except RegisterError as error:
            st.session_state[said] = [told.melding for told in error.problems] or [str(error)]
            return
        for key in keys.values():
            st.session_state[key] = ""
        notices.later(f"«{unit.tidy.navn}» er lagt til.")

    with st.form("ny_enhet"):
        columns = st.columns([2, 4, 4, 3, 2], vertical_alignment="bottom")
        for column, (name, key) in zip(columns, keys.items(), strict=False):
            column.text_input(LABELS[name], key=key, max_chars=LONGEST[name], autocomplete="off")
        columns[-1].form_submit_button("Legg til", type="primary", on_click=submitted, width="stretch")
        for sentence in st.session_state.pop(said, []):
            st.html(f'<p class="sr-feltfeil" role="alert">{escape(sentence)}</p>')


def _table(found: list[dict[str, Any]], froms: Mapping[str, Sender]) -> str:
    head = "".join(f'<th scope="col">{escape(label)}</th>' for label in (*LABELS.values(), _CALLED, "Aktiv"))
    rows = "".join(
        _row(unit, froms.get(unit["resh"], Sender())) for unit in sorted(found, key=lambda u: not u["aktiv"])
    )
    return (
        '<div class="sr-rulle"><table class="sr-tabell sr-liste"><thead><tr>'
        f'{head}<th scope="col"><span class="sr-lese">Endre</span></th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _row(unit: dict[str, Any], sender: Sender) -> str:
    muted = "" if unit["aktiv"] else ' class="sr-dempet"'
    change = links.link(
        f"/enheter?endre={unit['resh']}", symbols.icon("endre"), css="sr-symbol", label=f"Endre {unit['navn']}"
    )
    return (
        f'<tr><td{muted}>{escape(unit["resh"])}</td><th scope="row" {muted}>{escape(unit["navn"])}</th>'
        f"<td{muted}>{escape(unit['hf'])}</td><td{muted}>{escape(unit['rhf'])}</td>"
        f"<td{muted}>{escape(sender.telefon) or '–'}</td>"
        f'<td>{"Ja" if unit["aktiv"] else "Nei"}</td><td class="sr-tall sr-handling">{change}</td></tr>'
    )


def _change(actor: Actor, unit: dict[str, Any], sender: Sender) -> None:
    resh = unit["resh"]
    st.html(f'<p class="sr-ingress">RESH-id {escape(resh)}</p>')
    typed: dict[str, Any] = {
        name: st.text_input(
            LABELS[name], unit[name], max_chars=LONGEST[name], autocomplete="off", key=f"endre_{resh}_{name}"
        )
        for name in COLUMNS
        if name != "resh"
    }
    named: dict[str, Any] = {
        name: st.text_input(
            senders_rules.LABELS[name],
            getattr(sender, name),
            max_chars=senders_rules.LONGEST[name],
            autocomplete="off",
            key=f"endre_{resh}_avsender_{name}",
        )
        for name in senders_rules.LABELS
    }
    st.html(f'<p class="sr-ingress">{_SENDER}</p>')
    choices = {1: "Ja", 0: "Nei"}
    active = st.radio(
        "Aktiv",
        list(choices),
        index=0 if unit["aktiv"] else 1,
        format_func=choices.__getitem__,
        horizontal=True,
        key=f"endre_{resh}_aktiv",
    )
    st.html(f'<p class="sr-ingress">{_INACTIVE}</p>')
    message = st.empty()
    save, cancel = st.columns(2)
    if save.button("Lagre", type="primary", width="stretch"):
        with notices.refusals(message):
            new = Unit(resh, **typed)
            with resources.current().store.write(actor) as tx:
                changed = enheter.change(tx, new, active == 1)
                changed |= senders.change(tx, resh, Sender(**named))
            if changed:
                notices.later(f"«{new.tidy.navn}» er endret.")
            st.rerun()
    if cancel.button("Avbryt", width="stretch"):
        st.rerun()


page.show(draw)
