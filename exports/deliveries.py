"""«Leveranser»: a delivery after a recipe, made for whoever may have the scope's data and kept for fetching; and the
published file itself. Both are in the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from checks.errors import RegisterError
from exports import documents
from exports.delivery import Told, deliver
from exports.publish import published_at
from exports.scope import require_none_erased, scope_of
from exports.selection import Recipe, recipe
from exports.tables import NATIONAL, published_file
from ingest import audit
from ingest.access import Actor
from ingest.store import Store, Tx

FETCHED = "publisert fil hentet"
# Beside the files, so that whoever has got them from somebody else is told too.
INTERNAL = "INTERN.txt"
_INTERNAL = """Til internt bruk. Leveransen har én rad per forløp eller skjema, og små tall er ikke skjult.
Den skal ikke legges ut eller deles videre. Tall som skal ut av huset, må ha minst {smallest} i hver gruppe.
Utvalg: {scope}. Publisering: {publishing}.
"""


@dataclass(frozen=True)
class Published:
    """The published file of a scope: ``name`` is what it is called when it is fetched, ``size`` in bytes."""

    path: Path
    name: str
    size: int
    sha256: str
    moment: datetime | None


def published(tx: Tx, data: Path) -> Published:
    """The published file that the actor may have. Raises REG-060, REG-085 (nothing is published), REG-093 or REG-420."""
    scope = scope_of(tx)
    require_none_erased(tx, data)
    path = published_file(data, scope)
    name = f"smertereg_{scope}_{path.parent.name}_intern.duckdb"
    return Published(path, name, path.stat().st_size, _digest(path), published_at(data))


def fetch(tx: Tx, data: Path) -> Published:
    """As ``published``, and logged: the file is handed out."""
    found = published(tx, data)
    details = {"utvalg": scope_of(tx), "publisering": found.path.parent.name, "sha256": found.sha256}
    audit.log(tx, FETCHED, details=details)
    return found


@lru_cache(maxsize=32)
def _digest(path: Path) -> str:
    """The SHA-256 of a published file; it is never changed once it is there."""
    return documents.checksum(path)


def allowed(tx: Tx, words: dict[str, Any], source: str) -> Recipe:
    """The recipe of these words, for the actor's scope.

    Raises REG-193 (no recipe), REG-392 (another scope), or REG-393 for what takes a secret key, or a register rebuilt.
    """
    own = scope_of(tx)
    chosen = recipe({"utvalg": own} | words, source)
    if chosen.utvalg != own:
        raise RegisterError("REG-392", utvalg=_named(chosen.utvalg), eget=_named(own))
    for name in ("nye_numre", "slik_det_var"):
        if getattr(chosen, name):
            raise RegisterError("REG-393", valg=name)
    return chosen


def _named(scope: str) -> str:
    return "det nasjonale datasettet" if scope == NATIONAL else f"enheten {scope}"


def make(
    store: Store,
    actor: Actor,
    data: Path,
    words: dict[str, Any],
    source: str,
    progress: Callable[[str], None],
    smallest: int,
) -> Told:
    """Make a delivery and keep it as a document; returns what is to be told of it, with groups of fewer than ``smallest``
    patients.

    ``words`` are the recipe's keys and values, ``source`` what its errors call it. Raises as ``allowed``,
    exports.delivery.deliver and documents.keep; nothing is left of it then.
    """
    with store.read(actor) as tx:
        scope, day = scope_of(tx), tx.today
        chosen = allowed(tx, words, source)
    path = published_file(data, scope)
    with documents.workplace(data) as work:
        folder = work / f"smertereg_leveranse_{scope}_{day.isoformat()}_intern"
        told = deliver(path, chosen, folder, None, progress, smallest)
        said = _INTERNAL.format(smallest=smallest, scope=_named(scope), publishing=path.parent.name)
        (folder / INTERNAL).write_text(said, encoding="utf-8")
        progress("Pakker filene …")
        file = documents.zipped(folder, folder.with_suffix(".zip"))
        about = {
            "publisering": path.parent.name,
            "oppskrift": chosen.model_dump(mode="json", exclude_defaults=True),
            "sha256": documents.checksum(file),
        }
        documents.keep(store, actor, data, documents.DELIVERY, file, day, about)
    return told
