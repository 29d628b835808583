"""Messages that go through Altinn's mock: the settings, and a form that has been sent."""

from __future__ import annotations

from typing import Any

from ingest.prom import arrivals, jobs, orders
from ingest.prom.outbox import SECURE, SMS
from ingest.prom.outside import Services
from ingest.services.moments import Outcome
from ingest.services.national.altinn import Altinn
from ingest.settings import Settings
from tests.mocks import maskinporten as mp
from tests.mocks.altinn import AltinnMock
from tests.national.eprom_world import Everybody
from tests.national.world import World
from tests.spec.eprom import Eprom
from tests.support import LC, SC, TO, Register


def altinn_settings(national: World, altinn: AltinnMock, **more: object) -> Settings:
    """The settings with which messages go through the mock."""
    return Settings(
        maskinporten_url=national.maskinporten.issuer,
        maskinporten_klient=mp.CLIENT,
        maskinporten_nokkel=national.key,
        altinn_url=altinn.address,
        **more,  # pyright: ignore[reportArgumentType]
    )


class Posted:
    """A form that has been sent by SMS through Altinn; ``read`` is the job bounces' reading of the feed."""

    def __init__(self, register: Register, ways: dict[str, Altinn], altinn: AltinnMock) -> None:
        self.prom, self.ways, self.altinn = Eprom(register), ways, altinn
        self.forlop_id = register.forlop()
        register.save(self.forlop_id, "to", TO | {"DatoSamtykke": "2026-11-23"})
        with register.store.write(LC) as tx:
            tx.run("update identitet.person set telefon = '91234567'")
            orders.order(tx, self.forlop_id, "pasreg", SMS)
        self.send()
        self.key = self.row()["nokkel"]

    def send(self) -> None:
        services = Services(
            Everybody(), {SECURE: self.prom.channel, SMS: self.ways[SMS]}, "https://eksempel.no", hads=True
        )
        jobs.send(self.prom.register.store, services)

    def row(self) -> dict[str, Any]:
        with self.prom.register.store.read(SC) as tx:
            [row] = tx.rows("select tilstand, feil, nokkel from prom.utboks where kanal = 'sms'")
        return row

    def read(self) -> Any:
        return arrivals.read(self.prom.register.store, self.ways.values(), Outcome("bounces"))

    @property
    def eprom(self) -> str:
        return self.prom.form(self.forlop_id, "pasreg").eprom
