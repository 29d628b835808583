"""A unit's lists kept by its coordinator: lokasjoner and avdelinger added, renamed, set inactive, deleted.

Source: the manual's «Avdelinger» and «Lokasjoner». Every change is logged with old and new value. A change made by the
unit itself leaves a notice for the national coordinator, who is to be told of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from checks.codebook import load
from checks.errors import RegisterError
from ingest import audit
from ingest.access import everywhere, require
from ingest.lists import varsler
from ingest.store import Tx
from ingest.units import KINDS

LONGEST = {"navn": 100, "visningsnavn": 30, "resh": 10}
LABELS = {"navn": "Fullt navn", "visningsnavn": "Visningsnavn", "resh": "RESH-id", "aktiv": "Aktiv"}


@dataclass(frozen=True)
class Entry:
    """A lokasjon or avdeling. ``visningsnavn`` is what the arbeidsliste shows; ``resh`` digits or None."""

    navn: str
    visningsnavn: str
    resh: str | None = None
    aktiv: int = 1


def add_entry(tx: Tx, kind: str, enhet: str, navn: str, visningsnavn: str, resh: str | None = None) -> int:
    """Add a lokasjon or avdeling (``kind``) to the unit's list and return its id.

    Raises REG-100 … REG-103 for names or a RESH-id that cannot be used.
    """
    _may(tx, kind, enhet)
    entry = _valid(tx, kind, enhet, None, Entry(navn, visningsnavn, resh))
    entry_id = tx.next_id(kind)
    tx.run(
        f"insert into register.{kind} values (?, ?, ?, ?, ?, ?)",
        entry_id,
        enhet,
        entry.navn,
        entry.visningsnavn,
        entry.resh,
        entry.aktiv,
    )
    audit.log(tx, f"{kind} lagt til", details={"enhet": enhet, "id": entry_id, "til": asdict(entry)})
    _tell(tx, enhet, f"{kind.capitalize()} lagt til: {_words(entry)}")
    return entry_id


def get_entry(tx: Tx, kind: str, enhet: str, entry_id: int) -> Entry:
    """One entry of the unit's list. Raises REG-104 when the list does not have it."""
    _may(tx, kind, enhet)
    row = tx.row(
        f"select navn, visningsnavn, resh, aktiv from register.{kind} where {kind}_id = ? and enhet = ?",
        entry_id,
        enhet,
    )
    if row is None:
        raise RegisterError("REG-104", hva=kind)
    return Entry(**row)


def change_entry(tx: Tx, kind: str, enhet: str, entry_id: int, new: Entry) -> bool:
    """Give an entry the names and the active state of ``new``; False when nothing is different.

    Raises REG-104 (the entry is not on the unit's list), or REG-100 … REG-103 as ``add_entry``.
    """
    before = get_entry(tx, kind, enhet, entry_id)
    after = _valid(tx, kind, enhet, entry_id, new)
    changed = {k: (v, asdict(after)[k]) for k, v in asdict(before).items() if v != asdict(after)[k]}
    if not changed:
        return False
    tx.run(
        f"update register.{kind} set navn = ?, visningsnavn = ?, resh = ?, aktiv = ? where {kind}_id = ?",
        after.navn,
        after.visningsnavn,
        after.resh,
        after.aktiv,
        entry_id,
    )
    details = {k: {"fra": old, "til": value} for k, (old, value) in changed.items()}
    audit.log(tx, f"{kind} endret", details={"enhet": enhet, "id": entry_id, "endret": details})
    said = "; ".join(f"{LABELS[k]}: {_shown(k, old)} → {_shown(k, v)}" for k, (old, v) in changed.items())
    _tell(tx, enhet, f"{kind.capitalize()} endret: {before.navn} ({said})")
    return True


def remove_entry(tx: Tx, kind: str, enhet: str, entry_id: int) -> None:
    """Delete an entry that was made by mistake. Raises REG-105 once it has been used in a registration."""
    before = get_entry(tx, kind, enhet, entry_id)
    if used(tx, kind, entry_id):
        raise RegisterError("REG-105", verdi=before.navn)
    tx.run(f"delete from register.{kind} where {kind}_id = ?", entry_id)
    audit.log(tx, f"{kind} slettet", details={"enhet": enhet, "id": entry_id, "fra": asdict(before)})
    _tell(tx, enhet, f"{kind.capitalize()} slettet: {_words(before)}")


def used(tx: Tx, kind: str, entry_id: int) -> bool:
    """Whether the entry stands in a forløp (deleted or not), a saved version, a draft, or a change of avdeling."""
    assert kind in KINDS
    if tx.row(f"select 1 from register.forlop where {kind}_id = ? limit 1", entry_id):
        return True
    moved = "select 1 from register.avdelingsbytte where fra_avdeling_id = $1 or til_avdeling_id = $1 limit 1"
    if kind == "avdeling" and tx.row(moved, entry_id):
        return True
    return any(
        tx.row(
            f"select 1 from register.{table} where skjema = ? and try_cast(svar ->> ? as integer) = ? limit 1",
            form,
            variable,
            entry_id,
        )
        for form, variable in _variables(kind)
        for table in ("skjemaversjon", "utkast")
    )


def _variables(kind: str) -> list[tuple[str, str]]:
    """(form, variable) of every question that is answered from the list."""
    return [(form.id, v.navn) for form in load() for v in form.variabler.values() if v.oppslag == kind]


def _may(tx: Tx, kind: str, enhet: str) -> None:
    assert kind in KINDS
    require(tx.actor, "administrere_lister", enhet)


def _valid(tx: Tx, kind: str, enhet: str, entry_id: int | None, entry: Entry) -> Entry:
    """The entry without needless spaces. Raises REG-100 … REG-103 when the list cannot have it."""
    clean = replace(
        entry,
        navn=" ".join(entry.navn.split()),
        visningsnavn=" ".join(entry.visningsnavn.split()),
        resh=(entry.resh or "").strip() or None,
    )
    values: dict[str, Any] = asdict(clean)
    for field, most in LONGEST.items():
        if not values[field] and field != "resh":
            raise RegisterError("REG-100", felt=LABELS[field].lower(), hva=f"{kind}en")
        if len(values[field] or "") > most:
            raise RegisterError("REG-101", felt=LABELS[field], verdi=values[field][:most], grense=most)
    if clean.resh and not (clean.resh.isascii() and clean.resh.isdigit()):
        raise RegisterError("REG-102", verdi=clean.resh)
    for field in ("navn", "visningsnavn"):
        same = tx.row(
            f"select 1 from register.{kind} where enhet = ? and lower({field}) = lower(?) and {kind}_id <> ?",
            enhet,
            values[field],
            entry_id or 0,
        )
        if same:
            raise RegisterError("REG-103", felt=LABELS[field], verdi=values[field], hva=kind)
    return clean


def _tell(tx: Tx, enhet: str, text: str) -> None:
    if not everywhere(tx.actor):
        varsler.leave(tx, enhet, text)


def _words(entry: Entry) -> str:
    return f"{entry.navn} ({entry.visningsnavn}, RESH-id {entry.resh or 'ikke oppgitt'})"


def _shown(field: str, value: Any) -> str:
    if field == "aktiv":
        return "Ja" if value else "Nei"
    return f"«{value}»" if value else "ikke oppgitt"
