"""The list on Reservasjoner: cases that wait, with the two steps of the deletion, and cases that are done, as counts."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.components.goto import follow
from app.ui import links, notices, texts
from app.web import resources
from app.work import operations
from checks.errors import RegisterError
from ingest.access import Actor
from ingest.people import users
from ingest.prom import reservasjon
from ingest.registration import reservation_cases, reservations, reserved_remains
from ingest.registration.reservation_cases import CONFIRMED, DONE, WAITS, Case
from ingest.registration.reservations import BY_HAND, SOURCES

_ASKED = "reservasjon_slett"


def draw(actor: Actor) -> None:
    """Draw the list, and the form for somebody who is no patient here."""
    with resources.current().store.read(actor) as tx:
        found = reservation_cases.listed(tx)
        names = users.names(tx)
        unknown, refused = len(reservations.never_asked(tx)), reserved_remains.refused_answers(tx)
    waiting = [case for case in found if case.tilstand in (WAITS, CONFIRMED)]
    st.html('<h2 class="sr-undertittel">Venter</h2>')
    if not waiting:
        st.html('<p class="sr-tomside">Ingen reservasjoner venter.</p>')
    for case in waiting:
        with st.container(border=True):
            _waits(actor, case, names)
    if ended := [case for case in found if case not in waiting]:
        st.html('<h2 class="sr-undertittel">Avsluttet</h2>')
        st.html(_table(ended, names))
    st.html('<h2 class="sr-undertittel">Tall</h2>')
    st.html(
        f"<ul><li>Ingen har spurt Helsenorge om {texts.count(unknown, 'pasient', 'pasienter')} med norsk nummer.</li>"
        f"<li>{texts.count(refused, 'svar', 'svar')} på pasientskjema kom etter en reservasjon, og er ikke lagret.</li></ul>"
    )
    _somebody_else(actor)
    if (asked := st.session_state.pop(_ASKED, None)) is not None:
        st.dialog("Slett den reserverte pasienten?")(_delete)(actor, next(c for c in found if c.sak_id == asked))


def _waits(actor: Actor, case: Case, names: dict[str, str]) -> None:
    by = f" Bekreftet av {names.get(case.bekreftet_av, case.bekreftet_av)}." if case.bekreftet_av else ""
    there = links.link(links.history(case.pasient_id), "Pasienthistorikk", css="sr-knapplenke")
    st.html(
        f"<p><b>PasientID {case.pasient_id}</b> · {escape(SOURCES[case.kilde])}, mottatt {texts.day(case.mottatt)} · venter, "
        f"{texts.count(case.timer, 'time', 'timer')}.{escape(by)} {there}</p>"
    )
    if case.tilstand == WAITS:
        if st.button("Bekreft reservasjonen", key=f"res_bekreft_{case.sak_id}"):
            with notices.refusals():
                with resources.current().store.write(actor) as tx:
                    reservation_cases.confirm(tx, case.sak_id)
                notices.later("Bekreftet. En annen koordinator kan nå slette.")
                st.rerun()
        return
    if case.bekreftet_av == actor.bruker:
        st.html('<p class="sr-ingress">En annen koordinator må slette.</p>')
        return
    st.button(
        "Slett …", key=f"res_slett_{case.sak_id}", on_click=lambda: st.session_state.update({_ASKED: case.sak_id})
    )


def _delete(actor: Actor, case: Case) -> None:
    st.markdown(f"**PasientID {case.pasient_id}**")
    st.warning(
        "Personopplysninger, svar, kommentarer og utkast slettes i alle enheter og kan ikke hentes tilbake. Tilbake står tall "
        "uten person, og et avtrykk av nummeret, så pasienten ikke registreres igjen. De publiserte filene mister pasienten "
        "ved neste publisering."
    )
    typed = st.text_input(
        "Skriv PasientID for å bekrefte", key=f"res_pid_{case.sak_id}", max_chars=9, autocomplete="off"
    )
    message = st.empty()
    delete, cancel = st.columns(2)
    if cancel.button("Avbryt", width="stretch"):
        st.rerun()
    if not delete.button("Slett pasienten", type="primary", width="stretch"):
        return
    held = resources.current()
    try:
        with st.spinner("Sletter, og skriver datafilen på nytt …"):
            n = operations.delete_reserved(held.store, held.settings, actor, case.sak_id, typed)
    except RegisterError as error:
        message.error(str(error))
        return
    notices.later(f"Pasienten er slettet, med {texts.count(n, 'forløp', 'forløp')}.")
    st.rerun()


def _table(ended: list[Case], names: dict[str, str]) -> str:
    heads = ("PasientID", "Kilde", "Mottatt", "Utfall", "Timer", "Av", "Forløp", "Skjema")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in _cells(case, names))}</tr>" for case in ended)
    table = f'<table class="sr-tabell"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<div class="sr-rulle" tabindex="0" role="region" aria-label="Avsluttede saker">{table}</div>'


def _cells(case: Case, names: dict[str, str]) -> list[str]:
    by = " og ".join(names.get(who, who) for who in (case.bekreftet_av, case.utfort_av) if who)
    counts = [str(n) if case.tilstand == DONE else "–" for n in (case.antall_forlop, case.antall_skjema)]
    source, day = SOURCES[case.kilde], texts.day(case.mottatt)
    return [str(case.pasient_id), escape(source), day, case.tilstand, str(case.timer), escape(by) or "–", *counts]


def _somebody_else(actor: Actor) -> None:
    """Draw the form for a reservation by somebody who may not be a patient here; a patient is opened instead."""
    with st.expander("Reservasjon fra noen som kanskje ikke er registrert"):
        st.html(
            '<p class="sr-ingress">Er personen registrert, åpnes pasienten. Ellers lagres bare et avtrykk av nummeret, så '
            "personen ikke registreres senere.</p>"
        )
        number, source = "res_ukjent_nr", "res_ukjent_kilde"

        def submitted() -> None:
            held, given = resources.current(), st.session_state
            try:
                with held.store.write(actor) as tx:
                    known = reservasjon.receive_unknown(
                        tx, given[number], given[source] or "", test_persons=held.settings.test_persons
                    )
            except RegisterError as error:
                given["res_ukjent_avslag"] = str(error)
                return
            given[number] = ""
            if known is None:
                notices.later("Nummeret er kjent som reservert.")
            else:
                follow(links.reservation(known))

        with st.form("res_ukjent", border=False):
            st.text_input("Fødselsnummer", key=number, autocomplete="off", width=300)
            st.radio(
                "Hvordan kom den?", BY_HAND, format_func=SOURCES.__getitem__, index=None, horizontal=True, key=source
            )
            st.form_submit_button("Registrer", on_click=submitted)
        if refused := st.session_state.pop("res_ukjent_avslag", None):
            notices.refused(refused)
