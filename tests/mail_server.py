"""A mail server on this machine that answers one conversation, with or without TLS, and remembers what it was told.

It is strict, as those of hospitals are: what breaks RFC 5321 and 5322, or was not offered, gets 550 or 555.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(folder: Path, name: str) -> Path:
    """A file with a certificate for `name`, signed by itself, and its key."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@dataclass
class MailServer:
    """``port`` it listens on; ``said`` are the commands it got, and whether each came over TLS; ``lines`` the same whole;
    ``mail`` what was sent.

    ``offers`` are its extensions. ``answers`` says what it answers to a command («.» to the end of a message) instead of
    yes; to hang up is the answer «».
    """

    port: int
    offers: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    said: list[tuple[str, bool]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    mail: list[str] = field(default_factory=list)


@contextmanager
def listening(
    certificate_file: Path | None, offers: tuple[str, ...] = (), answers: dict[str, str] | None = None
) -> Iterator[MailServer]:
    """A server until the block ends; it offers STARTTLS when it has a certificate."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = MailServer(door.getsockname()[1], offers, answers or {})
        thread = threading.Thread(target=_answer, args=(door, server, certificate_file), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            thread.join(10)


def _answer(door: socket.socket, server: MailServer, certificate_file: Path | None) -> None:
    connection, _ = door.accept()
    try:
        _talk(connection, server, certificate_file)
    except OSError:
        pass  # the other end broke off
    finally:
        connection.close()


def _talk(connection: socket.socket, server: MailServer, certificate_file: Path | None) -> None:
    secure = False
    lines = connection.makefile("rb")
    connection.sendall(b"220 her\r\n")
    while line := lines.readline().decode().strip():
        word = line.split()[0].upper()
        server.said.append((word, secure))
        server.lines.append(line)
        if word in server.answers:
            if not server.answers[word]:
                lines.close()
                return
            connection.sendall(f"{server.answers[word]}\r\n".encode())
        elif word == "EHLO":
            offered = ["her", "AUTH PLAIN", *(["STARTTLS"] if certificate_file and not secure else []), *server.offers]
            said = [f"250{' ' if n == len(offered) - 1 else '-'}{one}\r\n" for n, one in enumerate(offered)]
            connection.sendall("".join(said).encode())
        elif word == "STARTTLS" and certificate_file:
            connection.sendall(b"220 ja\r\n")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate_file)
            connection, secure = context.wrap_socket(connection, server_side=True), True
            lines = connection.makefile("rb")
        elif word == "AUTH":
            connection.sendall(b"235 ja\r\n")
        elif word in ("MAIL", "RCPT"):
            connection.sendall(b"250 ja\r\n" if _offered(line, server.offers) else b"555 5.5.4 ikke tilbudt\r\n")
        elif word == "DATA":
            connection.sendall(b"354 ja\r\n")
            content = b"".join(iter(lines.readline, b".\r\n"))
            if server.answers.get(".") == "":
                lines.close()
                return
            refused = wrong(content, any("SMTPUTF8" in said for said in server.lines))
            if not refused:
                server.mail.append(content.decode())
            answer = server.answers.get(".") or (f"550 5.6.0 {refused}" if refused else "250 tatt imot")
            connection.sendall(f"{answer}\r\n".encode())
        elif word == "QUIT":
            connection.sendall(b"221 ha det\r\n")
            return
        else:
            connection.sendall(b"250 ja\r\n")


def _offered(line: str, offers: tuple[str, ...]) -> bool:
    """Whether the command asks for nothing that is not offered."""
    words = {"BODY": "8BITMIME", "SMTPUTF8": "SMTPUTF8", "RET": "DSN", "ENVID": "DSN", "NOTIFY": "DSN", "SIZE": "SIZE"}
    asked = {words[part.split("=")[0].upper()] for part in line.split()[1:] if part.split("=")[0].upper() in words}
    return asked <= set(offers) and (line.isascii() or "SMTPUTF8" in offers)


def wrong(content: bytes, utf8: bool) -> str:
    """What breaks RFC 5322 in a message, as a strict server sees it; empty when nothing does."""
    head, _, body = content.partition(b"\r\n\r\n")
    found = message_from_bytes(content, policy=policy.default)
    if re.search(rb"(?<!\r)\n|\r(?!\n)", content):
        return "bare line end"
    if any(len(line) > 998 for line in head.split(b"\r\n")) or any(len(line) > 78 for line in body.split(b"\r\n")):
        return "long line"
    if not body.isascii() or not (utf8 or head.isascii()):
        return "8 bit"
    for name in ("From", "To", "Date", "Message-ID", "Subject", "MIME-Version", "Content-Type"):
        if len(found.get_all(name, [])) != 1:
            return f"{name} missing or repeated"
    if found["Date"].datetime is None or found["Date"].datetime.tzinfo is None:
        return "Date"
    if not re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", str(found["Message-ID"])):
        return "Message-ID"
    return ""
