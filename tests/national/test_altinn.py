"""Proves that messages through Altinn Notifications are what its contract says, and go once whatever breaks on the way."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.work import doctor_services
from app.work.doctor import OK, WRONG
from ingest.prom import jobs, orders, outbox
from ingest.prom.message_texts import SUBJECT
from ingest.prom.outbox import EMAIL, SECURE, SMS
from ingest.prom.outside import Services, channels
from ingest.services.channel import NoReceipt, Rejected, SendingFailed
from ingest.services.national.altinn import Altinn
from ingest.services.sending import HttpSms
from tests.mocks.altinn import AltinnMock
from tests.mocks.server import BUSY, DOWN, HALF, HANGS_UP, Fault, Reply
from tests.national.altinn_world import altinn_settings
from tests.national.eprom_world import Everybody
from tests.national.world import World
from tests.spec.eprom import Eprom
from tests.support import LC, SC, TO, Register

KEY = "smertereg-prom-7-skjema-0123456789abcdef"
SENT_ALL_THE_SAME = Fault(cut="before", done=True)


def test_an_sms_and_an_e_mail_are_as_the_contract_has_them(ways: dict[str, Altinn], altinn: AltinnMock) -> None:
    ways[SMS].send("912 34 567", "Hei", KEY)
    ways[EMAIL].send("kari@example.no", "Hei", KEY)
    sms, mail = altinn.sent
    assert sms["recipientSms"] == {
        "phoneNumber": "+4791234567",
        "timeToLiveInSeconds": 172_800,
        "smsSettings": {"sender": "Sykehuset", "body": "Hei"},
    }
    assert mail["recipientEmail"] == {
        "emailAddress": "kari@example.no",
        "emailSettings": {"subject": "SmerteReg", "body": "Hei", "contentType": "Plain"},
    }
    assert sms["sendersReference"] == mail["sendersReference"] == KEY
    assert sms["idempotencyId"] != mail["idempotencyId"]
    assert altinn.exchanges == 1


@pytest.mark.parametrize(("told", "number"), [("+4791234567", "+4791234567"), ("0046 701234567", "0046701234567")])
def test_a_number_with_a_country_code_goes_as_it_is(
    ways: dict[str, Altinn], altinn: AltinnMock, told: str, number: str
) -> None:
    ways[SMS].send(told, "Hei", KEY)
    assert altinn.sent[0]["recipientSms"]["phoneNumber"] == number


def test_the_same_message_goes_once_and_another_with_the_same_key_goes_too(
    ways: dict[str, Altinn], altinn: AltinnMock
) -> None:
    for to, text in (("91234567", "a"), ("91234567", "a"), ("91234567", "b"), ("92345678", "b")):
        ways[SMS].send(to, text, KEY)
    assert len(altinn.sent) == 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (DOWN, SendingFailed),
        (BUSY, SendingFailed),
        (Fault(Reply(403)), SendingFailed),
        (Fault(Reply(404)), SendingFailed),
        (Fault(Reply(302, headers={"Location": "http://x"})), SendingFailed),
        (Fault(Reply(499)), NoReceipt),
        (Fault(Reply(500)), NoReceipt),
        (HANGS_UP, NoReceipt),
        (HALF, NoReceipt),
        (SENT_ALL_THE_SAME, NoReceipt),
        (Fault(Reply(400)), Rejected),
        (Fault(Reply(422)), Rejected),
    ],
)
def test_a_try_that_fails_says_whether_it_may_have_gone_and_the_next_goes_once(
    ways: dict[str, Altinn], altinn: AltinnMock, fault: Fault, kind: type[Exception]
) -> None:
    altinn.play(fault, at="/instant/")
    with pytest.raises(kind) as raised:
        ways[SMS].send("91234567", "Hei", KEY)
    assert type(raised.value) is kind
    assert not re.search("[0-9]{8}|Hei", str(raised.value))
    ways[SMS].send("91234567", "Hei", KEY)
    assert len(altinn.sent) == 1


def test_a_number_that_altinn_does_not_take_is_refused_for_good(ways: dict[str, Altinn], altinn: AltinnMock) -> None:
    with pytest.raises(Rejected, match="tar ikke imot adressen"):
        ways[SMS].send("11111111", "Hei", KEY)
    assert altinn.sent == []


def test_a_token_that_runs_out_or_is_refused_is_fetched_anew(
    national: World, ways: dict[str, Altinn], altinn: AltinnMock
) -> None:
    for number, seconds in enumerate((0, 1700, 120)):
        national.ours.pass_(seconds)
        ways[SMS].send("91234567", f"{number}", KEY)
    assert altinn.exchanges == 2
    token = ways[SMS].access.token().text
    altinn.spent.add(token)
    ways[SMS].send("91234567", "til", KEY)
    assert (altinn.exchanges, len(altinn.sent)) == (3, 4)


@pytest.mark.parametrize(
    "fault", [Fault(Reply(400)), Fault(Reply(410)), Fault(Reply(200, raw=b'"x"')), Fault(Reply(500))]
)
def test_without_a_token_nothing_is_sent_and_it_is_tried_again_later(
    ways: dict[str, Altinn], altinn: AltinnMock, fault: Fault
) -> None:
    altinn.play(fault, at="/exchange/")
    with pytest.raises(SendingFailed) as raised:
        ways[SMS].send("91234567", "Hei", KEY)
    assert type(raised.value) is SendingFailed and "Altinn" in str(raised.value)
    assert altinn.sent == []


def test_the_settings_choose_what_goes_by_altinn(national: World, altinn: AltinnMock) -> None:
    found = channels(altinn_settings(national, altinn, demo=False))
    assert isinstance(found[SMS], Altinn)
    assert isinstance(mail := found[EMAIL], Altinn) and mail.subject == SUBJECT
    found = channels(
        altinn_settings(national, altinn, demo=False, altinn_kanaler="epost", sms_url="https://sms.no/send")
    )
    assert isinstance(found[SMS], HttpSms) and isinstance(found[EMAIL], Altinn)
    assert not altinn_settings(national, altinn, altinn_kanaler="epost").sends_sms
    with pytest.raises(ValueError, match="altinn_kanaler"):
        altinn_settings(national, altinn, altinn_kanaler="brev")


def test_doctor_tries_it_with_a_call_that_changes_nothing(national: World, altinn: AltinnMock) -> None:
    def said() -> Any:
        return {
            told.om: (told.tilstand, told.melding) for told in doctor_services.tried(altinn_settings(national, altinn))
        }

    assert said() == {"altinn": (OK, "svarer")}
    altinn.org = False
    assert said()["altinn"][0] == WRONG and "403" in said()["altinn"][1]
    assert altinn.sent == []


def test_a_patients_message_goes_once_though_the_line_broke_after_it_was_sent(
    register: Register, ways: dict[str, Altinn], altinn: AltinnMock
) -> None:
    prom = Eprom(register)
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO | {"DatoSamtykke": "2026-11-23"})
    with register.store.write(LC) as tx:
        tx.run("update identitet.person set telefon = '91234567'")
        orders.order(tx, forlop_id, "pasreg", SMS)
    altinn.play(SENT_ALL_THE_SAME, at="/instant/")
    services = Services(Everybody(), {SECURE: prom.channel, SMS: ways[SMS]}, "https://eksempel.no", hads=True)
    jobs.send(register.store, services)
    register.clock.turn(minutes=6)
    jobs.send(register.store, services)
    [sent] = altinn.sent
    assert "91234567" not in sent["sendersReference"] + sent["idempotencyId"]
    with register.store.read(SC) as tx:
        [row] = tx.rows("select tilstand, feil, nokkel from prom.utboks where kanal = 'sms'")
    assert (row["tilstand"], row["feil"]) == (outbox.SENT, outbox.NO_RECEIPT)
    assert sent["sendersReference"] == row["nokkel"]
