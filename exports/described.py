"""The description of the register for data users as a generated document, and its yearly check by a named user.

The register is described as a whole, so it is for who may have the national data; to confirm it is for SC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checks import katalog
from checks.errors import RegisterError
from exports.documents import KATALOG, keep, listed, workplace, zipped
from exports.tables import NATIONAL, published_file
from ingest import audit
from ingest.access import Actor, require
from ingest.settings import Settings
from ingest.store import OSLO, Store, Tx

CHECKED = "beskrivelse kontrollert"  # what the log calls it


@dataclass(frozen=True)
class Check:
    """That a user (``bruker``) has checked the description in a document."""

    tid: datetime
    bruker: str
    dokument_id: int


def make(store: Store, actor: Actor, settings: Settings, progress: Callable[[str], None]) -> int:
    """Make the description of what is published now, and return its number as a document.

    ``progress`` gets a Norwegian sentence. Raises REG-060, REG-085, and as checks.katalog.read and
    exports.katalog.writing.write; no document is left then.
    """
    # Here, since the library for graphs takes a third of a second to load and most never need it.
    from exports.katalog.writing import write

    require(actor, "hente_nasjonalt")
    with store.read(actor) as tx:
        day = tx.today
    with workplace(settings.data) as work:
        progress("Beskriver registeret …")
        description = katalog.read(settings.katalog)
        folder = work / f"smertereg_katalog_{day.isoformat()}"
        written = write(published_file(settings.data, NATIONAL), folder, description, settings.minste_celle)
        file = zipped(folder, Path(f"{folder}.zip"))
        return keep(store, actor, settings.data, KATALOG, file, day, written.details)


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
