"""Arbeidslisten: the unit's active forløp, one line each, read from head rows only (manual: «Arbeidsliste»)."""

from __future__ import annotations

from typing import Any

from checks import forlop as rules
from checks import identity, in_words
from checks.calculations.age import age_at
from checks.calculations.inclusion import ADULT
from checks.samtykke import shown_state
from ingest.access import require
from ingest.registration import patients
from ingest.registration.forlop import OF_TYPE
from ingest.store import OSLO, Tx

# A forløp is active while a behandler form of its type has not been completed.
_ACTIVE = f"""
select s.forlop_id
from register.skjema s
join register.forlop f using (forlop_id)
where f.enhet = ? and f.slettet is null and s.status < 1
  and s.skjema in {rules.CLINICIAN_FORMS}
  and ({OF_TYPE})
group by s.forlop_id
"""

_LINES = f"""
with active as ({_ACTIVE})
select f.*, p.fodselsdato, p.kjonn, p.avdod, p.dodsdato, i.fornavn, i.etternavn, i.idnr,
    l.visningsnavn as lokasjon, a.visningsnavn as avdeling
from active
join register.forlop f using (forlop_id)
join register.pasient p using (pasient_id)
join identitet.person i using (pasient_id)
left join register.lokasjon l using (lokasjon_id)
left join register.avdeling a using (avdeling_id)
order by f.startdato desc nulls first, f.forlop_id desc
"""


def rows(tx: Tx) -> list[dict[str, Any]]:
    """One dictionary per active forløp at the actor's unit, ready for the table on the screen, the newest first.

    A forløp without startdato stands before all that have one: whoever has just opened it looks for it at the top. The age is in
    whole years today, and ``dod`` says when a patient who is dead died. ``dager_aapen`` counts from startdato, or from creation while startdato is blank.
    """
    require(tx.actor, "lese", tx.actor.enhet)
    unit = tx.actor.enhet
    heads: dict[int, dict[str, dict[str, Any]]] = {}
    mine: set[int] = set()
    for h in tx.rows(
        f"select forlop_id, skjema, status, har_kommentar, sist_lagret_av from register.skjema "
        f"where forlop_id in (select forlop_id from ({_ACTIVE}))",
        unit,
    ):
        heads.setdefault(h["forlop_id"], {})[h["skjema"]] = h
        if h["sist_lagret_av"] == tx.actor.bruker:
            mine.add(h["forlop_id"])
    comments = _comments(tx, unit)
    return [
        _line(tx, row, heads[row["forlop_id"]], row["forlop_id"] in mine, comments.get(row["forlop_id"], {}))
        for row in tx.rows(_LINES, unit)
    ]


def _line(
    tx: Tx, row: dict[str, Any], heads: dict[str, dict[str, Any]], mine: bool, comments: dict[str, str]
) -> dict[str, Any]:
    age = age_at(row["fodselsdato"], tx.today) if row["fodselsdato"] else None
    opened = row["startdato"] or row["opprettet"].astimezone(OSLO).date()
    forms = rules.forms_of(row["forlopstype"])
    symbols = {
        form: {
            "status": heads[form]["status"] if form in forms and form in heads else None,
            "kommentar": bool(form in heads and heads[form]["har_kommentar"]),
        }
        for form in rules.CLINICIAN_FORMS
    }
    return {
        "forlop_id": row["forlop_id"],
        "pasient_id": row["pasient_id"],
        "navn": patients.listed_name(row["fornavn"], row["etternavn"]),
        "alder": age,
        "kjonn": row["kjonn"],
        "dod": in_words.death(row["avdod"], row["dodsdato"]),
        "barn": age is not None and age < ADULT,
        "fnr_maskert": identity.mask(row["idnr"]),
        "samtykke": shown_state(row["samtykke"], row["samtykke_type"], row["trukket_dato"], row["startdato"]),
        "startdato": row["startdato"].isoformat() if row["startdato"] else "",
        "lokasjon": row["lokasjon"] or "",
        "avdeling": row["avdeling"] or "",
        "avdeling_id": row["avdeling_id"],
        "mine": mine or row["opprettet_av"] == tx.actor.bruker,
        "dager_aapen": (tx.today - opened).days,
        "skjema": symbols,
        "po_kommentar": bool(comments.get("po")),
        "kommentar_b22": comments.get("b22", ""),
    }


def _comments(tx: Tx, unit: str) -> dict[int, dict[str, str]]:
    """Per forløp the comments of two forms: of PO, which has no head row that could say that there is one, and of
    B 2.2, whose comment alone is printed.
    """
    found: dict[int, dict[str, str]] = {}
    for r in tx.rows(
        f"select forlop_id, skjema, arg_max(tekst, versjon) as tekst from register.kommentar "
        f"where skjema in ('po', 'b22') and forlop_id in (select forlop_id from ({_ACTIVE})) group by all",
        unit,
    ):
        found.setdefault(r["forlop_id"], {})[r["skjema"]] = r["tekst"]
    return found
