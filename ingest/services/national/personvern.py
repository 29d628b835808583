"""Reservations against the registry in PVK (personvernkomponenten), asked and told through ePROM (docs/tjenester.md).

When we ask, a setting is 0 (not active) or 1 (active); when we are told, it is a code of Volven 7609. What we are told has neither
time nor number, so whoever is told asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from ingest.services.national.calls import Answer, Caller, NotUnderstood
from ingest.services.national.eprom_callbacks import Unreadable, fields_of
from ingest.standin import Refused, ServiceDown

SERVICE = "PVK (gjennom ePROM)"
RESERVATION, ACTIVE, INACTIVE = 0, 1, 0
# What we are told: whether the person is reserved. Consents (SAM, ISAM) are of no setting of ours.
TOLD: Mapping[str, bool | None] = {"RES": True, "IRES": False, "SAM": None, "ISAM": None}
MOST_PAGES = 10_000
_NUMBER = re.compile(r"[0-9]{11}", re.ASCII)


@dataclass(frozen=True)
class Personvern:
    """``key`` is the one that ePROM knows us by, ``pvk_id`` the id of the registry's reservation."""

    address: str
    key: str = field(repr=False)
    pvk_id: str
    caller: Caller

    def is_reserved(self, number: str) -> bool:
        """Whether the person with the number has reserved themselves. Raises ServiceDown."""
        return _is(self._ask("getpersonverninnstilling", self._of(number)), "status", (INACTIVE, ACTIVE)) == ACTIVE

    def set(self, number: str, *, reserved: bool) -> bool:
        """Have PVK say the same as a letter does; returns whether that was new there. Raises ServiceDown."""
        body = self._of(number) | {"status": ACTIVE if reserved else INACTIVE}
        return _is(self._ask("setpersonverninnstilling", body), "instansEndret", (0, 1)) == 1

    def everybody(self) -> set[str]:
        """The numbers of all who are reserved. Raises ServiceDown when a page fails, or is the same again: half a list is none."""
        found: set[str] = set()
        at = 0
        for _ in range(MOST_PAGES):
            page = self._ask("get-residents-active-pi-for-definition", {"pvkId": self.pvk_id, "pagingReference": at})
            found |= _numbers(page)
            following = page.get("pagingReference")
            if following in (0, None):
                return found
            if not isinstance(following, int) or following <= at:
                raise NotUnderstood(f"{SERVICE} ga samme side av listen to ganger")
            at = following
        raise NotUnderstood(f"{SERVICE} ga en liste uten slutt")

    def _of(self, number: str) -> dict[str, Any]:
        return {"nationalId": number, "type": RESERVATION, "pvkId": self.pvk_id}

    def _ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON object that ePROM answers with; every call may be repeated."""
        address, headers = f"{self.address.rstrip('/')}/api/v2/{path}", {"Authorization": f"Basic {self.key}"}

        def request() -> httpx.Request:
            return self.caller.client.build_request("POST", address, json=dict(body), headers=headers)

        answer = self.caller.ask(request)
        _require_taken(answer)
        content = answer.json(SERVICE)
        if not isinstance(content, dict):
            raise NotUnderstood(f"{SERVICE} svarte noe annet enn avtalt")
        return content


@dataclass(frozen=True)
class Told:
    """What a call to us tells: the person's number, and whether the person is reserved, None for something of consents."""

    number: str = field(repr=False)
    reserved: bool | None


def read(body: bytes, content_type: str) -> Told:
    """What a call to PersonvernInnstilling tells. Raises Unreadable, which repeats nothing of it."""
    fields = fields_of(body, content_type)
    number, status = fields.get("nationalId"), fields.get("status")
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        raise Unreadable("nationalId")
    if not isinstance(status, str) or status.upper() not in TOLD:
        raise Unreadable("status")
    return Told(number, TOLD[status.upper()])


def _require_taken(answer: Answer) -> None:
    if answer.code in (401, 403):
        raise Refused(f"{SERVICE} godtar ikke nøkkelen ({answer.code}); se SMERTEREG_EPROM_NOKKEL")
    if answer.code == 400:
        raise Refused(f"{SERVICE} forsto ikke spørsmålet (400); se SMERTEREG_EPROM_PVK")
    if not 200 <= answer.code < 300:
        raise ServiceDown(f"{SERVICE} svarte {answer.code}")


def _is(content: Mapping[str, Any], name: str, allowed: tuple[int, ...]) -> int:
    value = content.get(name)
    if isinstance(value, bool) or value not in allowed:
        raise NotUnderstood(f"{SERVICE} svarte noe annet enn avtalt")
    return int(value)


def _numbers(page: Mapping[str, Any]) -> set[str]:
    settings = page.get("personvernInnstillinger")
    try:
        found = {one["nationalId"] for one in settings or ()}
        known = {number for number in found if _NUMBER.fullmatch(number)}
    except (TypeError, KeyError) as error:
        raise NotUnderstood(f"{SERVICE} svarte noe annet enn avtalt") from error
    if known != found:
        raise NotUnderstood(f"{SERVICE} svarte noe annet enn avtalt")
    return known
