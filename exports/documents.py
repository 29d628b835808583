"""«Genererte dokumenter» and «Leveranser»: what is made for those who may have a scope's data, and kept for fetching. So are the
reports that are subscribed to, which exports/subscribed.py hands out.

The files are in ``data/dokumenter``, named by their number; the register holds their names, sizes and checksums. A file
made before a patient was erased is not handed out any more.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from checks import abonnement
from checks.errors import RegisterError
from exports.klokebok_files import klokebok_name
from exports.package import make_package
from exports.scope import require_none_erased, scope_of
from ingest import audit, disk
from ingest.access import Actor, may
from ingest.registration import erasure
from ingest.store import Store, Tx

KLOKEBOK, DATADUMP, DELIVERY, KATALOG = "klokebok", "datadump", "leveranse", "katalog"
MODEL, YEARLY = "modell", "aarsrapport"
FETCHED = "dokument hentet"
# Documents of each kind and unit that are kept; older ones are deleted when a new one is made.
KEPT = {KLOKEBOK: 3, DATADUMP: 3, DELIVERY: 10, KATALOG: 3, MODEL: 3, YEARLY: 10}
KEPT |= dict.fromkeys(abonnement.KINDS, abonnement.KEPT)
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


_COLUMNS = ", ".join(Document.__dataclass_fields__)


def listed(tx: Tx) -> list[Document]:
    """The documents that the actor may fetch, newest first: those of the own scope, and for whoever sees every unit the units'
    yearly reports. Raises REG-060.
    """
    scope = scope_of(tx)
    rows = tx.rows(
        f"select {_COLUMNS} from register.dokument where (omfang = ? or (? and slag = ?)) and not list_contains(?, slag) "
        "order by laget desc, dokument_id desc",
        scope,
        may(tx.actor, "se_nasjonalt"),
        YEARLY,
        list(abonnement.KINDS),
    )
    erased = erasure.last(tx)
    return [Document(**row) for row in rows if not is_outdated(row["laget"], erased)]


def is_outdated(made: datetime, erased: datetime | None) -> bool:
    """Whether a document made at this moment may have a patient who has been erased since, the last one at ``erased``."""
    return erased is not None and made <= erased


def fetch(tx: Tx, data: Path, dokument_id: int) -> tuple[Document, bytes]:
    """A document and its contents; logged.

    Raises REG-220 for a document that ``listed`` does not name, or whose file is missing or has been changed.
    """
    found = next((d for d in listed(tx) if d.dokument_id == dokument_id), None)
    if found is None:
        raise RegisterError("REG-220")
    return found, handed_out(tx, data, found)


def handed_out(tx: Tx, data: Path, found: Document) -> bytes:
    """The contents of a document that the actor may have; logged. Raises REG-220 as ``fetch``."""
    if not is_there(data, found.dokument_id):
        raise RegisterError("REG-220")
    content = _path(data, found.dokument_id).read_bytes()
    if hashlib.sha256(content).hexdigest() != found.sha256:
        raise RegisterError("REG-220")
    audit.log(tx, FETCHED, details={"dokument": found.dokument_id, "slag": found.slag, "utvalg": found.omfang})
    return content


def make(store: Store, actor: Actor, data: Path, slag: str, progress: Callable[[str], None]) -> int:
    """Make a document of the kind ``slag`` from what is published now, and return its number.

    ``progress`` gets a Norwegian sentence per step. Raises REG-060, as exports.package.make_package, and as ``keep``; no
    document is left then.
    """
    with store.read(actor) as tx:
        scope, day = scope_of(tx), tx.today
        require_none_erased(tx, data)
    with workplace(data) as work:
        made = make_package(data, work, scope, day, progress)
        if slag == KLOKEBOK:
            name = klokebok_name(day)
            file = made / name
        else:
            progress("Pakker filene …")
            name = f"smertereg_datadump_{scope}_{day.isoformat()}.zip"
            file = zipped(made, work / name)
        return keep(store, actor, data, slag, file, day, {})


@contextmanager
def workplace(data: Path) -> Iterator[Path]:
    """A folder to make a document in; deleted when the block ends. Raises REG-550 when the disk is full."""
    folder = data / "dokumenter"
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".lages-") as work:
            yield Path(work)
    except OSError as error:
        if error.errno in disk.FULL:
            raise RegisterError("REG-550") from error
        raise


def keep(
    store: Store,
    actor: Actor,
    data: Path,
    slag: str,
    file: Path,
    day: date,
    about: dict[str, Any],
    unit: str | None = None,
) -> int:
    """Keep a file of ``day`` that was made in a ``workplace`` as a document of the actor's scope, or of a ``unit``; returns its
    number.

    It is logged, with what ``about`` tells. Raises as ``scope_of``, and REG-420 for a file that may have a patient erased since.
    """
    with store.write(actor) as tx:
        scope = scope_of(tx, unit)
        require_none_erased(tx, data)
        return put(tx, data, slag, scope, file, day, about)


def put(tx: Tx, data: Path, slag: str, scope: str, file: Path, day: date, about: dict[str, Any]) -> int:
    """As ``keep``, in the running transaction, for a scope that the caller has asked whether may be had."""
    number = tx.next_id("dokument")
    size, digest = file.stat().st_size, checksum(file)
    file.replace(_path(data, number))
    tx.run(
        f"insert into register.dokument ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        number,
        slag,
        scope,
        file.name,
        day,
        size,
        digest,
        tx.now,
        tx.actor.bruker,
    )
    audit.log(tx, "dokument laget", details={"dokument": number, "slag": slag, "utvalg": scope} | about)
    _clean(tx, data, slag, scope)
    return number


def zipped(folder: Path, to: Path) -> Path:
    """The files of a folder in one zip file."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(f"{folder.name}/{file.name}", _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with file.open("rb") as source, packed.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
    return to


def checksum(file: Path) -> str:
    """The file's SHA-256 as hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def is_there(data: Path, dokument_id: int) -> bool:
    """Whether the file of a document is there; after a restore on another machine none is."""
    return _path(data, dokument_id).is_file()


def _path(data: Path, dokument_id: int) -> Path:
    return data / "dokumenter" / str(dokument_id)


def _clean(tx: Tx, data: Path, slag: str, scope: str) -> None:
    """Delete all but the ``KEPT`` newest documents of the kind and scope, and those made before the last erasure."""
    rows = tx.rows(
        "select dokument_id, laget from register.dokument where slag = ? and omfang = ? "
        "order by laget desc, dokument_id desc",
        slag,
        scope,
    )
    erased = erasure.last(tx)
    kept = [row["dokument_id"] for row in rows if not is_outdated(row["laget"], erased)][: KEPT[slag]]
    for number in (row["dokument_id"] for row in rows if row["dokument_id"] not in kept):
        _path(data, number).unlink(missing_ok=True)
        tx.run("delete from register.dokument where dokument_id = ?", number)
