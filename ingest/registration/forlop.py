"""Creating a forløp, reading it with its forms' status, moving it between avdelinger, deleting it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from checks import forlop as rules
from checks import reasons
from checks.codebook import load
from checks.errors import RegisterError
from ingest import audit, units
from ingest.access import may, require
from ingest.registration import merged, reservations
from ingest.store import Tx


@dataclass(frozen=True)
class FormHead:
    skjema: str
    versjon: int
    status: int
    sist_lagret: datetime | None
    sist_lagret_av: str | None
    har_kommentar: bool


@dataclass(frozen=True)
class Forlop:
    """The head row of a forløp and of each of its forms."""

    forlop_id: int
    pasient_id: int
    enhet: str
    forlopstype: int | None
    henvist_dato: date | None
    startdato: date | None
    tilsett: int | None
    inkl_krit: int | None
    samtykke: int | None
    samtykke_type: int | None
    samtykke_dato: date | None
    trukket_dato: date | None
    inkludert: datetime | None
    lokasjon_id: int | None
    avdeling_id: int | None
    opprettet: datetime
    opprettet_av: str
    skjema: dict[str, FormHead]

    @property
    def status(self) -> dict[str, int]:
        return {form: head.status for form, head in self.skjema.items()}

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of this forløp's type that the codebook had when the type was decided."""
        return tuple(form for form in rules.forms_of(self.forlopstype) if form in self.skjema)


# SQL: whether the type of the forløp f has the form s.
OF_TYPE = " or ".join(
    f"(s.skjema in {rules.forms_of(kind)} and coalesce(f.forlopstype, 1) >= {kind})"
    for kind in range(1, rules.PATIENT_TYPE + 1)
)
_COLUMNS = ", ".join(f"f.{name}" for name in Forlop.__dataclass_fields__ if name != "skjema")


def create(tx: Tx, pasient_id: int, *, of_dead: bool = False) -> int:
    """Open a new forløp for a patient at the actor's unit and return its ForlopsID.

    Raises REG-065 unless the unit has an active lokasjon and an active avdeling (manual: «Avdelinger», «Lokasjoner»), and
    REG-521 when the patient is dead, unless the user knows that (``of_dead``), and REG-610 for a patient who is reserved.
    """
    require(tx.actor, "registrere", tx.actor.enhet)
    units.require_active_unit(tx, tx.actor.enhet, "forløp")
    units.require_lists(tx, tx.actor.enhet)
    pasient_id = merged.kept(tx, pasient_id)
    reservations.require_free(tx, pasient_id)
    died = tx.row("select dodsdato from register.pasient where pasient_id = ? and avdod = 1", pasient_id)
    if died and not of_dead:
        raise RegisterError("REG-521", dag=f" {died['dodsdato']:%d.%m.%Y}" if died["dodsdato"] else "")
    forlop_id = tx.next_id("forlop")
    tx.run(
        "insert into register.forlop (forlop_id, pasient_id, enhet, opprettet, opprettet_av) values (?, ?, ?, ?, ?)",
        forlop_id,
        pasient_id,
        tx.actor.enhet,
        tx.now,
        tx.actor.bruker,
    )
    add_forms(tx, forlop_id, rules.forms_of(None))
    audit.log(tx, "forløp opprettet", pasient_id=pasient_id, forlop_id=forlop_id)
    return forlop_id


def add_forms(tx: Tx, forlop_id: int, forms: tuple[str, ...]) -> None:
    """Make a head row, with status −1, for each of ``forms`` that has none in the forløp."""
    tx.run(
        "insert into register.skjema (forlop_id, skjema, versjon, status, har_kommentar, opprettet, opprettet_av) "
        "select ?, unnest(?), 0, -1, false, ?, ? on conflict do nothing",
        forlop_id,
        list(forms),
        tx.now,
        tx.actor.bruker,
    )


def get(tx: Tx, forlop_id: int, action: str = "lese") -> Forlop:
    """The forløp, if it exists and the actor may do ``action`` (see ingest/access.py) at its unit.

    Raises REG-061 for another unit's forløp, without saying more, and REG-027 for a deleted or unknown one.
    """
    return _with_forms(tx, [_allowed(tx, forlop_id, action, _COLUMNS)])[0]


def deletion(tx: Tx, forlop_id: int) -> tuple[str, datetime] | None:
    """(Who deleted the forløp, when), for those who could read it; None when it is not deleted, or not in the register."""
    row = tx.row(
        "select enhet, slettet_av, slettet from register.forlop where forlop_id = ? and slettet is not null", forlop_id
    )
    return (row["slettet_av"], row["slettet"]) if row and may(tx.actor, "lese", row["enhet"]) else None


