"""What is missing or wrong with the settings and the machine around the app, and what to do about it (`smertereg doctor`).

Nothing is changed: the running app is asked, or the register is opened for reading only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from app.work import answers, loopback, readiness
from checks.errors import CATALOGUE, RegisterError
from checks.timetable import ahead
from ingest import settings as configuration
from ingest import wall_clock
from ingest.disk import cause
from ingest.prom import returns
from ingest.safekeeping import backup, rights
from ingest.settings import HERE, Settings
from ingest.store import OSLO
from ingest.vault import FILE, can_be_guessed

PREFIX = "SMERTEREG_"
OK, NOTE, WRONG = "ok", "merk", "feil"
NAMES = {
    readiness.REGISTER: "registeret svarer",
    readiness.OUTBOX: "ingen meldinger står fast",
    readiness.PUBLISHED: "under 26 timer gammel, eller registeret er nytt",
    readiness.BACKED_UP: "under 26 timer gammel, eller registeret er nytt",
    readiness.JOBS: "ingen er forsinket",
    readiness.DISK: "minst 2 GB ledig",
}


@dataclass(frozen=True)
class Told:
    """One thing looked at, how it is (ok, merk or feil), and a sentence; for what is wrong it says what to do."""

    om: str
    tilstand: str
    melding: str


def examine(environment: Mapping[str, str] = os.environ) -> Iterator[Told]:
    """Everything that is looked at, one thing at a time. Settings that cannot be read end it."""
    yield from _unknown(environment)
    try:
        settings = configuration.read()
    except RegisterError as error:
        yield Told("innstillinger", WRONG, str(error))
        return
    now = wall_clock.now()
    running, refused = answers.asked(settings, loopback.READY)
    if refused:
        yield Told("app", WRONG, refused)
    try:
        found = answers.of_app(running) if running else answers.of_file(settings, now)
    except RegisterError as error:
        if not (refused and error.code == "REG-082"):  # the app that has the register is told of already
            yield Told("register", WRONG, str(error))
        return
    settings = settings.over(demo=found.demo)
    yield Told(
        "register",
        NOTE if found.demo else OK,
        "Dette er en demo, uten vern for virkelige pasienter." if found.demo else "i drift",
    )
    if not refused:
        yield Told(
            "app", OK if running else NOTE, "kjører" if running else "Appen kjører ikke. Start den for å se alt."
        )
    for check in found.checks:
        yield Told(check.navn, WRONG if check.feil else OK, check.feil or NAMES[check.navn])
    yield from _files(settings, now)
    yield from _machine(now)
    if not found.demo:
        yield from _in_operation(settings, bool(running))


def _unknown(environment: Mapping[str, str]) -> Iterator[Told]:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = get_close_matches(name.upper(), known, 1)
            hint = f" Mente du {near[0]}?" if near else " Fjern den."
            yield Told("innstillinger", WRONG, f"{name} er ikke en innstilling, og virker ikke.{hint}")


def _files(settings: Settings, now: datetime) -> Iterator[Told]:
    wide = list(rights.too_wide(settings))
    for one in wide:
        said = f"Andre brukere på maskinen har rettigheter til {one.path}. Kjør «chmod {one.mode:o} {one.path}»."
        yield Told("filrettigheter", WRONG, said)
    if not wide:
        yield Told("filrettigheter", OK, "bare programmets egen bruker leser registeret, nøkkelen og kopiene")
    if settings.register.is_symlink():
        said = (
            f"{settings.register} er en lenke, så en sletting lar den gamle filen ligge der lenken peker. "
            "Stopp appen, og sett SMERTEREG_DATA til mappen der filen ligger."
        )
        yield Told("register", WRONG, said)
    newest = max(_times(settings), default=now)
    if ahead(newest, now):
        said = f"En fil er skrevet {newest.astimezone(OSLO):%d.%m.%Y %H.%M}, som ikke er kommet ennå. Still klokken, og la maskinen hente tiden (NTP)."
        yield Told("klokke", WRONG, said)
    else:
        said = f"{now.astimezone(OSLO):%d.%m.%Y %H.%M}, og ingen fil er nyere. Om den er riktig, vet bare en tidstjener (NTP)"
        yield Told("klokke", OK, said)


def _times(settings: Settings) -> Iterator[datetime]:
    """When the register's files were last written (UTC)."""
    folders = (settings.data, settings.journal_folder, settings.backup_folder)
    for path in (path for folder in folders for path in folder.glob("*")):
        with suppress(OSError):
            yield datetime.fromtimestamp(path.lstat().st_mtime, UTC)


