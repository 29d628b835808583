"""A protected address (Folkeregisteret: strengt fortrolig or fortrolig adresse): it is neither kept, shown nor printed."""

from __future__ import annotations

import json

from checks.errors import RegisterError
from ingest.audit import canonical
from ingest.store import Tx

ADDRESS = ("adresse", "postnr", "poststed")
_TYPED = ("Adresse", "Postnr", "Poststed")  # as Personopplysninger calls them


def protect(tx: Tx, pasient_id: int) -> None:
    """Take the address away, also out of what users have typed in Personopplysninger and not saved."""
    tx.run(
        "update identitet.person set skjermet = true, adresse = null, postnr = null, poststed = null where pasient_id = ?",
        pasient_id,
    )
    typed = tx.rows(
        "select u.bruker, u.forlop_id, u.svar from register.utkast u join register.forlop f using (forlop_id) "
        "where f.pasient_id = ? and u.skjema = 'po'",
        pasient_id,
    )
    for row in typed:
        kept = {name: given for name, given in json.loads(row["svar"]).items() if name not in _TYPED}
        tx.run(
            "update register.utkast set svar = ? where bruker = ? and forlop_id = ? and skjema = 'po'",
            canonical(kept),
            row["bruker"],
            row["forlop_id"],
        )


def open_again(tx: Tx, pasient_id: int) -> None:
    """The address is not protected any more."""
    tx.run("update identitet.person set skjermet = false where pasient_id = ?", pasient_id)


def is_protected(tx: Tx, pasient_id: int) -> bool:
    """Whether the patient's address is protected."""
    row = tx.row("select skjermet from identitet.person where pasient_id = ?", pasient_id)
    return bool(row and row["skjermet"])


def require_none(tx: Tx, pasient_id: int, values: dict[str, object]) -> None:
    """Raise REG-541 when ``values`` have an address for a patient whose address is protected."""
    if any(values.get(name) for name in ADDRESS) and is_protected(tx, pasient_id):
        raise RegisterError("REG-541")
