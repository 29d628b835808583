"""Proves that messages are sent through the chosen channel, a bounded number of times, and that texts do not linger."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from email import message_from_string, policy
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from app.web import resources
from app.work import messages
from checks import identity
from checks.errors import RegisterError
from checks.senders import Sender
from ingest.access import GATE
from ingest.prom import message_texts, outside
from ingest.registration import population
from ingest.services import sending
from ingest.services.channel import NoReceipt, SendingFailed
from ingest.services.folkeregister import LocalFolkeregister
from ingest.services.mail import Smtp
from ingest.services.sending import HttpSms, LocalOutbox
from ingest.settings import Settings
from ingest.settings import read as settings_in_force
from ingest.standin import ServiceDown
from tests.mail_server import listening
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
def test_three_tries_with_one_key_and_no_text_after(register: Register, refusals: int, state: str, waits: list) -> None:
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

    channel = HttpSms("https://sms.example/send", "hemmelig", httpx.Client(transport=httpx.MockTransport(answer)))
    channel.send("91234567", "Hei", "smertereg-1")
    assert json.loads(seen[0].content) == {"to": "91234567", "text": "Hei"}
    assert (seen[0].headers["Authorization"], seen[0].headers["Idempotency-Key"]) == ("Bearer hemmelig", "smertereg-1")
    with pytest.raises(SendingFailed):
        channel.send("91234567", "Hei", "smertereg-1")


def test_a_gateway_that_asks_for_no_token_gets_none() -> None:
    seen: list[httpx.Request] = []
    client = httpx.Client(transport=httpx.MockTransport(lambda r: seen.append(r) or httpx.Response(204)))
    HttpSms("https://sms.example/send", "", client).send("91234567", "Hei", "smertereg-1")
    assert "Authorization" not in seen[0].headers


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (httpx.ReadTimeout("x"), True),
        (httpx.RemoteProtocolError("x"), True),
        (httpx.ConnectTimeout("x"), False),
        (httpx.ConnectError("x"), False),
    ],
)
def test_a_gateway_that_broke_off_may_have_taken_the_message(error: Exception, unknown: bool) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    channel = HttpSms("https://sms.example", "", httpx.Client(transport=httpx.MockTransport(fail)))
    with pytest.raises(SendingFailed) as raised:
        channel.send("91234567", "Hei", "smertereg-1")
    assert isinstance(raised.value, NoReceipt) is unknown


def test_the_settings_tell_the_stand_ins_of_the_demo_to_fail(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMERTEREG_ETTERLIGNING", "kontaktregister:nede, folkeregister:nede,kanal:stum")
    settings = settings_in_force()
    found = outside.services(settings)
    assert found.contacts is not None
    with pytest.raises(ServiceDown):
        found.contacts.find("1")
    with pytest.raises(ServiceDown):
        population.folkeregister(register.store, settings).find(
            identity.parse(identity.make(date(1970, 5, 4), 2, 1), test_persons=True, today=date(2026, 1, 1))
        )
    outbox = found.channels["sikker"]
    assert isinstance(outbox, LocalOutbox)
    monkeypatch.setattr(outbox.faults, "wait", lambda _: None)
    with pytest.raises(NoReceipt):
        outbox.send("1", "Hei", "smertereg-4")


@pytest.mark.parametrize("text", ["kanal", "kanal:ødelagt", "posten:nede"])
def test_what_the_stand_ins_cannot_be_told_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SMERTEREG_ETTERLIGNING", text)
    with pytest.raises(RegisterError, match="Feil: nede, stum, treg") as raised:
        settings_in_force()
    assert raised.value.code == "REG-083"


def test_the_settings_choose_the_channels(tmp_path: Path) -> None:
    assert set(map(type, sending.channels(Settings(data=tmp_path)).values())) == {LocalOutbox}
    real = Settings(data=tmp_path, sms_url="https://sms.example", sms_token=SecretStr("x"), smtp_host="post.example")
    assert [type(way) for way in sending.channels(real).values()] == [HttpSms, Smtp]
    assert "x" not in repr(real.sms_token)


def test_mail_to_patients_does_not_say_smertereg(tmp_path: Path) -> None:
    with listening(None) as server:
        settings = Settings(
            data=tmp_path,
            smtp_host="localhost",
            smtp_port=server.port,
            smtp_tls=False,
            smtp_from="SmerteReg <post@sykehuset.no>",
        )
        way = outside.channels(settings)["epost"]
        assert isinstance(way, Smtp)
        way.send(
            "nora@example.com", message_texts.form_text("x", Sender("Sykehuset Østfold")), "smertereg-prom-1-skjema"
        )
    [sent] = server.mail
    assert message_texts.SUBJECT in str(message_from_string(sent, policy=policy.default)["Subject"])
    # Only the number of the message, which no program shows, has the register's name.
    shown = [line for line in sent.splitlines() if not line.startswith("Message-ID:")]
    assert "smerte" not in "".join(shown).lower()


def test_what_waited_when_the_server_stopped_is_sent_at_start_with_its_own_key(
    register: Register, tmp_path: Path
) -> None:
    with register.store.write(GATE) as tx:
        numbers = [sending.queue(tx, sending.EMAIL, "nora@example.com", f"Nummer {n}") for n in range(3)]
    gone = Flaky(0, keeps=True)
    sending.deliver(register.store, {sending.EMAIL: gone}, numbers[0])
    held = resources.Resources(Settings(data=tmp_path), register.store, LocalFolkeregister(), {sending.EMAIL: gone})
    with resources.holding(nullcontext(held)):
        messages.resume()
        messages.resume()
    assert [key for _, _, key in gone.seen] == [f"smertereg-{n}" for n in numbers]
