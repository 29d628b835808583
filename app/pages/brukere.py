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
from ingest.services import sending

_CHOSEN = "valgt_bruker"


def draw(actor: Actor) -> None:
    notices.heading("Brukere")
    message = notices.place()
    with resources.current().store.read(actor) as tx:
        waiting, people = applications.waiting(tx), accounts.listed(tx)
        listed = units.all_units(tx)
        today = tx.today
    names = {u["resh"]: u["navn"] for u in listed}
    offered = [u["resh"] for u in listed if u["aktiv"] and (everywhere(actor) or u["resh"] == actor.enhet)]
    st.html('<h2 class="sr-undertittel">Søknader som venter</h2>')
    if not waiting:
        st.html('<p class="sr-tomside">Ingen søknader venter.</p>')
    for application in waiting:
        with st.container(border=True):
            _application(actor, application, names, texts.moment(application["sendt"], today), message)
    st.html('<h2 class="sr-undertittel">Brukere med tilgang</h2>')
    _people(actor, people, names, offered, message)


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
                f"Godkjent. {_first_way_in()}",
                lambda tx: applications.approve(tx, number, role, first),
                sends_password=True,
            )
        reason = st.text_input("Grunn til avslag", max_chars=300, key=f"grunn_{number}", width=260)
        if st.button("Avslå", key=f"avsla_{number}"):
            _do(actor, message, f"Avslått. {_told_why()}", lambda tx: applications.reject(tx, number, reason))


def _first_way_in() -> str:
    held = resources.current()
    return (
        "Passordet er sendt på SMS."
        if held.sends(sending.SMS)
        else f"Brukeren logger inn med {held.settings.oidc_navn}."
    )


def _told_why() -> str:
    if resources.current().sends(sending.EMAIL):
        return "Søkeren får grunnen på e-post."
    return "E-post er ikke satt opp her: si fra til søkeren selv."


def _people(
    actor: Actor, people: list[dict[str, Any]], names: dict[str, str], offered: list[str], message: Any
) -> None:
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
            held = [p for p in people if p["bruker_id"] == chosen]
            _change(actor, others[chosen], held, names, message)
            _new_role(actor, others[chosen], names, offered)


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
                sends_password=True,
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


def _new_role(actor: Actor, person: dict[str, Any], names: dict[str, str], offered: list[str]) -> None:
    """Draw the choice of one more role. Only the user's own unit is chosen beforehand, and the dialog asks once more:
    a role at the wrong hospital shows its patients to a stranger.
    """
    user = person["bruker_id"]
    with resources.current().store.read(actor) as tx:
        own = accounts.own_unit(tx, user)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        unit = st.selectbox(
            "Enhet",
            offered,
            index=offered.index(own) if own in offered else None,
            placeholder="Velg enhet",
            format_func=lambda r: str(names.get(r, r)),
            key=f"enhet_{user}",
            width=320,
        )
        role = st.selectbox(
            "Rolle",
            ROLES[actor.rolle].gives,
            index=None,
            placeholder="Velg rolle",
            format_func=ROLE_NAMES.__getitem__,
            key=f"ny_rolle_{user}",
            width=230,
        )
        asked = st.button("Gi rolle …", key=f"gi_{user}", disabled=unit is None or role is None)
    if asked and unit is not None and role is not None:
        where = str(names.get(unit, unit))
        st.dialog("Gi rolle")(_confirm_role)(actor, person, unit, role, where)


def _confirm_role(actor: Actor, person: dict[str, Any], unit: str, role: str, where: str) -> None:
    what = f"rollen {ROLE_NAMES[role]} ved {where}"
    st.markdown(
        f"Skal **{notices.plain(person['navn'])}** ({notices.plain(person['brukernavn'])}) få {notices.plain(what)}?"
    )
    message = st.empty()
    give, cancel = st.columns(2)
    if give.button("Gi rollen", type="primary", width="stretch"):
        with notices.refusals(message):
            with resources.current().store.write(actor) as tx:
                given = accounts.give_role(tx, person["bruker_id"], unit, role)
            notices.later(
                f"{person['navn']} har fått {what}."
                if given
                else f"{person['navn']} har {what} fra før. Ingenting er endret."
            )
            st.rerun()
    if cancel.button("Avbryt", width="stretch"):
        st.rerun()


def _do(actor: Actor, message: Any, said: str, work: Any, *, sends_password: bool = False) -> None:
    try:
        if sends_password:
            messages.require_way_in()
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
