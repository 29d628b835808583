"""A register whose patient forms are asked by ePROM: its mock, our client of it, and its calls to us over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.testclient import TestClient

from ingest.prom import inbox, jobs
from ingest.prom.open_forms import FormState
from ingest.prom.outbox import SECURE
from ingest.prom.outside import Services
from ingest.services.kontaktregister import Contact, LocalKontaktregister
from ingest.services.national.calls import client
from ingest.services.national.eprom import Eprom
from tests import accounts
from tests.accounts import ORIGIN
from tests.mocks.eprom import API_KEY, FORMS, SETTING, EpromMock, Ordered
from tests.mocks.server import serving
from tests.spec import eprom
from tests.support import SC, TO, Register

ANSWERS: Mapping[str, Any] = {"PRSpm1": 3, "PRSpm2": 4, "PRSpm3": 12}


class Everybody(LocalKontaktregister):
    def find(self, number: str) -> Contact:
        del number
        return Contact(digital=True)


@dataclass
class World(eprom.Eprom):
    """``service`` is ePROM; ``told`` puts one of its calls at our address, and returns whether we took it."""

    service: EpromMock = field(kw_only=True)
    http: TestClient = field(kw_only=True)

    @property
    def services(self) -> Services:
        way = Eprom(self.service.address, API_KEY, FORMS, client())
        return Services(Everybody(), {SECURE: way}, "https://eksempel.no", hads=True)

    def consented(self) -> int:
        """A forløp with consent, whose forms go out at the next run."""
        made = self.register.forlop()
        self.register.save(made, "to", TO | {"DatoSamtykke": "2026-11-23"})
        return made

    def sent_out(self) -> tuple[int, Ordered]:
        """A forløp whose pasreg has been ordered of ePROM, and that order."""
        made = self.consented()
        self.at(23)
        jobs.send(self.register.store, self.services)
        return made, next(order for order in reversed(self.service.orders) if order.skjema == "pasreg")

    def told(self, call: Mapping[str, Any], **headers: str) -> bool:
        answer = self.http.put("/api/PromsFormOrder", content=json.dumps(call), headers=headers)
        return answer.json()["success"]

    def worked_off(self) -> None:
        """What was told is worked off, as the app does it."""
        while inbox.work_off(self.register.store):
            pass

    def form(self, forlop_id: int, skjema: str) -> FormState:
        self.worked_off()
        return super().form(forlop_id, skjema)

    def answers(self, forlop_id: int, skjema: str = "pasreg") -> dict[str, Any]:
        self.worked_off()
        return self.register.open(forlop_id, skjema).svar

    def versions(self, forlop_id: int, skjema: str = "pasreg") -> int:
        self.worked_off()
        return self.register.head(forlop_id).skjema[skjema].versjon

    def events(self, forlop_id: int) -> list[tuple[str, Any]]:
        """What the log says of ePROM's answers."""
        self.worked_off()
        with self.register.store.read(SC) as tx:
            rows = tx.rows(
                "select hendelse, detaljer from tilgang.logg where forlop_id = ? and hendelse like 'svar fra%' order by nr",
                forlop_id,
            )
        return [(row["hendelse"], json.loads(row["detaljer"])) for row in rows]


@contextmanager
def world(register: Register, **more: object) -> Iterator[World]:
    """``more`` are settings of the app beside those of ePROM."""
    options = {"eprom_nokkel": API_KEY, "eprom_skjema": SETTING} | more
    with (
        serving(EpromMock(register.clock)) as service,
        accounts.serving(register, register.store.path.parent, eprom_url=service.address, **options) as app,
        TestClient(app, base_url=ORIGIN) as http,
    ):
        yield World(register, service=service, http=http)
