"""E-mail: how a message is written (RFC 5322), and how it is handed to the hospital's mail server (RFC 5321)."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from checks import contact
from ingest import wall_clock
from ingest.services.channel import NoReceipt, Rejected, SendingFailed
from ingest.standin import TIMEOUT
from ingest.store import OSLO

_IP = re.compile(r"[0-9.]+|.*:.*")
_ENHANCED = re.compile(rb"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?=\s|$)")


def message_id(key: str, domain: str) -> str:
    """The Message-ID of the message with this key, by which a returned message finds its row in the outbox again."""
    return f"<{key}@{f'[{domain}]' if _IP.fullmatch(domain) else domain}>"


def compose(headers: Mapping[str, str], to: str, text: str, when: datetime) -> EmailMessage:
    """A message of plain text to an address as mail servers know it. Its lines are short and ASCII, whatever the text has;
    only a name before the @ that is not ASCII needs a server that offers SMTPUTF8.

    ``headers`` has From, Subject and Message-ID.
    """
    message = EmailMessage(policy.SMTP if to.isascii() else policy.SMTPUTF8)
    name, sender = parseaddr(headers["From"])
    message["From"] = Address(name, *_halves(contact.punycode(sender) or sender))
    message["To"] = Address("", *_halves(to))
    message["Subject"] = headers["Subject"]
    message["Date"] = format_datetime(when.astimezone(OSLO))
    message["Message-ID"] = headers["Message-ID"]
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    return message


def _halves(address: str) -> tuple[str, str]:
    local, _, domain = address.rpartition("@")
    return local, domain


@dataclass(frozen=True)
class Smtp:
    """A mail server. ``subject`` can be read on a locked screen, by anybody; ``domain`` is our own, for the Message-ID.

    ``tls``: STARTTLS when the server offers it, and always when there is a username to protect; the server's certificate must
    be good for its name.
    """

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = ""
    subject: str = "SmerteReg"
    domain: str = "localhost"
    tls: bool = True
    keeps: bool = False
    clock: Callable[[], datetime] = lambda: wall_clock.now()

    def send(self, to: str, text: str, key: str) -> None:
        """Send the text. Only a server that broke off after it had the whole message may have taken it (NoReceipt)."""
        address = contact.mail_address(to)
        if address is None:
            raise Rejected("e-postadressen kan ikke brukes; rett den")
        headers = {"From": self.sender, "Subject": self.subject, "Message-ID": message_id(key, self.domain)}
        message = compose(headers, address, text, self.clock())
        try:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        except (OSError, smtplib.SMTPException) as error:
            raise SendingFailed(type(error).__name__) from error
        handed = False
        try:
            self._greet(server)
            self._name_both(server, message["From"].addresses[0].addr_spec, address, key)
            _demand(server.docmd("data"), 354, last_word=True)
            server.send(_on_the_wire(message))
            server.send(b".\r\n")
            handed = True
            _demand(server.getreply(), 250, last_word=True)
        except (OSError, smtplib.SMTPException) as error:
            raise (NoReceipt if handed else SendingFailed)(type(error).__name__) from error
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def greet(self) -> None:
        """Say hello, and sign in when there is a username, but send nothing. Raises SendingFailed."""
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT) as server:
                self._greet(server)
        except (OSError, smtplib.SMTPException) as error:
            raise SendingFailed(type(error).__name__) from error

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self.tls and (self.username or server.has_extn("starttls")):
            server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
        if self.username:
            server.login(self.username, self.password)

    def _name_both(self, server: smtplib.SMTP, sender: str, address: str, key: str) -> None:
        """Say whom the message is from and to, and ask that a return has its headers only: the text has the patient's link."""
        options: list[str] = []
        if not address.isascii():
            if not server.has_extn("smtputf8"):
                raise Rejected(
                    "e-postadressen har æ, ø, å eller lignende foran @, og e-posttjeneren sender ikke til slike"
                )
            options += ["SMTPUTF8"]
        if server.has_extn("dsn"):
            options += ["RET=HDRS", f"ENVID={key}"]
        # 5xx here is about us and not about the patient's address: when our own settings are mended, a later try succeeds.
        _demand(server.mail(sender, options), 250, last_word=False)
        _demand(server.rcpt(address), 250, 251, 252, last_word=True)


def _on_the_wire(message: EmailMessage) -> bytes:
    """The message as it is sent between DATA and the dot that ends it."""
    lines = message.as_bytes()
    return re.sub(rb"(?m)^\.", b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")


def _demand(answer: tuple[int, bytes], *wanted: int, last_word: bool) -> None:
    """Raise when the server did not answer as wanted: Rejected for 5xx where that is its ``last_word``, else SendingFailed.

    The server's own words may repeat the address, so only its codes are told.
    """
    code, said = answer
    if code in wanted:
        return
    if code == -1:
        raise smtplib.SMTPServerDisconnected("closed")
    enhanced = _ENHANCED.match(said)
    detail = f" ({enhanced[0].decode()})" if enhanced else ""
    raise (Rejected if last_word and code >= 500 else SendingFailed)(f"e-posttjeneren svarte {code}{detail}")
