"""The Norwegian sentence about a patient form on the page Pasientregistreringer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from checks import eprom, reservasjon
from checks.codebook import load
from checks.eprom import CLOSING_FIELDS, OSLO, Sak
from checks.forlop import COMPLETED, NEW
from ingest.prom.outbox import CHANNELS, FAILED, RETURNED, SENDING, WAITING

_NUMBERS = ["én", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv"]
WHY_NOT_SENT = {
    eprom.NOT_DIGITAL: "pasienten er ikke på Helsenorge eller Digipost",
    eprom.NOT_CONFIGURED: "sikker kanal er ikke satt opp",
    eprom.NOT_LICENSED: "de lisensierte HADS-tekstene er ikke lagt inn",
    eprom.UNDELIVERED: "meldingen kom ikke fram",
}

NOT_INCLUDED = "inklusjonskriteriene er ikke oppfylt, eller pasienten er reservert"


def of_form(sak: Sak, now: datetime, closed: int | None, order: dict[str, Any] | None, more: str | None = None) -> str:
    """How far the form has come, why, and what happens next.

    ``closed`` is the code of why the form was closed, None if it was not, and ``more`` says more of that. ``order`` is the form's newest order: sendt,
    kanal, feil, paaminnelse, paaminnelse_feil.
    """
    if sak.status == COMPLETED:
        if not closed:
            return "Utfylt og låst."
        return f"Lukket uten svar: {reason(sak.skjema, closed)}.{f' {more}.' if more else ''}"
    if sak.dod:
        return "Pasienten er død. Skjemaet lukkes."
    if sak.samtykket is None:
        return f"Kan ikke sendes: {NOT_INCLUDED if reservasjon.of_forlop(sak.startdato) else 'samtykke mangler'}."
    if sak.papir:
        locks = eprom.paper_locks_at(sak)
        where = "Deles ut på papir" if sak.status == NEW else "Under utfylling på papir"
        within = f"før {moment(locks)}" if locks else f"innen {span(eprom.PAPER_LOCKS_AFTER)} etter sluttdato"
        return f"{where}. Må plottes {within}."
    begun = " Pasienten har begynt å svare." if sak.begynt else ""
    if sak.tilstand == eprom.NOT_SENT:
        why = WHY_NOT_SENT.get(sak.arsak or "", sak.arsak or "")
        detail = f" ({order['feil']})" if order and order.get("feil") else ""
        return f"Ikke sendt: {why}{detail}."
    if sak.tilstand == eprom.ORDERED:
        return "Bestilt, og på vei til pasienten."
    if sak.tilstand == eprom.SENT and sak.dag and order:
        reminded = _reminder(order) if sak.purret else f"Påminnelse {day(eprom.remind_at(sak.dag))}"
        sent = f"Sendt {moment(order['sendt'])} på {CHANNELS[order['kanal']].navn}"
        return f"{sent}. {reminded}. Låses {moment(eprom.lock_at(sak.dag))}.{begun}"
    if sak.tilstand == eprom.STOPPED:
        return "Utsendingen er stoppet."
    if sak.status != NEW:
        return "Under utfylling."
    return _when(sak, now)


def _reminder(order: dict[str, Any]) -> str:
    if order["paaminnelse"] == FAILED:
        return f"Påminnelsen kom ikke fram ({order['feil']})"
    if (order["paaminnelse_feil"] or "").startswith(RETURNED):
        return f"Påminnelsen kom ikke fram ({order['paaminnelse_feil']})"
    return "Påminnelse er på vei" if order["paaminnelse"] in (WAITING, SENDING) else "Påminnelse er sendt"


def _when(sak: Sak, now: datetime) -> str:
    out = eprom.goes_out_at(sak)
    if out is None:
        wait = eprom.after_end(sak.skjema)
        return f"Sendes automatisk {f'{span(wait)} etter sluttdato i B 2.2' if wait else 'når B 2.2 er ferdigstilt'}."
    if out <= now - eprom.TOO_LATE:
        return "Ikke sendt i tide. Kan bestilles."
    if out <= now:
        return "Sendes automatisk så snart det går."
    return f"Sendes automatisk {moment(eprom.sends_at(sak.skjema, out))}."


def span(wait: timedelta) -> str:
    """The time in words, «fire uker» or «ti dager»: in weeks when it is whole weeks; numbers above twelve as figures."""
    weeks, days = divmod(wait.days, 7)
    number, one, many = (wait.days, "dag", "dager") if days else (weeks, "uke", "uker")
    word = _NUMBERS[number - 1] if number <= len(_NUMBERS) else str(number)
    return f"{word} {one if number == 1 else many}"


def reason(skjema: str, code: int | None) -> str:
    """The text of why a patient form was closed."""
    codes = load().skjema[skjema].variabler[CLOSING_FIELDS[skjema][2]].koder
    return next((k.tekst for k in codes if k.kode == code), "")


def moment(when: datetime) -> str:
    """«23.11.2026 kl. 16.30», in Norway."""
    return f"{when.astimezone(OSLO):%d.%m.%Y kl. %H.%M}"


def day(when: datetime) -> str:
    return f"{when.astimezone(OSLO):%d.%m.%Y}"
