"""Users and the roles they have at units."""

from __future__ import annotations

from ingest.access import Actor
from ingest.store import Tx


def add(tx: Tx, bruker_id: str, navn: str, tildelinger: list[tuple[str, str]]) -> None:
    """Add a user with (enhet, rolle) pairs."""
    tx.run("insert into tilgang.bruker values (?, ?)", bruker_id, navn)
    for enhet, rolle in tildelinger:
        tx.run("insert into tilgang.tildeling values (?, ?, ?)", bruker_id, enhet, rolle)


def demo_actors(tx: Tx) -> list[Actor]:
    """Every user in every role and unit, for the demo's choice at sign-in."""
    rows = tx.rows(
        "select bruker_id, navn, rolle, enhet from tilgang.bruker join tilgang.tildeling using (bruker_id) "
        "order by enhet, bruker_id"
    )
    return [Actor(r["bruker_id"], r["navn"], r["rolle"], r["enhet"]) for r in rows]


def names(tx: Tx) -> dict[str, str]:
    """User id to name, for screens; data holds ids only."""
    return {r["bruker_id"]: r["navn"] for r in tx.rows("select bruker_id, navn from tilgang.bruker")}
