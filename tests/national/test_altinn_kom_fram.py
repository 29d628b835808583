"""Proves that the staff see which messages through Altinn did not arrive, whatever its feed repeats, leaves out or says in another order."""

from __future__ import annotations

import pytest

from ingest.prom import outbox
from ingest.prom.outbox import SMS
from ingest.services import sending
from ingest.services.national.altinn import Altinn
from tests.mocks.altinn import AltinnMock
from tests.mocks.server import Fault, Reply
from tests.national.altinn_world import Posted
from tests.support import SC, Register


@pytest.fixture
def posted(register: Register, ways: dict[str, Altinn], altinn: AltinnMock) -> Posted:
    return Posted(register, ways, altinn)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("SMS_Failed_InvalidRecipient", "kom i retur, nummeret eller adressen finnes ikke"),
        ("SMS_Failed_TTL", "kom i retur, ikke levert i tide"),
        ("SMS_Failed", "kom i retur, ikke levert"),
        ("SMS_Failed_NoeNytt", "kom i retur, ikke levert"),
    ],
)
def test_a_message_that_did_not_arrive_is_seen_and_its_form_can_be_ordered_anew(
    posted: Posted, status: str, said: str
) -> None:
    assert posted.eprom == "bestilt"
    posted.altinn.tell(posted.key, "SMS_Accepted")
    posted.altinn.tell(posted.key, status)
    for expected in ({"underveis": 1, "kom i retur": 1}, {}):  # and read once
        assert posted.read().gjort == expected
    assert posted.row()["feil"] == said
    assert posted.eprom == "tilgjengelig"


def test_one_that_arrived_stays_sent_in_whatever_order_and_however_often_it_is_told(posted: Posted) -> None:
    for status in ("SMS_Delivered", "SMS_Accepted", "SMS_Delivered"):
        posted.altinn.tell(posted.key, status)
    assert posted.read().gjort == {"kom fram": 2, "underveis": 1}
    assert (posted.row()["tilstand"], posted.row()["feil"], posted.eprom) == (outbox.SENT, None, "bestilt")


def test_the_feed_is_read_on_over_pages_gaps_and_repeats(posted: Posted) -> None:
    for number in (*range(1, 600), 700, 701):
        posted.altinn.tell("en annens", "SMS_Delivered", number)
    posted.altinn.tell(posted.key, "SMS_Failed_Deleted", 900)
    posted.altinn.tell(posted.key, "SMS_Failed_Deleted", 901)
    assert posted.read().gjort == {"uten kjent melding": 601, "kom i retur": 1, "kjent fra før": 1}
    posted.altinn.asked.clear()
    assert posted.read().gjort == {}
    assert [asked.query["seq"] for asked in posted.altinn.asked] == [["901"]]


def test_what_is_told_before_we_know_that_it_was_sent_is_read_again(
    register: Register, ways: dict[str, Altinn], altinn: AltinnMock
) -> None:
    altinn.play(Fault(cut="before", done=True), at="/instant/")
    posted = Posted(register, ways, altinn)
    assert posted.row()["tilstand"] == outbox.WAITING
    posted.altinn.tell(posted.key, "SMS_Failed_Rejected")
    posted.altinn.tell("en annens", "SMS_Delivered")
    assert posted.read().gjort == {"leses igjen": 1, "uten kjent melding": 1}
    register.clock.turn(minutes=6)
    posted.send()
    assert posted.row()["tilstand"] == outbox.SENT and len(posted.altinn.sent) == 1
    assert posted.read().gjort == {"kom i retur": 1, "uten kjent melding": 1}
    assert posted.eprom == "tilgjengelig"


@pytest.mark.parametrize(
    "fault", [Fault(Reply(500)), Fault(Reply(200, raw=b"[{}]")), Fault(Reply(403)), Fault(Reply(200, raw=b"x"))]
)
def test_a_feed_that_cannot_be_read_is_said_and_read_later(posted: Posted, fault: Fault) -> None:
    posted.altinn.tell(posted.key, "SMS_Failed")
    posted.altinn.play(fault, at="/feed")
    [said] = posted.read().feil
    assert "Altinn" in said and "91234567" not in said
    assert posted.read().gjort == {"kom i retur": 1}


def test_a_users_message_that_did_not_arrive_is_noted(posted: Posted) -> None:
    with posted.prom.register.store.write(SC) as tx:
        number = sending.queue(tx, SMS, "91234567", "Hei")
        tx.run("update tilgang.utboks set tilstand = 'sendt'")
    posted.altinn.tell(f"{sending.KEY}{number}", "SMS_Failed_BarredReceiver")
    assert posted.read().gjort == {"til brukere, kom i retur": 1}
    with posted.prom.register.store.read(SC) as tx:
        assert tx.rows("select tilstand from tilgang.utboks") == [{"tilstand": sending.FAILED}]
