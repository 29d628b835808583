"""Add orders to the register with their links and messages, one or ten thousand, in the running transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from checks.eprom import LIVE, NOT_SENT, ORDERED, UNDELIVERED, Sak
from ingest import audit
from ingest.prom import links, message_texts, outbox, senders
from ingest.prom.cases import PATIENT
from ingest.store import Tx

AUTOMATIC, MANUAL = "automatisk", "manuell"


@dataclass(frozen=True)
class Wanted:
    """An order to be placed. ``forfall`` is when its message is due; with an ``arsak`` it is recorded as not sent."""

    forlop_id: int
    pasient_id: int
    skjema: str
    kanal: str
    forfall: datetime
    arsak: str | None = None


def place(tx: Tx, maate: str, wanted: Sequence[Wanted]) -> list[int]:
    """Place the orders, each with a link and a message, and log them; returns the orders' numbers."""
    if not wanted:
        return []
    numbers = list(tx.next_ids("bestilling", len(wanted)))
    tokens = [None if w.arsak else links.new_token(tx) for w in wanted]
    orders = [
        {
            "bestilling_id": number,
            "forlop_id": w.forlop_id,
            "skjema": w.skjema,
            "maate": maate,
            "kanal": w.kanal,
            "tilstand": NOT_SENT if w.arsak else ORDERED,
            "arsak": w.arsak,
            "dag": tx.today,
            "bestilt": tx.now,
            "bestilt_av": tx.actor.bruker,
            "avsluttet": tx.now if w.arsak else None,
        }
        for number, w in zip(numbers, wanted, strict=True)
    ]
    tx.insert("prom.bestilling", pl.DataFrame(orders, schema_overrides=_BLANKS))
    opened = [(n, w, t) for n, w, t in zip(numbers, wanted, tokens, strict=True) if t is not None]
    if opened:
        tx.insert(
            "prom.lenke",
            pl.DataFrame(
                [{"token_hash": links.hashed(t), "bestilling_id": n, "opprettet": tx.now} for n, _, t in opened]
            ),
        )
    froms = senders.of_forlop(tx, {w.forlop_id for _, w, _ in opened})
    outbox.queue(
        tx,
        [
            outbox.Message(n, outbox.FORM, w.kanal, message_texts.form_text(t, froms[w.forlop_id]), w.forfall)
            for n, w, t in opened
        ],
    )
    audit.log_all(
        tx,
        [
            audit.Event(
                "ePROM ikke sendt" if w.arsak else "ePROM bestilt",
                w.pasient_id,
                w.forlop_id,
                w.skjema,
                {"bestilling": number, "måte": maate, "kanal": w.kanal} | ({"årsak": w.arsak} if w.arsak else {}),
            )
            for number, w in zip(numbers, wanted, strict=True)
        ],
    )
    return numbers


def remind(tx: Tx, due: Sequence[tuple[Sak, datetime]]) -> None:
    """Queue a reminder of each form, by its order's channel and with a link of its own.

    ``due`` pairs each form with the moment the reminder fell due.
    """
    messages, froms = [], senders.of_forlop(tx, {sak.forlop_id for sak, _ in due})
    for sak, forfall in due:
        assert sak.bestilling_id is not None and sak.dag is not None and sak.kanal is not None
        text = message_texts.reminder_text(links.make(tx, sak.bestilling_id), sak.dag, froms[sak.forlop_id])
        messages.append(outbox.Message(sak.bestilling_id, outbox.REMINDER, sak.kanal, text, forfall))
    outbox.queue(tx, messages)
    audit.log_all(tx, [audit.Event("ePROM påminnelse", sak.pasient_id, sak.forlop_id, sak.skjema) for sak, _ in due])


def forget_answers(tx: Tx, forlop_id: int, skjema: str) -> None:
    """Delete the answers that the patient has not sent in, because the form is completed in another way."""
    tx.run("delete from register.utkast where bruker = ? and forlop_id = ? and skjema = ?", PATIENT, forlop_id, skjema)


_BLANKS = {"arsak": pl.String, "avsluttet": pl.Datetime("us", "UTC")}


def end(tx: Tx, bestilling_ids: Sequence[int], tilstand: str) -> None:
    """End the live ones among these orders: their links die, and their unsent messages are cancelled.

    ``tilstand`` is the orders' new state: besvart, utlopt, stoppet or ikke_sendt.
    """
    if not bestilling_ids:
        return
    ids = list(bestilling_ids)
    tx.run(
        f"update prom.bestilling set tilstand = ?, avsluttet = ? where tilstand in {LIVE} "
        "and bestilling_id in (select unnest(?::integer[]))",
        tilstand,
        tx.now,
        ids,
    )
    outbox.cancel(tx, ids)


def lost(tx: Tx, sak: Sak, details: dict[str, Any]) -> None:
    """Let the sent order of a form that may be lost (eprom.may_be_lost) count as not sent."""
    assert sak.bestilling_id is not None
    end(tx, [sak.bestilling_id], NOT_SENT)
    tx.run("update prom.bestilling set arsak = ? where bestilling_id = ?", UNDELIVERED, sak.bestilling_id)
    audit.log(
        tx,
        "ePROM kom ikke fram",
        pasient_id=sak.pasient_id,
        forlop_id=sak.forlop_id,
        skjema=sak.skjema,
        details=details or None,
    )
