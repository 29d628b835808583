"""«Abonnement på rapporter» on Filarkiv: begin, change and stop a subscription, and fetch what has been made."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.files.archive import REPORT
from app.ui import links, notices, texts
from app.web import resources
from checks import abonnement
from checks.abonnement import NATION, Months
from exports import subscribed
from exports.subscribed import Made
from ingest import units
from ingest.access import Actor, everywhere, may
from ingest.people import subscriptions
from ingest.people.subscriptions import Subscription
from ingest.services import sending
from ingest.store import Tx

LEAD = (
    "Rapporten lages av den første publiseringen etter at måneden eller kvartalet er slutt, og legges her. Du får en e-post "
    "uten tall når den er klar."
)
NO_MAIL = "E-post er ikke satt opp i dette registeret, så du får ikke beskjed når en rapport er klar."
INTERNAL = "En enhets rapport er til internt bruk: små tall er med."
NEWEST = 6  # reports that are shown before the older ones are asked for
_HEAD = ("Rapport", "Hent", "Laget")


def draw(actor: Actor) -> None:
    """Draw what the user may subscribe to, the subscriptions, and the reports that are made of them."""
    held = resources.current()
    st.html(f'<p class="sr-ingress">{escape(LEAD)} {escape(INTERNAL)}</p>')
    notices.place()
    if not held.sends(sending.EMAIL):
        notices.remark(NO_MAIL)
    with held.store.read(actor) as tx:
        running, made = subscriptions.own(tx), subscribed.listed(tx)
        pending = dict(subscribed.due(tx))
        names = {unit["resh"]: unit["navn"] for unit in units.all_units(tx) if unit["aktiv"] or not everywhere(actor)}
        rows = [(found, *_said(tx, found, pending.get(found))) for found in running]
        newest, older = _table(tx, made[:NEWEST]), _table(tx, made[NEWEST:])
        ended = stopped(tx)
    for sentence in ended:
        notices.remark(sentence)
    if newest:
        st.html(newest)
    elif running:
        st.html('<p class="sr-tomside">Det er ingen rapporter å hente ennå.</p>')
    if older:
        with st.expander("Eldre rapporter"):
            st.html(older)
    for found, title, about in rows:
        _one(actor, found, title, about)
    _new(actor, names)


def stopped(tx: Tx) -> list[str]:
    """A sentence for each of the user's subscriptions that has stopped by itself of late."""
    return [
        f"Abonnementet på {abonnement.KINDS.get(found.slag, found.slag)} ({subscribed.name(tx, found.omfang)}) stoppet "
        f"{texts.moment(found.stoppet)} fordi {abonnement.STOPPED.get(found.stoppet_grunn or '', 'det ikke gjelder lenger')}."
        for found in subscriptions.stopped_by_themselves(tx)
        if found.stoppet is not None
    ]


def _new(actor: Actor, names: dict[str, str]) -> None:
    """Draw the choices of a new subscription, and the button that begins it."""
    offered = [NATION, *names] if may(actor, "hente_nasjonalt") else [actor.enhet]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scope = offered[0]
        if len(offered) > 1:
            scope = st.selectbox(
                "Gjelder",
                offered,
                format_func=lambda s: names.get(s, "Hele landet"),
                key="abonnement_omfang",
                width=280,
            )
        kinds = [kind for kind in abonnement.KINDS if scope != NATION or kind in abonnement.OF_THE_NATION]
        kind = st.selectbox(
            "Rapport", kinds, format_func=abonnement.KINDS.__getitem__, key="abonnement_slag", width=310
        )
        often = st.selectbox(
            "Hvor ofte",
            list(abonnement.OFTEN),
            format_func=abonnement.OFTEN.__getitem__,
            key="abonnement_hyppighet",
            width=160,
        )
        begun = st.button("Abonner", type="primary", key="abonnement_begynn")
    if begun:
        with notices.refusals():
            with resources.current().store.write(actor) as tx:
                subscriptions.begin(tx, scope, kind, often)
            _done(f"Du abonnerer på {abonnement.KINDS[kind]}, {abonnement.OFTEN[often].lower()}.")


def _said(tx: Tx, found: Subscription, pending: Months | None) -> tuple[str, str]:
    """A subscription's name, and what it says of itself."""
    kind, often = abonnement.KINDS.get(found.slag, found.slag), abonnement.OFTEN[found.hyppighet].lower()
    following = pending or abonnement.containing(found.hyppighet, tx.today)
    when = "lages når perioden er publisert" if pending else "når den er slutt og publisert"
    return (
        f"{kind}, {subscribed.name(tx, found.omfang)}",
        f"{often.capitalize()} siden {texts.day(found.since)}. Neste: {following.words}, {when}.",
    )


def _one(actor: Actor, found: Subscription, title: str, about: str) -> None:
    """Draw a subscription with the buttons that change and stop it."""
    other = next(often for often in abonnement.OFTEN if often != found.hyppighet)
    number, store = found.abonnement_id, resources.current().store
    with st.container(horizontal=True, vertical_alignment="center", key=f"abonnement_{number}"):
        st.html(
            f'<p class="sr-abonnement"><b>{escape(title)}</b><br><span class="sr-dempet">{escape(about)}</span></p>'
        )
        changed = st.button(
            f"Endre til {abonnement.OFTEN[other].lower()}", type="tertiary", key=f"abonnement_endre_{number}"
        )
        ended = st.button("Stopp", key=f"abonnement_stopp_{number}")
    with notices.refusals():
        if changed:
            with store.write(actor) as tx:
                subscriptions.change(tx, number, other)
            _done(f"{title} kommer nå {abonnement.OFTEN[other].lower()}.")
        if ended:
            with store.write(actor) as tx:
                subscriptions.stop(tx, number)
            _done(f"Abonnementet på {title} er stoppet. Det som er laget, kan fortsatt hentes.")


def _done(sentence: str) -> None:
    notices.later(sentence)
    st.rerun()


def _table(tx: Tx, made: list[Made]) -> str:
    """What has come of the subscriptions, as HTML; empty when nothing has."""
    if not made:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
    rows = "".join(
        f'<tr><td class="sr-bryt">{escape(abonnement.KINDS.get(one.abonnement.slag, one.abonnement.slag))}, '
        f'{one.months.words}<br><span class="sr-dempet">{escape(subscribed.name(tx, one.abonnement.omfang))}</span></td>'
        f"{_outcome(one)}</tr>"
        for one in made
    )
    return f'<div class="sr-rulle"><table class="sr-tabell"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _outcome(one: Made) -> str:
    """The last cells of a row: the report's link and when it was made, or why there is none."""
    if one.dokument is None:
        return f'<td></td><td class="sr-bryt">{escape(one.feil or "")}</td>'
    missed = one.epost in (None, sending.FAILED)
    mail = '<br><span class="sr-dempet">E-posten kom ikke fram.</span>' if missed else ""
    link = links.fetched(REPORT.replace("{nr}", str(one.dokument.dokument_id)), "Hent")
    return f'<td>{link}</td><td class="sr-bryt">{texts.moment(one.dokument.laget)}{mail}</td>'
