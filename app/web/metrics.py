"""What the running app counts as it happens, for /metrics: saves, refusals and sockets. What can be read when somebody asks
is in app/work/figures.py.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics

from checks.errors import RegisterError
from exports import deliveries, documents
from exports.queries import service
from ingest.access import GATE, ROLES, Actor

log = logging.getLogger("smertereg.lagring")
PREFIX = "smertereg"
# Seconds.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
UNEXPECTED = "uventet"
disable_created_metrics()  # they would only double the number of series
# What an alert waits for is there from the start: Prometheus sees no increase in a series that begins at 1.
WATCHED = ("REG-278", "REG-282", "REG-283", UNEXPECTED)
SUCCEEDED, REFUSED, LOCKED = "lyktes", "avvist", "sperret"
# The events of the register's log that are data on the way out.
TAKEN_OUT = (service.ASKED, service.TAKEN, deliveries.FETCHED, documents.FETCHED)
REFUSED_QUERY = f"{service.ASKED}, avvist"


class Metrics:
    """The counters of one process. ``logged`` is the last number of the register's log that has been counted, or that was there
    before the process.
    """

    def __init__(self, logged: int) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        named = {"namespace": PREFIX, "registry": self.registry}
        self.saves = Counter("lagringer", "Skriving til registeret som ble lagret.", ["rolle"], **named)
        self.refused = Counter("lagringer_avvist", "Skriving som ble avvist, etter feilkode.", ["kode"], **named)
        self.seconds = Histogram("lagring_sekunder", "Hvor lenge brukernes lagringer tok.", buckets=BUCKETS, **named)
        self.sockets = Gauge("sokler", "Åpne faner.", **named)
        self.logins = Counter("innlogginger", "Innlogginger, etter utfall.", ["utfall"], **named)
        self.data_out = Counter("data_ut", "Spørringer, og filer som er hentet.", ["hva"], **named)
        for code in WATCHED:
            self.refused.labels(kode=code)
        for what in (*TAKEN_OUT, REFUSED_QUERY):
            self.data_out.labels(hva=what)
        for outcome in (SUCCEEDED, REFUSED, LOCKED):
            self.logins.labels(utfall=outcome)
        self.logged = logged

    @contextmanager
    def watched(self, actor: Actor) -> Iterator[None]:
        """Count and time one write to the register; only users' are timed, because a job's may be many saves in one."""
        begun = time.perf_counter()
        try:
            yield
        except Exception as error:
            code = error.code if isinstance(error, RegisterError) else UNEXPECTED
            self.refused.labels(kode=code).inc()
            log.info("skriving avvist", extra={"kode": code, "varighet": time.perf_counter() - begun})
            raise
        self.saves.labels(rolle=actor.rolle or GATE.bruker).inc()
        if actor.rolle in ROLES:
            self.seconds.observe(time.perf_counter() - begun)
