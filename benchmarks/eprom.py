"""Ten thousand patient forms that fall due at the same run, planned and sent while behandlere save."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.figures import Figure, Sizes, percentile
from checks import identity
from checks.forlop import CLINICIAN_FORMS, PATIENT_FORMS
from ingest.prom import jobs
from ingest.prom.outbox import SECURE
from ingest.prom.outside import Services
from ingest.services.kontaktregister import Contact, LocalKontaktregister
from ingest.services.national.calls import client
from ingest.services.national.eprom import Eprom
from ingest.store import OSLO
from tests import support
from tests.channels import LocalChannel
from tests.mocks.eprom import API_KEY, FORMS, EpromMock
from tests.mocks.server import serving

RUN, SAVE = 60, 150
MOCK = "from benchmarks.eprom import serve_mock; serve_mock()"
CLINICIANS, PAUSE = 20, 1.0
NOW = datetime(2026, 11, 23, 16, 31, tzinfo=OSLO).astimezone(UTC)


class Everybody(LocalKontaktregister):
    """A Kontaktregister in which every patient is digital."""

    def find(self, number: str) -> Contact:
        return Contact(digital=True)


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Seconds to plan and send forms for a third of the forløp (10 000), and p95 of a save meanwhile."""
    services = Services(Everybody(), {SECURE: LocalChannel()}, "http://localhost", hads=True)
    return sent(folder, sizes, services, "planlagt og sendt")


def ordered(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """The same, with each form ordered of ePROM over HTTP; its mock is a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", MOCK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as mock:
        assert mock.stdout is not None and mock.stdin is not None
        way = Eprom(mock.stdout.readline().strip(), API_KEY, FORMS, client())
        services = Services(Everybody(), {SECURE: way}, "http://localhost", hads=True)
        yield from sent(folder, sizes, services, "planlagt og bestilt i ePROM")
        mock.stdin.close()


def serve_mock() -> None:
    """Be ePROM until nobody wants it any more."""
    with serving(EpromMock(lambda: NOW)) as service:
        print(service.address, flush=True)
        sys.stdin.read()


def sent(folder: Path, sizes: Sizes, services: Services, what: str) -> Iterator[Figure]:
    """The figures of one run of the jobs that plans and sends by these ``services``."""
    patients = sizes.forlop // 6
    register = support.make(folder / "smertereg.duckdb")
    mine = [register.forlop() for _ in range(CLINICIANS)]
    for number in mine:
        register.save(number, "to", support.NOT_SEEN | {"Tilsett": 1, "KognSvekket": 1})
    _patients(register, patients)
    register.clock.now = NOW
    waits: list[float] = []
    done = threading.Event()

    def clinician(forlop_id: int) -> None:
        number = 0
        while not done.is_set():
            number += 1
            begun = time.perf_counter()
            register.save(forlop_id, "b12", {**support.B12, "StSmRo12": 3 + number % 7})
            waits.append(time.perf_counter() - begun)
            done.wait(PAUSE)

    threads = [threading.Thread(target=clinician, args=(number,)) for number in mine]
    for thread in threads:
        thread.start()
        time.sleep(PAUSE / CLINICIANS)
    time.sleep(5 * PAUSE)
    waits.clear()
    begun = time.perf_counter()
    jobs.send(register.store, services)
    register.clock.turn(minutes=2)
    jobs.send(register.store, services)
    took = time.perf_counter() - begun
    done.set()
    for thread in threads:
        thread.join()
    with register.store.read(support.SC) as tx:
        row = tx.row("select count(sendt) as n, count(feil) as uvisse from prom.utboks")
    register.store.close()
    assert row is not None and (row["n"], row["uvisse"]) == (patients * 2, 0), row
    yield Figure(f"{row['n']} forfalte pasientskjema {what}", took, "s", RUN)
    yield Figure(f"Lagring ved {CLINICIANS} behandlere imens, p95", percentile(waits, 0.95) * 1000, "ms", SAVE)


def _patients(register: support.Register, count: int) -> None:
    """Insert patients who consented this morning, in bulk."""
    born = datetime(1970, 5, 4).date()
    ids = range(1_000_000, 1_000_000 + count)
    signed = NOW - timedelta(hours=3)
    rows: dict[str, list[dict[str, Any]]] = {
        "identitet.person": [
            {
                "pasient_id": n,
                "idtype": "fnr",
                "oppdatert": NOW,
                "idnr": identity.make(born + timedelta(days=k // 100), 2, k % 100),
            }
            for k, n in enumerate(ids)
        ],
        "register.pasient": [{"pasient_id": n, "fodselsdato": born, "avdod": 0, "opprettet": NOW} for n in ids],
        "register.forlop": [
            {
                "forlop_id": n,
                "pasient_id": n,
                "enhet": support.OTHER,
                "forlopstype": 3,
                "samtykke": 1,
                "samtykke_dato": NOW.date(),
                "samtykke_registrert": signed,
                "opprettet": NOW,
                "opprettet_av": "bruker1",
            }
            for n in ids
        ],
        "register.skjema": [
            {
                "forlop_id": n,
                "skjema": form,
                "versjon": 0,
                "status": -1,
                "har_kommentar": False,
                "opprettet": NOW,
                "opprettet_av": "bruker1",
            }
            for n in ids
            for form in CLINICIAN_FORMS + PATIENT_FORMS
        ],
    }
    with register.store.write(support.SC) as tx:
        for table, values in rows.items():
            tx.insert(table, pl.DataFrame(values))
