"""What a unit uses most, as its search fields show it first; counted anew each hour."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from app.forms.lookup_routes import ncsp_text
from checks import kodeverk
from checks.codebook import load
from ingest.access import Actor, require
from ingest.lists import most_used
from ingest.store import Store

Often = dict[str, list[tuple[Any, str]]]


def often(store: Store, actor: Actor, unit: str) -> Often:
    """(code, text) by question and by table of opioids, the most used first. Raises REG-060 and REG-061."""
    require(actor, "lese", unit)
    return _counted(store, actor, unit, f"{store.clock():%Y%m%d%H}")


@lru_cache(maxsize=64)
def _counted(store: Store, actor: Actor, unit: str, _hour: str) -> Often:
    with store.read(actor) as tx:
        found = most_used.most_used(tx, unit)
    return {name: [(code, _text(name, code)) for code in codes] for name, codes in found.items()}


def _text(name: str, code: Any) -> str:
    """The text of a code of ICD-10 or NCSP; other fields have their texts already."""
    asked = {v.navn: v.oppslag for block in load().skjema[most_used.FORM].gjentatte for v in block.felt}
    asked |= {v.navn: v.oppslag for v in load().skjema[most_used.FORM].variabler.values()}
    if asked.get(name) == "icd10":
        return kodeverk.icd10_text(code) or ""
    return (ncsp_text(code) or "") if asked.get(name) == "ncsp" else ""
