"""ePROM, version 2: orders of patient forms, and messages about them (docs/tjenester.md).

An order cannot be looked up, taken back or placed again safely: one that may have arrived is not tried again by this client.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from checks.eprom import OSLO
from ingest.services.channel import NoReceipt, Rejected, SendingFailed
from ingest.services.national.calls import LIMIT, whole
from ingest.standin import ServiceDown

SERVICE = "ePROM"
# The metadata field in which our key goes with an order and comes back with the answer.
KEY = "smertereg_nokkel"
SECURE_RULE, UNSECURED_RULE = "Basic", "UnsecureOnly"
NO_ORDER = UUID(int=0)
LARGEST = 1_000_000  # bytes of an answer
# What stops a question before ePROM can have had it.
_NOT_PLACED = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol),
    *(httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError),
)
# What ePROM says of an order that it does not take, and what we say of it. Its own words may repeat what was sent.
REFUSALS = {
    "not published": "skjemaet er ikke publisert i ePROM",
    "no form with id": "ePROM har ikke skjemaet; se SMERTEREG_EPROM_SKJEMA",
    "needs to be signed": "skjemaet krever signatur i ePROM",
    "metadata": "ePROM forsto ikke opplysningene som følger bestillingen",
}


@dataclass(frozen=True)
class Eprom:
    """``key`` is the one that ePROM knows us by, ``forms`` the id of each form there, ``rule`` how it may reach the patient."""

    address: str
    key: str = field(repr=False)
    forms: Mapping[str, str]
    client: httpx.Client
    rule: str = SECURE_RULE
    keeps: bool = False
    clock: Callable[[], float] = time.monotonic

    def order(self, number: str, skjema: str, expires: datetime, key: str) -> str:
        """Order a form for the person; returns ePROM's id of the order. Raises Rejected, SendingFailed or NoReceipt."""
        form = self.forms.get(skjema)
        if form is None:
            raise Rejected("skjemaet er ikke satt opp i ePROM; se SMERTEREG_EPROM_SKJEMA")
        body = {
            "formId": form,
            "nationalId": number,
            "expiryDate": expires.astimezone(OSLO).isoformat(timespec="seconds"),
            "metadata": json.dumps({KEY: key}),
            "distributionRule": self.rule,
        }
        answer = self._post("api/v2/formorder", body)
        try:
            placed = UUID(str(answer["id"]))
        except (ValueError, KeyError, TypeError) as error:
            raise NoReceipt("ePROM svarte noe annet enn avtalt") from error
        if placed == NO_ORDER:
            raise Rejected("ePROM finner ingen med pasientens fødselsnummer")
        return str(placed)

    def remind(self, number: str, text: str) -> None:
        """Send the person an SMS, to the mobile that the Kontaktregister has. Raises as ``order``."""
        answer = self._post("api/unsecuremessagesms", {"apiKey": self.key, "smsText": text, "nationalId": number})
        try:
            sent = {name.lower(): value for name, value in answer.items()}.get("success")
        except AttributeError as error:
            raise NoReceipt("ePROM svarte noe annet enn avtalt") from error
        if sent is not True:
            raise Rejected("ePROM når ikke pasienten med SMS")

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON that ePROM answers with."""
        headers = {"Authorization": f"Basic {self.key}"}  # the key itself, as ePROM's documents have it
        started = self.clock()
        try:
            request = self.client.build_request(
                "POST", f"{self.address.rstrip('/')}/{path}", json=body, headers=headers
            )
            answer = self.client.send(request, stream=True)
            content = whole(answer, SERVICE, lambda: self.clock() - started > LIMIT, LARGEST)
        except _NOT_PLACED as error:
            raise SendingFailed(type(error).__name__) from error
        except (httpx.HTTPError, ServiceDown) as error:
            raise NoReceipt(type(error).__name__) from error
        _require_taken(answer.status_code, content)
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise NoReceipt("ePROM svarte noe annet enn avtalt") from error


def _require_taken(code: int, content: bytes) -> None:
    """Raise for an answer that says no: Rejected, SendingFailed when nothing can have been done, else NoReceipt."""
    if code == 400:
        raise Rejected(_refusal(content))
    if code in (401, 403):
        raise SendingFailed(f"ePROM godtar ikke nøkkelen ({code})")
    if 300 <= code < 400:
        raise SendingFailed(f"ePROM viste videre til en annen adresse ({code}); se SMERTEREG_EPROM_URL")
    if code == 503 or (400 < code < 500 and code != 408):
        raise SendingFailed(f"ePROM svarte {code}")
    if not 200 <= code < 300:
        raise NoReceipt(f"ePROM svarte {code}")


def _refusal(content: bytes) -> str:
    said = content.decode(errors="replace").lower()
    return next((ours for theirs, ours in REFUSALS.items() if theirs in said), "ePROM tok ikke imot bestillingen")
