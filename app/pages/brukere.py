"""Brukere: the applications to decide, and the users who have access (LC: own unit, SC: all units)."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from app.ui import notices, page, texts
from app.web import resources
from app.web.session import ROLE_NAMES
from app.work import messages
from checks.errors import RegisterError
from ingest import units
from ingest.access import ROLES, Actor, everywhere
from ingest.people import accounts, applications, passwords

_CHOSEN = "valgt_bruker"


def draw(actor: Actor) -> None:
    notices.heading("Brukere")
    message = notices.place()
    with resources.current().store.read(actor) as tx:
        waiting, people = applications.waiting(tx), accounts.listed(tx)
        names = {u["resh"]: u["navn"] for u in units.all_units(tx)}
        today = tx.today
    st.html('<h2 class="sr-undertittel">Søknader som venter</h2>')
    if not waiting:
        st.html('<p class="sr-tomside">Ingen søknader venter.</p>')
    for application in waiting:
        with st.container(border=True):
            _application(actor, application, names, texts.moment(application["sendt"], today), message)
    st.html('<h2 class="sr-undertittel">Brukere med tilgang</h2>')
    _people(actor, people, names, message)


def _application(actor: Actor, found: dict[str, Any], names: dict[str, str], sent: str, message: Any) -> None:
    number = found["soknad_id"]
    facts = {
        "Søker": f"{found['navn']}, {found['stilling'].lower()}",
        "Brukernavn": found["brukernavn"],
        "Kontakt": f"{found['mobil']} · {found['epost']}",
        "Tilhører": f"{found['organisasjon']}, {found['klinikk']} ({found['region']})",
        "Søker tilgang til": f"{found['prosjekt']} ved {names.get(found['avdeling'], found['avdeling'])}",
        "Ønsket rolle": ROLE_NAMES[found["rolle"]],
        "Sendt": sent,
    }
    st.html(_facts(facts))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        role = st.selectbox(
            "Rolle som gis",
            applications.OFFERED,
            index=applications.OFFERED.index(found["rolle"]),
            format_func=ROLE_NAMES.__getitem__,
            key=f"rolle_{number}",
            width=230,
        )
        if st.button("Godkjenn", type="primary", key=f"godkjenn_{number}"):
            first = passwords.make_first()
            _do(
                actor,
                message,
                "Godkjent. Passordet er sendt på SMS.",
                lambda tx: applications.approve(tx, number, role, first),
            )
        reason = st.text_input("Grunn til avslag", max_chars=300, key=f"grunn_{number}", width=260)
        if st.button("Avslå", key=f"avsla_{number}"):
            _do(
                actor,
                message,
                "Avslått. Søkeren får grunnen på e-post.",
                lambda tx: applications.reject(tx, number, reason),
            )


def _people(actor: Actor, people: list[dict[str, Any]], names: dict[str, str], message: Any) -> None:
    rows = "".join(
        f"<tr><td>{escape(p['navn'])}</td><td>{escape(p['brukernavn'])}</td><td>{escape(str(names.get(p['enhet'], p['enhet'])))}</td>"
        f"<td>{escape(ROLE_NAMES[p['rolle']])}</td><td>{_state(p)}</td></tr>"
        for p in people
    )
    head = "".join(f'<th scope="col">{w}</th>' for w in ("Navn", "Brukernavn", "Enhet", "Rolle", "Tilstand"))
    st.html(
        f'<div class="sr-rulle"><table class="sr-tabell"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )
    others = {p["bruker_id"]: p for p in people if p["bruker_id"] != actor.bruker}
    chosen = st.selectbox(
        "Endre en bruker",
        list(others),
        index=None,
        key=_CHOSEN,
        width=420,
        placeholder="Velg bruker",
        format_func=lambda b: f"{others[b]['navn']} ({others[b]['brukernavn']})",
    )
    if chosen is not None:
        with st.container(border=True):
            _change(actor, others[chosen], [p for p in people if p["bruker_id"] == chosen], names, message)


def _state(person: dict[str, Any]) -> str:
    if not person["aktiv"]:
        return "Stengt"
    return "Har ikke byttet førstegangspassord" if person["maa_bytte"] else "Aktiv"


def _change(
    actor: Actor, person: dict[str, Any], held: list[dict[str, Any]], names: dict[str, str], message: Any
) -> None:
    user = person["bruker_id"]
    with st.container(horizontal=True):
        word = "Steng brukeren" if person["aktiv"] else "Åpne brukeren"
        if st.button(word, key=f"aktiv_{user}"):
            active = not person["aktiv"]
            _do(
                actor,
                message,
                "Brukeren er åpnet." if active else "Brukeren er stengt.",
                lambda tx: accounts.set_active(tx, user, active),
            )
        if st.button("Send nytt førstegangspassord", key=f"passord_{user}"):
            first = passwords.make_first()
            _do(
                actor,
                message,
                "Et nytt førstegangspassord er sendt på SMS. Kode fra app er slått av.",
                lambda tx: accounts.send_first_password(tx, user, first),
            )
        for row in held:
            where = "" if len(held) == 1 else f", {names.get(row['enhet'], row['enhet'])}"
            if st.button(f"Ta bort {row['rolle']}{where}", key=f"ta_{user}_{row['enhet']}_{row['rolle']}"):
                _do(
                    actor,
                    message,
                    "Rollen er tatt bort.",
                    lambda tx, r=row: accounts.take_role(tx, user, r["enhet"], r["rolle"]),
                )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        places = list(names) if everywhere(actor) else [actor.enhet]
        unit = st.selectbox("Enhet", places, format_func=lambda r: str(names.get(r, r)), key=f"enhet_{user}", width=320)
        role = st.selectbox(
            "Rolle", ROLES[actor.rolle].gives, format_func=ROLE_NAMES.__getitem__, key=f"ny_rolle_{user}", width=230
        )
        if st.button("Gi rolle", key=f"gi_{user}"):
            _do(actor, message, "Rollen er gitt.", lambda tx: accounts.give_role(tx, user, unit, role))


def _do(actor: Actor, message: Any, said: str, work: Any) -> None:
    try:
        with resources.current().store.write(actor) as tx:
            number = work(tx)
    except RegisterError as error:
        message.error(str(error))
        return
    if isinstance(number, int):
        messages.post(number)
    notices.later(said)
    st.rerun()


def _facts(facts: dict[str, str]) -> str:
    inside = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    return f'<dl class="sr-fakta">{inside}</dl>'


page.show(draw)
