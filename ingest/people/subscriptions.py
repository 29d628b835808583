"""Subscriptions to reports: a coordinator begins, changes and stops them. One stops by itself when the role it was begun in
ends, the account is closed, or the unit is set inactive. What is made of them: exports/subscribed.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from checks import abonnement
from checks.abonnement import Months
from checks.errors import RegisterError
from ingest import audit, units
from ingest.access import Actor, may, require
from ingest.people import users
from ingest.store import OSLO, Tx

REMEMBERED = timedelta(days=90)  # how long a user is told that a subscription has stopped by itself


@dataclass(frozen=True)
class Subscription:
    """A user's subscription in a role at a unit. ``omfang`` is whose figures the report has: a RESH-id or «nasjonal»;
    ``endret`` since when it is as frequent as ``hyppighet`` says.
    """

    abonnement_id: int
    bruker: str
    rolle: str
    enhet: str
    omfang: str
    slag: str
    hyppighet: str
    begynt: datetime
    endret: datetime
    stoppet: datetime | None
    stoppet_grunn: str | None

    @property
    def since(self) -> date:
        """The day from which it is as frequent as it is, in Norway."""
        return self.endret.astimezone(OSLO).date()

    def due(self, today: date) -> Months | None:
        """The newest period that has ended, when it gives a report of it."""
        return abonnement.due(self.hyppighet, self.since, today)


_COLUMNS = ", ".join(Subscription.__dataclass_fields__)


def begin(tx: Tx, omfang: str, slag: str, hyppighet: str) -> int:
    """Subscribe, and return the subscription's number. Whoever subscribes to the report already has that one still, as
    frequent as ``hyppighet`` says.

    Raises REG-060 or REG-061 (not the actor's to subscribe to), REG-002 for a report or a frequency that is none, REG-463 for a
    report of a unit's own work, of the nation, REG-243 (no such unit), REG-238 (it is not active), and REG-470 without an e-mail address.
    """
    _require_scope(tx.actor, omfang)
    _require_known("Rapport", slag, abonnement.KINDS)
    _require_known("Hvor ofte", hyppighet, abonnement.OFTEN)
    if omfang == abonnement.NATION:
        if slag not in abonnement.OF_THE_NATION:
            raise RegisterError("REG-463", hva=abonnement.KINDS[slag])
    else:
        if omfang not in {unit["resh"] for unit in units.all_units(tx)}:
            raise RegisterError("REG-243", verdi=omfang)
        units.require_active_unit(tx, omfang, "abonnementer")
    account = users.account(tx, tx.actor.bruker)
    if account is None or not account["epost"]:
        raise RegisterError("REG-470")
    same = next((s for s in own(tx) if (s.omfang, s.slag) == (omfang, slag)), None)
    if same is not None:
        change(tx, same.abonnement_id, hyppighet)
        return same.abonnement_id
    number = tx.next_id("abonnement")
    tx.run(
        f"insert into register.abonnement ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, null, null)",
        number,
        tx.actor.bruker,
        tx.actor.rolle,
        tx.actor.enhet,
        omfang,
        slag,
        hyppighet,
        tx.now,
        tx.now,
    )
    details = {"abonnement": number, "utvalg": omfang, "slag": slag, "hyppighet": hyppighet}
    audit.log(tx, "abonnement begynt", details=details)
    return number


def _require_scope(actor: Actor, omfang: str) -> None:
    """Raise REG-060 or REG-061 unless the actor may subscribe to reports of a unit, or of the nation."""
    require(actor, "abonnere", None if omfang == abonnement.NATION else omfang)
    if omfang == abonnement.NATION:
        require(actor, "hente_nasjonalt")


def _require_known(field: str, value: str, known: dict[str, str]) -> None:
    if value not in known:
        raise RegisterError("REG-002", felt=field, verdi=value, forventet=", ".join(known.values()))


def change(tx: Tx, abonnement_id: int, hyppighet: str) -> None:
    """Let the report of one's own subscription be made this often from now on. Raises REG-060, REG-002, and REG-471 for one
    that is not the actor's, or has stopped.
    """
    found = _own(tx, abonnement_id)
    _require_known("Hvor ofte", hyppighet, abonnement.OFTEN)
    if found.stoppet is not None:
        raise RegisterError("REG-471")
    if found.hyppighet == hyppighet:
        return
    tx.run(
        "update register.abonnement set hyppighet = ?, endret = ? where abonnement_id = ?",
        hyppighet,
        tx.now,
        abonnement_id,
    )
    details = {"abonnement": abonnement_id, "hyppighet": {"fra": found.hyppighet, "til": hyppighet}}
    audit.log(tx, "abonnement endret", details=details)


def stop(tx: Tx, abonnement_id: int) -> None:
    """Stop one's own subscription; one that has stopped already stays as it is. Raises REG-060, and REG-471 for one that is not
    the actor's.
    """
    found = _own(tx, abonnement_id)
    if found.stoppet is None:
        _stop(tx, found, abonnement.BY_USER)


def _own(tx: Tx, abonnement_id: int) -> Subscription:
    found = next((s for s in own(tx, stopped=True) if s.abonnement_id == abonnement_id), None)
    if found is None:
        raise RegisterError("REG-471")
    return found


def _stop(tx: Tx, found: Subscription, reason: str) -> None:
    tx.run(
        "update register.abonnement set stoppet = ?, stoppet_grunn = ? where abonnement_id = ?",
        tx.now,
        reason,
        found.abonnement_id,
    )
    details = {"abonnement": found.abonnement_id, "bruker": found.bruker, "grunn": reason}
    audit.log(tx, "abonnement stoppet", details=details)


def own(tx: Tx, *, stopped: bool = False) -> list[Subscription]:
    """The actor's subscriptions in the role and at the unit of now, oldest first; ``stopped`` takes those too that have
    stopped. Raises REG-060.
    """
    require(tx.actor, "abonnere")
    rows = tx.rows(
        f"select {_COLUMNS} from register.abonnement where bruker = ? and rolle = ? and enhet = ? "
        "and (? or stoppet is null) order by abonnement_id",
        tx.actor.bruker,
        tx.actor.rolle,
        tx.actor.enhet,
        stopped,
    )
    return [Subscription(**row) for row in rows]


def running(tx: Tx, bruker: str | None = None) -> list[Subscription]:
    """The subscriptions that have not stopped, oldest first: a user's, or everybody's."""
    rows = tx.rows(
        f"select {_COLUMNS} from register.abonnement where stoppet is null and bruker = coalesce(?, bruker) "
        "order by abonnement_id",
        bruker,
    )
    return [Subscription(**row) for row in rows]


def ended(tx: Tx, found: Subscription) -> str | None:
    """Why the user may not have the report any more; None when the user may."""
    row = tx.row(
        "select k.aktiv, t.rolle is not null as har, e.aktiv = 0 as stengt from tilgang.konto k "
        "left join tilgang.tildeling t on t.bruker_id = k.bruker_id and t.enhet = ? and t.rolle = ? "
        "left join register.enhet e on e.resh = ? where k.bruker_id = ?",
        found.enhet,
        found.rolle,
        found.omfang,
        found.bruker,
    )
    if row is None or not row["aktiv"]:
        return abonnement.ACCOUNT
    actor = Actor(found.bruker, "", found.rolle, found.enhet)
    unit = None if found.omfang == abonnement.NATION else found.omfang
    allowed = may(actor, "abonnere", unit) and (unit is not None or may(actor, "hente_nasjonalt"))
    if not (row["har"] and allowed):
        return abonnement.ROLE
    return abonnement.UNIT if row["stengt"] else None


def stop_ended(tx: Tx, bruker: str | None = None) -> int:
    """Stop the subscriptions, a user's or everybody's, that the user may not have any more; returns how many."""
    reasons = [(found, ended(tx, found)) for found in running(tx, bruker)]
    for found, reason in reasons:
        if reason is not None:
            _stop(tx, found, reason)
    return sum(reason is not None for _, reason in reasons)


def stopped_by_themselves(tx: Tx) -> list[Subscription]:
    """The actor's subscriptions, in any role, that have stopped by themselves of late, newest first."""
    rows = tx.rows(
        f"select {_COLUMNS} from register.abonnement where bruker = ? and stoppet > ? and stoppet_grunn <> ? "
        "order by stoppet desc, abonnement_id",
        tx.actor.bruker,
        tx.now - REMEMBERED,
        abonnement.BY_USER,
    )
    return [Subscription(**row) for row in rows]
