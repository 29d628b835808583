"""`make run-tjenester`: the demo beside mocks of the national services, so that a coordinator sees their real flows.

The app is the one of `make run`, with its demo register, and the settings of a hospital that has all the agreements.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import httpx

from ingest import wall_clock
from ingest.access import JOB
from ingest.registration import population
from ingest.safekeeping.opening import opened
from ingest.services.folkeregister import Borger
from ingest.settings import Settings
from tests.mocks import maskinporten, town
from tests.mocks.eprom import API_KEY, SETTING
from tests.mocks.helseid import CLIENT
from tests.mocks.helseid_login import LOGIN_CLIENT
from tests.mocks.maskinporten import MaskinportenMock
from tests.mocks.server import serving
from tests.national.world import OLD, number, write

DOOR = {name: number(serial, date(1975, 5, 17)).number for serial, name in enumerate(("Kari", "Ola"))}


def known(settings: Settings) -> dict[str, Borger]:
    """Everybody in the demo register, by number, as the Folkeregister is to have them; nobody before it is made."""
    if not settings.register.exists():
        subprocess.run([sys.executable, "-m", "app.commands.cli", "demo"], check=True)
    store = opened(settings)
    try:
        find = population.of_register(store)
        with store.read(JOB) as tx:
            numbers = [row["idnr"] for row in tx.rows("select idnr from identitet.person where idnr is not null")]
        return {one: borger for one in numbers if (borger := find(one))}
    finally:
        store.close()


def main() -> int:
    """Serve the mocks until the app stops; returns the app's exit code."""
    settings, clock = Settings(), wall_clock.now
    people = known(settings)
    with ExitStack() as stack:
        key = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "nokkel.jwk"
        write(key, OLD)
        app = f"http://localhost:{settings.port}"
        helseid = stack.enter_context(serving(town.HelseIdDoor(clock, DOOR, OLD)))
        folkeregister = stack.enter_context(serving(town.Population(clock, people.get)))
        maskin = stack.enter_context(serving(MaskinportenMock(clock, OLD)))
        contacts = stack.enter_context(serving(town.Contacts(clock)))
        eprom = stack.enter_context(serving(town.EpromDesk(clock, httpx.Client(base_url=app, timeout=10))))
        told = {
            "HELSEID_URL": helseid.address,
            "HELSEID_KLIENT": CLIENT,
            "HELSEID_NOKKEL": key,
            "HELSEID_INNLOGGING": LOGIN_CLIENT,
            "HELSEID_INNLOGGING_NOKKEL": key,
            "PERSONTJENESTEN_URL": folkeregister.address,
            "MASKINPORTEN_URL": maskin.issuer,
            "MASKINPORTEN_KLIENT": maskinporten.CLIENT,
            "MASKINPORTEN_NOKKEL": key,
            "KRR_URL": contacts.address,
            "EPROM_URL": eprom.address,
            "EPROM_NOKKEL": API_KEY,
            "EPROM_SKJEMA": SETTING,
            "ADRESSE": app,
        }
        print(f"ePROM, der pasienten svarer: {eprom.address}{town.DESK}")
        print(f"Folkeregisteret, der noe hender: {folkeregister.address}{town.DESK}", flush=True)
        env = os.environ | {f"SMERTEREG_{name}": str(value) for name, value in told.items()}
        return subprocess.run([sys.executable, "-m", "app.commands.cli", "run"], env=env).returncode


if __name__ == "__main__":
    sys.exit(main())
