"""What a behandler does with patient forms: order, stop, close, hand out on paper (manual: «Pasientregistreringer»)."""

from __future__ import annotations

from typing import Any

from checks import eprom, hads_texts, identity, reservasjon
from checks.codebook import load
from checks.eprom import CLOSING_FIELDS, Sak
from checks.errors import RegisterError
from checks.forlop import COMPLETED, NEW
from checks.patient_forms import closing_reasons
from ingest import audit
from ingest.access import require
from ingest.prom import cases, inbox, outbox
from ingest.prom.place import MANUAL, Wanted, end, forget_answers, lost, place
from ingest.registration import forlop, forms
from ingest.store import Tx


def order(tx: Tx, forlop_id: int, skjema: str, kanal: str, *, hads_tekster: bool = False) -> int:
    """«Bestill PROM-skjema»: the form goes out at once by ``kanal`` (sikker, sms, epost). Returns the order's number.

    A form that was marked as paper is not on paper any more. ``hads_tekster`` says that the licensed texts are loaded;
    without them HADS is sent to test persons only (REG-164). Raises REG-160 (no consent), REG-591 (not included, or reserved),
    REG-161 (sent already), REG-162 (begun), REG-163 (no address for the channel), REG-165 (the patient is dead). Source: manual, «Manuell utsending av
    ePROM-skjema».
    """
    head = forlop.get(tx, forlop_id)
    require(tx.actor, "bestille_eprom", head.enhet)
    inbox.settle(tx, [forlop_id])
    sak, navn = cases.of_form(tx, forlop_id, skjema), load().skjema[skjema].navn
    if sak.dod:
        raise RegisterError("REG-165", skjema=navn)
    if sak.samtykket is None:
        raise RegisterError("REG-591" if reservasjon.of_forlop(head.startdato) else "REG-160", skjema=navn)
    if sak.status != NEW:
        raise RegisterError("REG-162", skjema=navn)
    if sak.live:
        raise RegisterError("REG-161", skjema=navn)
    _require_address(tx, head.pasient_id, kanal)
    if skjema == hads_texts.FORM and not hads_tekster and not test_person(tx, head.pasient_id):
        raise RegisterError("REG-164")
    tx.run("delete from prom.papir where forlop_id = ? and skjema = ?", forlop_id, skjema)
    return place(tx, MANUAL, [Wanted(forlop_id, head.pasient_id, skjema, kanal, tx.now)])[0]


def undelivered(tx: Tx, forlop_id: int, skjema: str) -> None:
    """«Meldingen kom ikke fram»: register that a sent message came back, or that the patient never got it.

    The order counts as not sent, its links die, and the form may be ordered in another way. Raises REG-183 when the form
    has not been sent, or the patient has begun to answer.
    """
    head = forlop.get(tx, forlop_id)
    require(tx.actor, "bestille_eprom", head.enhet)
    inbox.settle(tx, [forlop_id])
    sak = cases.of_form(tx, forlop_id, skjema)
    if not eprom.may_be_lost(sak):
        raise RegisterError("REG-183", skjema=load().skjema[skjema].navn)
    lost(tx, sak, {})


def mark_paper(tx: Tx, forlop_id: int, skjema: str) -> None:
    """Mark the form as handed out on paper: nothing more is sent, live links die, and the form locks six days after
    consent or sluttdato.

    Raises REG-171 (Opioid is not on paper), REG-162 (completed), REG-172 (the six days have passed).
    Source: manual, «Utfylling på papir».
    """
    head = forlop.get(tx, forlop_id)
    require(tx.actor, "bestille_eprom", head.enhet)
    inbox.settle(tx, [forlop_id])
    sak, navn = cases.of_form(tx, forlop_id, skjema), load().skjema[skjema].navn
    if skjema not in eprom.ON_PAPER:
        raise RegisterError("REG-171", skjema=navn)
    if sak.status == COMPLETED:
        raise RegisterError("REG-162", skjema=navn)
    locks = eprom.paper_locks_at(sak)
    if locks is not None and locks <= tx.now:
        raise RegisterError("REG-172", skjema=navn, frist=f"{eprom.day_of(locks):%d.%m.%Y}")
    _end_orders(tx, sak, eprom.STOPPED)
    tx.run(
        "insert into prom.papir values (?, ?, ?, ?) on conflict do nothing", forlop_id, skjema, tx.now, tx.actor.bruker
    )
    audit.log(tx, "skjema på papir", pasient_id=head.pasient_id, forlop_id=forlop_id, skjema=skjema)


