"""Whether the app is fit for use: each thing that the one who runs it must know of, and what to do about it.

docs/drift.md («Er appen oppe») lists them, and the alerts in deploy/smertereg-varsler.yml follow them.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.web import unexpected
from app.web.resources import Resources
from app.work import job_runs
from checks import timetable
from checks.errors import CATALOGUE, RegisterError
from exports import subscribed
from exports.publish import published_at
from ingest import disk
from ingest.access import JOB
from ingest.capture import room
from ingest.prom import inbox, outbox
from ingest.safekeeping import backup, shelf
from ingest.safekeeping.opening import wants_journal
from ingest.services import sending
from ingest.settings import Settings
from ingest.store import Tx
from ingest.vault import FILE, Vault

log = logging.getLogger("smertereg.klar")
REGISTER, PUBLISHED, BACKED_UP = "register", "publisering", "sikkerhetskopi"
JOBS, OUTBOX, INBOX, DISK = "jobber", "utboks", "innboks", "disk"
OLD = timedelta(hours=26)  # a day, and time for the job
STUCK = timedelta(minutes=30)
LEAST_FREE = 2_000_000_000  # bytes


@dataclass(frozen=True)
class Check:
    """One thing looked at: ``feil`` is the sentence about what is wrong, empty when nothing is."""

    navn: str
    feil: str = ""


def checks(held: Resources) -> list[Check]:
    """Everything that /ready answers for. A register that does not answer is asked nothing more; one that can only be read is
    read.
    """
    settings, now, journalled = held.settings, held.store.clock(), wants_journal(held.store, held.settings)
    silent = [Check(REGISTER, CATALOGUE["REG-269"]), *of_files(settings, now, None, journalled)]
    answered = held.probe.answers()
    refused = None if answered else held.probe.refused
    if refused:
        silent[0] = Check(REGISTER, reason(refused, settings))
    elif not answered:
        return silent
    try:
        with held.store.read(JOB) as tx:
            since, waiting, told = made(tx), stuck(tx), inbox.waiting(tx)
            reports = subscribed.waiting(tx, published_at(settings.data))
    except Exception as error:
        unexpected.note(log, "lesing av registeret", error)
        return silent
    sentence = CATALOGUE["REG-273"].format(antall=waiting) if waiting else ""
    stands = told.forst is not None and told.forst < now - STUCK
    left = CATALOGUE["REG-630"].format(antall=told.antall) if stands else ""
    register = silent[0] if refused else Check(REGISTER)
    found = [register, Check(OUTBOX, sentence), Check(INBOX, left), *of_files(settings, now, since, journalled)]
    return [_with_reports(check, reports) for check in found]


def _with_reports(check: Check, waiting: int) -> Check:
    """A publishing that is too old is told with how many reports wait for it."""
    if check.navn != PUBLISHED or not (check.feil and waiting):
        return check
    reports = CATALOGUE["REG-472"].format(antall=waiting)
    return replace(check, feil=f"{check.feil} {reports}")


def of_files(settings: Settings, now: datetime, laget: datetime | None, journalled: bool) -> Iterator[Check]:
    """What can be told without the register. ``laget`` is when it was made: a new one has not had time for everything; None
    when it does not say, and nothing is then too old. ``journalled`` is whether it is to have a journal, and so backups.
    """
    since = laget or now
    yield Check(PUBLISHED, _old(published_at(settings.data), now, since, "REG-270"))
    if journalled and not (settings.nokkel.get_secret_value() or (settings.data / FILE).exists()):
        yield Check(BACKED_UP, CATALOGUE["REG-335"].format(fil=settings.data / FILE))
    elif journalled and laget and _has_others(settings, laget):
        yield Check(BACKED_UP, CATALOGUE["REG-302"])
    elif journalled:
        yield Check(BACKED_UP, _old(shelf.newest(settings.backup_folder, now), now, since, "REG-271"))
    yield Check(JOBS, _jobs(settings, now, since, journalled))
    full = [str(folder) for folder in folders(settings) if free(folder) < LEAST_FREE]
    yield Check(DISK, CATALOGUE["REG-274"].format(mapper=", ".join(full)) if full else "")


def _has_others(settings: Settings, laget: datetime) -> bool:
    vault = Vault(settings.data / FILE, settings.nokkel.get_secret_value())
    return backup.has_others(settings.backup_folder, laget.astimezone(UTC).isoformat(), vault)


def _jobs(settings: Settings, now: datetime, since: datetime, journalled: bool) -> str:
    known, succeeded = jobs(journalled), job_runs.succeeded(job_runs.read(settings))
    late = timetable.late(known, now, succeeded, since)
    ahead = [job for job in known if job in succeeded and timetable.ahead(succeeded[job], now)]
    told = (("REG-272", late), ("REG-334", ahead))
    return " ".join(CATALOGUE[code].format(jobber=", ".join(found)) for code, found in told if found)


def reason(refused: RegisterError, settings: Settings) -> str:
    """Why the register cannot be written, and what to do. A new start is no help against a full disk: with a journal that
    cannot be written the app does not start.
    """
    if refused.code == "REG-282":
        return CATALOGUE["REG-313"].format(mappe=settings.data)
    if refused.code != "REG-278":
        return str(refused)
    error = refused.__cause__
    cause = disk.cause(error) if isinstance(error, OSError) else "den er ikke åpen"
    what = "Rydd plass" if isinstance(error, OSError) and error.errno in disk.FULL else "Rett det"
    return CATALOGUE["REG-312"].format(mappe=settings.journal_folder, grunn=cause, raad=what)


def room_for(settings: Settings, journalled: bool) -> str:
    """What keeps a register that nobody has open from being written: a disk without room for a save; empty when there is room."""
    try:
        room.require(settings.register, settings.journal_folder if journalled else None)
    except RegisterError as refused:
        return reason(refused, settings)
    return ""


def jobs(journalled: bool) -> list[str]:
    """The scheduled jobs of a register: one without a journal has no backups."""
    return [job for job in timetable.HOURS if job != timetable.BACKUP or journalled]


def folders(settings: Settings) -> list[Path]:
    """The folders that must have room, those that exist."""
    wanted = (settings.data, settings.journal_folder, settings.backup_folder)
    return list(dict.fromkeys(folder for folder in wanted if folder.exists()))


def free(folder: Path) -> int:
    """Bytes that are free on the folder's disk."""
    return shutil.disk_usage(folder).free


def made(tx: Tx) -> datetime:
    """When the register was made (UTC)."""
    row = tx.row("select min(kjort) as kjort from register.migrering")
    assert row is not None
    return row["kjort"]


def stuck(tx: Tx) -> int:
    """How many messages have waited since they were due for longer than `STUCK`."""
    before = tx.now - STUCK
    row = tx.row(
        "select (select count(*) from tilgang.utboks where tilstand = ? and opprettet < ?) "
        "+ (select count(*) from prom.utboks where tilstand in (?, ?) and forfall < ?) as n",
        sending.WAITING,
        before,
        outbox.WAITING,
        outbox.SENDING,
        before,
    )
    assert row is not None
    return row["n"]


def _old(moment: datetime | None, now: datetime, since: datetime, code: str) -> str:
    """The sentence when the moment is too long ago; one ahead of `now`, from before a clock was set back, tells nothing."""
    if moment is None or timetable.ahead(moment, now):
        moment = since
    return CATALOGUE[code] if max(moment, since) < now - OLD else ""
