"""ePROM, version 2: orders of patient forms, and messages about them (docs/tjenester.md).

An order cannot be looked up, taken back or placed again safely: one that may have arrived is not tried again by this client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from checks.eprom import OSLO
from ingest.services.channel import NoReceipt, Rejected, SendingFailed

SERVICE = "ePROM"
# The metadata field in which our key goes with an order and comes back with the answer.
KEY = "smertereg_nokkel"
SECURE_RULE, UNSECURED_RULE = "Basic", "UnsecureOnly"
NO_ORDER = UUID(int=0)
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
            placed = UUID(str(json.loads(answer.content)["id"]))
        except (ValueError, KeyError, TypeError) as error:
            raise NoReceipt("ePROM svarte noe annet enn avtalt") from error
        if placed == NO_ORDER:
            raise Rejected("ePROM finner ingen med pasientens fødselsnummer")
        return str(placed)

    def remind(self, number: str, text: str) -> None:
        """Send the person an SMS, to the mobile that the Kontaktregister has. Raises as ``order``."""
        answer = self._post("api/unsecuremessagesms", {"apiKey": self.key, "smsText": text, "nationalId": number})
        try:
            sent = {name.lower(): value for name, value in json.loads(answer.content).items()}.get("success")
        except (ValueError, AttributeError) as error:
            raise NoReceipt("ePROM svarte noe annet enn avtalt") from error
        if sent is not True:
            raise Rejected("ePROM når ikke pasienten med SMS")

    def _post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Basic {self.key}"}  # the key itself, as ePROM's documents have it
        try:
            answer = self.client.post(f"{self.address.rstrip('/')}/{path}", json=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise SendingFailed(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise NoReceipt(type(error).__name__) from error
        if answer.status_code == 400:
            raise Rejected(_refusal(answer))
        if answer.status_code in (401, 403):
            raise SendingFailed(f"ePROM godtar ikke nøkkelen ({answer.status_code})")
        if answer.status_code in (404, 429, 503):
            raise SendingFailed(f"ePROM svarte {answer.status_code}")
        if not answer.is_success:
            raise NoReceipt(f"ePROM svarte {answer.status_code}")
        return answer


def _refusal(answer: httpx.Response) -> str:
    said = answer.text.lower()
    return next((ours for theirs, ours in REFUSALS.items() if theirs in said), "ePROM tok ikke imot bestillingen")