def require_allowed(tx: Tx, forlop_id: int, action: str) -> None:
    """Raise as ``get`` unless the actor may do ``action`` with the forløp."""
    _allowed(tx, forlop_id, action, "f.enhet")


def _allowed(tx: Tx, forlop_id: int, action: str, columns: str) -> dict[str, Any]:
    require(tx.actor, action)
    row = tx.row(f"select {columns} from register.forlop f where f.forlop_id = ? and f.slettet is null", forlop_id)
    if row is None:
        raise RegisterError("REG-027", forlop=forlop_id)
    require(tx.actor, action, row["enhet"])
    return row


def of_patient(tx: Tx, pasient_id: int) -> list[Forlop]:
    """Pasienthistorikk: the patient's forløp that the actor may see, newest first. SC sees all units'."""
    require(tx.actor, "lese")
    rows = tx.rows(
        f"select {_COLUMNS} from register.forlop f where f.pasient_id = ? and f.slettet is null "
        "order by coalesce(f.startdato, f.opprettet::date) desc, f.forlop_id desc",
        merged.kept(tx, pasient_id),
    )
    return _with_forms(tx, [row for row in rows if may(tx.actor, "lese", row["enhet"])])


def _with_forms(tx: Tx, rows: list[dict[str, Any]]) -> list[Forlop]:
    found = []
    for row in rows:
        heads = tx.rows(
            "select skjema, versjon, status, sist_lagret, sist_lagret_av, har_kommentar "
            "from register.skjema where forlop_id = ?",
            row["forlop_id"],
        )
        found.append(Forlop(**row, skjema={h["skjema"]: FormHead(**h) for h in heads}))
    return found


def change_avdeling(tx: Tx, forlop_id: int, avdeling_id: int) -> None:
    """Move the patient to another avdeling, with history; InnlAvd in B 1.1 stays (manual: «Arbeidsliste», blyant)."""
    forlop = get(tx, forlop_id)
    require(tx.actor, "bytte_avdeling", forlop.enhet)
    units.require_active(tx, "avdeling", forlop.enhet, avdeling_id)
    tx.run("update register.forlop set avdeling_id = ? where forlop_id = ?", avdeling_id, forlop_id)
    tx.run(
        "insert into register.avdelingsbytte values (?, ?, ?, ?, ?)",
        forlop_id,
        forlop.avdeling_id,
        avdeling_id,
        tx.actor.bruker,
        tx.now,
    )
    audit.log(
        tx,
        "avdeling byttet",
        pasient_id=forlop.pasient_id,
        forlop_id=forlop_id,
        details={"fra": forlop.avdeling_id, "til": avdeling_id},
    )


def delete(tx: Tx, forlop_id: int, grunn: str) -> None:
    """Mark a wrongly registered forløp as deleted, so that lists and datasets leave it out; the rows stay (LC, SC).

    Raises REG-650 without a reason, REG-561 (checks/reasons.py), and REG-024, which names the form, while any form, patient
    forms included, is ferdigstilt (manual: «Arbeidsliste»).
    """
    forlop = get(tx, forlop_id)
    require(tx.actor, "slette", forlop.enhet)
    grunn = reasons.required(grunn, "REG-650")
    for form in rules.ALL_FORMS:
        if forlop.status.get(form) == rules.COMPLETED:
            raise RegisterError("REG-024", skjema=load().skjema[form].navn)
    tx.run(
        "update register.forlop set slettet = ?, slettet_av = ?, slettet_grunn = ? where forlop_id = ?",
        tx.now,
        tx.actor.bruker,
        grunn,
        forlop_id,
    )
    tx.run("delete from register.utkast where forlop_id = ?", forlop_id)
    audit.log(tx, "forløp slettet", pasient_id=forlop.pasient_id, forlop_id=forlop_id, details={"grunn": grunn})


def move_to_type(tx: Tx, forlop: Forlop, forlopstype: int | None, head: dict[str, Any]) -> None:
    """Set the forløpstype and the columns of ``head`` in the head row, and open the forms of a new forløpstype.

    A correction of TO that does not change the forløpstype opens no form: a form that the codebook has got since then
    would make an innlevert forløp unfinished.
    """
    names = [*head, "forlopstype"]
    assignments = ", ".join(f"{name} = ?" for name in names)
    tx.run(
        f"update register.forlop set {assignments} where forlop_id = ?", *head.values(), forlopstype, forlop.forlop_id
    )
    if forlopstype != forlop.forlopstype:
        add_forms(tx, forlop.forlop_id, rules.forms_of(forlopstype))
