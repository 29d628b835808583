"""Whose published data an actor may have: the nation's, or those of the actor's own unit."""

from __future__ import annotations

from exports.tables import NATIONAL
from ingest.access import may, require
from ingest.store import Tx


def scope_of(tx: Tx) -> str:
    """The own unit's RESH-id for LC and LS, «nasjonal» for SC and NS. Raises REG-060 for a role that may not have data."""
    require(tx.actor, "hente_data")
    return NATIONAL if may(tx.actor, "hente_nasjonalt") else tx.actor.enhet
