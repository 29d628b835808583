"""Ten thousand patient forms that fall due at the same run, planned and sent while behandlere save."""

from __future__ import annotations

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
from ingest.prom.outside import Services
from ingest.services.kontaktregister import Contact, LocalKontaktregister
from ingest.store import OSLO
from tests import support
from tests.channels import LocalChannel

RUN, SAVE = 60, 150
CLINICIANS, PAUSE = 20, 1.0
NOW = datetime(2026, 11, 23, 16, 31, tzinfo=OSLO).astimezone(UTC)


class Everybody(LocalKontaktregister):
    """A Kontaktregister in which every patient is digital."""

    def find(self, number: str) -> Contact:
        return Contact(digital=True)


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Seconds to plan and send forms for a third of the forløp (10 000), and p95 of a save meanwhile."""
    patients = sizes.forlop // 6
    register = support.make(folder / "smertereg.duckdb")
    mine = [register.forlop() for _ in range(CLINICIANS)]
    for number in mine:
        register.save(number, "to", support.NOT_SEEN | {"Tilsett": 1, "KognSvekket": 1})
    _patients(register, patients)
    register.clock.now = NOW
    services = Services(Everybody(), {"sikker": LocalChannel()}, "http://localhost", hads=True)
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
        sent = tx.row("select count(sendt) as n from prom.utboks")
    register.store.close()
    assert sent is not None and sent["n"] == patients * 2, sent
    yield Figure(f"{sent['n']} forfalte pasientskjema planlagt og sendt", took, "s", RUN)
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
