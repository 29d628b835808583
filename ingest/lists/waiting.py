"""What waits at the unit today: the live figures at the top of Lokal oversikt, from head rows; no document is opened.

Sources: the manual's «Arbeidsliste», «Samtykke», «ePROM» and «Utfylling på papir». The lines hold no names, because the
whole team looks at the page; each line leads to its forløp.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from checks import eprom
from checks import forlop as rules
from ingest.access import require
from ingest.registration.editions import MAY_ASK_SINCE
from ingest.registration.forlop import OF_TYPE
from ingest.registration.reservations import EVERYBODY
from ingest.store import Tx

OPEN_DAYS = 14
LOCK_DAYS = timedelta(days=6)
SOON = timedelta(days=2)
OPIOID_SOON = timedelta(days=7)
# The forms that go out some days after sluttdato (Opioid), and how many.
_LATER = {skjema: form.dager for skjema, form in eprom.FORMS.items() if form.dager}


@dataclass(frozen=True)
class Waiting:
    """One forløp that waits: at which avdeling, since or until which day, and which form the line opens."""

    forlop_id: int
    avdeling: str
    dag: date
    skjema: str


@dataclass(frozen=True)
class Lists:
    """Four lists of what waits, each by day with the oldest first.

    ``laases`` has the patient forms that lock in two days or less; ``opioid`` those of the form Opioid that are to be
    sent in a week or less, or should have been sent and are not ordered.
    """

    aapne: list[Waiting]
    samtykke: list[Waiting]
    laases: list[Waiting]
    opioid: list[Waiting]


_HERE = """f.enhet = $enhet and f.slettet is null
  and ($avdeling::integer is null or f.avdeling_id = $avdeling) and ($lokasjon::integer is null or f.lokasjon_id = $lokasjon)"""
_OPEN = f"""
select f.forlop_id, coalesce(a.visningsnavn, '') as avdeling, f.startdato as dag,
    arg_min(s.skjema, list_position({list(rules.CLINICIAN_FORMS)}, s.skjema)) as skjema
from register.forlop f
join register.skjema s using (forlop_id)
left join register.avdeling a using (avdeling_id)
where {_HERE} and f.startdato < $dag and s.status < 1
  and s.skjema in {rules.CLINICIAN_FORMS} and ({OF_TYPE})
group by all order by dag, f.forlop_id
"""
_CONSENT = f"""
select f.forlop_id, coalesce(a.visningsnavn, '') as avdeling, f.startdato as dag, 'to' as skjema
from register.forlop f left join register.avdeling a using (avdeling_id)
where {_HERE} and f.tilsett = 1 and f.inkl_krit = 1 and f.samtykke is null and f.inkludert is null
  and f.startdato is not null
order by dag, f.forlop_id
"""
# The days until the lock are counted from the sending of an ePROM. On paper they are counted from consent or from
# sluttdato, whichever the form is sent after.
_LOCKS = f"""
with papir as (
    select p.forlop_id, p.skjema,
        case when p.skjema in {eprom.AT_CONSENT} then {MAY_ASK_SINCE} else f.slutt_dato end as dag
    from prom.papir p
    join register.forlop f using (forlop_id)
    where f.enhet = $enhet
),
sendt as (
    select forlop_id, skjema, max(dag) as dag from prom.bestilling where tilstand = 'sendt' group by all
)
select f.forlop_id, coalesce(a.visningsnavn, '') as avdeling, u.dag + {LOCK_DAYS.days} as dag, u.skjema
from (from papir union all from sendt) u
join register.forlop f using (forlop_id)
join register.skjema s on s.forlop_id = u.forlop_id and s.skjema = u.skjema
left join register.avdeling a using (avdeling_id)
where {_HERE} and s.status < 1 and u.dag + {LOCK_DAYS.days} between $idag and $snart
order by dag, f.forlop_id
"""
_OPIOID = f"""
select f.forlop_id, coalesce(a.visningsnavn, '') as avdeling, f.slutt_dato + d.dager as dag, d.skjema
from register.forlop f
cross join (select unnest({list(_LATER)}) as skjema, unnest({list(_LATER.values())}) as dager) d
join register.skjema s on s.forlop_id = f.forlop_id and s.skjema = d.skjema and s.status < 1
join register.skjema h on h.forlop_id = f.forlop_id and h.skjema = 'b22' and h.status = 1
left join register.avdeling a using (avdeling_id)
where {_HERE} and f.forlopstype = 3
  and (f.samtykke = 1 and f.trukket_dato is null or f.inkludert is not null and f.pasient_id not in ({EVERYBODY}))
  and f.slutt_dato + d.dager <= $snart
  and not exists (from prom.bestilling b where b.forlop_id = f.forlop_id and b.skjema = d.skjema)
order by dag, f.forlop_id
"""


def lists(tx: Tx, enhet: str, avdeling: int | None = None, lokasjon: int | None = None) -> Lists:
    """What waits at the unit now, or only at an avdeling and a lokasjon of it (ids).

    None stands for every one, and takes in the forløp whose avdeling or lokasjon is not registered yet.

    Raises REG-060, or REG-061 for another unit than the actor's.
    """
    require(tx.actor, "se_oversikt", enhet)
    today, here = tx.today, {"enhet": enhet, "avdeling": avdeling, "lokasjon": lokasjon}
    return Lists(
        _read(tx, _OPEN, **here, dag=today - timedelta(days=OPEN_DAYS)),
        _read(tx, _CONSENT, **here),
        _read(tx, _LOCKS, **here, idag=today, snart=today + SOON),
        _read(tx, _OPIOID, **here, snart=today + OPIOID_SOON),
    )


def _read(tx: Tx, sql: str, **values: object) -> list[Waiting]:
    return [Waiting(*row.values()) for row in tx.rows(sql, **values)]
