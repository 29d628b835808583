"""Drafts: what a user has typed in a form and not saved, kept at once after each field and without validation. Each user
has one draft per forløp and form.

A reload, a lost connection or an expired session loses at most the field being typed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks.values import require_storable
from ingest.audit import canonical
from ingest.registration import forlop
from ingest.store import Tx

COMMENT = ":kommentar"  # after the form's name: the draft of its internal comment (comments.py)


@dataclass(frozen=True)
class Draft:
    """A user's unsaved answers. ``grunnversjon`` is the version of the form that the draft was begun on."""

    grunnversjon: int
    svar: dict[str, Any]
    tid: datetime


def keep(tx: Tx, forlop_id: int, skjema: str, grunnversjon: int, svar: dict[str, Any]) -> None:
    """Store the actor's draft of the form, in place of the one before. Raises REG-255 for what no form can hold."""
    forlop.require_allowed(tx, forlop_id, "registrere")
    put(tx, forlop_id, skjema, grunnversjon, svar)


def put(tx: Tx, forlop_id: int, skjema: str, grunnversjon: int, svar: dict[str, Any]) -> None:
    """Store a draft as ``keep`` does, without asking about access: the caller has asked in the same transaction."""
    require_storable(svar)
    draft, key = (grunnversjon, canonical(svar), tx.now), (tx.actor.bruker, forlop_id, skjema)
    if not _update(tx, draft, key):
        tx.run("insert into register.utkast values (?, ?, ?, ?, ?, ?)", *key, *draft)


def replace(
    tx: Tx, forlop_id: int, skjema: str, before: dict[str, Any], grunnversjon: int, svar: dict[str, Any]
) -> bool:
    """Store a draft as ``keep`` does, if the draft there is has the answers ``before``; otherwise nothing is stored."""
    forlop.require_allowed(tx, forlop_id, "registrere")
    require_storable(svar)
    key = tx.actor.bruker, forlop_id, skjema
    return _update(tx, (grunnversjon, canonical(svar), tx.now), key, "and svar = ?", canonical(before))


def _update(tx: Tx, draft: tuple[Any, ...], key: tuple[Any, ...], only: str = "", *values: Any) -> bool:
    # Not «on conflict»: DuckDB plans it as a join, and every join leaves pages on DuckDB's list of memory that it may
    # give back, so that the list grows with every answer.
    return bool(
        tx.rows(
            "update register.utkast set grunnversjon = ?, svar = ?, tid = ? "
            f"where bruker = ? and forlop_id = ? and skjema = ? {only} returning forlop_id",
            *draft,
            *key,
            *values,
        )
    )


def get(tx: Tx, forlop_id: int, skjema: str) -> Draft | None:
    """The actor's own draft of the form, or None."""
    row = tx.row(
        "select grunnversjon, svar, tid from register.utkast where bruker = ? and forlop_id = ? and skjema = ?",
        tx.actor.bruker,
        forlop_id,
        skjema,
    )
    return None if row is None else Draft(row["grunnversjon"], json.loads(row["svar"]), row["tid"])


def of_others(tx: Tx, forlop_id: int) -> dict[str, set[str]]:
    """User → the forms that others than the actor have begun to fill in and not saved; these are lost when the forløp is
    deleted.
    """
    forlop.require_allowed(tx, forlop_id, "slette")
    found: dict[str, set[str]] = {}
    for row in tx.rows(
        "select bruker, skjema from register.utkast where forlop_id = ? and bruker <> ?", forlop_id, tx.actor.bruker
    ):
        found.setdefault(row["bruker"], set()).add(row["skjema"].removesuffix(COMMENT))
    return found


def drop(tx: Tx, forlop_id: int, skjema: str) -> None:
    """Delete the actor's draft, because its answers are saved or the user discarded them."""
    tx.run(
        "delete from register.utkast where bruker = ? and forlop_id = ? and skjema = ?",
        tx.actor.bruker,
        forlop_id,
        skjema,
    )
