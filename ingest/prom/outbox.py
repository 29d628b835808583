"""Messages to patients: a row written in the transaction that decided the message, then tried until it is sent or given
up.

Each message is one row, and every try of it has the same key, so that a receiver who honours the key gets it once. A
row that was being sent when the process stopped is tried again, and says that the patient may have had it already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from checks.eprom import ORDERED, may_be_answered
from checks.errors import RegisterError
from ingest import audit
from ingest.access import require
from ingest.prom import cases
from ingest.store import Tx

FORM, REMINDER = "skjema", "paaminnelse"
WAITING, SENDING, SENT, KEPT, FAILED, CANCELLED = "venter", "sendes", "sendt", "lokal", "feilet", "avlyst"
SECURE, SMS, EMAIL = "sikker", "sms", "epost"


@dataclass(frozen=True)
class Way:
    """A channel as the screens speak of it: its name in a sentence, and what the dialog for ordering calls it.

    ``column`` of identitet.person holds the address it sends to, and ``address`` is what users call such an address.
    """

    navn: str
    choice: str
    column: str
    address: str


CHANNELS = {
    SECURE: Way("sikker kanal", "Sikker kanal (Helsenorge eller Digipost)", "idnr", "norsk fødselsnummer"),
    EMAIL: Way("e-post", "Usikret – e-post", "epost", "e-postadresse"),
    SMS: Way("SMS", "Usikret – SMS", "telefon", "mobilnummer"),
}
# SQL for the columns of identitet.person that hold an address of some channel. A hjelpenummer of a patient who is «Annet»
# is none.
_NUMBER = "case when i.idtype = 'fnr' then i.idnr end as idnr"
ADDRESSES = ", ".join(_NUMBER if way.column == "idnr" else f"i.{way.column}" for way in CHANNELS.values())
# Stands for the app's address in a text until the message is sent; ``str.format`` does not touch it.
PLACE = "[adresse]"
# Said when a try got no answer but may have reached the patient, and of every later try of the same message.
UNCERTAIN = "kan ha kommet fram før"
PERHAPS_TWICE = f"{UNCERTAIN}: programmet stoppet mens meldingen ble sendt"
NO_RECEIPT = f"{UNCERTAIN}: kanalen svarte ikke i tide"
# Said of a message that was sent and came back afterwards.
RETURNED = "kom i retur"


@dataclass(frozen=True)
class Message:
    """A message to put in the outbox: its order, kind, channel and text, and when it is due."""

    bestilling_id: int
    slag: str
    kanal: str
    tekst: str
    forfall: datetime


def queue(tx: Tx, messages: Sequence[Message]) -> None:
    """Put the messages in the outbox. Each key ends in what nobody can guess, so that nobody can make up that it came back."""
    rows = [row(message, tx.now, neste=max(message.forfall, tx.now)) for message in messages]
    add(tx, [one | {"nokkel": f"{one['nokkel']}-{tx.random_bytes(8).hex()}"} for one in rows])


def row(message: Message, now: datetime, **state: Any) -> dict[str, Any]:
    """A row of the outbox, waiting unless ``state`` says otherwise.

    The key is made of the order and the kind, so that no two messages say the same of an order.
    """
    waiting = {"tilstand": WAITING, "forsok": 0, "neste": now, "feil": None, "opprettet": now, "sendt": None}
    key = f"smertereg-prom-{message.bestilling_id}-{message.slag}"
    return {**vars(message), "nokkel": key, **waiting, **state}


def add(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Number the rows and write them."""
    if rows:
        numbers = tx.next_ids("prommelding", len(rows))
        frame = pl.DataFrame(
            rows, infer_schema_length=None, schema_overrides={"feil": pl.String, "sendt": pl.Datetime("us", "UTC")}
        )
        tx.insert("prom.utboks", frame.with_columns(melding_id=pl.Series(numbers)))


def cancel(tx: Tx, bestilling_ids: Sequence[int]) -> None:
    """Cancel the messages of these orders that are not sent, and delete their texts and the links in them."""
    tx.run(
        f"update prom.utboks set tilstand = '{CANCELLED}', tekst = '' where tilstand in ('{WAITING}', '{SENDING}', "
        f"'{FAILED}') and bestilling_id in (select unnest(?::integer[]))",
        list(bestilling_ids),
    )


def resend(tx: Tx, melding_id: int) -> None:
    """«Send på nytt»: make a message that was given up due at once, with the key it had.

    Raises REG-166 when the message is not given up, or the form has been ordered anew or may not be answered any more.
    """
    row = tx.row(
        "select m.slag, o.bestilling_id, o.forlop_id, o.skjema, f.enhet, f.pasient_id from prom.utboks m "
        "join prom.bestilling o using (bestilling_id) join register.forlop f using (forlop_id) "
        "where m.melding_id = ? and m.tilstand = ?",
        melding_id,
        FAILED,
    )
    if row is None:
        raise RegisterError("REG-166")
    require(tx.actor, "bestille_eprom", row["enhet"])
    sak = cases.of_form(tx, row["forlop_id"], row["skjema"])
    if sak.bestilling_id != row["bestilling_id"] or not may_be_answered(sak):
        raise RegisterError("REG-166")
    tx.run(
        "update prom.utboks set tilstand = ?, forsok = 0, neste = ?, feil = case when starts_with(feil, ?) then feil end "
        "where melding_id = ?",
        WAITING,
        tx.now,
        UNCERTAIN,
        melding_id,
    )
    if row["slag"] == FORM:
        tx.run(
            "update prom.bestilling set tilstand = ?, arsak = null, dag = ?, avsluttet = null where bestilling_id = ?",
            ORDERED,
            tx.today,
            row["bestilling_id"],
        )
    audit.log(
        tx,
        "ePROM sendt på nytt",
        pasient_id=row["pasient_id"],
        forlop_id=row["forlop_id"],
        skjema=row["skjema"],
        details={"melding": melding_id},
    )


def due(tx: Tx) -> int:
    """How many messages the job eprom would try to send now."""
    row = tx.row(
        f"select count(*) as n from prom.utboks where tilstand in ('{WAITING}', '{SENDING}') and neste <= ?", tx.now
    )
    return row["n"] if row else 0


def of_forlop(tx: Tx, forlop_id: int) -> list[dict[str, Any]]:
    """Every message about the forløp's forms, oldest first: skjema, slag, kanal, tilstand, feil, and when it was made and sent."""
    return tx.rows(
        "select o.skjema, m.slag, m.kanal, m.tilstand, m.feil, m.opprettet, m.sendt from prom.utboks m "
        "join prom.bestilling o using (bestilling_id) where o.forlop_id = ? order by m.melding_id",
        forlop_id,
    )


def latest(tx: Tx, limit: int = 40) -> list[dict[str, Any]]:
    """The newest messages that still have their text, for the demo's screen only."""
    return tx.rows(
        "select m.kanal, m.tekst, m.tilstand, o.forlop_id, o.skjema from prom.utboks m "
        "join prom.bestilling o using (bestilling_id) where m.tekst <> '' order by m.melding_id desc limit ?",
        limit,
    )
