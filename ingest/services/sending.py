"""Messages to users: a row in the outbox first, then tries at sending it through the channel that the settings choose.

The row is written in the transaction that decided the message. Its number is the idempotency key for the gateway.
"""

from __future__ import annotations

import smtplib
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, Protocol

import httpx

from checks.errors import RegisterError
from ingest.access import GATE
from ingest.settings import Settings
from ingest.standin import TIMEOUT, Faults, ServiceDown, TimedOut
from ingest.store import Store, Tx

SMS, EMAIL = "sms", "epost"
WAITING, SENT, FAILED, LOCAL = "venter", "sendt", "feilet", "lokal"
WAITS = (1.0, 3.0)  # seconds before the second and the third try
UNKNOWN_ADDRESS = {400, 404, 410, 422}
MOST_SMS, WITHIN = 5, timedelta(minutes=10)
# The messages that are being sent now, so that two who find the same one waiting do not both send it.
_under_way: set[int] = set()
_lock = threading.Lock()


class SendingFailed(Exception):
    """The channel did not take the message; a later try may succeed."""


class Rejected(SendingFailed):
    """The channel refused the message for good, because nobody has the address; another try would fail too."""


class NoReceipt(SendingFailed):
    """The channel did not answer in time, or broke off; it may have taken the message all the same."""


def meet(faults: Faults) -> None:
    """Fail as the stand-in of a channel is told to: NoReceipt when it never answers, SendingFailed when it is down."""
    try:
        faults.meet("kanalen")
    except TimedOut as error:
        raise NoReceipt("kanalen svarte ikke i tide") from error
    except ServiceDown as error:
        raise SendingFailed("kanalen svarer ikke") from error


class Channel(Protocol):
    """A way to send messages. ``keeps`` is true for the local stand-in, whose messages are read in the outbox itself."""

    @property
    def keeps(self) -> bool: ...

    def send(self, to: str, text: str, key: str) -> None:
        """Send ``text`` to an address. ``key`` is the same for every try of a message.

        Raises SendingFailed when the message was not taken, NoReceipt when nobody knows whether it was, and Rejected
        when no try can succeed.
        """
        ...


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


@dataclass(frozen=True)
class Smtp:
    """A mail server. ``subject`` can be read on a locked screen, by anybody.

    ``tls``: STARTTLS when the server offers it, and always when there is a username to protect; the server's certificate must
    be good for its name.
    """

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = ""
    subject: str = "SmerteReg"
    tls: bool = True
    keeps: bool = False

    def send(self, to: str, text: str, key: str) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, self.subject
        message["Message-ID"] = f"<{key}@smertereg>"
        message.set_content(text)
        handed = taken = False
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT) as server:
                server.ehlo()
                if self.tls and (self.username or server.has_extn("starttls")):
                    server.starttls(context=ssl.create_default_context())
                if self.username:
                    server.login(self.username, self.password)
                handed = True
                server.send_message(message)
                taken = True
        except smtplib.SMTPRecipientsRefused as error:
            # With 5xx the server refuses for good; with 4xx it may take a later try.
            last_word = all(code >= 500 for code, _ in error.recipients.values())
            raise (Rejected if last_word else SendingFailed)("SMTPRecipientsRefused") from error
        except (OSError, smtplib.SMTPException) as error:
            if taken:
                return  # the message was taken; only closing the connection failed
            unknown = handed and not isinstance(error, smtplib.SMTPResponseException)
            raise (NoReceipt if unknown else SendingFailed)(type(error).__name__) from error


def channels(settings: Settings) -> dict[str, Channel]:
    """The channels for SMS and e-mail that the settings choose. Where they choose none, a demo keeps the messages in the
    outbox that it shows, and others send nothing.
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
            tls=settings.smtp_tls,
        )
    return {SMS: sms, EMAIL: mail}


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
            way.send(row["til"], row["tekst"], f"smertereg-{number}")
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


def waiting(tx: Tx) -> list[int]:
    """The numbers of the messages that the server had no time to send before it stopped, oldest first."""
    rows = tx.rows("select melding_id from tilgang.utboks where tilstand = ? order by melding_id", WAITING)
    return [row["melding_id"] for row in rows]


def latest(tx: Tx, limit: int = 20) -> list[dict[str, Any]]:
    """The newest messages, for the demo's screen only."""
    return tx.rows("select * from tilgang.utboks order by melding_id desc limit ?", limit)
