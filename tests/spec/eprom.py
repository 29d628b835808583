"""For tests of patient forms: the register with stand-ins for the outside services, and a clock that tests set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from checks.errors import RegisterError
from ingest.prom import jobs, links, open_forms
from ingest.prom.open_forms import FormState
from ingest.prom.outside import Services
from ingest.services.kontaktregister import Contact, LocalKontaktregister
from ingest.standin import TimedOut
from ingest.store import OSLO, Tx
from tests import support
from tests.channels import LocalChannel
from tests.support import LU, SC, Register

ANYBODY = Contact(digital=True)


class Digital(LocalKontaktregister):
    """A Kontaktregister in which every patient is digital, except those that ``told`` says otherwise of."""

    def find(self, number: str) -> Contact:
        self.told.setdefault(number, ANYBODY)
        return super().find(number)


@dataclass
class SilentAbout(Digital):
    """A Kontaktregister that does not answer in time about one number."""

    number: str = ""

    def find(self, number: str) -> Contact:
        if number == self.number:
            raise TimedOut("Kontaktregisteret")
        return super().find(number)


@dataclass
class Eprom:
    """The register with its stand-ins; the clock starts at 10.00 on 23.11.2026."""

    register: Register
    contacts: Digital = field(default_factory=Digital)
    channel: LocalChannel = field(default_factory=LocalChannel)
    sms: LocalChannel = field(default_factory=LocalChannel)

    @property
    def services(self) -> Services:
        return Services(self.contacts, {"sikker": self.channel, "sms": self.sms}, "https://eksempel.no", hads=True)

    @property
    def keys(self) -> list[str]:
        """The keys of what the secure channel has delivered, without what nobody can guess."""
        return [key.rpartition("-")[0] for key in self.channel.delivered]

    def at(self, day: int, hour: int = 16, minute: int = 30, month: int = 11) -> None:
        self.register.clock.now = datetime(2026, month, day, hour, minute, tzinfo=OSLO).astimezone(UTC)

    def run(self) -> None:
        """Run the jobs as the app's clock does."""
        jobs.send(self.register.store, self.services)
        jobs.remind(self.register.store, self.services)
        jobs.lock(self.register.store)

    def run_on(self, day: int, month: int = 11) -> None:
        for minute in (30, 32):
            self.at(day, 16, minute, month)
            self.run()

    def do(self, work: Callable[[Tx], Any], actor: support.Actor = LU) -> Any:
        with self.register.store.write(actor) as tx:
            return work(tx)

    def form(self, forlop_id: int, skjema: str) -> FormState:
        with self.register.store.read(LU) as tx:
            row = open_forms.row(tx, forlop_id)
        assert row is not None
        return row.skjema[skjema]

    def sent(self) -> list[tuple[str, str, datetime]]:
        with self.register.store.read(SC) as tx:
            return [
                (r["skjema"], r["slag"], r["sendt"].astimezone(OSLO).replace(tzinfo=None))
                for r in tx.rows(
                    "select skjema, slag, m.sendt from prom.utboks m join prom.bestilling using (bestilling_id) "
                    "where m.sendt is not null order by m.sendt, m.melding_id"
                )
            ]

    def token(self, skjema: str) -> str:
        """The token in the newest message about the form, read from the message as the patient gets it."""
        with self.register.store.read(SC) as tx:
            row = tx.row(
                "select nokkel from prom.utboks join prom.bestilling using (bestilling_id) where skjema = ? "
                "order by melding_id desc limit 1",
                skjema,
            )
        assert row is not None
        return self.channel.delivered[row["nokkel"]][1].split("/e/")[1].split(" ")[0]

    def link(self, token: str) -> links.Link | None:
        with self.register.store.read(SC) as tx:
            return links.find(tx, token)


def number_of(register: Register, forlop_id: int) -> str:
    with register.store.read(SC) as tx:
        row = tx.row("select idnr from identitet.person where pasient_id = ?", register.head(forlop_id).pasient_id)
    assert row is not None
    return row["idnr"]


def refused(code: str) -> Any:
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def moment(day: int, hour: int = 16, minute: int = 30, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute)
