"""Min side: the user's own data, password, codes from an app, and latest logins (manual: «Hvordan bytte passord?»)."""

from __future__ import annotations

from html import escape
from typing import Any

import segno
import streamlit as st
from pyotp.totp import TOTP

from app.files import subscriptions
from app.signin import linking, own_contact
from app.ui import notices, page, texts
from app.web import resources
from app.web.session import PASSWORD, PROJECTS, ROLE_NAMES
from checks.errors import RegisterError
from ingest import units
from ingest.access import Actor
from ingest.people import accounts, helseid, login, sessions, users
from ingest.services.national import connected

_SECRET = "ny_totp"


def draw(actor: Actor) -> None:
    notices.heading("Min side")
    message, held = notices.place(), resources.current()
    with held.store.read(actor) as tx:
        own, roles, logins = (
            users.account(tx, actor.bruker),
            sessions.roles(tx, actor.bruker),
            accounts.recent_logins(tx),
        )
        names = {u["resh"]: u["navn"] for u in units.all_units(tx)}
        stopped = subscriptions.stopped(tx)
        linked = helseid.linked(tx)
        needs_app = login.needs_app(tx, actor.bruker, reached=held.reaches_users)
    if own is None:
        raise RegisterError("REG-135")
    if needs_app:
        st.warning(
            "SMS er ikke satt opp i dette registeret. Sett opp kode fra app nå, ellers kommer du ikke inn igjen."
        )
    for sentence in stopped:
        notices.remark(sentence)
    left, right = st.columns(2)
    with left:
        with st.container(border=True):
            _own(own, [f"{ROLE_NAMES[role]}, {names.get(unit, unit)}" for unit, role in roles])
        with st.container(border=True):
            _logins(logins)
    with right:
        with st.container(border=True):
            own_contact.draw(actor, message)
        with st.container(border=True):
            _totp(actor, own, message)
        if connected.sign_in(held.settings) is not None:
            with st.container(border=True):
                linking.draw(actor, linked, message)


def _own(own: dict[str, Any], roles: list[str]) -> None:
    facts = {
        "Navn": own["navn"],
        "Brukernavn": own["brukernavn"],
        "Bruker-id": own["bruker_id"],
        "Primær mobil": own["mobil"] or "–",
        "Jobb-e-post": own["epost"] or "–",
        "Stilling": own["stilling"] or "–",
    }
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    rows += f"<dt>Tilgang</dt><dd>{'<br>'.join(map(escape, roles))}</dd>"
    projects = f'<a class="sr-knapplenke" href="{PROJECTS}?til=/min_side" target="_self">Prosjektoversikt</a>'
    st.html(
        f'<h2 class="sr-undertittel">Opplysninger</h2><dl class="sr-fakta">{rows}</dl><p class="sr-lenkerad">'
        f'<a class="sr-knapplenke" href="{PASSWORD}?til=/min_side" target="_self">Bytt passord</a> {projects}</p>'
    )


def _logins(found: list[dict[str, Any]]) -> None:
    words = {
        "logget inn": "Logget inn",
        "innlogging avvist": "Innlogging avvist",
        "passord byttet": "Passord byttet",
        "mobil byttet": "Mobilnummer byttet",
        "epost byttet": "E-post byttet",
        "HelseID koblet til": "HelseID koblet til",
        "HelseID koblet fra": "HelseID koblet fra",
    }
    rows = "".join(
        f'<tr><td>{texts.moment(row["tid"])}</td><td class="sr-bryt">{words[row["hendelse"]]}</td></tr>'
        for row in found
    )
    empty = "" if found else '<p class="sr-tomside">Ingen innlogginger ennå.</p>'
    st.html(
        '<h2 class="sr-undertittel">Siste innlogginger</h2><p class="sr-ingress">Er det noe du ikke kjenner igjen? '
        f'Bytt passord og si fra til lokal koordinator.</p><table class="sr-tabell"><tbody>{rows}</tbody></table>{empty}'
    )


def _totp(actor: Actor, own: dict[str, Any], message: Any) -> None:
    st.html(
        '<h2 class="sr-undertittel">Engangskode fra app</h2><p class="sr-ingress">I stedet for SMS kan koden komme fra en '
        "app på mobilen, for eksempel Google Authenticator eller Microsoft Authenticator.</p>"
    )
    if own["totp"]:
        st.html('<p class="sr-gjort">Koden din kommer fra app.</p>')
        with st.form("totp_av_skjema", border=False):
            password = _password()
            off = st.form_submit_button("Gå tilbake til SMS", key="totp_av")
        if off:
            try:
                accounts.remove_totp(resources.current().store, actor, password)
            except RegisterError as error:
                message.error(str(error))
                return
            notices.later("Koden kommer nå på SMS.")
            st.rerun()
        return
    if _SECRET not in st.session_state:
        if st.button("Sett opp app", key="totp_start"):
            st.session_state[_SECRET] = accounts.new_secret()
            st.rerun()
        return
    secret = st.session_state[_SECRET]
    st.html(
        f'<div class="sr-qr">{_qr(secret, own["brukernavn"])}<p>Skann koden i appen, eller skriv nøkkelen:<br><code>{_spaced(secret)}</code></p></div>'
    )
    with st.form("totp_skjema", border=False):
        code = st.text_input("Koden appen viser", max_chars=7, key="totp_kode", width=200)
        password = _password()
        beside = st.empty()
        given = st.form_submit_button("Ta i bruk", type="primary", key="totp_pa")
    if given:
        try:
            accounts.set_totp(resources.current().store, actor, secret, code, password)
        except RegisterError as error:
            beside.error(str(error))
        else:
            del st.session_state[_SECRET]
            notices.later("Koden kommer fra appen neste gang du logger inn.")
            st.rerun()
    if st.button("Avbryt", key="totp_avbryt"):
        del st.session_state[_SECRET]
        st.rerun()


def _password() -> str:
    return st.text_input(
        "Passordet ditt", type="password", key="totp_passord", autocomplete="current-password", width=260
    )


def _qr(secret: str, name: str) -> str:
    """The secret as a QR code (SVG), made in this process so that no other service learns the secret."""
    made = segno.make(TOTP(secret, name=name, issuer="SmerteReg").provisioning_uri(), error="m")
    address = made.svg_data_uri(scale=4, border=3, dark="#000", light="#fff")
    return f'<img src="{escape(address)}" width="190" height="190" alt="QR-kode med nøkkelen">'


def _spaced(secret: str) -> str:
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


page.show(draw)
