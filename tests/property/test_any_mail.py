"""Any text and any sender make a mail that a strict server takes, and that says the same when it is read; what comes back
never breaks the reading, whatever stands in it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

from hypothesis import example, given
from hypothesis import strategies as st

from checks import contact
from ingest.services import returned
from ingest.services.mail import compose, message_id
from tests.mail_server import wrong

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)
ADDRESSES = st.sampled_from(["nora@example.com", "ola@xn--blbr-roah.no", "o'brien+x@a.b-c.no", "blåbær@sykehuset.no"])


@given(TEXTS, WORDS, ADDRESSES, st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
@example(
    ".\n..\nFrom meg\n" + "x" * 2000, "Sykehuset, «Østfold» <x>", "nora@example.com", datetime(2026, 10, 25, 0, 30)
)
def test_a_strict_server_takes_any_text(text: str, name: str, to: str, when: datetime) -> None:
    key = "smertereg-prom-1-skjema-0011223344556677"
    headers = {"From": "post@sykehuset.no", "Subject": name, "Message-ID": message_id(key, "sykehuset.no")}
    mail = compose(headers, to, text, when.replace(tzinfo=UTC)).as_bytes()
    assert wrong(mail, not to.isascii()) == ""
    read = message_from_bytes(mail, policy=policy.default)
    assert read["To"] == to and read["Date"].datetime == when.replace(tzinfo=UTC, microsecond=0)
    said = read.get_content().encode().splitlines()  # pyright: ignore[reportAttributeAccessIssue]
    assert said == text.encode().splitlines() or (not text and said == [b""])


@given(st.text(max_size=40), st.text(max_size=40))
def test_an_address_is_known_in_one_way_and_its_domain_is_ascii(local: str, domain: str) -> None:
    known = contact.mail_address(f"{local}@{domain}")
    if known is not None:
        assert contact.mail_address(known) == known
        assert known.rpartition("@")[2].isascii() and not set(known) & set(" \r\n<>,;:")


@given(st.binary(max_size=2000))
@example(
    b"Content-Type: multipart/report; boundary=a\n\n--a\nContent-Type: message/delivery-status\n\n\n\nAction: failed\n\n--a--\n"
)
def test_whatever_comes_back_is_a_report_or_none(raw: bytes) -> None:
    found = returned.read(
        b"Content-Type: multipart/report; boundary=a\n\n--a\nContent-Type: message/delivery-status\n\n" + raw
    )
    assert found is None or found.slag in (returned.FAILED, returned.DELAYED, returned.ARRIVED)
