"""Who the messages to a unit's patients say that they are from; set by the national coordinator on Enheter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from checks import senders as rules
from checks.errors import InvalidAnswers, RegisterError
from checks.senders import Sender
from ingest import audit
from ingest.access import require
from ingest.store import Tx


def chosen(tx: Tx) -> dict[str, Sender]:
    """RESH-id -> the sender that is set; units that have set none are left out."""
    require(tx.actor, "administrere_enheter")
    return {row["enhet"]: Sender(row["navn"], row["telefon"]) for row in tx.rows("select * from prom.avsender")}


def change(tx: Tx, enhet: str, sender: Sender) -> bool:
    """Set the unit's sender, or take it away with an empty one; False when nothing is different.

    Raises REG-243 for an unknown unit, and InvalidAnswers as rules.problems. Messages that wait keep what they say.
    """
    before, clean = chosen(tx).get(enhet, Sender()), sender.tidy
    if tx.row("select 1 from register.enhet where resh = ?", enhet) is None:
        raise RegisterError("REG-243", verdi=enhet)
    if found := rules.problems(clean):
        raise InvalidAnswers(tuple(found))
    if clean == before:
        return False
    tx.run("delete from prom.avsender where enhet = ?", enhet)
    if clean != Sender():
        tx.run("insert into prom.avsender values (?, ?, ?)", enhet, clean.navn, clean.telefon)
    audit.log(tx, "avsender endret", details={"enhet": enhet, "fra": asdict(before), "til": asdict(clean)})
    return True


def of_forlop(tx: Tx, forlop_ids: Iterable[int]) -> dict[int, Sender]:
    """ForlopsID -> whom a message to its patient is from."""
    rows = tx.rows(
        "select f.forlop_id, coalesce(e.hf, '') as hf, a.navn, a.telefon from register.forlop f "
        "left join register.enhet e on e.resh = f.enhet left join prom.avsender a on a.enhet = f.enhet "
        "where f.forlop_id in (select unnest(?::integer[]))",
        list(forlop_ids),
    )
    return {
        row["forlop_id"]: Sender(row["navn"], row["telefon"]) if row["navn"] else rules.of_trust(row["hf"])
        for row in rows
    }
