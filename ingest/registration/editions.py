"""From which day the register uses a named edition of the codebook (docs/adr/037)."""

from __future__ import annotations

from datetime import date

from checks import reservasjon
from checks.codebook.loader import take_into_use
from ingest import audit
from ingest.access import JOB
from ingest.store import Store, Tx

# SQL: the day from which the patient of the forløp f may be asked: of the consent, or of the inclusion.
MAY_ASK_SINCE = "coalesce(f.samtykke_dato, (f.inkludert at time zone 'Europe/Oslo')::date)"
# The forløp under the edition whose criteria are met, and what their patient forms went out after until now.
_INCLUDED = """update register.forlop set inkludert = case when startdato >= ? and inkl_krit = 1 and slettet is null
    then coalesce(inkludert, samtykke_registrert, startdato::timestamp at time zone 'Europe/Oslo') end"""


def use_reservation(store: Store, fra: date | None) -> None:
    """Let the register use the edition with reservation for the forløp that start on ``fra`` or later; None changes nothing.

    The register remembers it, so that every later process judges by the same day, whatever its settings say.
    """
    if fra is None or fra == reservasjon.begins():
        return
    with store.write(JOB) as tx:
        take(tx, fra)
    take_into_use({reservasjon.RESERVASJON: fra})


def take(tx: Tx, fra: date) -> None:
    """Write the day in the register, and what it decides of the forløp that are there."""
    tx.run("delete from register.utgave where navn = ?", reservasjon.RESERVASJON)
    tx.run("insert into register.utgave values (?, ?, ?, ?)", reservasjon.RESERVASJON, fra, tx.now, tx.actor.bruker)
    tx.run(_INCLUDED, fra)
    audit.log(tx, "utgave tatt i bruk", details={"utgave": reservasjon.RESERVASJON, "fra": fra.isoformat()})
