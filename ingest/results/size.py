"""How large the register is, for Systeminfo."""

from __future__ import annotations

from ingest.access import require
from ingest.store import Tx

_COUNTED = {
    "Pasienter": "register.pasient where pasient_id not in "
    "(select pasient_id from register.sletting union select fra from register.sammenslaing where angret is null)",
    "Pasienter slettet etter krav": "register.sletting",
    "Forløp": "register.forlop where slettet is null",
    "Lagrede skjemaversjoner": "register.skjemaversjon",
    "Utkast": "register.utkast",
    "Hendelser i loggen": "tilgang.logg",
    "Brukere": "tilgang.bruker",
}


def counts(tx: Tx) -> dict[str, int]:
    """Norwegian words for each thing that is counted -> how many there are; only SC may ask."""
    require(tx.actor, "se_systeminfo")
    found = {}
    for what, table in _COUNTED.items():
        row = tx.row(f"select count(*) as n from {table}")
        found[what] = int(row["n"]) if row else 0
    return found
