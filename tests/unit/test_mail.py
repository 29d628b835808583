"""Proves that mail is written as strict servers demand, and that a refusal is told from what may have arrived."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from checks import contact, personopplysninger
from checks.errors import RegisterError
from ingest import settings as configuration
from ingest.services.channel import NoReceipt, Rejected, SendingFailed
from ingest.services.mail import Smtp
from tests.mail_server import MailServer, listening

UTF8 = ("8BITMIME", "SMTPUTF8")
TEXT = "Hei! Åpne skjemaet her: https://smertereg.sykehuset.no/e/" + "x" * 43 + "\n.\n.. æøå"


def send(server: MailServer, to: str = "nora@example.com", text: str = TEXT, **options: object) -> None:
    way = Smtp("localhost", server.port, "smertereg@sykehuset.no", **options)  # pyright: ignore[reportArgumentType]
    way.send(to, text, "smertereg-prom-12-skjema-0011223344556677")


def read(text: str) -> EmailMessage:
    found = message_from_string(text.replace("\r\n..", "\r\n."), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.parametrize("offers", [(), UTF8, ("DSN",)])
@pytest.mark.parametrize("domain", ["smertereg.sykehuset.no", "10.0.0.7", "meget-langt-navn." * 6 + "sykehuset.no"])
def test_a_strict_server_takes_what_is_written(offers: tuple[str, ...], domain: str) -> None:
    with listening(None, offers) as server:
        send(server, domain=domain, clock=lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))
    mail = read(server.mail[0])
    assert mail.get_content().splitlines() == TEXT.splitlines()
    assert mail.get_content_type() == "text/plain" and mail["Auto-Submitted"] == "auto-generated"
    assert str(mail["Date"]) == "Mon, 23 Nov 2026 10:00:00 +0100"
    part = f"[{domain}]" if domain == "10.0.0.7" else domain
    assert mail["Message-ID"] == f"<smertereg-prom-12-skjema-0011223344556677@{part}>"
    assert any("RET=HDRS" in line for line in server.lines) is ("DSN" in offers)


@pytest.mark.parametrize("offers", [(), UTF8])
def test_a_domain_with_norwegian_letters_goes_as_punycode_to_any_server(offers: tuple[str, ...]) -> None:
    with listening(None, offers) as server:
        send(server, "ola@BLÅBÆR.no")
    assert read(server.mail[0])["To"] == "ola@xn--blbr-roah.no"
    assert not any("SMTPUTF8" in line for line in server.lines)


def test_a_name_with_norwegian_letters_goes_where_the_server_offers_it_and_is_else_refused() -> None:
    with listening(None, UTF8) as server:
        send(server, "blåbær@sykehuset.no")
    assert read(server.mail[0])["To"] == "blåbær@sykehuset.no"
    with listening(None) as server, pytest.raises(Rejected, match="foran @"):
        send(server, "blåbær@sykehuset.no")
    assert not server.mail and {word for word, _ in server.said} == {"EHLO", "QUIT"}


@pytest.mark.parametrize(
    ("word", "answer", "expected"),
    [
        ("EHLO", "", SendingFailed),
        ("MAIL", "550 5.7.1 nei", SendingFailed),
        ("RCPT", "550 5.1.1 <nora@example.com> finnes ikke", Rejected),
        ("RCPT", "450 4.2.1 senere", SendingFailed),
        ("RCPT", "", SendingFailed),
        ("DATA", "554 nei", Rejected),
        ("DATA", "451 senere", SendingFailed),
        ("DATA", "", SendingFailed),
        (".", "550 5.6.0 nei", Rejected),
        (".", "452 fullt", SendingFailed),
        (".", "hva?", NoReceipt),
        (".", "", NoReceipt),
        ("QUIT", "", None),
        ("QUIT", "421 nei", None),
    ],
)
def test_only_a_server_that_breaks_off_after_the_whole_message_may_have_it(
    word: str, answer: str, expected: type[Exception] | None
) -> None:
    found: Exception | None = None
    with listening(None, answers={word: answer}) as server:
        try:
            send(server)
        except SendingFailed as error:
            found = error
    assert type(found) is (expected or type(None))
    assert "nora" not in str(found)
    if answer.startswith("550 5.1.1"):
        assert str(found) == "e-posttjeneren svarte 550 (5.1.1)"


def test_a_closed_server_is_a_failure_and_an_impossible_address_a_refusal() -> None:
    with listening(None) as server:
        send(server)
    with pytest.raises(SendingFailed) as raised:
        send(server)
    assert type(raised.value) is SendingFailed
    with pytest.raises(Rejected, match="kan ikke brukes"):
        send(server, "ola..n@example.com")


@pytest.mark.parametrize(
    "typed",
    [
        "ola..n@example.com",
        ".ola@example.com",
        "ola.@example.com",
        "ola,kari@example.com",
        "<ola@example.com>",
        "ola;kari@example.com",
        "o(la)@example.com",
        "ola@-eksempel.no",
        "ola@eksempel-.no",
        "ola@eks_empel.no",
        "ola@" + "x" * 64 + ".no",
        "x" * 65 + "@eksempel.no",
        "ola@" + "x.x" * 90 + ".no",
        "ola@eksempel.no.",
        "ola@kari@eksempel.no",
        "ola\u200b@eksempel.no",
        "ola@192.0.2.1",
        "ola@straße.de",  # was sent to strasse.de, which may be somebody else's
    ],
)
def test_an_address_that_nothing_can_be_sent_to_is_no_address(typed: str) -> None:
    assert not contact.is_email(typed) and not contact.is_users_email(typed)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("ola@blåbær.no", "ola@xn--blbr-roah.no"),
        ("ola@bla\u030ab\u00e6r.no", "ola@xn--blbr-roah.no"),
        ("O'Brien+smerte@Eksempel.NO", "O'Brien+smerte@eksempel.no"),
        ("ola@a.b-c.no", "ola@a.b-c.no"),
    ],
)
def test_other_addresses_are_known_as_mail_servers_know_them(typed: str, known: str) -> None:
    assert contact.is_email(typed) and contact.is_users_email(typed)
    assert contact.mail_address(typed) == known


def test_letters_before_the_at_sign_that_a_server_may_not_send_to_are_refused_when_typed() -> None:
    typed = "blåbær@sykehuset.no"
    assert contact.mail_address(typed) == typed, "one that is stored already is sent to where the server can"
    assert not contact.is_email(typed) and not contact.is_users_email(typed)
    refused = personopplysninger.wrong("Epost", typed, date(2026, 11, 23))
    assert refused is not None and refused.code == "REG-523"
    assert not contact.has_odd_name("ola@blåbær.no")


@pytest.mark.parametrize("sender", ["smertereg", "a@b\n.no", "ola@-x-.no", "smerteregæ@sykehuset.no"])
def test_a_sender_that_is_no_address_is_refused(sender: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMERTEREG_DATA", str(tmp_path))
    monkeypatch.setenv("SMERTEREG_SMTP_FROM", "SmerteReg <smertereg@sykehuset.no>")
    configuration.read()
    monkeypatch.setenv("SMERTEREG_SMTP_FROM", sender)
    with pytest.raises(RegisterError, match="SMERTEREG_SMTP_FROM"):
        configuration.read()
