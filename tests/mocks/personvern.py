"""PVK as ePROM shows it: who is reserved, told when asked, in pages, and set, as the contract has it and nothing else."""

from __future__ import annotations

import re
from typing import Any

from tests.mocks.server import Reply

PVK_ID = "0f6c2a52-6a3e-4d53-9a59-6f8f3f1f7d11"
ASK, SET, LIST = (
    "/api/v2/getpersonverninnstilling",
    "/api/v2/setpersonverninnstilling",
    "/api/v2/get-residents-active-pi-for-definition",
)
MOMENT = "2026-11-01T10:00:00+01:00"


class PvkMock:
    """``reserved`` are the numbers of those who are, ``sequence`` counts each person's settings. A page has ``page`` of them; with
    ``repeats`` the list never gets on.
    """

    def __init__(self) -> None:
        self.reserved: set[str] = set()
        self.sequence: dict[str, int] = {}
        self.page, self.repeats = 2, False

    def put(self, number: str, *, reserved: bool) -> bool:
        """Let the person be reserved or not; returns whether it is new."""
        if (number in self.reserved) == reserved:
            return False
        (self.reserved.add if reserved else self.reserved.discard)(number)
        self.sequence[number] = self.sequence.get(number, 0) + 1
        return True

    def answer(self, path: str, body: dict[str, Any]) -> Reply:
        if body.get("pvkId") != PVK_ID:
            return Reply(400, "Unknown definition")
        if path == LIST:
            return self._listed(body)
        if not re.fullmatch(r"[0-9]{11}", str(body.get("nationalId", ""))) or body.get("type") != 0:
            return Reply(400, "nationalId must be 11 characters")
        allowed = {"nationalId", "type", "pvkId"} | ({"status"} if path == SET else set())
        assert set(body) == allowed, set(body) ^ allowed
        number = body["nationalId"]
        if path == SET:
            return Reply(content={"instansEndret": int(self.put(number, reserved=body["status"] == 1))})
        return Reply(
            content=self._definition()
            | {"nationalId": number, "status": int(number in self.reserved), "type": 0}
            | self._times(number)
        )

    def _listed(self, body: dict[str, Any]) -> Reply:
        assert set(body) == {"pvkId", "pagingReference"}
        everybody, start = sorted(self.reserved), body["pagingReference"]
        following = 0 if start + self.page >= len(everybody) else start + self.page
        if self.repeats:
            following = self.page
        found = [{"nationalId": number} | self._times(number) for number in everybody[start : start + self.page]]
        return Reply(
            content=self._definition()
            | {"partKode": "x", "type": 0, "pagingReference": following, "personvernInnstillinger": found}
        )

    def _definition(self) -> dict[str, Any]:
        return {"id": PVK_ID, "name": "Reservasjon mot SmerteReg"}

    def _times(self, number: str) -> dict[str, Any]:
        return {
            "sequenceNumber": self.sequence.get(number, 0),
            "createdDateTimeOffset": MOMENT,
            "lastChangedDateTimeOffset": MOMENT,
        }
