"""Proves that `smertereg doctor` finds each thing that is wrong, says what to do, and says nothing of what is right."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.commands import cli
from app.work import doctor, job_runs, loopback, operations, readiness
from app.work.doctor import NOTE, OK, WRONG, Told
from checks.errors import CATALOGUE
from exports.publish import published_at
from ingest import disk
from ingest.safekeeping import opening
from ingest.settings import Settings
from ingest.store import DEMO, DRIFT, create
from tests.in_operation import SET, Place
from tests.support import MOMENT, Clock


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    before = os.umask(0o022)
    yield Place(tmp_path, monkeypatch)
    os.umask(before)


def test_nothing_is_wrong_where_all_is_in_order(place: Place) -> None:
    found = list(doctor.examine())
    assert [told for told in found if told.tilstand == WRONG] == []
    assert {"register", "adresse", "sms", "e-post", "sikkerhetskopi", "journal", "filrettigheter", "klokke"} <= {
        told.om for told in found if told.tilstand == OK
    }


def test_nothing_is_changed(place: Place) -> None:
    def state() -> dict[str, tuple[bytes, float]]:
        files = [path for path in place.folder.rglob("*") if path.is_file()]
        return {str(path): (path.read_bytes(), path.stat().st_mtime) for path in files}

    before = state()
    list(doctor.examine())
    assert state() == before


def unreadable(place: Place) -> None:
    place.settings.register.chmod(0o644)


def key_beside(place: Place) -> None:
    (place.backup / "kopi av nøkkelen").write_bytes((place.data / "smertereg.nokkel").read_bytes())


def short_key(place: Place) -> None:
    """Let the register have been made with a key that somebody chose, as it could be before."""
    for folder in (place.data, place.backup, place.journal):
        shutil.rmtree(folder)
    place.set(NOKKEL="hemmelig")
    place.make(DRIFT)


def no_key(place: Place) -> None:
    (place.data / "smertereg.nokkel").unlink()


def from_the_future(place: Place) -> None:
    place.written(MOMENT + timedelta(minutes=3))


def same_disk(place: Place) -> None:
    place.disks[place.backup] = 1


def no_backup(place: Place) -> None:
    for file in place.backup.glob("*.sikkerhetskopi"):
        file.unlink()


def no_backup_disk(place: Place) -> None:
    shutil.rmtree(place.backup)
    place.patch.setattr(readiness.shelf, "newest", lambda *_: MOMENT)


def copies_of_another(place: Place) -> None:
    other = Settings(
        data=place.folder / "annet", backup=place.folder / "annet" / "kopier", journal=place.folder / "annet"
    )
    create(other.register, DRIFT, clock=Clock()).close()
    opening.opened(other, clock=Clock()).close()
    shutil.copytree(other.backup_folder, place.backup, dirs_exist_ok=True)


def no_new_files(place: Place) -> None:
    def refuse(dir: Path) -> None:
        if dir == place.journal:
            raise PermissionError(errno.EACCES, "")

    place.patch.setattr(doctor, "TemporaryFile", lambda dir: refuse(dir) or nullcontext())


def no_room(place: Place) -> None:
    place.patch.setattr(readiness, "free", lambda _: readiness.LEAST_FREE - 1)


def full(place: Place) -> None:
    place.patch.setattr(disk, "left", lambda _: 0)


def never_locked(place: Place) -> None:
    runs = json.loads((place.data / job_runs.FILE).read_text())
    runs["lock"]["lyktes"] = None
    (place.data / job_runs.FILE).write_text(json.dumps(runs))


def published_nowhere(place: Place) -> None:
    shutil.rmtree(place.data / "publishing")


def a_link(place: Place) -> None:
    elsewhere = place.folder / "flyttet.duckdb"
    place.settings.register.rename(elsewhere)
    place.settings.register.symlink_to(elsewhere)


def closed_log(place: Place) -> None:
    (place.folder / "logg").mkdir()
    place.set(LOGG=place.folder / "logg")


def damaged(place: Place) -> None:
    place.settings.register.write_bytes(b"ikke et register")


WRONGS: dict[str, tuple[Callable[[Place], Any], str, str]] = {
    "feil i en innstilling": (lambda place: place.set(PORT="mange"), "innstillinger", "SMERTEREG_PORT"),
    "ukjent innstilling": (lambda place: place.set(ADRESE="x"), "innstillinger", "Mente du SMERTEREG_ADRESSE?"),
    "ingen adresse": (lambda place: place.unset("ADRESSE"), "adresse", "Bare denne maskinen"),
    "http": (lambda place: place.set(ADRESSE="http://smertereg.sykehuset.no"), "adresse", CATALOGUE["REG-253"]),
    "ingen proxy": (lambda place: place.unset("PROXYER"), "adresse", "SMERTEREG_PROXYER"),
    "ingen sms": (lambda place: place.unset("SMS_URL"), "sms", "SMERTEREG_SMS_URL"),
    "åpen sms": (lambda place: place.set(SMS_URL="http://sms.sykehuset.no"), "sms", "https://"),
    "ingen leser returen": (lambda place: place.unset("SMTP_FROM"), "e-post", "SMERTEREG_SMTP_FROM"),
    "returens mappe er borte": (lambda place: place.set(RETUR=place.folder / "nei"), "retur", "SMERTEREG_RETUR"),
    "samme disk": (same_disk, "sikkerhetskopi", "SMERTEREG_BACKUP"),
    "ingen kopi": (no_backup, "sikkerhetskopi", "smertereg backup"),
    "kopienes disk er borte": (no_backup_disk, "sikkerhetskopi", "Koble til disken"),
    "et annet registers kopier": (copies_of_another, "sikkerhetskopi", CATALOGUE["REG-302"]),
    "journalen tar ingen filer": (
        no_new_files,
        "journal",
        "journal: programmets bruker har ikke lov til å skrive der.",
    ),
    "nøkkelen ved kopiene": (key_beside, "nøkkel", "Flytt den til hvelvet"),
    "ingen nøkkel": (no_key, "register", "hvelvet"),
    "kort nøkkel": (short_key, "nøkkel", "Sett en ny foran den"),
    "åpen fil": (unreadable, "filrettigheter", "chmod 600"),
    "klokken": (from_the_future, "klokke", "NTP"),
    "disken": (no_room, "disk", "Rydd plass"),
    "full disk": (full, "register", "appen trenger ikke startes på nytt"),
    "publiseringen": (lambda place: place.publish("20261121T020000"), "publisering", "smertereg job publish"),
    "de publiserte filene er borte": (published_nowhere, "publisering", "smertereg job publish"),
    "en jobb": (never_locked, "jobber", "lock"),
    "intet register": (lambda place: place.settings.register.unlink(), "register", "smertereg restore"),
    "ingen journal": (lambda place: shutil.rmtree(place.journal), "register", "--new-journal"),
    "registeret er en lenke": (a_link, "register", "SMERTEREG_DATA"),
    "loggen er en mappe": (closed_log, "logg", "SMERTEREG_LOGG"),
    "loggens mappe er borte": (lambda place: place.set(LOGG=place.folder / "nei" / "logg"), "logg", "SMERTEREG_LOGG"),
    "jobbkonto uten utsteder": (lambda place: place.set(OIDC_CLIENT_ID="x"), "innlogging", "SMERTEREG_OIDC_ISSUER"),
    "skadet register": (damaged, "register", "smertereg.duckdb"),
}


@pytest.mark.parametrize("what", WRONGS)
def test_what_is_wrong_is_told_alone_and_with_what_to_do(place: Place, what: str) -> None:
    spoil, om, words = WRONGS[what]
    spoil(place)
    if spoil is not from_the_future:
        place.written(MOMENT)
    (told,) = place.wrong()
    assert told.om == om and words in told.melding


def test_published_files_that_are_gone_are_not_published_and_check_says_so(place: Place) -> None:
    assert published_at(place.data) == MOMENT
    published_nowhere(place)
    assert published_at(place.data) is None
    assert [finding.feil != "" for finding in operations.check_files(place.settings)] == [True]


def test_what_may_be_missing_is_noted(place: Place) -> None:
    for name in ("SMTP_HOST", "KONTAKT", "METRIKK_TOKEN"):
        place.unset(name)
    place.disks[place.journal] = 1
    place.patch.setattr("os.geteuid", lambda: 0)
    assert place.wrong() == []
    noted = {told.om for told in doctor.examine() if told.tilstand == NOTE}
    assert {"e-post", "kontakt", "metrikk_token", "hads_tekster", "journal", "bruker", "app", "nøkkel"} <= noted


def test_an_address_that_tells_patients_illness_is_noted(place: Place) -> None:
    place.set(RETUR=place.data)
    noted = [told.melding for told in doctor.examine() if told.tilstand == NOTE and told.om in ("meldinger", "retur")]
    assert len(noted) == 1 and "SMERTEREG_ADRESSE" in noted[0]
    place.set(ADRESSE="https://skjema.sykehuset.no", SMTP_FROM="skjema@sykehuset.no")
    assert not [told for told in doctor.examine() if told.tilstand == NOTE and told.om in ("meldinger", "retur")]


def test_a_demo_need_not_have_what_a_register_in_operation_must(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = Place(tmp_path, monkeypatch, DEMO)
    for name in SET:
        monkeypatch.delenv(name)
    assert demo.wrong() == []
    assert Told("register", NOTE, "Dette er en demo, uten vern for virkelige pasienter.") in list(doctor.examine())


def test_a_running_app_is_asked(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        loopback.READY: {"demo": False, "kontroller": [{"navn": "utboks", "feil": "Meldinger står."}]},
        loopback.DOOR: {"funn": [CATALOGUE["REG-251"]]},
    }
    monkeypatch.setattr(loopback, "ask", lambda _, address, **__: answers[address])
    assert [(told.om, told.melding) for told in place.wrong()] == [
        ("utboks", "Meldinger står."),
        ("adresse", CATALOGUE["REG-251"]),
    ]


@pytest.mark.parametrize("right", [True, False])
def test_the_command_ends_with_1_when_something_is_wrong(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], right: bool
) -> None:
    if not right:
        place.unset("ADRESSE")
    for words in (["doctor"], ["doctor", "--json"]):
        monkeypatch.setattr(sys, "argv", ["smertereg", *words])
        if right:
            cli.main()
        else:
            with pytest.raises(SystemExit) as stopped:
                cli.main()
            assert stopped.value.code == 1
    said = capsys.readouterr()
    text, _, listed = said.out.partition("[\n")
    assert text.startswith("MERK" if right else "FEIL  adresse: Bare denne maskinen")
    assert any(told["tilstand"] == "feil" for told in json.loads(f"[{listed}")) is not right
    assert ("1 ting mangler" in said.err) is not right
