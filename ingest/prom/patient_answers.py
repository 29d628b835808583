"""The patient's answers: kept one by one through a live link and sent in once, or registered from paper by a behandler.

Manual: «ePROM», «Utfylling på papir». Whoever holds a live link acts as PASIENT and may answer only the link's form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from checks import eprom
from checks.answers import shape, without_unasked
from checks.codebook import load
from checks.errors import RegisterError
from checks.forlop import COMPLETED
from checks.patient_forms import answered, parts, questions, was_closed
from ingest.access import require
from ingest.prom import cases, inbox, links, orders, place
from ingest.prom.completed import VISITOR, Opened, at_unit, complete, end_order, filled_in
from ingest.registration import drafts, forlop, forms, versions
from ingest.store import OSLO, Tx

# The key in the draft, beside the answers, of the step at which the patient is.
STEP = "~steg"


def open_link(tx: Tx, token: str) -> Opened:
    """The form that the link opens, with the answers so far.

    Raises REG-176 (no such link), REG-177 (sent in already), REG-185 (registered from paper) or REG-178 (too late, or
    stopped).
    """
    require(tx.actor, "besvare")
    link = links.find(tx, token)
    if link is None:
        raise RegisterError("REG-176")
    if link.tilstand == eprom.ANSWERED:
        raise RegisterError("REG-177" if link.av_pasienten else "REG-185")
    if not link.live:
        raise RegisterError("REG-178")
    draft = drafts.get(tx, link.forlop_id, link.skjema)
    answers = dict(draft.svar) if draft else {}
    step = answers.pop(STEP, None)
    form = shape(link.skjema, link.startdato or tx.today)
    asked, _ = without_unasked(form, answers, answers)
    return Opened(link.enhet, link.forlop_id, link.skjema, link.deadline, asked, step, form)


def keep(tx: Tx, opened: Opened, given: Mapping[str, Any], steg: int) -> None:
    """Keep the answers of a step (None takes an answer back) and ``steg``, the step the patient goes to.

    ``opened`` must come from ``open_link`` in the same transaction.
    """
    answers = {n: v for n, v in {**opened.svar, **given}.items() if v is not None}
    require(at_unit(tx, opened).actor, "besvare", opened.enhet)
    drafts.put(tx, opened.forlop_id, opened.skjema, 0, answers | {STEP: steg})


def send_in(tx: Tx, token: str) -> None:
    """Store the patient's answers, lock the form and end the link.

    Raises as ``open_link``, REG-179 when nothing has been answered, or InvalidAnswers when a rule is broken.
    """
    complete(tx, open_link(tx, token), tx.today)


def save_paper(
    tx: Tx,
    forlop_id: int,
    skjema: str,
    svar: Mapping[str, Any],
    *,
    grunnversjon: int,
    hendelse: str = forms.SAVE,
    bekreftet: Mapping[str, Any] | None = None,
    grunn: str | None = None,
    erstatter: bool = False,
) -> forms.Saved:
    """Save a form that a behandler registers from paper, or corrects; arguments and result as ``forms.save``.

    Completing the form records that the patient filled it in, and ends an order that is still out. A form that is begun
    here while no order is out is marked as paper. Raises REG-181 for a form that is never on paper, REG-180 when it is
    completed empty, REG-184 when the patient has begun to answer the form and the paper is not known to take the place of
    that (``erstatter``), REG-186 when the patient has sent it in meanwhile, REG-187 when it is closed unanswered, as by a
    withdrawal of the consent, and what ``forms.save`` raises.
    """
    forlop.get(tx, forlop_id)
    inbox.settle(tx, [forlop_id])
    head = forlop.get(tx, forlop_id)
    _require_not_closed(tx, head, skjema)
    _require_not_sent_in(tx, head, skjema, grunnversjon)
    status, form = head.status.get(skjema), load().utgave(head.startdato or tx.today).skjema[skjema]
    if skjema not in eprom.ON_PAPER and status != COMPLETED:
        raise RegisterError("REG-181", skjema=load().skjema[skjema].navn)
    completing = hendelse == forms.COMPLETE and status != COMPLETED
    if completing:
        if not answered(form, svar):
            raise RegisterError("REG-180", skjema=load().skjema[skjema].navn)
        patient = begun(tx, forlop_id, skjema)
        if patient is not None and not erstatter:
            raise RegisterError("REG-184", skjema=load().skjema[skjema].navn, hvor_langt=patient.words)
        dated = svar.get(eprom.CLOSING_FIELDS[skjema][0]) or tx.today.isoformat()
        svar = {**svar, **filled_in(skjema, dated)}
    saved = forms.save(
        tx, forlop_id, skjema, svar, grunnversjon=grunnversjon, hendelse=hendelse, bekreftet=bekreftet, grunn=grunn
    )
    if completing:
        end_order(tx, forlop_id, skjema)
        place.forget_answers(tx, forlop_id, skjema)
    elif status != COMPLETED and answered(form, svar):
        _begun_from_paper(tx, forlop_id, skjema)
    return saved


@dataclass(frozen=True)
class Begun:
    """How far a patient has come with a form that is not sent in: questions answered, of how many, and when last."""

    besvart: int
    av: int
    tid: datetime

    @property
    def words(self) -> str:
        """«3 av 12 spørsmål, sist 23.11.2026 kl. 14:32»."""
        return f"{self.besvart} av {self.av} spørsmål, sist {self.tid.astimezone(OSLO):%d.%m.%Y kl. %H:%M}"


def begun(tx: Tx, forlop_id: int, skjema: str) -> Begun | None:
    """How far the patient has come through a link that still works; None when nothing is begun. Raises as forlop.get."""
    head = forlop.get(tx, forlop_id)
    if skjema not in head.forms or not eprom.answerable(cases.of_form(tx, forlop_id, skjema), tx.now):
        return None
    draft = drafts.get(replace(tx, actor=VISITOR), forlop_id, skjema)
    if draft is None:
        return None
    asked = questions(load().utgave(head.startdato or tx.today).skjema[skjema])
    given = [felt for felt in asked if any(draft.svar.get(v.navn) is not None for v in parts(felt))]
    return Begun(len(given), len(asked), draft.tid)


def _require_not_closed(tx: Tx, head: forlop.Forlop, skjema: str) -> None:
    """Raise REG-187 for a form that was closed unanswered, which nobody may correct."""
    reason = was_closed(skjema, versions.current(tx, head, [skjema])[skjema].svar)
    if reason and head.status.get(skjema) == COMPLETED:
        raise RegisterError("REG-187", skjema=load().skjema[skjema].navn, grunn=reason)


def _require_not_sent_in(tx: Tx, head: forlop.Forlop, skjema: str, grunnversjon: int) -> None:
    """Raise REG-186 when the patient has sent the form in since the version that the paper was typed on."""
    now = head.skjema.get(skjema)
    if now is None or now.versjon <= grunnversjon or now.sist_lagret is None or now.sist_lagret_av != cases.PATIENT:
        return
    when = f"{now.sist_lagret.astimezone(OSLO):%d.%m.%Y kl. %H:%M}"
    raise RegisterError("REG-186", skjema=load().skjema[skjema].navn, tid=when)


def _begun_from_paper(tx: Tx, forlop_id: int, skjema: str) -> None:
    """Mark a form registered from paper as paper, if nobody has: then it is not sent, and it locks in time."""
    sak = cases.of_form(tx, forlop_id, skjema)
    locks = eprom.paper_locks_at(sak)
    if not sak.papir and not sak.live and (locks is None or tx.now < locks):
        orders.mark_paper(tx, forlop_id, skjema)
