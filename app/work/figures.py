"""What /metrics tells that can be read when somebody asks: the outbox, sessions, jobs, files and disks. Nobody can be
recognised in any of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.web.metrics import LOCKED, PREFIX, REFUSED, REFUSED_QUERY, SUCCEEDED, TAKEN_OUT, Metrics
from app.web.resources import Resources
from app.work import job_runs, readiness
from exports.publish import published_at
from ingest import audit
from ingest.access import JOB
from ingest.people import sessions
from ingest.prom import inbox
from ingest.safekeeping import shelf
from ingest.safekeeping.opening import wants_journal
from ingest.store import Tx

Rows = Iterable[tuple[tuple[str, ...], float]]


def text(held: Resources) -> bytes:
    """Everything measured, in Prometheus' text format."""
    found = readiness.checks(held)
    figures = [*_of_files(held), _gauge("kontroll", "1 når alt er i orden.", ["navn"], _verdicts(found))]
    if not any(check.navn == readiness.REGISTER and check.feil for check in found):
        with held.store.read(JOB) as tx:
            _count_logged(tx, held.metrics)
            figures += _of_register(tx)
    return generate_latest(held.metrics.registry) + generate_latest(_Figures(figures))


class _Figures(Collector):
    def __init__(self, figures: Iterable[Metric]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        return self._figures


def _verdicts(found: Iterable[readiness.Check]) -> Rows:
    return [((check.navn,), float(not check.feil)) for check in found]


def _of_files(held: Resources) -> Iterator[Metric]:
    settings, runs, now = held.settings, job_runs.read(held.settings), held.store.clock()
    published, backed_up = published_at(settings.data), shelf.newest(settings.backup_folder, now)
    yield _gauge("publisert_tid", "Siste publisering, sekunder siden 1970.", [], _moments([((), published)]))
    yield _gauge("sikkerhetskopi_tid", "Siste sikkerhetskopi, sekunder siden 1970.", [], _moments([((), backed_up)]))
    done = _moments([((job,), run.lyktes) for job, run in runs.items()])
    yield _gauge("jobb_lyktes_tid", "Da jobben sist lyktes, sekunder siden 1970.", ["jobb"], done)
    lasted = [((job,), run.sekunder) for job, run in runs.items()]
    yield _gauge("jobb_sekunder", "Hvor lenge jobben varte sist.", ["jobb"], lasted)
    failed = CounterMetricFamily(f"{PREFIX}_jobb_feil", "Ganger jobben har feilet.", labels=["jobb"])
    for job in readiness.jobs(wants_journal(held.store, settings)):
        failed.add_metric([job], runs[job].feil if job in runs else 0)
    yield failed
    free = [((str(folder),), float(readiness.free(folder))) for folder in readiness.folders(settings)]
    yield _gauge("disk_ledig_bytes", "Ledig på disken mappen ligger på.", ["mappe"], free)
    register = settings.register
    files = {
        "register": [register, register.with_name(f"{register.name}.wal")],
        "journal": _inside(settings.journal_folder),
    }
    sizes = [
        ((name,), float(sum(path.stat().st_size for path in found if path.exists()))) for name, found in files.items()
    ]
    yield _gauge("filstorrelse_bytes", "Størrelsen på filene.", ["fil"], sizes)


def _of_register(tx: Tx) -> Iterator[Metric]:
    waiting = tx.rows(
        "select 'brukere' as til, tilstand, count(*) as n from tilgang.utboks group by all "
        "union all select 'pasienter', tilstand, count(*) from prom.utboks group by all order by all"
    )
    rows = [((row["til"], row["tilstand"]), float(row["n"])) for row in waiting]
    yield _gauge("utboks", "Meldinger i utboksen.", ["til", "tilstand"], rows)
    yield _gauge("utboks_forsinket", "Meldinger som har ventet for lenge.", [], [((), float(readiness.stuck(tx)))])
    told = float(inbox.waiting(tx).antall)
    yield _gauge("innboks", "Det ePROM har fortalt, som ikke er behandlet.", [], [((), told)])
    yield _gauge("okter", "Innloggede økter.", [], [((), float(sessions.alive(tx)))])


def _count_logged(tx: Tx, metrics: Metrics) -> None:
    """Count the logins, the queries, and the files taken out, in the register's log since it was last read."""
    newest = audit.last(tx)
    for row in tx.rows(
        f"select case when hendelse = 'logget inn' then '{SUCCEEDED}' when detaljer ->> 'sperret' = 'true' "
        f"then '{LOCKED}' else '{REFUSED}' end as utfall, count(*) as n from tilgang.logg "
        "where nr > ? and hendelse in ('logget inn', 'innlogging avvist') group by all",
        metrics.logged,
    ):
        metrics.logins.labels(utfall=row["utfall"]).inc(row["n"])
    for row in tx.rows(
        f"select case when detaljer ->> 'avvist' is null then hendelse else '{REFUSED_QUERY}' end as hva, count(*) as n "
        "from tilgang.logg where nr > ? and list_contains(?, hendelse) group by all",
        metrics.logged,
        list(TAKEN_OUT),
    ):
        metrics.data_out.labels(hva=row["hva"]).inc(row["n"])
    metrics.logged = newest


def _gauge(name: str, about: str, labels: list[str], rows: Rows) -> Metric:
    gauge = GaugeMetricFamily(f"{PREFIX}_{name}", about, labels=labels)
    for values, number in rows:
        gauge.add_metric(values, number)
    return gauge


def _moments(rows: Iterable[tuple[tuple[str, ...], datetime | None]]) -> Rows:
    return [(labels, moment.timestamp()) for labels, moment in rows if moment is not None]


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []
