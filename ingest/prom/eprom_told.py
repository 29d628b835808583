"""What ePROM tells us of the forms that it asked for us: taken once, whatever is repeated, comes late or in another order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from checks import eprom, prom_answers
from checks.answers import shape
from checks.errors import InvalidAnswers, RegisterError
from ingest import audit
from ingest.access import JOB
from ingest.prom import cases, completed, links, place
from ingest.prom.completed import VISITOR
from ingest.prom.outbox import FORM, SENDING
from ingest.registration import reservations, reserved_remains
from ingest.services.national.eprom_callbacks import COMPLETED, ERROR, EXPIRED, Told
from ingest.store import Tx

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

    def has(self, svar_hash: str) -> bool:
        """Whether these answers are stored or left already."""
        return svar_hash in (self.svar_hash or "").split()


def known(tx: Tx, told: Sequence[Told]) -> dict[str, Order]:
    """The orders that are told of, by their ids. One that we do not know the id of may be known by the key that went with it: the
    program stopped, or the line broke, before we had ePROM's answer. It is then known by its id too.
    """
    rows = tx.rows(
        "select ordre_id, bestilling_id, utfall, svar_hash from prom.eprom_ordre "
        "where ordre_id in (select unnest(?::varchar[]))",
        list({one.ordre_id for one in told}),
    )
    found = {row["ordre_id"]: Order(**row) for row in rows}
    for one in told:
        if one.ordre_id in found or not one.nokkel:
            continue
        message = tx.row("select bestilling_id from prom.utboks where nokkel = ? and slag = ?", one.nokkel, FORM)
        if message is not None:
            number = message["bestilling_id"]
            tx.run(
                "insert into prom.eprom_ordre values (?, ?, ?, null, null, null, null)", one.ordre_id, number, tx.now
            )
            found[one.ordre_id] = Order(one.ordre_id, number, None, None)
    return found


def needs_no_answer(tx: Tx) -> bool:
    """Whether what is told of the state of an order that we do not know may be let go. While we are placing orders it may be one of
    those, and is to be told again.
    """
    return tx.row("select 1 from prom.utboks where tilstand = ? and slag = ? limit 1", SENDING, FORM) is None


def take(tx: Tx, told: Told, order: Order, came: datetime) -> None:
    """Do what ``told``, which came at ``came``, says of the order. What is known already changes nothing."""
    if told.status == COMPLETED:
        _answers(replace(tx, actor=VISITOR), told, order, came)
    else:
        _state(replace(tx, actor=JOB), told, order)


def _answers(tx: Tx, told: Told, order: Order, came: datetime) -> None:
    if order.has(told.hash):
        return
    placed = _placed(tx, order)
    when = _when(told.tid, placed["bestilt"], came)
    link = _link(replace(tx, now=when), order, placed)
    if link.tilstand == eprom.ANSWERED:
        _leave(tx, told, link, BEFORE if order.svar_hash is None else OTHER_BEFORE)
    elif not link.live:
        _leave(tx, told, link, TOO_LATE)
    elif (left_out := _stored(tx, link, told.svar, when)) is None:
        _leave(tx, told, link, EMPTY)
    else:
        _close(tx, told, ANSWERED)
        if left_out:
            _note(tx, link, "svar fra ePROM utelatt", {"felt": _named(left_out)})


def _stored(tx: Tx, link: links.Link, given: Mapping[str, Any], when: datetime) -> list[str] | None:
    """Store the answers; returns the fields that were left out, None when nothing is answered. An answer that breaks a rule is left
    out, and said; the others are the patient's all the same.
    """
    answers, left_out = dict(given), []
    while True:
        svar, unread = prom_answers.read(shape(link.skjema, link.startdato or tx.today), answers)
        try:
            completed.take(tx, link, svar, eprom.day_of(when))
            return left_out + unread
        except InvalidAnswers as error:
            named = {(problem.variabel or "").lower() for problem in error.problems}
            wrong = {name for name in answers if name.lower() in named}
            if not wrong:
                raise
            left_out += sorted(wrong)
            answers = {name: value for name, value in answers.items() if name not in wrong}
        except RegisterError as error:
            if error.code != "REG-179":
                raise
            return None


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


def _state(tx: Tx, told: Told, order: Order) -> None:
    """Note how the patient was reached, or that it was not possible. What comes after the answer changes nothing."""
    if told.kanal:
        tx.run("update prom.eprom_ordre set kanal = ? where ordre_id = ?", told.kanal, told.ordre_id)
    if order.utfall is not None:
        return
    if told.status == EXPIRED:
        _close(tx, told, EXPIRED_THERE)
    if told.status == ERROR:
        _close(tx, told, FAILED)
        _lost(tx, order.bestilling_id, told.feil)


def _lost(tx: Tx, bestilling_id: int, why: str) -> None:
    """Let the form count as not sent, so that it is seen and can be ordered in another way."""
    row = tx.row("select forlop_id, skjema from prom.bestilling where bestilling_id = ?", bestilling_id)
    assert row is not None
    try:
        sak = cases.of_form(tx, row["forlop_id"], row["skjema"])
    except RegisterError:  # the forløp is deleted, or has no patient forms any more
        return
    if sak.bestilling_id == bestilling_id and eprom.may_be_lost(sak):
        place.lost(tx, sak, {"kilde": f"ePROM: {why}"} if why else {"kilde": "ePROM"})


def _leave(tx: Tx, told: Told, link: links.Link, why: str) -> None:
    """Leave answers that are not to be stored, and say so in the log. Those of a reserved patient are counted."""
    _close(tx, told, LEFT)
    if reservations.status(tx, _patient(tx, link)) == reservations.RESERVED:
        reserved_remains.refuse_answer(tx)
    _note(tx, link, "svar fra ePROM ikke lagret", {"grunn": why})


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
    audit.log(tx, event, pasient_id=_patient(tx, link), forlop_id=link.forlop_id, skjema=link.skjema, details=details)


def _patient(tx: Tx, link: links.Link) -> int:
    row = tx.row("select pasient_id from register.forlop where forlop_id = ?", link.forlop_id)
    assert row is not None
    return row["pasient_id"]


def _when(told: datetime | None, ordered: datetime, came: datetime) -> datetime:
    """When the patient answered; when we were told if ePROM does not say, or says a time that cannot be: before the form was ordered
    (a day of doubt is for clocks), or to come.
    """
    return came if told is None or told < ordered - timedelta(days=1) else min(told, came)