def _machine(now: datetime) -> Iterator[Told]:
    here, norway = now.astimezone(), now.astimezone(OSLO)
    if here.utcoffset() == norway.utcoffset():
        yield Told("tidssone", OK, "norsk tid")
    else:
        yield Told(
            "tidssone",
            NOTE,
            "Maskinen går ikke etter norsk tid. Appen og «smertereg job scheduled» gjør det likevel; står det andre "
            "klokkeslett i cron, må den ha CRON_TZ=Europe/Oslo.",
        )
    if os.geteuid() == 0:
        yield Told(
            "bruker",
            NOTE,
            "Kommandoen kjører som root. La appen kjøre som en egen bruker, som i deploy/smertereg.service.",
        )


def _in_operation(settings: Settings, running: bool) -> Iterator[Told]:
    """What a register in operation must have, and a demo need not."""
    yield from _address(settings, running)
    yield from _channels(settings)
    yield from _log(settings)
    yield from _keeping(settings)
    for name, missing in (
        ("hads_tekster", "HADS sendes ikke til pasienter før de lisensierte tekstene er lagt inn"),
        ("kontakt", "Systeminfo sier ikke hvem brukerne kan spørre"),
        ("metrikk_token", "Ingen kan lese målingene på /metrics"),
    ):
        value = getattr(settings, name)
        if not (value.get_secret_value() if hasattr(value, "get_secret_value") else value):
            yield Told(name, NOTE, f"{missing}. Sett {PREFIX}{name.upper()}.")


def _address(settings: Settings, running: bool) -> Iterator[Told]:
    address = urlsplit(settings.adresse)
    wrong: list[str] = []
    if not settings.adresse:
        wrong.append("Bare denne maskinen slipper inn. Sett SMERTEREG_ADRESSE til adressen brukerne skal ha.")
    elif address.scheme != "https" and address.hostname not in HERE:
        wrong.append(CATALOGUE["REG-253"])
    elif address.scheme == "https" and not settings.proxyer:
        wrong.append(
            "Ingen proxy tros på. Sett SMERTEREG_PROXYER til adressen til den som står foran appen (127.0.0.1 på samme maskin)."
        )
    seen, refused = answers.asked(settings, loopback.DOOR) if running else (None, "")
    wrong += [sentence for sentence in (seen or {}).get("funn", [refused] if refused else []) if sentence not in wrong]
    yield from _each("adresse", wrong, settings.adresse)


def _channels(settings: Settings) -> Iterator[Told]:
    sms = urlsplit(settings.sms_url)
    if not settings.sends_sms and not settings.oidc_issuer:
        yield Told(
            "sms", WRONG, "Engangskoder kommer ikke fram, så bare de med kodeapp kan logge inn. Sett SMERTEREG_SMS_URL."
        )
    elif settings.sms_url and "sms" not in settings.altinn_ways and sms.scheme != "https" and sms.hostname not in HERE:
        yield Told("sms", WRONG, "Engangskoder går åpent over nettet. La SMERTEREG_SMS_URL begynne med https://.")
    elif settings.sends_sms:
        yield Told("sms", OK, "satt opp")
    if settings.oidc_client_id and not settings.oidc_issuer:
        yield Told(
            "innlogging", WRONG, "Ingen kan logge inn med jobbkontoen før SMERTEREG_OIDC_ISSUER er satt (docs/oidc.md)."
        )
    by_altinn = "epost" in settings.altinn_ways
    if not (settings.smtp_host or by_altinn):
        yield Told(
            "e-post", NOTE, "Ingen e-post sendes. Sett SMERTEREG_SMTP_HOST hvis pasienter eller brukere skal få det."
        )
    elif not by_altinn and settings.smtp_from == Settings.model_fields["smtp_from"].default:
        yield Told(
            "e-post",
            WRONG,
            "E-post som kommer i retur, går til ingen. Sett SMERTEREG_SMTP_FROM til en adresse noen leser.",
        )
    else:
        yield Told("e-post", OK, "satt opp")
    if (
        settings.sends_sms or settings.smtp_host
    ) and "smerte" in f"{settings.adresse} {settings.smtp_from} {settings.altinn_avsender}".lower():
        said = "Lenken i meldinger til pasienter, eller avsenderen, sier «smerte». Velg SMERTEREG_ADRESSE og SMERTEREG_SMTP_FROM uten."
        yield Told("meldinger", NOTE, said)
    if settings.smtp_host and settings.retur is None:
        said = "Appen ser ikke e-post som kommer i retur; noen må lese den og melde fra på Pasientregistreringer. Sett SMERTEREG_RETUR."
        yield Told("retur", NOTE, said)
    elif settings.retur is not None:
        yield _returns(settings.retur)


