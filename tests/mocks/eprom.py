"""ePROM version 2: takes orders as its contract says, and tells of them at our address, as often and in what order a test likes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import httpx

from checks.forlop import PATIENT_FORMS
from tests.mocks.personvern import ASK, LIST, PVK_ID, SET, PvkMock
from tests.mocks.server import Asked, Clock, Mock, Reply

API_KEY = "7d0c5c2e-nokkelen-som-bare-vi-to-har"
_SPACE = UUID(int=7)
FORMS = {skjema: str(uuid5(_SPACE, skjema)) for skjema in PATIENT_FORMS}
SETTING = ", ".join(f"{skjema}={guid}" for skjema, guid in FORMS.items())
KEY_FIELD = "smertereg_nokkel"
ALLOWED = {"formId", "nationalId", "expiryDate", "reminderDate", "metadata", "dontStoreCompletedFormInPha"}
ALLOWED |= {"distributionRule", "mustBeSigned", "signingText", "physicalAddress", "testMode", "onBehalfOfNationalId"}


@dataclass
class Ordered:
    """An order as ePROM has it."""

    id: str
    skjema: str
    number: str
    expires: datetime
    rule: str
    metadata: dict[str, Any] = field(default_factory=dict)


class EpromMock(Mock):
    """``unknown`` are numbers that nobody has, ``withdrawn`` forms that are not published. The form gives our key back with the
    answers, unless ``keyless``.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.orders: list[Ordered] = []
        self.messages: list[dict[str, Any]] = []
        self.unknown: set[str] = set()
        self.withdrawn: set[str] = set()
        self.keyless = False
        self.api_key = API_KEY
        self.pvk = PvkMock()

    def answer(self, asked: Asked) -> Reply:
        body = json.loads(asked.body)
        if (asked.method, asked.path) == ("POST", "/api/unsecuremessagesms"):
            if body.get("apiKey") != self.api_key:
                return Reply(400, f"apiKey '{body.get('apiKey')}' doesn't exists")
            self.messages.append(body)
            return Reply(content={"Success": body["nationalId"] not in self.unknown})
        if asked.method != "POST" or asked.path not in ("/api/v2/formorder", ASK, SET, LIST):
            return Reply(404)
        if asked.headers.get("Authorization") != f"Basic {self.api_key}":
            return Reply(401)
        return self._order(body) if asked.path == "/api/v2/formorder" else self.pvk.answer(asked.path, body)

    def _order(self, body: dict[str, Any]) -> Reply:
        assert set(body) <= ALLOWED, set(body) - ALLOWED
        skjema = next((name for name, guid in FORMS.items() if guid == body["formId"]), None)
        if skjema is None:
            return Reply(400, f"No form with id='{body['formId']}' exists")
        if skjema in self.withdrawn:
            return Reply(400, "The ordered form is not Published")
        try:
            metadata = json.loads(body["metadata"])
        except ValueError:
            return Reply(400, "Metadata is not valid JSON")
        if body["nationalId"] in self.unknown:
            return Reply(content=body | {"id": str(UUID(int=0)), "notificationChannel": "None"})
        made = Ordered(
            str(uuid5(_SPACE, f"ordre {len(self.orders)}")),
            skjema,
            body["nationalId"],
            datetime.fromisoformat(body["expiryDate"]),
            body["distributionRule"],
            metadata,
        )
        assert made.expires.tzinfo is not None
        self.orders.append(made)
        return Reply(
            content=body | {"id": made.id, "singleUseCode": None, "loginUrl": "https://x", "notificationChannel": 1}
        )

    def ordered(self, order: Ordered, channel: object = "Helsenorge") -> dict[str, Any]:
        """The call that says that the patient has been told."""
        return self._call(order, formOrderStatus="Ordered", notificationChannel=channel)

    def failed(self, order: Ordered) -> dict[str, Any]:
        """The call that says that the patient cannot be reached."""
        return self._call(
            order, formOrderStatus="Error", formOrderStatusErrorCode="PatientUnreachable", notificationChannel="None"
        )

    def expired(self, order: Ordered) -> dict[str, Any]:
        return self._call(order, formOrderStatus="Expired")

    def personvern(self, number: str, status: str) -> dict[str, Any]:
        """The call that says that somebody has reserved themselves (RES), or no longer is (IRES)."""
        return {"nationalId": number, "id": PVK_ID, "name": "Reservasjon mot SmerteReg", "status": status}

    def completed(self, order: Ordered, answers: Mapping[str, Any], **more: object) -> dict[str, Any]:
        """The call with the patient's answers."""
        data = dict(answers) | ({} if self.keyless else order.metadata)
        now = self.clock()
        fields = {
            "formOrderStatus": "Completed",
            "formData": json.dumps(data),
            "timestampUtc": f"{now:%Y-%m-%dT%H:%M:%S}.1234567Z",
            "notificationChannel": 1,
            "signedFormId": str(UUID(int=0)),
            "scannedPaperId": str(UUID(int=0)),
            "formDataWarnings": [],
            "formOrderEventLog": [{"eventType": "FormOpened", "timestampUtc": "2026-11-23 09:17:51.220"}],
            "filledOutBy": {"filledOutByActNationalId": order.number, "filledOutByActType": "SegSelv"},
            "isPatientInitiated": False,
        }
        return self._call(order, **(fields | more))

    def _call(self, order: Ordered, **fields: object) -> dict[str, Any]:
        return {"apiKey": self.api_key, "formOrderId": order.id} | fields


def tell(client: httpx.Client, call: Mapping[str, Any]) -> bool:
    """Tell us, as ePROM does; returns whether we said that it was taken."""
    return client.put("/api/PromsFormOrder", json=call).json()["success"]
