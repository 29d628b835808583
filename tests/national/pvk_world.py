"""PVK behind ePROM, as the tests of reservations ask it and are told by it."""

from __future__ import annotations

import json
from typing import Any

from ingest.registration import patients, reservations
from ingest.services.national.calls import Caller, client
from ingest.services.national.personvern import SERVICE, Personvern
from tests.mocks.eprom import API_KEY
from tests.mocks.personvern import PVK_ID
from tests.mocks.server import Fault, Reply
from tests.national.eprom_world import World
from tests.support import LU, SC

ADDRESS = "/api/PersonvernInnstilling"
KEY = {"Authorization": f"Basic {API_KEY}"}
PVK_DOWN = Fault(Reply(502, {"statusCode": 500, "status": "Feil", "message": "PVK svarer ikke for 01815049999"}))


def service(world: World, key: str = API_KEY, **more: Any) -> Personvern:
    caller = Caller(SERVICE, client(), sleep=lambda _: None, **more)
    return Personvern(world.service.address, key, PVK_ID, caller)


def number(world: World, patient: int) -> str:
    with world.register.store.write(LU) as tx:
        return patients.reveal(tx, patient)


def status(world: World, patient: int) -> int | None:
    with world.register.store.read(SC) as tx:
        return reservations.status(tx, patient)


def told(world: World, of: str, code: str, **headers: str) -> tuple[int, Any]:
    answer = world.http.put(ADDRESS, content=json.dumps(world.service.personvern(of, code)), headers=headers or KEY)
    return answer.status_code, answer.json()["success"]


def reserves(world: World, patient: int) -> bool:
    """The patient reserves on Helsenorge, and ePROM tells us; returns whether we took it."""
    of = number(world, patient)
    world.service.pvk.put(of, reserved=True)
    return told(world, of, "RES")[1]
