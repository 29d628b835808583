"""Send the messages that are due: taken from the outbox in one transaction, sent outside it, recorded in another.

So nothing waits for an outside service while the register's write lock is held.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from checks import eprom
from checks.eprom import LIVE, NOT_SENT, ORDERED, UNDELIVERED
from ingest.access import JOB, require
from ingest.prom import cases, inbox, message_texts, outbox, senders
from ingest.prom.outbox import (
    ADDRESSES,
    CANCELLED,
    CHANNELS,
    FAILED,
    FORM,
    KEPT,
    NO_RECEIPT,
    PERHAPS_TWICE,
    PLACE,
    SENDING,
    SENT,
    UNCERTAIN,
    WAITING,
    cancel,
)
from ingest.prom.outside import Services
from ingest.services.channel import Channel, FormService, NoReceipt, Rejected, SendingFailed
from ingest.services.moments import reading, writing
from ingest.services.patience import ENOUGH
from ingest.store import Store, Tx

BATCH, SENDERS = 30, 4
# The waits before the second, third … try. When the try after the last wait fails, the message is given up, and a
# coordinator sees it.
WAITS = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
AND = "; "
# Said of a message that could not be sent, because everything stood still, before the time to answer was over.
TOO_OLD = "ikke sendt før fristen"
# Only one run at a time, so that a row found marked as being sent must have been left by a process that stopped.
_sending = threading.Lock()


@dataclass(frozen=True)
class Letter:
    """A message taken out for sending. ``til`` is the patient's address for the channel, None without one.

    ``tvil`` says that an earlier try may have arrived, and why; «» when no earlier try can have. A service that asks the
    questions itself is given the patient's ``idnr`` and when the form closes (``frist``), and reminds with ``uten_lenke``.
    """

    melding_id: int
    bestilling_id: int
    slag: str
    kanal: str
    tekst: str
    nokkel: str
    forsok: int
    til: str | None
    tvil: str
    skjema: str
    idnr: str | None
    frist: datetime
    uten_lenke: str


@dataclass(frozen=True)
class Tried:
    """How a try ended: the message's new state, what went wrong («» when nothing), and whether the channel answered. ``ordre``
    is the id that a service which asks the questions itself gave the order.
    """

    letter: Letter
    tilstand: str
    feil: str = ""
    svarte: bool = True
    ordre: str | None = None


def send_due(store: Store, services: Services, at: datetime | None = None) -> dict[str, int]:
    """Send every message that is due; returns how many ended in each state. ``at`` stands for now in a rehearsal.

    When a channel answers no message of a batch, the rest of its messages wait for a while, so that a dead channel does
    not hold up the other channels, nor the jobs that come after, for hours.
    """
    counts: dict[str, int] = {}
    if not _anything_due(store, at):
        return counts
    with _sending, ThreadPoolExecutor(SENDERS, thread_name_prefix="eprom") as senders:
        while _anything_due(store, at):
            with writing(store, JOB, at) as tx:
                taken = take(tx)
            if not taken:
                break
            tried = list(senders.map(lambda letter: _try(letter, services.channels, services.address), taken))
            with writing(store, JOB, at) as tx:
                record(tx, tried)
                _postpone(tx, _dead(tried))
            for one in tried:
                counts[one.tilstand] = counts.get(one.tilstand, 0) + 1
            store.give_way()
    return counts


def _anything_due(store: Store, at: datetime | None) -> bool:
    """Whether a message is due. This is asked often, so it only reads: a write would make stale what others have read."""
    with reading(store, JOB, at) as tx:
        return outbox.due(tx) > 0


def take(tx: Tx) -> list[Letter]:
    """Mark the messages that are due as being sent, and return them with their addresses.

    A message whose form may not be answered any more is cancelled. When only the time to answer went by before the form
    was sent, the message is given up instead, so that a coordinator sees it.
    """
    require(tx.actor, "kjøre_jobber")
    while True:
        due = tx.rows(
            f"select m.*, o.forlop_id, o.skjema, o.dag, {ADDRESSES} from (select melding_id from prom.utboks "
            f"where tilstand in ('{WAITING}', '{SENDING}') and neste <= ? order by forfall, melding_id limit {BATCH}) "
            "join prom.utboks m using (melding_id) join prom.bestilling o using (bestilling_id) "
            "join register.forlop f using (forlop_id) join identitet.person i using (pasient_id) "
            "order by m.forfall, m.melding_id",
            tx.now,
        )
        inbox.settle(tx, {row["forlop_id"] for row in due})
        found = cases.of_forlop(tx, {row["forlop_id"] for row in due})
        open_orders = {sak.bestilling_id for sak in found if eprom.answerable(sak, tx.now)}
        late = {s.bestilling_id for s in found if s.tilstand == ORDERED and eprom.may_be_answered(s)}
        dead = [row for row in due if row["bestilling_id"] not in open_orders]
        if dead:
            given_up = [_letter(tx, row) for row in dead if row["bestilling_id"] in late]
            record(tx, [Tried(letter, FAILED, _beside(letter.tvil, TOO_OLD)) for letter in given_up])
            cancel(tx, [row["bestilling_id"] for row in dead if row["bestilling_id"] not in late])
        wanted = [row for row in due if row["bestilling_id"] in open_orders]
        if wanted or not due:
            break
    if wanted:
        tx.run(
            f"update prom.utboks set tilstand = '{SENDING}', forsok = forsok + 1, feil = case when tilstand = '{SENDING}' "
            "then ? else feil end where melding_id in (select unnest(?::integer[]))",
            PERHAPS_TWICE,
            [row["melding_id"] for row in wanted],
        )
    return [_letter(tx, row) for row in wanted]


def _letter(tx: Tx, row: Mapping[str, Any]) -> Letter:
    # The day that counts of a form is the day it goes out: today, when this is the message that brings it.
    day = tx.today if row["slag"] == FORM else row["dag"]
    return Letter(
        row["melding_id"],
        row["bestilling_id"],
        row["slag"],
        row["kanal"],
        row["tekst"],
        row["nokkel"],
        row["forsok"] + 1,
        (row[CHANNELS[row["kanal"]].column] or "").strip() or None,
        _doubt(row),
        row["skjema"],
        (row["idnr"] or "").strip() or None,
        eprom.lock_at(day),
        message_texts.waiting_text(day, senders.of_forlop(tx, [row["forlop_id"]])[row["forlop_id"]]),
    )


def _doubt(row: Mapping[str, Any]) -> str:
    if row["tilstand"] == SENDING:
        return PERHAPS_TWICE
    said = row["feil"] or ""
    return said.split(AND)[0] if said.startswith(UNCERTAIN) else ""


def _try(letter: Letter, channels: Mapping[str, Channel | FormService], address: str) -> Tried:
    channel = channels.get(letter.kanal)
    if channel is None:
        return Tried(letter, FAILED, f"{CHANNELS[letter.kanal].navn} er ikke satt opp")
    if isinstance(channel, FormService) and letter.idnr is None:
        return Tried(letter, FAILED, "ePROM trenger fødselsnummer eller D-nummer, og det har ikke pasienten")
    if not isinstance(channel, FormService) and letter.til is None:
        return Tried(letter, FAILED, "pasienten mangler adresse for kanalen")
    try:
        if isinstance(channel, FormService):
            return Tried(letter, SENT, ordre=_ask(channel, letter))
        channel.send(str(letter.til), letter.tekst.replace(PLACE, address), letter.nokkel)
    except Rejected as error:
        return Tried(letter, FAILED, _beside(letter.tvil, f"avvist: {error}"))
    except NoReceipt as error:
        if isinstance(channel, FormService):
            # Nobody can ask whether the order was placed, and placing it twice would ask the patient twice.
            return Tried(letter, SENT, NO_RECEIPT, svarte=False)
        return _again(letter, error)
    except SendingFailed as error:
        return _again(letter, error)
    return Tried(letter, KEPT if channel.keeps else SENT)


def _ask(service: FormService, letter: Letter) -> str | None:
    """Have the form asked, or the patient reminded of it; returns the service's id of an order."""
    assert letter.idnr is not None
    if letter.slag == FORM:
        return service.order(letter.idnr, letter.skjema, letter.frist, letter.nokkel)
    service.remind(letter.idnr, letter.uten_lenke)
    return None


