"""The figures of Lokal oversikt as a poster for the corridor."""

from __future__ import annotations

from datetime import datetime

from app.ui import texts
from exports.figures.data import Period
from exports.figures.numbers import Numbers
from exports.printouts.korridor import Change, Share, Sheet, printout

_SHARES = (
    ("tilsyn", (1,), "Pasienten fikk tilsyn av smerteteamet"),
    ("samme_dag", (1,), "Tilsett samme dag som henvist"),
    ("faggrupper", (1,), "Behandlet av minst to faggrupper"),
    ("opioidreduksjon", (1, 2), "Lavere dose opioider ved siste tilsyn"),
    ("nedtrappingsplan", (1,), "Plan for nedtrapping av opioider, når det er behov"),
    ("fornoyd", (4, 5), "Fornøyd i stor eller svært stor grad"),
)
_CHANGES = (
    ("StSmBev", "Sterkeste smerte i bevegelse, snitt (0–10)"),
    ("StSmRo", "Sterkeste smerte i ro, snitt (0–10)"),
)
NRS = 10


def pdf(numbers: Numbers, unit: str, period: Period, published: datetime, smallest: int) -> bytes:
    """One A4 page as PDF, with no count under `smallest`; the same figures give the same bytes."""
    shares = [
        Share(label, numbers.of(diagram).n(*codes), numbers.of(diagram).whole, around=diagram == "tilsyn")
        for diagram, codes, label in _SHARES
    ]
    changes = [
        Change(label, pair.first, pair.last, pair.n, NRS)
        for name, label in _CHANGES
        if (pair := numbers.pairs.get(name)) is not None
    ]
    sheet = Sheet(
        unit, period.words, texts.moment(published), numbers.of("forlopstype").whole, shares, changes, smallest
    )
    return printout(sheet, published).pdf()
