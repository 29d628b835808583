"""«Genererte dokumenter»: klokebok and datadump made for LC (own unit) and SC (national), the description of the register for
data users made for SC, and all kept for fetching.

The files are in ``data/dokumenter``, named by their number; the register holds their names, sizes and checksums. A file
made before a patient was erased is not handed out any more.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from checks import katalog
from checks.errors import RegisterError
from exports.klokebok_files import klokebok_name
from exports.package import make_package
from exports.tables import NATIONAL, published_file
from ingest import audit
from ingest.access import Actor, may, require
from ingest.registration import erasure
from ingest.settings import Settings
from ingest.store import OSLO, Store, Tx

KLOKEBOK, DATADUMP, KATALOG = "klokebok", "datadump", "katalog"
CHECKED = "beskrivelse kontrollert"  # what the log calls it
KEPT = 3  # documents of each kind and unit; older ones are deleted when a new one is made
# Every file in the zip archive gets this time, so that the same contents give the same bytes.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Document:
    """One generated file: ``storrelse`` in bytes, ``omfang`` a unit's RESH-id or «nasjonal»."""

    dokument_id: int
    slag: str
    omfang: str
    filnavn: str
    dato: date
    storrelse: int
    sha256: str
    laget: datetime
    laget_av: str


@dataclass(frozen=True)
class Check:
    """That a user (``bruker``) has checked the description in a document."""

    tid: datetime
    bruker: str
    dokument_id: int


_COLUMNS = ", ".join(Document.__dataclass_fields__)


def scope_of(tx: Tx) -> str:
    """The scope of the actor's documents: the own unit's RESH-id for LC, «nasjonal» for SC. Raises REG-060."""
    require(tx.actor, "eksportere")
    return NATIONAL if may(tx.actor, "se_nasjonalt") else tx.actor.enhet


def listed(tx: Tx) -> list[Document]:
    """The documents that the actor may fetch, newest first. Raises REG-060."""
    scope, erased = scope_of(tx), erasure.last(tx)
    rows = tx.rows(
        f"select {_COLUMNS} from register.dokument where omfang = ? order by laget desc, dokument_id desc", scope
    )
    return [Document(**row) for row in rows if erased is None or row["laget"] > erased]


def fetch(tx: Tx, data: Path, dokument_id: int) -> tuple[Document, bytes]:
    """A document and its contents; logged.

    Raises REG-220 for a document that ``listed`` does not name, or whose file is missing or has been changed.
    """
    found = next((d for d in listed(tx) if d.dokument_id == dokument_id), None)
    path = _path(data, dokument_id)
    if found is None or not path.is_file():
        raise RegisterError("REG-220")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != found.sha256:
        raise RegisterError("REG-220")
    audit.log(tx, "dokument hentet", details={"dokument": dokument_id, "slag": found.slag, "utvalg": found.omfang})
    return found, content


def confirm(tx: Tx, dokument_id: int) -> None:
    """Keep in the log that the actor has checked a description of the register. Raises REG-060, and REG-220 for another
    document.
    """
    require(tx.actor, "se_nasjonalt")
    found = next((d for d in listed(tx) if d.dokument_id == dokument_id and d.slag == KATALOG), None)
    if found is None:
        raise RegisterError("REG-220")
    audit.log(tx, CHECKED, details={"dokument": dokument_id, "avtrykk": found.sha256})


def checked(tx: Tx) -> Check | None:
    """When and by whom a description was checked last. Raises REG-060."""
    require(tx.actor, "se_nasjonalt")
    row = tx.row(
        "select tid, bruker, (detaljer ->> 'dokument')::integer as dokument_id from tilgang.logg"
        " where hendelse = ? order by nr desc limit 1",
        CHECKED,
    )
    return None if row is None else Check(**row)


def reminder(tx: Tx, settings: Settings) -> str:
    """What is said of the yearly check to whoever does it; empty before it is time, and where no description is made."""
    check = checked(tx)
    if check is None and settings.katalog is None:
        return ""
    return katalog.reminder(check and check.tid.astimezone(OSLO).date(), tx.today)


def offered(actor: Actor) -> tuple[str, ...]:
    """The kinds of document that the actor may have made; the register is described as a whole, so only nationally."""
    kinds = (KLOKEBOK, DATADUMP) if may(actor, "eksportere") else ()
    return (*kinds, KATALOG) if kinds and may(actor, "se_nasjonalt") else kinds


def make(store: Store, actor: Actor, settings: Settings, slag: str, progress: Callable[[str], None]) -> int:
    """Make a document of the kind ``slag`` from what is published now, and return its number.

    ``progress`` gets a Norwegian sentence per step. Raises REG-060, as exports.package.make_package, and for the description
    as checks.katalog.read and exports.katalog.writing.write; no document is left then.
    """
    with store.read(actor) as tx:
        scope, day = scope_of(tx), tx.today
    if slag == KATALOG:
        require(actor, "se_nasjonalt")
    data = settings.data
    folder = data / "dokumenter"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".lages-") as work:
        file = _written(settings, Path(work), slag, scope, day, progress)
        name = file.name
        with store.write(actor) as tx:
            number = tx.next_id("dokument")
            size, checksum = file.stat().st_size, _checksum(file)
            file.replace(_path(data, number))
            tx.run(
                f"insert into register.dokument ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                number,
                slag,
                scope,
                name,
                day,
                size,
                checksum,
                tx.now,
                tx.actor.bruker,
            )
            audit.log(tx, "dokument laget", details={"dokument": number, "slag": slag, "utvalg": scope})
            _clean(tx, data, slag, scope)
    return number


def _written(settings: Settings, work: Path, slag: str, scope: str, day: date, progress: Callable[[str], None]) -> Path:
    """Write the document in the folder ``work``, and return its file."""
    if slag == KATALOG:
        made = _described(settings, work / f"smertereg_katalog_{day.isoformat()}", progress)
        return _zip(made, work / f"{made.name}.zip")
    made = make_package(settings.data, work, scope, day, progress)
    if slag == KLOKEBOK:
        return made / klokebok_name(day)
    progress("Pakker filene …")
    return _zip(made, work / f"smertereg_datadump_{scope}_{day.isoformat()}.zip")


def _described(settings: Settings, folder: Path, progress: Callable[[str], None]) -> Path:
    # Here, since the library for graphs takes a third of a second to load and most never need it.
    from exports.katalog.writing import write

    progress("Beskriver registeret …")
    description = katalog.read(settings.katalog)
    write(published_file(settings.data, NATIONAL), folder, description, settings.minste_celle)
    return folder


def _zip(folder: Path, to: Path) -> Path:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(f"{folder.name}/{file.name}", _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with file.open("rb") as source, packed.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
    return to


def _checksum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _path(data: Path, dokument_id: int) -> Path:
    return data / "dokumenter" / str(dokument_id)


def _clean(tx: Tx, data: Path, slag: str, scope: str) -> None:
    """Delete all but the ``KEPT`` newest documents of the kind and scope, and those made before the last erasure."""
    kept = [d.dokument_id for d in listed(tx) if d.slag == slag][:KEPT]
    rows = tx.rows("select dokument_id from register.dokument where slag = ? and omfang = ?", slag, scope)
    for number in (row["dokument_id"] for row in rows if row["dokument_id"] not in kept):
        _path(data, number).unlink(missing_ok=True)
        tx.run("delete from register.dokument where dokument_id = ?", number)
