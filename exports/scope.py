"""Whose published data an actor may have: the nation's, or those of the actor's own unit; and when nobody may."""

from __future__ import annotations

from pathlib import Path

from checks.errors import RegisterError
from exports.publish import published_at
from exports.tables import NATIONAL
from ingest.access import may, require
from ingest.registration import erasure
from ingest.store import Tx


def scope_of(tx: Tx, unit: str | None = None) -> str:
    """The own unit's RESH-id for LC and LS, «nasjonal» for SC and NS; or ``unit``, which only whoever sees every unit may choose.

    Raises REG-060 for a role that may not have data, or not choose a unit.
    """
    require(tx.actor, "hente_data")
    if unit is not None:
        require(tx.actor, "se_nasjonalt")
        return unit
    return NATIONAL if may(tx.actor, "hente_nasjonalt") else tx.actor.enhet


def require_none_erased(tx: Tx, data: Path) -> None:
    """Raise REG-420 when a patient was erased after the publishing began: its files have the patient until the next one."""
    begun, erased = published_at(data), erasure.last(tx)
    if begun is not None and erased is not None and begun <= erased:
        raise RegisterError("REG-420")