def stop(tx: Tx, forlop_id: int, arsak: int) -> tuple[str, ...]:
    """«Stopp utsending»: close every patient form not begun, and kill live links; returns the forms closed.

    Raises REG-167 unless the reason is Pasient klarer ikke or Kritisk syk/død, REG-169 when there is nothing to stop.
    Source: manual, «Stoppe utsending av pasientregistreringer».
    """
    head = forlop.get(tx, forlop_id)
    require(tx.actor, "stoppe_eprom", head.enhet)
    inbox.settle(tx, [forlop_id])
    _require_reason(arsak, eprom.STOP_REASONS)
    found = [sak for sak in cases.of_forlop(tx, [forlop_id]) if sak.gjelder]
    open_forms = [sak for sak in found if sak.status == NEW]
    if not open_forms and not any(sak.live for sak in found):
        raise RegisterError("REG-169")
    for sak in found:
        _end_orders(tx, sak, eprom.STOPPED)
    for sak in open_forms:
        close_form(tx, sak, arsak)
    return tuple(sak.skjema for sak in open_forms)


def answer_all(tx: Tx, forlop_id: int, arsak: int) -> tuple[str, ...]:
    """«Besvar alle og ferdigstill»: close all patient forms with one reason, while none is begun.

    Raises REG-167 (not a reason), REG-168 (one is begun), REG-170 (Tidsmangel behandler without paper), REG-173
    (Manglende samtykke although the patient has consented), REG-592 (the same where nobody is asked). Source: manual,
    «Pasientregistreringer», «Når pasienten ikke har samtykket».
    """
    head = forlop.get(tx, forlop_id)
    require(tx.actor, "stoppe_eprom", head.enhet)
    inbox.settle(tx, [forlop_id])
    _require_reason(arsak, eprom.CLOSE_ALL_REASONS)
    found = [sak for sak in cases.of_forlop(tx, [forlop_id]) if sak.gjelder]
    for sak in found:
        if sak.status != NEW or sak.begynt:
            raise RegisterError("REG-168", skjema=load().skjema[sak.skjema].navn)
    if not found:
        raise RegisterError("REG-169")
    if arsak == eprom.NO_TIME and not any(sak.papir for sak in found):
        raise RegisterError("REG-170")
    if arsak == eprom.NO_CONSENT and found[0].samtykket is not None:
        raise RegisterError("REG-592" if reservasjon.of_forlop(head.startdato) else "REG-173")
    for sak in found:
        close_form(tx, sak, arsak)
    return tuple(sak.skjema for sak in found)


def close_form(tx: Tx, sak: Sak, arsak: int, grunn: str | None = None) -> None:
    """Complete a patient form without answers: «pasientdel utfylt» Nei, and the reason; ``grunn`` says more of it in words.

    ``sak`` is an open form that was read in the same transaction. The codebook checks it as every completed form. The
    patient's unfinished answers are deleted, and messages not sent yet are cancelled.
    """
    forlop_id, skjema = sak.forlop_id, sak.skjema
    filled_on, complete, reason = CLOSING_FIELDS[skjema]
    answers: dict[str, Any] = {filled_on: tx.today.isoformat(), complete: 0, reason: arsak}
    version = forlop.get(tx, forlop_id).skjema[skjema].versjon
    forms.save(tx, forlop_id, skjema, answers, grunnversjon=version, hendelse=forms.COMPLETE, grunn=grunn, follows=True)
    _end_orders(tx, sak, eprom.EXPIRED if arsak == eprom.NOT_ANSWERED else eprom.STOPPED)
    forget_answers(tx, forlop_id, skjema)


def test_person(tx: Tx, pasient_id: int) -> bool:
    """Whether the patient has a synthetic number, and so is no real person."""
    row = tx.row("select idnr from identitet.person where pasient_id = ?", pasient_id)
    if row is None or not row["idnr"]:
        return False
    return identity.read(row["idnr"], test_persons=True, today=tx.today).synthetic


def _end_orders(tx: Tx, sak: Sak, tilstand: str) -> None:
    rows = tx.rows(
        "select bestilling_id from prom.bestilling where forlop_id = ? and skjema = ?", sak.forlop_id, sak.skjema
    )
    end(tx, [row["bestilling_id"] for row in rows], tilstand)


def _require_address(tx: Tx, pasient_id: int, kanal: str) -> None:
    way = outbox.CHANNELS.get(kanal)
    if way is None:
        raise RegisterError("REG-163", hva="kontaktmetode")
    row = tx.row(f"select {outbox.ADDRESSES} from identitet.person i where pasient_id = ?", pasient_id)
    if row is None or not (row[way.column] or "").strip():
        raise RegisterError("REG-163", hva=way.address)


def _require_reason(arsak: int, allowed: tuple[int, ...]) -> None:
    if arsak not in allowed:
        texts = closing_reasons()
        raise RegisterError("REG-167", forventet=", ".join(f"«{texts[code]}»" for code in allowed))
