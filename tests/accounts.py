"""Accounts for tests: the users of tests/support.py with one known password, and the app's routes over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import server
from app.web import guard, resources, session
from ingest.access import GATE, Actor
from ingest.people import login, passwords, sessions, users
from ingest.people.attempts import Source
from ingest.services import sending
from ingest.services.folkeregister import LocalFolkeregister
from ingest.settings import Settings
from tests.support import COLLEAGUE, LC, LU, OTHER_LC, OTHER_LU, SC, Register

PASSWORD, NEW_PASSWORD = "Lett-aa-huske-2026", "Helt-annen-tekst-77"
EVERYBODY = (LU, COLLEAGUE, LC, SC, OTHER_LU, OTHER_LC)
ORIGIN = "http://testserver"
HERE = Source("10.0.0.1")


def add(register: Register, *actors: Actor) -> None:
    """Add users with the known password and a mobile of eight digits, made of their number."""
    hashed = passwords.hash_password(PASSWORD, salt=b"smertereg-tester")
    with register.store.write(SC) as tx:
        for actor in actors or EVERYBODY:
            users.add(
                tx,
                actor.bruker,
                actor.navn,
                [(actor.enhet, actor.rolle)],
                mobil=f"9000000{actor.bruker[-1]}",
                epost=f"{actor.bruker}@example.com",
                stilling="Sykepleier",
                passord_hash=hashed,
            )


def last_code(register: Register) -> str:
    """The six digits of the newest SMS."""
    with register.store.read(GATE) as tx:
        found = re.search(r"\b(\d{6})\b", sending.latest(tx, 1)[0]["tekst"])
    assert found
    return found.group(1)


def sign_in(register: Register, brukernavn: str = LU.bruker, passord: str = PASSWORD) -> str:
    """Log in with password and the code of the SMS, from `HERE`: the session's token."""
    step = login.check_password(register.store, brukernavn, passord, HERE)
    return login.check_code(register.store, step.token, last_code(register), HERE)


def session_of(register: Register, token: str) -> sessions.Session | None:
    with register.store.read(GATE) as tx:
        return sessions.find(tx, token)


@dataclass
class Browser:
    """A browser without a screen: it keeps cookies, sends Origin, and fills in the key of the form that it has loaded."""

    client: TestClient

    def open(self, address: str):
        return self.client.get(address, follow_redirects=False)

    def send(self, page: str, address: str, **fields: str):
        """Load `page`, then send its form to `address`."""
        key = re.search(rf'name="{guard.FIELD}" value="(\w+)"', self.open(page).text)
        fields = fields | ({guard.FIELD: key.group(1)} if key else {})
        return self.client.post(address, data=fields, headers={"Origin": ORIGIN}, follow_redirects=False)

    def sign_in(self, register: Register, actor: Actor, password: str = PASSWORD, til: str = "/"):
        self.send("/logg-inn", "/logg-inn", brukernavn=actor.bruker, passord=password, til=til)
        return self.send("/logg-inn/kode", "/logg-inn/kode", kode=last_code(register), til=til)

    def enter(self, register: Register, actor: Actor) -> None:
        """Give the browser a session without logging in, since only so many codes are sent to a mobile."""
        with register.store.write(GATE) as tx:
            self.client.cookies.set(session.COOKIE, sessions.start(tx, actor.bruker))

    def sign_out(self):
        fields = {guard.FIELD: guard.form_key(self.token)}
        return self.client.post("/logg-ut", data=fields, headers={"Origin": ORIGIN}, follow_redirects=False)

    @property
    def token(self) -> str:
        return self.client.cookies.get(session.COOKIE, "")


@contextmanager
def serving(register: Register, folder: Path, **options: object) -> Iterator[Starlette]:
    """Serve the app's own routes and what every request passes, without Streamlit, until the block ends."""
    settings = Settings(data=folder, **{"adresse": ORIGIN, **options})  # pyright: ignore[reportArgumentType]
    settings = settings.over(demo=register.store.demo)
    held = resources.Resources(settings, register.store, LocalFolkeregister(), sending.channels(settings))
    with resources.holding(nullcontext(held)):
        yield Starlette(routes=server.routes(), middleware=server.MIDDLEWARE)


def browser(app: Starlette) -> Browser:
    return Browser(TestClient(app, base_url=ORIGIN))
