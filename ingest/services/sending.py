"""Messages to users: a row in the outbox first, then tries at sending it through the channel that the settings choose.

The row is written in the transaction that decided the message. Its number is the idempotency key for the gateway.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from checks.errors import RegisterError
from ingest.access import GATE
from ingest.services.channel import Channel, NoReceipt, Rejected, SendingFailed
from ingest.services.mail import Smtp
from ingest.services.national import connected
from ingest.settings import Settings
from ingest.standin import TIMEOUT, Faults, ServiceDown, TimedOut
from ingest.store import Store, Tx

SMS, EMAIL = "sms", "epost"
WAITING, SENT, FAILED, LOCAL = "venter", "sendt", "feilet", "lokal"
KEY = "smertereg-"
WAITS = (1.0, 3.0)  # seconds before the second and the third try
UNKNOWN_ADDRESS = {400, 404, 410, 422}
MOST_SMS, WITHIN = 5, timedelta(minutes=10)
# The messages that are being sent now, so that two who find the same one waiting do not both send it.
_under_way: set[int] = set()
_lock = threading.Lock()


def meet(faults: Faults) -> None:
    """Fail as the stand-in of a channel is told to: NoReceipt when it never answers, SendingFailed when it is down."""
    try:
        faults.meet("kanalen")
    except TimedOut as error:
        raise NoReceipt("kanalen svarte ikke i tide") from error
    except ServiceDown as error:
        raise SendingFailed("kanalen svarer ikke") from error


@dataclass(frozen=True)
class LocalOutbox:
    """Sends nothing: the demo shows the outbox on the screen."""

    keeps: bool = True
    faults: Faults = field(default_factory=Faults)

    def send(self, to: str, text: str, key: str) -> None:
        del to, text, key
        meet(self.faults)


@dataclass(frozen=True)
class NotSetUp:
    """The channel that a register in operation has in place of one that the settings do not name."""

    keeps: bool = False

    def send(self, to: str, text: str, key: str) -> None:
        del to, text, key
        raise Rejected("kanalen er ikke satt opp")


@dataclass(frozen=True)
class HttpSms:
    """A gateway that takes JSON {to, text} and honours Idempotency-Key."""

    address: str
    token: str
    client: httpx.Client
    keeps: bool = False

    def send(self, to: str, text: str, key: str) -> None:
        headers = {"Idempotency-Key": key} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        try:
            self.client.post(self.address, json={"to": to, "text": text}, headers=headers).raise_for_status()
        except httpx.HTTPStatusError as error:
            kind = Rejected if error.response.status_code in UNKNOWN_ADDRESS else SendingFailed
            raise kind(f"HTTP {error.response.status_code}") from error
        except (httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError) as error:
            raise NoReceipt(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise SendingFailed(type(error).__name__) from error


def channels(settings: Settings) -> dict[str, Channel]:
    """The channels for SMS and e-mail that the settings choose: what goes by Altinn goes by nothing else. Where they choose none, a
    demo keeps the messages in the outbox that it shows, and others send nothing.
    """
    neither: Channel = LocalOutbox() if settings.demo else NotSetUp()
    sms: Channel = neither
    mail: Channel = neither
    if settings.sms_url:
        sms = HttpSms(settings.sms_url, settings.sms_token.get_secret_value(), httpx.Client(timeout=TIMEOUT))
    if settings.smtp_host:
        mail = Smtp(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_from,
            settings.smtp_user,
            settings.smtp_password.get_secret_value(),
            domain=urlsplit(settings.public_address).hostname or "localhost",
            tls=settings.smtp_tls,
        )
    return {SMS: sms, EMAIL: mail, **connected.altinn(settings)}


def queue(tx: Tx, kanal: str, til: str, tekst: str) -> int:
    """Put a message in the outbox and return its number. REG-139 when a mobile has had too many in a short time."""
    row = tx.row(
        "select count(*) as n from tilgang.utboks where kanal = ? and til = ? and opprettet > ?",
        kanal,
        til,
        tx.now - WITHIN,
    )
    if kanal == SMS and row is not None and row["n"] >= MOST_SMS:
        raise RegisterError("REG-139")
    number = tx.next_id("melding")
    tx.run("insert into tilgang.utboks values (?, ?, ?, ?, ?, 0, ?, null)", number, kanal, til, tekst, WAITING, tx.now)
    return number


def deliver(store: Store, ways: Mapping[str, Channel], number: int, wait: Callable[[float], None] = time.sleep) -> bool:
    """Send one message, with at most three tries; returns whether it was sent. A message that is refused for good is not
    tried again, and one that is being sent already is left alone. The text is deleted when the message is sent or given up, but
    stays in the local outbox.
    """
    with _lock:
        if number in _under_way:
            return False
        _under_way.add(number)
    try:
        return _deliver(store, ways, number, wait)
    finally:
        with _lock:
            _under_way.discard(number)


def _deliver(store: Store, ways: Mapping[str, Channel], number: int, wait: Callable[[float], None]) -> bool:
    with store.read(GATE) as tx:
        row = tx.row("select * from tilgang.utboks where melding_id = ? and tilstand = ?", number, WAITING)
    if row is None:
        return False
    way = ways[row["kanal"]]
    state, tries = FAILED, 0
    for pause in (0.0, *WAITS):
        if pause:
            wait(pause)
        tries += 1
        try:
            way.send(row["til"], row["tekst"], f"{KEY}{number}")
        except Rejected:
            break
        except SendingFailed:
            continue
        state = LOCAL if way.keeps else SENT
        break
    text = row["tekst"] if state == LOCAL else ""
    with store.write(GATE) as tx:
        tx.run(
            "update tilgang.utboks set tilstand = ?, forsok = ?, tekst = ?, sendt = ? where melding_id = ?",
            state,
            tries,
            text,
            tx.now,
            number,
        )
    return state != FAILED


def number_of(tx: Tx, key: str, kanaler: Sequence[str] = (EMAIL,)) -> int | None:
    """The number of the message with this key, by one of these channels; None when no message has it."""
    digits = key.removeprefix(KEY)
    if not (key.startswith(KEY) and digits.isascii() and digits.isdecimal() and len(digits) < 10):
        return None
    row = tx.row(
        "select melding_id from tilgang.utboks where melding_id = ? and kanal in (select unnest(?::varchar[]))",
        int(digits),
        list(kanaler),
    )
    return row["melding_id"] if row else None


def came_back(tx: Tx, number: int) -> None:
    """Note that a message that was sent came back afterwards."""
    tx.run("update tilgang.utboks set tilstand = ? where melding_id = ? and tilstand = ?", FAILED, number, SENT)


def waiting(tx: Tx) -> list[int]:
    """The numbers of the messages that the server had no time to send before it stopped, oldest first."""
    rows = tx.rows("select melding_id from tilgang.utboks where tilstand = ? order by melding_id", WAITING)
    return [row["melding_id"] for row in rows]


def latest(tx: Tx, limit: int = 20) -> list[dict[str, Any]]:
    """The newest messages, for the demo's screen only."""
    return tx.rows("select * from tilgang.utboks order by melding_id desc limit ?", limit)
