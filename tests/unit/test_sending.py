"""Proves that messages are sent through the chosen channel, a bounded number of times, and that texts do not linger."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from app import messages, resources
from ingest import sending
from ingest.folkeregister import LocalFolkeregister
from ingest.sending import HttpSms, LocalOutbox, SendingFailed, Smtp
from ingest.sessions import GATE
from ingest.settings import Settings
from tests.support import Register


@dataclass
class Flaky:
    """Refuses so many times before it takes a message."""

    refusals: int
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    keeps: bool = False

    def send(self, to: str, text: str, key: str) -> None:
        self.seen.append((to, text, key))
        if len(self.seen) <= self.refusals:
            raise SendingFailed("nei")


def queued(register: Register) -> int:
    with register.store.write(GATE) as tx:
        return sending.queue(tx, sending.SMS, "91234567", "Koden din er 123456.")


def row(register: Register) -> dict:
    with register.store.read(GATE) as tx:
        return sending.latest(tx, 1)[0]


@pytest.mark.parametrize(
    ("refusals", "state", "waits"), [(0, "sendt", []), (2, "sendt", [1.0, 3.0]), (9, "feilet", [1.0, 3.0])]
)
def test_three_tries_with_one_key_and_no_text_after(
    register: Register, refusals: int, state: str, waits: list
) -> None:
    number, channel, waited = queued(register), Flaky(refusals), []
    assert sending.deliver(register.store, {"sms": channel}, number, waited.append) is (state == "sendt")
    assert waited == waits and len(set(channel.seen)) == 1
    left = row(register)
    assert (left["tilstand"], left["tekst"], left["forsok"]) == (state, "", len(channel.seen))
    assert not sending.deliver(register.store, {"sms": channel}, number, waited.append)


def test_the_local_outbox_keeps_what_it_is_given(register: Register) -> None:
    assert sending.deliver(register.store, {"sms": LocalOutbox()}, queued(register))
    assert (row(register)["tilstand"], row(register)["tekst"]) == ("lokal", "Koden din er 123456.")


def test_the_gateway_gets_json_a_token_and_the_key() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200 if len(seen) == 1 else 503)

    channel = HttpSms(
        "https://sms.example/send", "hemmelig", httpx.Client(transport=httpx.MockTransport(answer))
    )
    channel.send("91234567", "Hei", "smertereg-1")
    assert json.loads(seen[0].content) == {"to": "91234567", "text": "Hei"}
    assert (seen[0].headers["Authorization"], seen[0].headers["Idempotency-Key"]) == (
        "Bearer hemmelig",
        "smertereg-1",
    )
    with pytest.raises(SendingFailed):
        channel.send("91234567", "Hei", "smertereg-1")


def test_a_gateway_that_asks_for_no_token_gets_none() -> None:
    seen: list[httpx.Request] = []
    client = httpx.Client(transport=httpx.MockTransport(lambda r: seen.append(r) or httpx.Response(204)))
    HttpSms("https://sms.example/send", "", client).send("91234567", "Hei", "smertereg-1")
    assert "Authorization" not in seen[0].headers


def test_mail_says_who_it_is_from_and_a_closed_server_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []

    class Server:
        def __init__(self, host: str, port: int, timeout: float) -> None:
            sent.append((host, port))

        def __enter__(self):
            return self

        def __exit__(self, *_: object) -> None: ...

        def starttls(self) -> None:
            sent.append("tls")

        def login(self, user: str, password: str) -> None:
            sent.append((user, password))

        def send_message(self, message) -> None:
            sent.append(
                (message["From"], message["To"], message["Message-ID"], message.get_content().strip())
            )

    monkeypatch.setattr("smtplib.SMTP", Server)
    Smtp("post.example", 587, "smertereg@example.com", "bruker", "hemmelig").send(
        "nora@example.com", "Avslått", "smertereg-2"
    )
    assert sent == [
        ("post.example", 587), "tls", ("bruker", "hemmelig"),
        ("smertereg@example.com", "nora@example.com", "<smertereg-2@smertereg>", "Avslått"),
    ]  # fmt: skip

    def closed(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("smtplib.SMTP", closed)
    with pytest.raises(SendingFailed):
        Smtp("post.example", 587, "smertereg@example.com").send("nora@example.com", "Avslått", "smertereg-2")


def test_the_settings_choose_the_channels(tmp_path: Path) -> None:
    assert set(map(type, sending.channels(Settings(data=tmp_path)).values())) == {LocalOutbox}
    real = Settings(
        data=tmp_path, sms_url="https://sms.example", sms_token=SecretStr("x"), smtp_host="post.example"
    )
    assert [type(way) for way in sending.channels(real).values()] == [HttpSms, Smtp]
    assert "x" not in repr(real.sms_token)


def test_what_waited_when_the_server_stopped_is_sent_at_start_with_its_own_key(
    register: Register, tmp_path: Path
) -> None:
    with register.store.write(GATE) as tx:
        numbers = [sending.queue(tx, sending.EMAIL, "nora@example.com", f"Nummer {n}") for n in range(3)]
    gone = Flaky(0, keeps=True)
    sending.deliver(register.store, {sending.EMAIL: gone}, numbers[0])
    held = resources.Resources(
        Settings(data=tmp_path), register.store, LocalFolkeregister(), {sending.EMAIL: gone}
    )
    with resources.holding(nullcontext(held)):
        messages.resume()
        messages.resume()
    assert [key for _, _, key in gone.seen] == [f"smertereg-{n}" for n in numbers]
