"""A mail server on this machine that answers one conversation, with or without TLS, and remembers what it was told."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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
    """``port`` it listens on; ``said`` are the commands it got, and whether each came over TLS; ``mail`` what was sent."""

    port: int
    said: list[tuple[str, bool]] = field(default_factory=list)
    mail: list[str] = field(default_factory=list)


@contextmanager
def listening(certificate_file: Path | None) -> Iterator[MailServer]:
    """A server until the block ends; it offers STARTTLS when it has a certificate."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = MailServer(door.getsockname()[1])
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
        if word == "EHLO":
            offered = "250-AUTH PLAIN\r\n" + ("250-STARTTLS\r\n" if certificate_file and not secure else "")
            connection.sendall(f"250-her\r\n{offered}250 8BITMIME\r\n".encode())
        elif word == "STARTTLS" and certificate_file:
            connection.sendall(b"220 ja\r\n")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate_file)
            connection, secure = context.wrap_socket(connection, server_side=True), True
            lines = connection.makefile("rb")
        elif word == "AUTH":
            connection.sendall(b"235 ja\r\n")
        elif word == "DATA":
            connection.sendall(b"354 ja\r\n")
            server.mail.append(b"".join(iter(lines.readline, b".\r\n")).decode())
            connection.sendall(b"250 tatt imot\r\n")
        elif word == "QUIT":
            connection.sendall(b"221 ha det\r\n")
            return
        else:
            connection.sendall(b"250 ja\r\n")
