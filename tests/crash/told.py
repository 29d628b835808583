"""What processes were told is saved, held against the register."""

from __future__ import annotations

from ingest.store import Store
from tests import support
from tests.crash.work import Fact


class Told:
    """What processes were told is saved."""

    def __init__(self) -> None:
        self.facts: set[Fact] = set()

    def hear(self, facts: list[Fact]) -> None:
        self.facts.update(fact for fact in facts if fact[0] in ("versjon", "pasient", "forløp", "bestilling"))

    def missing(self, store: Store) -> set[Fact]:
        """What of it the register does not have. A patient is looked up by number, and by reading every row."""
        with store.read(support.SC) as tx:
            found: set[Fact] = {
                ("versjon", *row.values())
                for row in tx.rows("select forlop_id, skjema, versjon from register.skjemaversjon")
            }
            found |= {("forløp", row["forlop_id"]) for row in tx.rows("select forlop_id from register.forlop")}
            found |= {("bestilling", r["bestilling_id"]) for r in tx.rows("select bestilling_id from prom.bestilling")}
            people = {
                row["idnr"]: row["pasient_id"] for row in tx.rows("select idnr, pasient_id from identitet.person")
            }
            found |= {("pasient", pasient_id, idnr) for idnr, pasient_id in people.items()}
            for idnr, pasient_id in people.items():
                looked_up = tx.rows("select pasient_id from identitet.person where idnr = ?", idnr)
                assert looked_up == [{"pasient_id": pasient_id}]
        return self.facts - found
