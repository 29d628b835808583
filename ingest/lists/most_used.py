"""The codes that a unit's own B 1.1 have used most of late: what its fields offer before anything is typed. Counts only; no
patient is named or told from another.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from checks import answers as ans
from checks.codebook import load
from checks.repeated import well_formed
from ingest.access import require
from ingest.store import Tx

FORM, LATEST, MOST = "b11", 300, 5

_FORMS = """
select v.svar
from register.skjema s
join register.skjemaversjon v using (forlop_id, skjema, versjon)
join register.forlop f using (forlop_id)
where f.enhet = ? and f.slettet is null and s.skjema = ?
order by s.sist_lagret desc
limit ?
"""


def most_used(tx: Tx, unit: str) -> dict[str, tuple[Any, ...]]:
    """The codes used most, best first, in the unit's ``LATEST`` saved B 1.1: at most ``MOST`` for each question that is searched
    in, by its variable, and for the table of opioids, by its id and with the drugs' stems.
    """
    require(tx.actor, "lese", unit)
    counted: dict[str, Counter[Any]] = {}
    for row in tx.rows(_FORMS, unit, FORM, LATEST):
        for name, code in _codes(json.loads(row["svar"] or "{}")):
            counted.setdefault(name, Counter())[code] += 1
    return {name: tuple(code for code, _ in found.most_common(MOST)) for name, found in counted.items()}


def _codes(svar: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """(question, code) of every answer of a form that was searched for."""
    form = load().skjema[FORM]
    found = [(v.navn, svar[v.navn]) for v in form.variabler.values() if v.oppslag and svar.get(v.navn) is not None]
    if table := form.opioidtabell:
        found += [(table.id, row.stamme) for row in table.rader if svar.get(row.dose.navn) is not None]
    for block in form.gjentatte:
        shape = ans.repeated_shape(form, block)
        searched = [(v.navn, v.fyller) for v in block.felt if v.oppslag and v.fyller and v.besvares]
        for row in well_formed(svar.get(block.navn)):
            asked = ans.visible(shape, {k: v for k, v in row.items() if k in shape.columns})
            found += [(navn, row[column]) for navn, column in searched if navn in asked and row.get(column) is not None]
    return found
