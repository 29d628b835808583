"""Answers to any form of the codebook: every question gets a plausible answer, so a new question needs nothing here.

A question that is shown only after certain answers is answered in any case; completing the form clears the answers
to questions that are not shown.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from checks.answers import shape
from checks.codebook import Behandlere, Flervalg, Variabel
from ingest.demo import odds
from ingest.demo.draw import Draw

Columns = dict[str, pl.Series]


def form(skjema: str, draw: Draw, n: int, context: pl.DataFrame, given: Mapping[str, pl.Series]) -> pl.DataFrame:
    """n documents of a form as one typed frame.

    ``given`` replaces the drawn answers of its variables; ``context`` has the columns of other forms («to.Tilsett»).
    """
    made = shape(skjema)
    drawn: Columns = {}
    for section in made.skjema.seksjoner:
        for block in section.felt:
            if isinstance(block, Variabel):
                drawn[block.navn] = _answer(draw, n, block)
            elif isinstance(block, Flervalg):
                drawn |= _boxes(draw, n, block)
            elif isinstance(block, Behandlere):
                drawn |= _clinicians(draw, n, block)
    drawn |= given
    blank = pl.Series([None]).new_from_index(0, n)
    columns = [
        drawn.get(name, blank).cast(kind).alias(name) for name, kind in made.dtypes.items() if name in made.columns
    ]
    return pl.DataFrame([*columns, *(context[name].cast(made.dtypes[name]) for name in made.context)])


def _answer(draw: Draw, n: int, v: Variabel) -> pl.Series:
    offered = [k.kode for k in v.koder if k.tilbys]
    if v.besvares and v.type == "liste" and offered:
        return draw.codes(n, odds.LISTS.get(v.stamme) or {k: 0.05 if k in (9, 99) else 1.0 for k in offered})
    if v.besvares and v.type == "tall":
        low, high = v.mykt or v.hardt or (0, 10)
        return pl.Series(draw.whole(n, int(low), int(min(high, low + 20))))
    return pl.Series([None]).new_from_index(0, n)


def _boxes(draw: Draw, n: int, block: Flervalg) -> Columns:
    offered = [v for v in block.alternativer if v.aktiv and v.tilbys]
    chances = {v.navn: odds.BOXES.get(v.stamme, odds.BOX if len(offered) > 4 else 0.5) for v in offered}
    ticked = {name: draw.yes(n, chance) for name, chance in chances.items()}
    # The boxes that are shown whenever the question is: one of these has to be ticked.
    first = [v.navn for v in offered if v.vises_naar == block.vises_naar and v.navn not in block.enevalg]
    for name in block.enevalg:
        for other in ticked.keys() - {name}:
            ticked[other] &= ~ticked[name]
    if block.minst_en and first:
        none = ~np.logical_or.reduce([ticked[name] for name in {*first, *block.enevalg}])
        chosen = draw.index(n, [chances[name] for name in first])
        for place, name in enumerate(first):
            ticked[name] |= none & (chosen == place)
    return {name: _ticks(found) for name, found in ticked.items()}


def _clinicians(draw: Draw, n: int, block: Behandlere) -> Columns:
    rows = [(box, count) for box, count in block.rader if box.aktiv]
    ticked = [draw.yes(n, odds.BOXES.get(box.stamme, odds.BOX)) for box, _ in rows]
    ticked[0] |= ~np.logical_or.reduce(ticked)
    drawn: Columns = {}
    for (box, count), found in zip(rows, ticked, strict=True):
        drawn[box.navn] = _ticks(found)
        drawn[count.navn] = pl.Series(1 + draw.rng.poisson(odds.VISITS_EACH, n))
    return drawn


def _ticks(found: np.ndarray) -> pl.Series:
    """1 where ticked; an empty box is no answer."""
    return pl.Series(np.where(found, 1, 0)).replace(0, None)
