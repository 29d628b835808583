"""What a mail server reports of a message that it took earlier: that it came back, is delayed, or arrived (RFC 3464).

Anybody may write to the mailbox, so whatever stands in it may be made up: it is read within bounds, and only a key that
nobody could guess (ingest/prom/outbox.py) says which message it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser

FAILED, DELAYED, ARRIVED = "kom i retur", "forsinket", "kom fram"
MOST_BYTES = 256_000
_KINDS = {"failed": FAILED, "delayed": DELAYED, "delivered": ARRIVED, "relayed": ARRIVED, "expanded": ARRIVED}
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_KEY = re.compile(r"<?(smertereg-[a-z0-9-]{1,80})(@[^<>\s]{1,255})?>?")


@dataclass(frozen=True)
class Report:
    """``nokkel`` is the key of the message it is about, None when it does not say; ``status`` like 5.1.1, or empty."""

    slag: str
    nokkel: str | None
    status: str


def read(raw: bytes) -> Report | None:
    """The report in a mail; None for a mail that is none, is broken, or is larger than MOST_BYTES."""
    if len(raw) > MOST_BYTES:
        return None
    try:
        return _report(BytesParser().parsebytes(raw))
    except Exception:  # strangers' mail can break the parser in any way, and must keep no other from being read
        return None


def _report(mail: Message) -> Report | None:
    if mail.get_content_type() != "multipart/report":
        return None
    parts = list(mail.walk())
    told = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    payload = told.get_payload() if told is not None else None
    blocks = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
    found = [(_field(block, "Action").lower(), _field(block, "Status")) for block in blocks if "Action" in block]
    # The message went to one address; of several the worst is told.
    for slag in (FAILED, DELAYED, ARRIVED):
        for action, status in found:
            if _KINDS.get(action) == slag:
                number = _STATUS.match(status)
                return Report(slag, next(_keys(mail, parts, blocks), None), number[0] if number else "")
    return None


def _keys(mail: Message, parts: list[Message], blocks: list[Message]) -> Iterator[str]:
    """The keys that it may be about: of the message it returns, of what we called it, of what it answers."""
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            part = BytesParser().parsebytes(text if isinstance(text, bytes) else b"", headersonly=True)
        elif part is mail:
            continue
        yield from _key(_field(part, "Message-ID"))
    for block in blocks:
        yield from _key(_field(block, "Original-Envelope-Id"))
    yield from _key(_field(mail, "In-Reply-To"))


def _key(text: str) -> Iterator[str]:
    found = _KEY.fullmatch(text)
    if found:
        yield found[1]


def _field(part: Message, name: str) -> str:
    return str(part.get(name, "")).strip()
