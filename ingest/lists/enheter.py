"""The units that take part, kept by the national coordinator: added, renamed, set inactive. None is ever deleted.

A unit that is not active takes no new forløp and gives no new roles; what it has stays, and can be completed
(docs/adr/019). Every change is logged, and leaves a notice: the statistician must know of it, as of changes in a unit's
own lists (manual: «Avdelinger», the NB).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from checks import units as rules
from checks.errors import InvalidAnswers, RegisterError
from checks.units import Unit
from ingest import audit, units
from ingest.access import require
from ingest.lists import varsler
from ingest.people import subscriptions
from ingest.store import Tx


def add(tx: Tx, unit: Unit) -> str:
    """Add an active unit; returns its RESH-id. InvalidAnswers with REG-100, REG-101, REG-236 or REG-237."""
    clean = _valid(tx, unit, but=None)
    units.add_unit(tx, **asdict(clean))
    audit.log(tx, "enhet lagt til", details={"til": asdict(clean)})
    varsler.leave(tx, clean.resh, f"Enhet lagt til: {clean.navn} ({clean.hf}, {clean.rhf})")
    return clean.resh


def change(tx: Tx, unit: Unit, aktiv: bool) -> bool:
    """Give the unit with this RESH-id other names, or set it active or inactive; False when nothing is different. Of an inactive
    one the subscriptions stop.

    Raises REG-243 for an unknown unit, and InvalidAnswers as ``add``.
    """
    clean = _valid(tx, unit, but=unit.resh)
    before = tx.row("select navn, hf, rhf, aktiv from register.enhet where resh = ?", unit.resh)
    if before is None:
        raise RegisterError("REG-243", verdi=unit.resh)
    after: dict[str, Any] = {"navn": clean.navn, "hf": clean.hf, "rhf": clean.rhf, "aktiv": int(aktiv)}
    changed = {name: {"fra": old, "til": after[name]} for name, old in before.items() if old != after[name]}
    if not changed:
        return False
    tx.run("update register.enhet set navn = ?, hf = ?, rhf = ?, aktiv = ? where resh = ?", *after.values(), clean.resh)
    audit.log(tx, "enhet endret", details={"enhet": clean.resh, "endret": changed})
    said = "; ".join(
        f"{_LABELS[name]}: {_shown(name, c['fra'])} → {_shown(name, c['til'])}" for name, c in changed.items()
    )
    varsler.leave(tx, clean.resh, f"Enhet endret: {before['navn']} ({said})")
    subscriptions.stop_ended(tx)
    return True


_LABELS = rules.LABELS | {"aktiv": "Aktiv"}


def _valid(tx: Tx, unit: Unit, *, but: str | None) -> Unit:
    """The unit, tidy. ``but`` is the RESH-id of the one that it takes the place of."""
    require(tx.actor, "administrere_enheter")
    clean = unit.tidy
    others = [Unit(*(row[name] for name in rules.COLUMNS)) for row in units.all_units(tx) if row["resh"] != but]
    if found := rules.problems(clean, others):
        raise InvalidAnswers(tuple(found))
    return clean


def _shown(name: str, value: Any) -> str:
    if name == "aktiv":
        return "Ja" if value else "Nei"
    return f"«{value}»"