def _again(letter: Letter, error: SendingFailed) -> Tried:
    """The message waits for its next try, or is given up when this was the last."""
    state = FAILED if letter.forsok > len(WAITS) else WAITING
    said = NO_RECEIPT if isinstance(error, NoReceipt) else _beside(letter.tvil, f"ikke levert: {error}")
    return Tried(letter, state, said, svarte=False)


def _dead(tried: Sequence[Tried]) -> list[str]:
    """The channels on which several messages were tried and that answered none of them."""
    answers: dict[str, list[bool]] = {}
    for one in tried:
        answers.setdefault(one.letter.kanal, []).append(one.svarte)
    return [channel for channel, found in answers.items() if len(found) >= ENOUGH and not any(found)]


def _postpone(tx: Tx, channels: Sequence[str]) -> None:
    """Let the messages that are due on the channels wait. They have not been tried, so none of their tries is spent."""
    if channels:
        tx.run(
            f"update prom.utboks set neste = ? where tilstand = '{WAITING}' and neste <= ? "
            "and kanal in (select unnest(?::varchar[]))",
            tx.now + WAITS[0],
            tx.now,
            list(channels),
        )


def _beside(doubt: str, said: str) -> str:
    return f"{doubt}{AND}{said}" if doubt else said


def record(tx: Tx, tried: Sequence[Tried]) -> None:
    """Record how the tries ended; the order of a form becomes sent, dated today, or not sent."""
    require(tx.actor, "kjøre_jobber")
    if not tried:
        return
    frame = pl.DataFrame(
        [
            {
                "melding_id": one.letter.melding_id,
                "bestilling_id": one.letter.bestilling_id,
                "slag": one.letter.slag,
                "tilstand": one.tilstand,
                "sendt": tx.now if one.tilstand in (SENT, KEPT) else None,
                "feil": one.feil or one.letter.tvil or None,
                "neste": tx.now + WAITS[one.letter.forsok - 1] if one.tilstand == WAITING else tx.now,
            }
            for one in tried
        ],
        schema_overrides={"sendt": pl.Datetime("us", "UTC"), "feil": pl.String},
    )
    placed = [(one.ordre, one.letter.bestilling_id, tx.now) for one in tried if one.ordre]
    for ordre in placed:  # what ePROM tells of an order may be here before we have written that we placed it
        tx.run("insert into prom.eprom_ordre values (?, ?, ?, null, null, null, null) on conflict do nothing", *ordre)
    with tx.shown("prov", frame):
        # A stop may have cancelled the message while it was being sent; the row is to say that it was sent all the same.
        tx.run(
            "update prom.utboks m set tilstand = p.tilstand, sendt = p.sendt, feil = p.feil, neste = p.neste, "
            f"tekst = case when p.tilstand = '{SENT}' then '' else m.tekst end from prov p "
            f"where m.melding_id = p.melding_id and (m.tilstand != '{CANCELLED}' or p.sendt is not null)"
        )
        first = f"p.bestilling_id = o.bestilling_id and p.slag = '{FORM}' and o.tilstand in {LIVE}"
        tx.run(
            f"update prom.bestilling o set tilstand = '{eprom.SENT}', sendt = p.sendt, dag = ? from prov p "
            f"where {first} and p.sendt is not null",
            tx.today,
        )
        tx.run(
            f"update prom.bestilling o set tilstand = '{NOT_SENT}', arsak = '{UNDELIVERED}', avsluttet = ? from prov p "
            f"where {first} and p.tilstand = '{FAILED}' and o.tilstand = '{ORDERED}'",
            tx.now,
        )
