"""What ePROM tells us, read from the body of its call: the state of an order, or the answers (docs/tjenester.md).

Enums come as names and as numbers, moments with and without a zone, and the answers as JSON inside a text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from ingest.services.national.eprom import KEY
from ingest.store import OSLO

STATUSES = ("Completed", "Expired", "Ordered", "Error", "PhysicalMailReturned", "DigipostDelivered")
COMPLETED, EXPIRED, ORDERED, ERROR = STATUSES[:4]
CHANNELS = ("None", "Helsenorge", "DigitalMailbox", "Unsecure", "PhysicalMailbox")
ERRORS = ("None", "PatientUnreachable", "SikkerDigitalPostError")
MOST_FIELDS = 200


class Unreadable(ValueError):
    """The body is not what the contract says; the text names what is wrong, and repeats nothing of it."""


@dataclass(frozen=True)
class Told:
    """What ePROM tells of an order. ``svar`` has the answers of a completed form by their names, as they were sent, ``nokkel``
    the key that we sent with the order, if the form gives it back; ``hash`` is of the answers.
    """

    ordre_id: str
    status: str
    kanal: str
    feil: str
    tid: datetime | None
    svar: Mapping[str, Any]
    nokkel: str | None
    hash: str


def api_key(body: bytes, content_type: str) -> str:
    """The key in the body, empty without one: what is no key is not told apart from a wrong one. Raises Unreadable."""
    key = fields_of(body, content_type).get("apiKey")
    return key if isinstance(key, str) else ""


def read(body: bytes, content_type: str) -> Told:
    """What a call to PromsFormOrder tells. Raises Unreadable."""
    fields = fields_of(body, content_type)
    try:
        order = str(UUID(str(fields["formOrderId"])))
    except (KeyError, ValueError) as error:
        raise Unreadable("formOrderId") from error
    status = _named(fields, "formOrderStatus", STATUSES)
    answers = _answers(fields.get("formData")) if status == COMPLETED else {}
    key = answers.pop(KEY, None)
    return Told(
        order,
        status,
        _known(fields, "notificationChannel", CHANNELS),
        _known(fields, "formOrderStatusErrorCode", ERRORS),
        _moment(fields),
        answers,
        key if isinstance(key, str) else None,
        hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest(),
    )


def fields_of(body: bytes, content_type: str) -> dict[str, Any]:
    """The fields of JSON or of a form, by their names in the contract."""
    try:
        if content_type.startswith("application/x-www-form-urlencoded"):
            content: Any = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        else:
            content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("JSON") from error
    if not isinstance(content, dict):
        raise Unreadable("JSON")
    return {name[:1].lower() + name[1:]: value for name, value in content.items()}


def _named(fields: Mapping[str, Any], name: str, names: tuple[str, ...]) -> str:
    """The name of an enum. Raises Unreadable for one that the contract does not have."""
    if not (found := _known(fields, name, names)):
        raise Unreadable(name)
    return found


def _known(fields: Mapping[str, Any], name: str, names: tuple[str, ...]) -> str:
    """The name of an enum that came as its name, in any case, or as its number; empty without one, and for one that is new."""
    value = fields.get(name)
    told = str(value).lower() if isinstance(value, str | int) else ""
    return next((one for number, one in enumerate(names) if told in (one.lower(), str(number))), "")


def _answers(told: Any) -> dict[str, Any]:
    try:
        answers = json.loads(told, object_pairs_hook=_once) if isinstance(told, str) else told
        json.dumps(answers)  # what can be read but not written again lies too deep
    except (ValueError, RecursionError) as error:
        raise Unreadable("formData") from error
    if not isinstance(answers, dict) or len(answers) > MOST_FIELDS:
        raise Unreadable("formData")
    return dict(answers)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of an object. Of one that is there with several values nobody knows which is meant: it gets all, as a list."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        found[name] = value if name not in found or found[name] == value else [found[name], value]
    return found


def _moment(fields: Mapping[str, Any]) -> datetime | None:
    """When it happened. A moment without a zone is Norwegian time, but in the field that says UTC."""
    for name, zone in (("timestampUtc", UTC), ("timestamp", OSLO)):
        try:
            moment = datetime.fromisoformat(str(fields[name]))
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        except (KeyError, ValueError, OverflowError):  # the last is of a time that was never set (year 1)
            continue
    return None
