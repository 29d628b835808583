"""A register in operation with everything in order, in which a test spoils one thing."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.work import doctor, job_runs, readiness
from app.work.doctor import WRONG, Told
from ingest.safekeeping import opening, rights
from ingest.settings import Settings
from ingest.store import DRIFT, OSLO, create
from tests.support import MOMENT, Clock

SET = {
    "SMERTEREG_ADRESSE": "https://smertereg.sykehuset.no",
    "SMERTEREG_PROXYER": "127.0.0.1",
    "SMERTEREG_SMS_URL": "https://sms.sykehuset.no/send",
    "SMERTEREG_SMTP_HOST": "post.sykehuset.no",
    "SMERTEREG_SMTP_FROM": "smertereg@sykehuset.no",
    "SMERTEREG_KONTAKT": "Ring 1234",
    "SMERTEREG_METRIKK_TOKEN": "en-lang-nok-tilfeldig-nokkel",
}


class Place:
    """A register in operation with everything in order, on three disks; made by `place`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str = DRIFT) -> None:
        self.folder, self.patch, self.data = folder, monkeypatch, folder / "data"
        self.backup, self.journal = folder / "kopier", folder / "journal"
        for name in [name for name in os.environ if name.startswith(doctor.PREFIX)]:
            monkeypatch.delenv(name)
        self.set(DATA=self.data, BACKUP=self.backup, JOURNAL=self.journal)
        for name, value in SET.items():
            monkeypatch.setenv(name, value)
        self.disks: dict[Path, int] = {self.data: 1, self.backup: 2, self.journal: 3}
        monkeypatch.setattr(doctor, "disk", lambda folder: self.disks[folder])
        monkeypatch.setattr(readiness, "free", lambda _: readiness.LEAST_FREE)
        self.make(kind)

    def make(self, kind: str) -> None:
        os.umask(rights.UMASK)
        store = create(self.settings.register, kind, clock=Clock())
        with store.write(opening.JOB) as tx:
            tx.run("update register.migrering set kjort = ?", MOMENT - timedelta(days=30))
        store.close()
        opening.opened(self.settings, clock=Clock()).close()
        for job in readiness.jobs(True):
            with job_runs.noted(self.settings, Clock(), job):
                pass
        self.publish(MOMENT.astimezone(OSLO).strftime("%Y%m%dT%H%M%S"))
        self.written(MOMENT)

    @property
    def settings(self) -> Settings:
        return Settings()

    def set(self, **values: object) -> None:
        for name, value in values.items():
            self.patch.setenv(f"{doctor.PREFIX}{name}", str(value))

    def unset(self, name: str) -> None:
        self.patch.delenv(f"{doctor.PREFIX}{name}")

    def publish(self, name: str) -> None:
        link = self.data / "published"
        link.unlink(missing_ok=True)
        (self.data / "publishing" / name).mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path("publishing") / name)

    def written(self, moment: datetime) -> None:
        """Let every file be written at this moment; the tests' clock is not the machine's."""
        for path in self.folder.rglob("*"):
            os.utime(path, (moment.timestamp(), moment.timestamp()), follow_symlinks=False)

    def wrong(self) -> list[Told]:
        return [told for told in doctor.examine() if told.tilstand == WRONG]
