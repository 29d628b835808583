"""Proves that what ePROM was told that we have, is neither lost nor stored twice when the program is killed at any step."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.prom import eprom_told, inbox, jobs
from ingest.prom.outbox import SECURE
from ingest.prom.outside import Services
from ingest.safekeeping.opening import opened
from ingest.services.national import eprom_callbacks
from ingest.settings import Settings
from ingest.store import Store
from tests import support
from tests.national.eprom_world import ANSWERS, Everybody
from tests.spec import eprom as spec

PATIENTS = 5
PROGRAM = "from tests.crash.test_eprom_innboks import program; program()"


class Service:
    """An ePROM that takes every order; its ids of them are their keys' numbers."""

    def order(self, number: str, skjema: str, expires: object, key: str) -> str:
        del number, skjema, expires
        return f"00000000-0000-0000-0000-{int(key.split('-')[2]):012}"

    def remind(self, number: str, text: str) -> None:
        del number, text


def told(order: str) -> eprom_callbacks.Told:
    fields = {"formOrderId": order, "formOrderStatus": "Completed", "formData": json.dumps(ANSWERS)}
    return eprom_callbacks.read(json.dumps(fields).encode(), "application/json")


def program() -> None:
    """Take every answer twice, say so, and die: by the step that the order names."""
    order = json.load(sys.stdin)
    settings = Settings.model_validate(order["settings"])
    store = opened(settings, clock=lambda: support.MOMENT.replace(day=24))
    reception = inbox.Reception(store)
    taken = [reception.take(told(one)) for one in order["orders"] * 2]
    print(json.dumps([one.result() for one in taken]), flush=True)
    take, left = eprom_told.take, [order["worked"]]

    def dying(*args: object) -> None:
        take(*args)  # pyright: ignore[reportArgumentType]
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    eprom_told.take = dying
    inbox.work_off(store)


@pytest.mark.parametrize("worked", [0, 1, 3, 7])
def test_what_is_acknowledged_is_stored_once_however_far_the_killed_program_had_come(
    tmp_path: Path, worked: int
) -> None:
    register = support.make(tmp_path / "smertereg.duckdb")
    settings = register.keep_journal()
    made = [register.forlop() for _ in range(PATIENTS)]
    for one in made:
        register.save(one, "to", support.TO | {"DatoSamtykke": "2026-11-23"})
    spec.Eprom(register).at(23)
    jobs.send(register.store, Services(Everybody(), {SECURE: Service()}, "https://eksempel.no", hads=True))
    with register.store.read(support.SC) as tx:
        orders = [
            row["ordre_id"]
            for row in tx.rows(
                "select ordre_id from prom.eprom_ordre join prom.bestilling using (bestilling_id) where skjema = 'pasreg'"
            )
        ]
    register.store.close()
    assert len(orders) == PATIENTS
    wanted = {"settings": json.loads(settings.model_dump_json(exclude_none=True)), "orders": orders, "worked": worked}
    done = subprocess.run([sys.executable, "-c", PROGRAM], input=json.dumps(wanted), capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert json.loads(done.stdout) == [True] * 2 * PATIENTS
    after = opened(settings, clock=lambda: support.MOMENT.replace(day=24))
    left = _left(after)
    assert len(left) == 2 * PATIENTS - worked
    while inbox.work_off(after):
        pass
    assert _left(after) == []
    register = replace(register, store=after)
    for one in made:
        head = register.head(one).skjema["pasreg"]
        assert (head.status, head.versjon) == (1, 1)
    after.close()


def _left(store: Store) -> list[dict[str, object]]:
    with store.read(support.SC) as tx:
        return tx.rows("select nr from prom.eprom_innboks")