def _returns(folder: Path) -> Told:
    """Whether the job bounces can read the mail in the folder, and delete what it has read."""
    try:
        inbox = folder / returns.NEW if (folder / returns.NEW).is_dir() else folder
        next(inbox.iterdir(), None)
    except OSError as error:
        return Told("retur", WRONG, CATALOGUE["REG-490"].format(mappe=folder, grunn=cause(error)))
    for place in (folder, inbox):
        if refused := _takes_no_files(place):
            return Told("retur", WRONG, f"Programmet kan ikke rydde i {place}: {refused}. Se SMERTEREG_RETUR.")
    return Told("retur", OK, str(folder))


def _log(settings: Settings) -> Iterator[Told]:
    """Whether the file of the log takes lines; a log that is nowhere is found missing the day it is needed."""
    file = settings.logg
    if file is None:
        return
    if refused := _takes_no_files(file.parent):
        yield Told("logg", WRONG, f"Programmet kan ikke lage filer i {file.parent}: {refused}. Se SMERTEREG_LOGG.")
    elif file.exists() and not (file.is_file() and os.access(file, os.W_OK, effective_ids=True)):
        yield Told("logg", WRONG, f"Programmet kan ikke skrive i {file}. Se SMERTEREG_LOGG.")
    else:
        yield Told("logg", OK, str(file))


def _keeping(settings: Settings) -> Iterator[Told]:
    """Where the backups, the journal and the key lie; on the register's own disk they are lost with it."""
    for om, folder, name in (
        ("sikkerhetskopi", settings.backup_folder, "SMERTEREG_BACKUP"),
        ("journal", settings.journal_folder, "SMERTEREG_JOURNAL"),
    ):
        if disk(folder) == disk(settings.data):
            said = f"{folder} ligger på samme disk som registeret, og går tapt sammen med det. Sett {name} til en annen disk."
            yield Told(om, WRONG if om == "sikkerhetskopi" else NOTE, said)
        if not folder.exists():
            yield Told(om, WRONG, CATALOGUE["REG-299"].format(mappe=folder))
        elif refused := _takes_no_files(folder):
            yield Told(om, WRONG, f"Programmet kan ikke lage filer i {folder}: {refused}.")
        elif disk(folder) != disk(settings.data):
            yield Told(om, OK, str(folder))
    key = settings.data / FILE
    if can_be_guessed(settings.nokkel.get_secret_value()):
        said = "SMERTEREG_NOKKEL er så kort at den kan gjettes. Sett en ny foran den («openssl rand -hex 24»), med komma mellom."
        yield Told("nøkkel", WRONG, said)
    elif settings.nokkel.get_secret_value():
        yield Told("nøkkel", OK, "satt med SMERTEREG_NOKKEL; ta vare på den utenfor maskinen også")
    elif not key.exists():
        yield Told("nøkkel", WRONG, f"{key} mangler. Legg den tilbake fra hvelvet; uten den kan ingen lese kopiene.")
    elif any(same_key(key, other) for other in settings.backup_folder.glob("*") if other.suffix != backup.SUFFIX):
        yield Told("nøkkel", WRONG, "Nøkkelen ligger ved siden av kopiene den forsegler. Flytt den til hvelvet.")
    else:
        said = "Nøkkelen ligger ved siden av registeret. Er den ikke i hvelvet, kjør «smertereg key copy --to FIL»."
        yield Told("nøkkel", NOTE, said)


def _takes_no_files(folder: Path) -> str:
    """Why no file can be made there; empty when one could, which is gone again."""
    try:
        with TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return cause(error)


def same_key(key: Path, other: Path) -> bool:
    """Whether another file has the same content as the key."""
    try:
        return other.stat().st_size == key.stat().st_size and other.read_bytes() == key.read_bytes()
    except OSError:
        return False


def disk(folder: Path) -> int:
    """The number of the disk that a folder lies on, or will lie on."""
    return _there(folder).stat().st_dev


def _there(folder: Path) -> Path:
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())


def _each(om: str, wrong: Iterable[str], right: str) -> Iterator[Told]:
    found = [Told(om, WRONG, sentence) for sentence in wrong]
    yield from found or [Told(om, OK, right)]
