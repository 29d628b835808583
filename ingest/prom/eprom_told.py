"""What ePROM tells us of the forms that it asked for us: taken once, whatever is repeated, comes late or in another order.

ePROM counts an answer as received when we say so, and may delete it then: so only what is written is answered with yes.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from checks import eprom, prom_answers
from checks.answers import shape
from checks.errors import InvalidAnswers, RegisterError
from ingest import audit
from ingest.access import JOB
from ingest.prom import cases, links, orders, patient_answers
from ingest.prom.outbox import FORM, SENDING
from ingest.prom.patient_answers import VISITOR
from ingest.services.national.eprom_callbacks import COMPLETED, ERROR, EXPIRED, Told
from ingest.store import Store, Tx

log = logging.getLogger("smertereg.eprom")
ANSWERED, EXPIRED_THERE, FAILED, LEFT = "utfylt", "utlopt", "feilet", "ikke_lagret"
_NAME, MOST_NAMED = re.compile(r"[A-Za-z]\w{0,40}", re.ASCII), 30
# Why answers were not stored, as the log says it.
BEFORE, OTHER_BEFORE, TOO_LATE, EMPTY = (
    "besvart før",
    "besvart før, med andre svar",
    "skjemaet tar ikke imot svar nå",
    "ingenting besvart",
)


@dataclass(frozen=True)
class Order:
    """An order as ePROM knows it. ``utfall`` is what came of it, None while it is out; ``svar_hash`` are the hashes of the answers
    that were stored or left, with space between.
    """

    ordre_id: str
    bestilling_id: int
    utfall: str | None
    svar_hash: str | None


def receive(store: Store, told: Told) -> bool:
    """Take what ePROM tells; returns whether it is dealt with, and need not be told again."""
    if told.status != COMPLETED:
        with store.write(JOB) as tx:
            return _state(tx, told)
    answers, left_out = dict(told.svar), []
    while True:
        try:
            with store.write(VISITOR) as tx:
                return _answers(tx, told, answers, left_out)
        except InvalidAnswers as error:
            # An answer that breaks a rule is left out, and said; the others are the patient's all the same.
            named = {(problem.variabel or "").lower() for problem in error.problems}
            wrong = {name for name in answers if name.lower() in named}
            if not wrong:
                raise
            left_out += sorted(wrong)
            answers = {name: value for name, value in answers.items() if name not in wrong}


def _answers(tx: Tx, told: Told, given: Mapping[str, Any], left_out: list[str]) -> bool:
    order = _order(tx, told)
    if order is None:
        log.warning("svar på en bestilling som ikke er vår, er ikke tatt imot")
        return False
    if told.hash in (order.svar_hash or "").split():
        return True
    placed = _placed(tx, order)
    when = _when(told.tid, placed["bestilt"], tx)
    link = _link(replace(tx, now=when), order, placed)
    if link.tilstand == eprom.ANSWERED:
        return _leave(tx, told, link, BEFORE if order.svar_hash is None else OTHER_BEFORE)
    if not link.live:
        return _leave(tx, told, link, TOO_LATE)
    svar, unread = prom_answers.read(shape(link.skjema, link.startdato or tx.today), given)
    try:
        patient_answers.take(tx, link, svar, eprom.day_of(when))
    except RegisterError as error:
        if error.code != "REG-179":
            raise
        return _leave(tx, told, link, EMPTY)
    _close(tx, told, ANSWERED)
    if left_out + unread:
        _note(tx, link, "svar fra ePROM utelatt", {"felt": _named(left_out + unread)})
    return True


def _placed(tx: Tx, order: Order) -> dict[str, Any]:
    """Which form was ordered, and when."""
    row = tx.row("select forlop_id, skjema, bestilt from prom.bestilling where bestilling_id = ?", order.bestilling_id)
    assert row is not None
    return row


def _link(tx: Tx, order: Order, placed: Mapping[str, Any]) -> links.Link:
    """The form that the order opens. ePROM takes no order back, so when the form has been ordered anew since, an answer to the
    first order is an answer to the one that is out now.

    ``tx`` has the moment of the answer: what was given in time counts until the form is locked, however late it is told.
    """
    link = links.of_order(tx, order.bestilling_id)
    if link.live or link.tilstand == eprom.ANSWERED:
        return link
    newest = tx.row(
        "select max(bestilling_id) as nr from prom.bestilling where forlop_id = ? and skjema = ?",
        placed["forlop_id"],
        placed["skjema"],
    )
    assert newest is not None
    return links.of_order(tx, newest["nr"])


def _named(felt: list[str]) -> list[str]:
    """The names of fields as the log may have them: a name that is none could hold anything, also whom it is about."""
    named = {name if _NAME.fullmatch(name) else "…" for name in felt}
    return sorted(named)[:MOST_NAMED]


def _order(tx: Tx, told: Told) -> Order | None:
    """The order that is told of. One that we do not know the id of may be known by the key that went with it: the program stopped,
    or the line broke, before we had ePROM's answer.
    """
    row = tx.row(
        "select ordre_id, bestilling_id, utfall, svar_hash from prom.eprom_ordre where ordre_id = ?", told.ordre_id
    )
    if row is not None:
        return Order(**row)
    message = (
        tx.row("select bestilling_id from prom.utboks where nokkel = ? and slag = ?", told.nokkel, FORM)
        if told.nokkel
        else None
    )
    if message is None:
        return None
    number = message["bestilling_id"]
    tx.run("insert into prom.eprom_ordre values (?, ?, ?, null, null, null, null)", told.ordre_id, number, tx.now)
    return Order(told.ordre_id, number, None, None)


def _state(tx: Tx, told: Told) -> bool:
    """Note how the patient was reached, or that it was not possible. What comes after the answer changes nothing.

    Of an order that we do not know, it may be that we are just now placing it: then it is to be told again.
    """
    order = _order(tx, told)
    if order is None:
        return tx.row("select 1 from prom.utboks where tilstand = ? and slag = ? limit 1", SENDING, FORM) is None
    if told.kanal:
        tx.run("update prom.eprom_ordre set kanal = ? where ordre_id = ?", told.kanal, told.ordre_id)
    if order.utfall is not None:
        return True
    if told.status == EXPIRED:
        _close(tx, told, EXPIRED_THERE)
    if told.status == ERROR:
        _close(tx, told, FAILED)
        _lost(tx, order.bestilling_id, told.feil)
    return True


def _lost(tx: Tx, bestilling_id: int, why: str) -> None:
    """Let the form count as not sent, so that it is seen and can be ordered in another way."""
    row = tx.row("select forlop_id, skjema from prom.bestilling where bestilling_id = ?", bestilling_id)
    assert row is not None
    try:
        sak = cases.of_form(tx, row["forlop_id"], row["skjema"])
    except RegisterError:  # the forløp is deleted, or has no patient forms any more
        return
    if sak.bestilling_id == bestilling_id and eprom.may_be_lost(sak):
        orders.lost(tx, sak, {"kilde": f"ePROM: {why}"} if why else {"kilde": "ePROM"})


def _leave(tx: Tx, told: Told, link: links.Link, why: str) -> bool:
    """Leave answers that are not to be stored, and say so in the log."""
    _close(tx, told, LEFT)
    _note(tx, link, "svar fra ePROM ikke lagret", {"grunn": why})
    return True


def _close(tx: Tx, told: Told, utfall: str) -> None:
    tx.run(
        "update prom.eprom_ordre set utfall = case when utfall = ? then utfall else ? end, "
        "svar_hash = nullif(concat_ws(' ', svar_hash, ?), ''), avsluttet = coalesce(avsluttet, ?) where ordre_id = ?",
        ANSWERED,
        utfall,
        told.hash if told.status == COMPLETED else None,
        tx.now,
        told.ordre_id,
    )


def _note(tx: Tx, link: links.Link, event: str, details: dict[str, Any]) -> None:
    row = tx.row("select pasient_id from register.forlop where forlop_id = ?", link.forlop_id)
    assert row is not None
    audit.log(tx, event, pasient_id=row["pasient_id"], forlop_id=link.forlop_id, skjema=link.skjema, details=details)


def _when(told: datetime | None, ordered: datetime, tx: Tx) -> datetime:
    """When the patient answered; now when ePROM does not say, or says a time that cannot be: before the form was ordered (a day of
    doubt is for clocks), or to come.
    """
    return tx.now if told is None or told < ordered - timedelta(days=1) else min(told, tx.now)
