"""The dialogs that the star and the tannhjul of Pasientregistreringer open: order, paper, stop, «Besvar alle og
ferdigstill».
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime

import streamlit as st

from app.ui import notices
from app.web import resources
from app.work import messages
from checks import eprom
from checks.codebook import load
from checks.errors import RegisterError
from checks.patient_forms import closing_reasons
from checks.reservasjon import RESERVASJON
from ingest.access import Actor
from ingest.prom import hads_licence, orders, outbox, outside, reach, status_words
from ingest.prom.open_forms import FormState, PatientRow
from ingest.store import Tx

WAITS = (
    "NB! Ikke bestill {skjema} med en gang. Dette skjemaet skal sendes (automatisk) ut {tid} etter sluttdato i "
    "Behandlerdel 2.2."
)
CHECKED = "eprom_kontakt"
LOST = (
    "Kom meldingen i retur, eller har pasienten ikke fått den? Da slutter lenken å virke, og skjemaet kan bestilles på en "
    "annen måte."
)
NOT_SECURE = "Sikker kanal er ikke satt opp her, og Kontaktregisteret er ikke koblet til. Pasienten får en lenke på SMS eller e-post."
NO_ADDRESS = "Det er ingen adresse å sende til: registrer mobilnummer eller e-postadresse i Personopplysninger (PO), eller bruk papir."
STOPS = (
    "Skjemaer som ikke er besvart eller begynt plottet, lukkes, og lenker slutter å virke. Svar som pasienten ikke har sendt "
    "inn, forkastes."
)
PLOT_WITHIN = status_words.span(eprom.PAPER_LOCKS_AFTER)


def stop_early(now: datetime) -> str:
    """By when the sending must be stopped, as seen at ``now``: the forms of a patient who consents go out at the next run."""
    run = eprom.next_run(now)
    day = "i dag" if eprom.day_of(run) == eprom.day_of(now) else "i morgen"
    return (
        "Gjøres umiddelbart etter at samtykke er registrert i TO: ellers sendes skjemaene automatisk "
        f"{day} kl. {eprom.RUN:%H.%M}."
    )


def reasons(codes: tuple[int, ...]) -> dict[int, str]:
    """Code -> the manual's words for each of these reasons, in the manual's order."""
    texts = closing_reasons()
    return {code: texts[code] for code in codes}


def cog(actor: Actor, row: PatientRow) -> None:
    """The dialog of the tannhjul: close all forms with one reason, or stop the sending."""
    st.dialog("Pasientregistreringer", width="medium")(_cog)(actor, row)


def star(actor: Actor, row: PatientRow, skjema: str) -> None:
    """The dialog of a form's star: how far the form has come, «Bestill PROM-skjema», «Meldingen kom ikke fram», paper,
    «Send på nytt».
    """
    st.session_state.pop(CHECKED, None)
    st.dialog(load().skjema[skjema].tittel, width="medium")(_star)(actor, row, row.skjema[skjema])


def _cog(actor: Actor, row: PatientRow) -> None:
    st.markdown(f"**{notices.plain(row.navn)}** · forløp {row.forlop_id}")
    with st.container(border=True):
        st.markdown("**Besvar alle og ferdigstill**")
        if row.kan_besvare_alle:
            st.caption("Alle pasientskjemaene besvares med samme årsak, låses og ferdigstilles.")
            chosen = _reason("Årsak", _offered(row), "besvar_alle")
            _button(
                "Besvar alle og ferdigstill",
                chosen is not None,
                "Alle pasientskjemaene er ferdigstilt.",
                lambda tx: orders.answer_all(tx, row.forlop_id, chosen or 0),
                actor,
            )
        else:
            st.caption("Er bare mulig så lenge ingen av pasientskjemaene er påbegynt.")
    with st.container(border=True):
        st.markdown("**Stopp utsending**")
        if row.kan_stoppes:
            st.caption(f"{STOPS} {stop_early(resources.current().store.clock())}")
            why = _reason("Årsak til stopp", eprom.STOP_REASONS, "stopp")
            _button(
                "Stopp utsending",
                why is not None,
                "Utsendingen er stoppet.",
                lambda tx: orders.stop(tx, row.forlop_id, why or 0),
                actor,
            )
        else:
            st.caption("Ingen skjemaer venter på utsending eller svar.")


def _offered(row: PatientRow) -> tuple[int, ...]:
    """The codes of the manual's reasons that can be true: Tidsmangel only for paper, Manglende samtykke only without
    consent.
    """
    left_out = {eprom.NO_TIME} if not any(form.papir for form in row.skjema.values()) else set()
    if row.samtykke in ("ja", RESERVASJON):
        left_out.add(eprom.NO_CONSENT)
    return tuple(code for code in eprom.CLOSE_ALL_REASONS if code not in left_out)


def _reason(label: str, codes: tuple[int, ...], key: str) -> int | None:
    words = reasons(codes)
    return st.selectbox(
        label, list(words), index=None, format_func=words.__getitem__, placeholder="Velg årsak", key=f"eprom_{key}"
    )


def _star(actor: Actor, row: PatientRow, form: FormState) -> None:
    st.markdown(f"**{notices.plain(row.navn)}** · forløp {row.forlop_id}")
    st.write(form.tekst)
    if form.feilet is not None:
        failed = form.feilet
        _button(
            "Send på nytt", True, "Meldingen sendes på nytt.", lambda tx: outbox.resend(tx, failed), actor, sends=True
        )
    if form.kan_bestilles:
        _order(actor, row, form)
    if form.kan_vaere_tapt:
        with st.container(border=True):
            st.caption(LOST)
            _button(
                "Meldingen kom ikke fram",
                True,
                "Skjemaet står som ikke sendt, og kan bestilles på nytt.",
                lambda tx: orders.undelivered(tx, row.forlop_id, form.skjema),
                actor,
                primary=False,
            )
    if form.kan_paa_papir:
        with st.container(border=True):
            st.markdown("**Papir**")
            st.caption(
                f"Skjemaet deles ut på papir: ingenting mer sendes, og behandler plotter det innen {PLOT_WITHIN}."
            )
            _button(
                "Pasienten fyller ut på papir",
                True,
                "Skjemaet er merket som papir.",
                lambda tx: orders.mark_paper(tx, row.forlop_id, form.skjema),
                actor,
                primary=False,
            )


def _order(actor: Actor, row: PatientRow, form: FormState) -> None:
    held = resources.current()
    with st.container(border=True):
        st.markdown("**Manuell utsending**")
        found = _checked(actor, row)
        if wait := eprom.after_end(form.skjema):
            st.warning(WAITS.format(skjema=load().skjema[form.skjema].tittel, tid=status_words.span(wait)))
        st.caption(_reached(found))
        if not found.ways:
            return
        way = st.radio(
            "Kontaktmetode",
            found.ways,
            format_func=lambda kanal: outbox.CHANNELS[kanal].choice,
            key=f"eprom_kanal_{form.skjema}",
        )
        licensed = hads_licence.available(held.settings)
        _button(
            "Bestill PROM-skjema",
            True,
            "Skjemaet er bestilt, og sendes med en gang.",
            lambda tx: orders.order(tx, row.forlop_id, form.skjema, way, hads_tekster=licensed),
            actor,
            sends=True,
        )


def _checked(actor: Actor, row: PatientRow) -> reach.Reach:
    """How the patient can be reached. It is asked once while the dialog is open, because the Kontaktregister may be slow."""
    if CHECKED not in st.session_state:
        held = resources.current()
        services = outside.services(held.settings)
        said = "Kontrollerer om pasienten er på Helsenorge eller Digipost …" if services.contacts else ""
        with st.spinner(said) if said else nullcontext(), held.store.read(actor) as tx:
            st.session_state[CHECKED] = reach.check(tx, row.forlop_id, services)
    return st.session_state[CHECKED]


def _reached(found: reach.Reach) -> str:
    if not found.sikker:
        return NOT_SECURE if found.ways else f"{NOT_SECURE} {NO_ADDRESS}"
    if found.digital:
        return "Pasienten er på Helsenorge eller Digipost."
    if found.digital is None:
        return (
            "Kontaktregisteret svarer ikke nå, så det er ikke kontrollert om pasienten er på Helsenorge eller Digipost."
        )
    if found.ways:
        return "Pasienten er ikke på Helsenorge eller Digipost. Velg usikret kontaktmetode; pasienten får en lenke."
    return f"Pasienten er ikke på Helsenorge eller Digipost. {NO_ADDRESS}"


def _button(
    text: str,
    ready: bool,
    said: str,
    work: Callable[[Tx], object],
    actor: Actor,
    *,
    primary: bool = True,
    sends: bool = False,
) -> None:
    """A button that does ``work`` in one transaction, shows ``said``, and closes the dialog.

    With ``sends`` the messages that ``work`` put in the outbox are sent at once.
    """
    if not st.button(text, type="primary" if primary else "secondary", disabled=not ready, width="stretch"):
        return
    try:
        with resources.current().store.write(actor) as tx:
            work(tx)
        if sends:
            messages.to_patients()
    except RegisterError as error:
        st.error(str(error))
        return
    notices.later(said)
    st.rerun()
