"""What a unit uses most, as its search fields show it first; counted anew each hour."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from checks import kodeverk
from checks.codebook import load
from ingest.access import Actor, require
from ingest.lists import most_used
from ingest.store import Store, Tx

Often = dict[str, list[tuple[Any, str]]]


# Store -> unit -> the hour it was counted in, and what was found.
_counted: WeakKeyDictionary[Store, dict[str, tuple[str, Often]]] = WeakKeyDictionary()


def often(store: Store, actor: Actor, unit: str) -> Often:
    """(code, text) by question and by table of opioids, the most used first. Raises REG-060 and REG-061."""
    require(actor, "lese", unit)
    of_store, hour = _counted.setdefault(store, {}), f"{store.clock():%Y%m%d%H}"
    if of_store.get(unit, ("",))[0] != hour:
        with store.read(actor) as tx:
            found = most_used.most_used(tx, unit)
            texts = {name: [(code, _text(tx, name, code)) for code in codes] for name, codes in found.items()}
        of_store[unit] = hour, texts
    return of_store[unit][1]


def _text(tx: Tx, name: str, code: Any) -> str:
    """The text of a code of ICD-10 or NCSP; other fields have their texts already."""
    form = load().skjema[most_used.FORM]
    rows = {v.navn: v for block in form.gjentatte for v in block.felt}
    asked = {**form.variabler, **rows}.get(name)
    if asked is not None and asked.oppslag == "icd10":
        return kodeverk.icd10_text(code) or ""
    found = (
        tx.row("select tekst from register.ncsp where kode = ?", code) if asked and asked.oppslag == "ncsp" else None
    )
    return str(found["tekst"]) if found else ""
