"""Proves that mail goes over TLS to a server whose certificate is good, and to no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.errors import RegisterError
from ingest import settings as configuration
from ingest.services.channel import SendingFailed
from ingest.services.mail import Smtp
from tests.mail_server import certificate, listening


def send(port: int, **options: object) -> None:
    way = Smtp("localhost", port, "smertereg@example.com", **options)  # pyright: ignore[reportArgumentType]
    way.send("nora@example.com", "Avslått", "smertereg-1")


@pytest.mark.parametrize("user", ["", "bruker"])
def test_mail_goes_over_tls_when_the_server_offers_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    known = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(known))
    with listening(known) as server:
        send(server.port, username=user, password="hemmelig")
    assert len(server.mail) == 1
    assert {word for word, secure in server.said if not secure} == {"EHLO", "STARTTLS"}
    assert (("AUTH", True) in server.said) == bool(user)


@pytest.mark.parametrize("name", ["localhost", "annen.example"])
def test_nothing_is_sent_to_a_server_with_a_wrong_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A certificate nobody has signed, and a good one that is another server's."""
    shown = certificate(tmp_path, name)
    if name != "localhost":
        monkeypatch.setenv("SSL_CERT_FILE", str(shown))
    with listening(shown) as server, pytest.raises(SendingFailed):
        send(server.port, username="bruker", password="hemmelig")
    assert not server.mail and {word for word, _ in server.said} == {"EHLO", "STARTTLS"}


def test_a_password_is_not_sent_without_tls() -> None:
    with listening(None) as server, pytest.raises(SendingFailed):
        send(server.port, username="bruker", password="hemmelig")
    assert {word for word, _ in server.said} <= {"EHLO", "QUIT"}


def test_a_server_on_this_machine_may_do_without_tls(tmp_path: Path) -> None:
    with listening(certificate(tmp_path, "annen.example")) as server:
        send(server.port, tls=False)
    assert len(server.mail) == 1


@pytest.mark.parametrize(("host", "allowed"), [("localhost", True), ("post.example", False), ("", False)])
def test_tls_is_turned_off_for_this_machine_only(monkeypatch: pytest.MonkeyPatch, host: str, allowed: bool) -> None:
    monkeypatch.setenv("SMERTEREG_SMTP_HOST", host)
    monkeypatch.setenv("SMERTEREG_SMTP_TLS", "false")
    if allowed:
        assert configuration.read().smtp_tls is False
        return
    with pytest.raises(RegisterError, match="SMERTEREG_SMTP_TLS"):
        configuration.read()
