"""The codebook's change log, made from its dates: per day, what came in and what went out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from checks.codebook.book import Codebook
from checks.codebook.time import Tid
from checks.codebook.words import quoted


@dataclass(frozen=True)
class Entry:
    """One thing that came in (``inn``) or went out on a day, with the edition it belongs to, if any."""

    dag: date
    inn: bool
    hva: str
    tid: Tid


def changelog(codebook: Codebook) -> list[Entry]:
    """Everything with a date, by day, and within a day in the order of the codebook, what came in first."""
    found = [
        Entry(dag, inn, what, tid)
        for what, tid in _dated(codebook)
        for dag, inn in ((tid.fra, True), (tid.til, False))
        if dag is not None
    ]
    return sorted(found, key=lambda e: (e.dag, not e.inn))


def undated(codebook: Codebook) -> list[tuple[str, Tid]]:
    """What belongs to a named edition without a day: its name, and its time."""
    return [(what, tid) for what, tid in _dated(codebook) if tid.utgave and tid.fra is None and tid.til is None]


def _dated(codebook: Codebook) -> Iterator[tuple[str, Tid]]:
    for form in codebook:
        for v in form.alle:
            yield f"{form.navn}, {quoted(v)}", v.tid
            for code in v.koder:
                yield f"{form.navn}, {quoted(v)}: koden {code.kode} («{code.tekst}»)", code.tid
