"""Answers to any form of the codebook: every question gets a plausible answer, so a new question needs nothing here.

A question that is shown only after certain answers is answered in any case; completing the form clears the answers
to questions that are not shown.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from checks.answers import Shape, shape
from checks.codebook import Behandlere, Flervalg, Variabel
from checks.edition_day import by_edition
from ingest.demo import odds
from ingest.demo.courses import Courses
from ingest.demo.draw import Draw, days

Columns = dict[str, pl.Series]
_AROUND = "~"  # in front of the names of other forms' answers


def form(
    skjema: str, draw: Draw, courses: Courses, context: pl.DataFrame, given: Mapping[str, pl.Series]
) -> pl.DataFrame:
    """A document of a form for each forløp as one typed frame, with what is asked of those that start on its day.

    ``given`` replaces the drawn answers of its variables; ``context`` has the columns of other forms («to.Tilsett»).
    """
    known = pl.DataFrame(dict(given)).hstack(context.rename(lambda name: _AROUND + name).get_columns())
    known = known if known.width else pl.DataFrame({_AROUND: courses.start})
    return by_edition(known, days(courses.start), lambda dag, part: _form(shape(skjema, dag), draw, part))


def _form(made: Shape, draw: Draw, known: pl.DataFrame) -> pl.DataFrame:
    n = known.height
    drawn: Columns = {}
    for section in made.skjema.seksjoner:
        for block in section.felt:
            if isinstance(block, Variabel):
                drawn[block.navn] = _answer(draw, n, block)
            elif isinstance(block, Flervalg):
                drawn |= _boxes(draw, n, block)
            elif isinstance(block, Behandlere):
                drawn |= _clinicians(draw, n, block)
    given = [name for name in known.columns if not name.startswith(_AROUND)]
    drawn |= {name: _as_asked(made.columns[name], known[name]) for name in given}
    blank = pl.Series([None]).new_from_index(0, n)
    columns = [
        drawn.get(name, blank).cast(kind).alias(name) for name, kind in made.dtypes.items() if name in made.columns
    ]
    # Blank is what PO says: the demo's patients die after the last of their forløp.
    beside = {name: known[_AROUND + name] if _AROUND + name in known.columns else blank for name in made.context}
    around = [column.cast(made.dtypes[name]).alias(name) for name, column in beside.items()]
    return pl.DataFrame([*columns, *around])


def _answer(draw: Draw, n: int, v: Variabel) -> pl.Series:
    offered = [k.kode for k in v.koder if k.tilbys]
    if v.besvares and v.type == "liste" and offered:
        gone = _gone(v)
        usual = {k: chance for k, chance in odds.LISTS.get(v.stamme, {}).items() if k not in gone}
        return draw.codes(n, usual or {k: 0.05 if k in (9, 99) else 1.0 for k in offered})
    if v.besvares and v.type == "tall":
        low, high = v.mykt or v.hardt or (0, 10)
        return pl.Series(draw.whole(n, int(low), int(min(high, low + 20))))
    return pl.Series([None]).new_from_index(0, n)


def _gone(v: Variabel) -> list[int | str]:
    """The codes of other editions."""
    return [k.kode for k in v.koder if not k.aktiv]


def _as_asked(v: Variabel, given: pl.Series) -> pl.Series:
    """The answers with a code that the edition has, where theirs is of another one."""
    gone, offered = _gone(v), [k.kode for k in v.koder if k.tilbys]
    return given.replace(gone, offered[0]) if gone and offered else given


def _boxes(draw: Draw, n: int, block: Flervalg) -> Columns:
    offered = [v for v in block.alternativer if v.aktiv and v.tilbys]
    chances = {v.navn: odds.BOXES.get(v.stamme, odds.BOX if len(offered) > 4 else 0.5) for v in offered}
    ticked = {name: draw.yes(n, chance) for name, chance in chances.items()}
    # The boxes that are shown whenever the question is: one of these has to be ticked.
    first = [v.navn for v in offered if v.vises_naar == block.vises_naar and v.navn not in block.enevalg]
    alone = [name for name in block.enevalg if name in ticked]
    for name in alone:
        for other in ticked.keys() - {name}:
            ticked[other] &= ~ticked[name]
    if block.minst_en and first:
        none = ~np.logical_or.reduce([ticked[name] for name in {*first, *alone}])
        chosen = draw.index(n, [chances[name] for name in first])
        for place, name in enumerate(first):
            ticked[name] |= none & (chosen == place)
    return {name: _ticks(found) for name, found in ticked.items()}


def _clinicians(draw: Draw, n: int, block: Behandlere) -> Columns:
    rows = [(box, count) for box, count in block.rader if box.aktiv]
    if not rows:
        return {}
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
