"""The coordinator's work on a unit's lists of lokasjoner and avdelinger (manual: «Avdelinger», «Lokasjoner»)."""

from __future__ import annotations

from checks.errors import RegisterError
from ingest import audit, units
from ingest.access import require
from ingest.store import Tx

# Where an entry's id stands: head rows, moves, and the registration itself (B 1.1, all its versions).
_USED = {
    "lokasjon": (
        "select forlop_id, lokasjon_id as id from register.forlop",
        "select forlop_id, try_cast(svar->>'Lokasjon' as int) from register.skjemaversjon where skjema = 'b11'",
    ),
    "avdeling": (
        "select forlop_id, avdeling_id as id from register.forlop",
        "select forlop_id, try_cast(svar->>'InnlAvd' as int) from register.skjemaversjon where skjema = 'b11'",
        "select forlop_id, fra_avdeling_id from register.avdelingsbytte",
        "select forlop_id, til_avdeling_id from register.avdelingsbytte",
    ),
}


def used(tx: Tx, kind: str, enhet: str) -> dict[int, int]:
    """Id -> number of forløp that have used the entry, for the entries of the unit that have been used."""
    require(tx.actor, "administrere_lister", enhet)
    rows = tx.rows(
        f"select u.id, count(distinct u.forlop_id) as n from ({' union all '.join(_USED[kind])}) u "
        f"join register.{kind} e on e.{kind}_id = u.id where e.enhet = ? group by u.id",
        enhet,
    )
    return {r["id"]: r["n"] for r in rows}


def add(tx: Tx, kind: str, enhet: str, navn: str, visningsnavn: str, resh: str) -> int:
    """Add an active entry and return its id. Raises REG-066 (RESH-id) or REG-067 (a name is missing)."""
    values = _checked(navn, visningsnavn, resh)
    entry_id = units.add_entry(tx, kind, enhet, *values)
    audit.log(tx, f"{kind} lagt til", details={"id": entry_id, "navn": values[0]})
    return entry_id


def change(
    tx: Tx, kind: str, enhet: str, entry_id: int, navn: str, visningsnavn: str, resh: str, active: bool
) -> None:
    """Change an entry of the unit. One that is not active stays on old registrations and is not offered for new."""
    require(tx.actor, "administrere_lister", enhet)
    tx.run(
        f"update register.{kind} set navn = ?, visningsnavn = ?, resh = ?, aktiv = ? "
        f"where {kind}_id = ? and enhet = ?",
        *_checked(navn, visningsnavn, resh), int(active), entry_id, enhet,
    )  # fmt: skip
    audit.log(tx, f"{kind} endret", details={"id": entry_id, "aktiv": int(active)})


def remove(tx: Tx, kind: str, enhet: str, entry_id: int) -> None:
    """Remove an entry that was made by mistake. Raises REG-068 when a registration has used it."""
    if used(tx, kind, enhet).get(entry_id):
        raise RegisterError("REG-068", hva=kind)
    tx.run(f"delete from register.{kind} where {kind}_id = ? and enhet = ?", entry_id, enhet)
    audit.log(tx, f"{kind} slettet", details={"id": entry_id})


def _checked(navn: str, visningsnavn: str, resh: str) -> tuple[str, str, str | None]:
    name, shown, number = navn.strip(), visningsnavn.strip(), resh.strip()
    if not name or not shown:
        raise RegisterError("REG-067", felt="Visningsnavn" if name else "Navn")
    if number and not (number.isascii() and number.isdigit()):
        raise RegisterError("REG-066", verdi=number)
    return name, shown, number or None
