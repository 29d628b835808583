"""Units with their lists of lokasjoner and avdelinger, as everybody reads them (manual: «Avdelinger», «Lokasjoner»).

The lists are changed in ingest/lists/unit_lists.py.
"""

from __future__ import annotations

from typing import Any

from checks.errors import RegisterError
from ingest.access import require
from ingest.store import Tx

KINDS = ("lokasjon", "avdeling")


def all_units(tx: Tx) -> list[dict[str, Any]]:
    """Every unit as resh, navn, hf, rhf, aktiv."""
    return tx.rows("select * from register.enhet order by navn")


def name(tx: Tx, resh: str) -> str:
    """The unit's name; the RESH-id when it is unknown."""
    row = tx.row("select navn from register.enhet where resh = ?", resh)
    return str(row["navn"]) if row else resh


def add_unit(tx: Tx, resh: str, navn: str, hf: str, rhf: str) -> None:
    """Add an active unit, whose names have been checked (checks/unit_names.py)."""
    require(tx.actor, "administrere_enheter")
    tx.run("insert into register.enhet values (?, ?, ?, ?, 1)", resh, navn, hf, rhf)


def require_active_unit(tx: Tx, resh: str, what: str) -> None:
    """Raise REG-238 when the unit is set inactive; ``what`` is what it then takes no more of (forløp, roller)."""
    row = tx.row("select navn from register.enhet where resh = ? and aktiv = 0", resh)
    if row is not None:
        raise RegisterError("REG-238", enhet=row["navn"], hva=what)


def entries(tx: Tx, kind: str, enhet: str, *, only_active: bool = True) -> list[dict[str, Any]]:
    """The unit's lokasjoner or avdelinger as id, navn, visningsnavn, resh, aktiv; in order of name.

    ``kind`` is lokasjon or avdeling.
    """
    assert kind in KINDS
    wanted = "and aktiv = 1" if only_active else ""
    return tx.rows(
        f"select {kind}_id as id, navn, visningsnavn, resh, aktiv from register.{kind} "
        f"where enhet = ? {wanted} order by navn",
        enhet,
    )


def require_lists(tx: Tx, enhet: str) -> None:
    """Raise REG-065 unless the unit has an active lokasjon and an active avdeling."""
    for kind in KINDS:
        if not entries(tx, kind, enhet):
            raise RegisterError("REG-065", hva=kind)


def require_active(tx: Tx, kind: str, enhet: str, entry_id: int) -> None:
    """Raise REG-011 unless the id is an active entry of the unit's list."""
    if entry_id not in {e["id"] for e in entries(tx, kind, enhet)}:
        raise RegisterError("REG-011", felt=kind.capitalize(), verdi=entry_id)
