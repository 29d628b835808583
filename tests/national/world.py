"""The national services as one world for a test: their mocks, a clock that is turned by hand, and our clients of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from joserfc.jwk import ECKey, RSAKey

from checks import identity
from checks.identity import Fodselsnummer
from ingest.services.national import krr
from ingest.services.national.calls import Caller, client
from ingest.services.national.helseid import Client, HelseId, Organisation
from ingest.services.national.keys import KeyFile
from ingest.services.national.krr import Krr
from ingest.services.national.maskinporten import Maskinporten
from ingest.services.national.persontjenesten import SERVICE, Persontjenesten
from tests.mocks import maskinporten as mp
from tests.mocks.helseid import CLIENT, HelseIdMock
from tests.mocks.maskinporten import KrrMock, MaskinportenMock
from tests.mocks.persontjenesten import PersontjenestenMock
from tests.mocks.server import serving

SCOPE = "krr:global/kontaktinformasjon.read"
OLD, NEW = (RSAKey.generate_key(2048, {"kid": kid}, private=True) for kid in ("gammel", "ny"))


@dataclass
class Time:
    """``now`` is turned by hand; ``waited`` are the pauses between tries, which turn it too."""

    now: datetime = datetime(2026, 11, 23, 9, tzinfo=UTC)
    waited: list[float] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.pass_(seconds)


@dataclass
class World:
    """``ours`` is our clock and ``theirs`` the services'; ``key`` is the file with our private key."""

    ours: Time
    theirs: Time
    key: Path
    helseid: HelseIdMock
    people: PersontjenestenMock
    maskinporten: MaskinportenMock
    contacts: KrrMock
    organisation: Organisation = field(default_factory=Organisation)

    def caller(self, service: str) -> Caller:
        return Caller(service, client(), self.ours.sleep, self.ours.seconds, lambda: 0.5)

    @cached_property
    def identity(self) -> HelseId:
        key = KeyFile(self.key)
        who = Client(self.helseid.address, CLIENT, key, self.caller("HelseID"), self.ours.clock)
        return HelseId(who, self.organisation)

    @cached_property
    def folkeregister(self) -> Persontjenesten:
        return Persontjenesten(self.people.address, "full-access", self.identity, self.caller(SERVICE))

    @cached_property
    def krr(self) -> Krr:
        who = Maskinporten(
            self.maskinporten.issuer, mp.CLIENT, KeyFile(self.key), self.caller("Maskinporten"), self.ours.clock
        )
        return Krr(self.contacts.address, SCOPE, who, self.caller(krr.SERVICE))


def number(serial: int = 0, born: date = date(1960, 3, 14)) -> Fodselsnummer:
    """A synthetic woman's number."""
    text = identity.make(born, 2, serial)
    return identity.parse(text, test_persons=True, today=date(2026, 11, 23))


def write(path: Path, key: RSAKey | ECKey) -> None:
    path.write_text(json.dumps(key.as_dict(private=True)), encoding="utf-8")


@contextmanager
def world(folder: Path) -> Iterator[World]:
    ours, theirs, key = Time(), Time(), folder / "nokkel.jwk"
    theirs.clock = ours.clock  # one clock, until a test sets the services' apart
    write(key, OLD)
    with ExitStack() as stack:
        helseid = stack.enter_context(serving(HelseIdMock(lambda: theirs.clock(), OLD)))
        people = stack.enter_context(serving(PersontjenestenMock(lambda: theirs.clock())))
        maskinporten = stack.enter_context(serving(MaskinportenMock(lambda: theirs.clock(), OLD)))
        contacts = stack.enter_context(serving(KrrMock(lambda: theirs.clock())))
        yield World(ours, theirs, key, helseid, people, maskinporten, contacts)
