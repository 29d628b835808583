"""Falls in pain that matter: at least 2 points, and at least 30 %, by how strong the pain was at the first visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.results.charts.drawn import Drawn
from app.results.charts.look import Look
from app.results.charts.parts import bars_across
from app.ui import texts
from checks.comparison.responders import BANDS, PERCENT, POINTS, Responders, responders
from exports.figures.indicator_data import Value, others_share
from exports.figures.shares import HELD_BACK, Bar

Pairs = Mapping[tuple[int, int], int]
FALLS = (("points", f"minst {POINTS} poeng"), ("percent", f"minst {PERCENT}\u00a0%"))


def chart(measure: str, own: Pairs, everybody: Pairs | None, smallest: int, colours: Look) -> Drawn | None:
    """Bars of the two falls for each band of NRS and for all; `everybody` is what a unit is compared with, in whole per
    cent, where the other units' part of it is not small. None when nobody had pain at both visits.
    """
    found = responders(own)
    if not found[-1].n:
        return None
    bars = [
        Bar(
            f"{_band(band)}: {words}",
            getattr(band, fall),
            band.n,
            None if everybody is None else _nation(band, _same(band, everybody), fall, smallest),
        )
        for band in (found[-1], *found[:-1])
        for fall, words in FALLS
        if band.n
    ]
    without = sum(n for (first, _), n in own.items() if not first)
    said = f"{texts.number(found[-1].n)} forløp med smerte ved første tilsyn"
    if without:
        said += f"; {texts.number(without)} uten smerte er ikke med"
    drawn = bars_across(f"{measure}: fall som betyr noe", said, bars, colours, axis="Andel", of=True)
    hidden = everybody is not None and any(bar.nation is None for bar in bars)
    return replace(drawn, notes=(HELD_BACK,) if hidden else ())


def _band(band: Responders) -> str:
    return "Alle" if (band.low, band.high) == (BANDS[0][0], BANDS[-1][1]) else f"NRS {band.low}–{band.high}"


def _same(band: Responders, pairs: Pairs) -> Responders:
    return next(other for other in responders(pairs) if (other.low, other.high) == (band.low, band.high))


def _nation(own: Responders, all_of: Responders, fall: str, smallest: int) -> float | None:
    return others_share(Value(getattr(own, fall), own.n), Value(getattr(all_of, fall), all_of.n), True, smallest)
