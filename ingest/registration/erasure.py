"""Erasing a patient who demands it: identity and answers are deleted; the log keeps that it was done (docs/adr/007).

It is the one exception to «nothing is deleted». After the transaction ``Store.rewrite`` takes the contents out of the
file itself.
"""

from __future__ import annotations

from datetime import datetime

from checks import reasons
from checks.errors import RegisterError
from ingest import audit
from ingest.access import require
from ingest.registration import merged, reservations, reserved_remains
from ingest.store import Tx

REASON = "Pasienten er slettet etter krav"
_FORLOP = "forlop_id in (select forlop_id from register.forlop where pasient_id = ?)"
_ORDER = f"bestilling_id in (select bestilling_id from prom.bestilling where {_FORLOP})"
# Rows that are counted elsewhere, or that the chain of the log covers, stay, but lose what they say of the patient.
_STATEMENTS = (
    "delete from identitet.person where pasient_id = ?",
    "delete from identitet.tidligere_nummer where pasient_id = ?",
    "delete from register.dodsfall_rettet where pasient_id = ?",
    "delete from identitet.onske where pasient_id = $1 or annen = $1",
    "update register.sammenslaing set grunn = null, fylt = '{}' where fra = $1 or til = $1",
    "update register.reservasjon set begrunnelse = null where pasient_id = ?",
    f"delete from register.utkast where {_FORLOP}",
    f"delete from register.kommentar where {_FORLOP}",
    f"delete from register.avdelingsbytte where {_FORLOP}",
    f"delete from register.kvalitet_sett where {_FORLOP}",
    f"delete from prom.lenke where {_ORDER}",
    f"delete from prom.eprom_innboks where ordre_id in (select ordre_id from prom.eprom_ordre where {_ORDER})",
    f"delete from prom.eprom_ordre where {_ORDER}",
    f"delete from prom.utboks where {_ORDER}",
    f"delete from prom.bestilling where {_FORLOP}",
    f"delete from prom.papir where {_FORLOP}",
    f"update register.skjemaversjon set svar = null, bekreftet = null, grunn = null, salt = ''::blob where {_FORLOP}",
    f"update register.skjema set har_kommentar = false, lukket_grunn = null where {_FORLOP}",
    "update register.pasient set fodselsdato = null, kjonn = null, avdod = null, dodsdato = null, adressetype = null, "
    "dato_innhentet = null where pasient_id = ?",
    "update register.forlop set forlopstype = null, henvist_dato = null, startdato = null, tilsett = null, "
    "inkl_krit = null, samtykke = null, samtykke_type = null, samtykke_dato = null, trukket_dato = null, "
    "trukket_kilde = null, samtykke_registrert = null, inkludert = null, slutt_dato = null, lokasjon_id = null, "
    "avdeling_id = null where pasient_id = ?",
)


def last(tx: Tx) -> datetime | None:
    """When a patient was last erased; None when nobody has been."""
    row = tx.row("select max(tid) as tid from register.sletting")
    return row["tid"] if row else None


def is_there(tx: Tx, pasient_id: int) -> bool:
    """Whether the register has an identity under this PasientID."""
    return tx.row("select 1 from identitet.person where pasient_id = ?", pasient_id) is not None


def erase(tx: Tx, pasient_id: int, bekreftet: str, grunn: str, *, of_two: bool = False) -> int:
    """Erase a patient in all units and return how many forløp the patient had; only SC may. The PasientID that were merged into
    the patient's are erased too. Of a reserved patient the forløp stay countable, and the number is known again
    (reserved_remains.py).

    ``bekreftet`` is the PID that the user typed to confirm. ``grunn`` is kept in the register, so it must name nobody.
    ``of_two`` says that two coordinators have agreed, as a reserved patient demands.
    Raises REG-046 (unknown or erased already), REG-108 (not confirmed), REG-109 (no reason), REG-561, REG-616.
    """
    require(tx.actor, "slette_pasient")
    if not is_there(tx, pasient_id):
        raise RegisterError("REG-046")
    if bekreftet.strip() != str(pasient_id):
        raise RegisterError("REG-108")
    grunn = reasons.required(grunn, "REG-109")
    if merge := merged.in_force(tx, pasient_id):
        merged.part(tx, merge)  # after a restore to a moment when they were one: the other has not demanded it
    reserved = reservations.status(tx, pasient_id) == reservations.RESERVED
    if reserved and not of_two:
        raise RegisterError("REG-616")
    # After a restore to a moment before the reservation only the reason tells of it.
    if reserved or (of_two and grunn == reservations.REASON):
        reserved_remains.leave(tx, pasient_id)
    others = merged.absorbed(tx, pasient_id)
    count = _erase(tx, pasient_id, grunn)
    for other in others:
        _erase(tx, other, grunn)
    return count


def _erase(tx: Tx, pasient_id: int, grunn: str) -> int:
    for statement in _STATEMENTS:
        tx.run(statement, pasient_id)
    tx.run(
        "update register.forlop set slettet = ?, slettet_av = ?, slettet_grunn = ? where pasient_id = ?",
        tx.now,
        tx.actor.bruker,
        REASON,
        pasient_id,
    )
    tx.run(
        "insert into register.sletting (pasient_id, tid, bruker, grunn) values (?, ?, ?, ?)",
        pasient_id,
        tx.now,
        tx.actor.bruker,
        grunn,
    )
    row = tx.row("select count(*) as n from register.forlop where pasient_id = ?", pasient_id)
    count = int(row["n"]) if row else 0
    seal = audit.empty_rows(tx, pasient_id)
    audit.log(tx, audit.ERASED, pasient_id=pasient_id, details={"forløp": count, "forsegling": seal})
    return count
