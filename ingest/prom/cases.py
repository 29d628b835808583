"""Read from head rows what the rules of patient forms (checks/eprom.py) decide by; no document is opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from checks import forlop as rules
from checks.codebook import load
from checks.eprom import LIVE, SENT, Sak
from checks.errors import RegisterError
from ingest.registration.editions import MAY_ASK_SINCE
from ingest.registration.reservations import EVERYBODY
from ingest.store import Tx

# The user id under which a patient's unfinished answers are kept as a draft.
PATIENT = "pasient"

_ORDERS = """
select o.forlop_id, o.skjema, o.bestilling_id, o.tilstand, o.arsak, o.dag, o.kanal
from prom.bestilling o
join (select max(bestilling_id) as bestilling_id from prom.bestilling group by forlop_id, skjema) using (bestilling_id)
"""

# SQL about the forløp f: whether it has patient forms, and since when the patient may be asked: by consent, or, in the edition with
# reservation, by being included. A reservation goes before both, and closes the forms as a withdrawn consent does.
_RESERVED = f"f.pasient_id in ({EVERYBODY})"
OF_FORLOP = f"""coalesce(f.forlopstype = {rules.PATIENT_TYPE} and f.slettet is null, false) as gjelder,
    case when {_RESERVED} then null
        when f.samtykke = 1 and f.samtykke_dato is not null and f.trukket_dato is null
        then coalesce(f.samtykke_registrert, f.samtykke_dato::timestamp at time zone 'Europe/Oslo')
        when f.inkludert is not null then f.inkludert end as samtykket,
    f.trukket_dato is not null or {_RESERVED} as trukket"""
# SQL about the patient p: whether the patient is dead.
OF_PATIENT = "coalesce(p.avdod = 1, false) as dod"

_CASES = f"""
with ordre as ({_ORDERS})
select s.forlop_id, s.skjema, s.status,
    {OF_FORLOP}, {OF_PATIENT},
    {MAY_ASK_SINCE} as samtykke_dato, f.startdato, f.slutt_dato,
    case when b.status = {rules.COMPLETED} then b.forst_ferdigstilt end as avsluttet,
    r.forlop_id is not null as papir,
    u.forlop_id is not null as begynt,
    o.bestilling_id, o.tilstand, o.arsak, o.dag, o.kanal, f.pasient_id,
    m.bestilling_id is not null as purret
from register.skjema s
join register.forlop f using (forlop_id)
join register.pasient p using (pasient_id)
left join register.skjema b on b.forlop_id = s.forlop_id and b.skjema = 'b22'
left join prom.papir r on r.forlop_id = s.forlop_id and r.skjema = s.skjema
left join register.utkast u on u.forlop_id = s.forlop_id and u.skjema = s.skjema and u.bruker = '{PATIENT}'
left join ordre o on o.forlop_id = s.forlop_id and o.skjema = s.skjema
left join prom.utboks m on m.bestilling_id = o.bestilling_id and m.slag = 'paaminnelse'
where s.skjema in {rules.PATIENT_FORMS}
"""


def open_cases(tx: Tx) -> list[Sak]:
    """Every patient form that something may be due for, in all units, by forløp and then in the forms' order.

    Left out are living patients without consent, for whom nothing can be due unless an order is still out.
    """
    return _found(
        tx,
        f"and ((f.forlopstype = {rules.PATIENT_TYPE} and f.slettet is null and s.status < 1 "
        "and (f.samtykke = 1 or f.inkludert is not null or p.avdod = 1)) "
        f"or o.tilstand in {LIVE})",
    )


def unanswered(tx: Tx, sent_by: date) -> list[int]:
    """The forløp with a form that was sent on ``sent_by`` or before, is not answered, and has not been reminded of."""
    rows = tx.rows(
        f"select distinct forlop_id from prom.bestilling o where tilstand = '{SENT}' and dag <= ? and not exists "
        "(select 1 from prom.utboks m where m.bestilling_id = o.bestilling_id and m.slag = 'paaminnelse') "
        "order by forlop_id",
        sent_by,
    )
    return [row["forlop_id"] for row in rows]


def of_forlop(tx: Tx, forlop_ids: Iterable[int]) -> list[Sak]:
    """The patient forms of these forløp, whatever their state."""
    return _found(tx, "and s.forlop_id in (select unnest(?::integer[]))", list(forlop_ids))


def of_form(tx: Tx, forlop_id: int, skjema: str) -> Sak:
    """One patient form. Raises REG-021 when the forløp has no such form."""
    for sak in of_forlop(tx, [forlop_id]):
        if sak.skjema == skjema and sak.gjelder:
            return sak
    raise RegisterError("REG-021", skjema=load().skjema[skjema].navn)


def of_unit(tx: Tx, enhet: str) -> list[Sak]:
    """The patient forms, completed ones too, of the unit's forløp that have at least one open patient form."""
    return _found(
        tx,
        f"and f.enhet = ? and f.forlopstype = {rules.PATIENT_TYPE} and f.slettet is null and s.forlop_id in "
        f"(select forlop_id from register.skjema where skjema in {rules.PATIENT_FORMS} and status < 1)",
        enhet,
    )


def _found(tx: Tx, where: str, *params: Any) -> list[Sak]:
    found = [Sak(**row) for row in tx.rows(_CASES + where, *params)]
    return sorted(found, key=lambda sak: (sak.forlop_id, rules.PATIENT_FORMS.index(sak.skjema)))
