"""The diagrams of a report as data: every mark's place is a part (0–1) of the plot, and diagram.typ draws it.

Each has a text for those who cannot see it (`alt`), with the figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from typing import Any

from checks import in_words, proportions
from exports.figures.coverage import STAGES
from exports.figures.grain import LEAST, usual
from exports.figures.indicator_data import Definition, Value, shown
from exports.figures.numbers import Distribution, Pair
from exports.figures.outside import limits, side
from exports.figures.shares import Bar, Bars
from exports.reports.blocks import Block
from exports.reports.source import Point

HIDDEN = "vises ikke"
NRS = 10
STEPS = 40
FUNNELS = ((proportions.LEVEL, "95\u00a0%", "stiplet"), (proportions.OUTER, "99,8\u00a0%", "prikket"))
SHARES = tuple((n / 100, f"{n}\u00a0%") for n in range(0, 101, 20))


def _diagram(kind: str, title: str, subtitle: str, told: Sequence[str], **data: Any) -> Block:
    alt = f"{title}. {subtitle}. {'; '.join(told)}."
    return Block("diagram", {"form": kind, "tittel": title, "under": subtitle, "alt": alt, **data})


def over_time(
    title: str, subtitle: str, points: Sequence[Point], name: str, *, share: bool = True, stages: bool = False
) -> Block | None:
    """The points of a figure over time with their 95 % intervals and n, all units in grey. None without any point.

    No line is drawn across a period without a figure, nor between periods so small that one forløp moves them far.
    """
    values = [p.value for p in points]
    if not any(v and v.n for v in values):
        return None
    ends = [v.interval(share) if v and v.n else None for v in values]
    top, axis = (1.0, SHARES) if share else _axis([high for _, high in filter(None, ends)], values, points)
    drawn = [
        {
            "ord": list(point.span.lines),
            "n": "–" if value is None else in_words.number(value.n),
            "y": _part(value.figure if value else None, top),
            "lav": _part(between[0] if between else None, top),
            "hoy": _part(between[1] if between else None, top),
            "andre": _part(point.beside, top),
        }
        for point, value, between in zip(points, values, ends, strict=True)
    ]
    told = [f"{p.span.words}: {figure(v, share)}" for p, v in zip(points, values, strict=True)]
    return _diagram(
        "tid",
        title,
        subtitle,
        told,
        punkter=drawn,
        akse=[list(tick) for tick in axis],
        bundet=not share or usual([v.n if v else 0 for v in values]) >= LEAST,
        navn=name,
        trinn=[[limit / 100, words] for limit, words in STAGES.items()] if stages else [],
    )


def figure(value: Value | None, share: bool) -> str:
    """«83,3 % (n = 30)», or why there is none."""
    if value is None:
        return HIDDEN
    return f"{shown(value.figure, share)} (n\u00a0=\u00a0{in_words.number(value.n)})" if value.n else "ingen"


def _part(value: float | None, top: float) -> float | None:
    return None if value is None else min(1.0, max(0.0, value / top))


def _axis(
    ends: Sequence[float], values: Sequence[Value | None], points: Sequence[Point]
) -> tuple[float, tuple[tuple[float, str], ...]]:
    """(the end of an axis for means, its ticks)."""
    figures = [v.figure or 0.0 for v in values if v]
    most = max([*ends, *figures, *(p.beside or 0.0 for p in points), 1.0])
    return scale(most)


def scale(most: float) -> tuple[float, tuple[tuple[float, str], ...]]:
    """(the end of an axis from 0 that has room for `most`, its ticks as (part of the axis, words))."""
    rough = most / 4
    unit = 10 ** floor(log10(rough)) if rough > 1 else 1
    step = next(unit * n for n in (1, 2, 5, 10) if unit * n >= rough)
    count = max(1, ceil(most / step))
    return step * count, tuple((i / count, in_words.number(i * step)) for i in range(count + 1))


def bars(found: Bars, *, nation: bool) -> Block:
    """Horizontal bars with their figures beside, all units as a stroke; of the nation itself only whole per cents."""
    lines = [_of_nation(bar) if nation else _of_unit(bar, found.of) for bar in found.bars]
    subtitle = found.what if nation else found.subtitle
    told = [f"{line['navn']}: {line['tekst']}" for line in lines]
    return _diagram("soyler", found.title, subtitle, told, rader=lines)


def _of_nation(bar: Bar) -> dict[str, Any]:
    words = HIDDEN if bar.nation is None else f"{in_words.number(100 * bar.nation)}\u00a0%"
    return {"navn": bar.label, "del": bar.nation, "tekst": words, "andre": None, "dempet": bar.quiet}


def _of_unit(bar: Bar, of: bool) -> dict[str, Any]:
    words = f"{bar.words[:-1]} av {in_words.number(bar.whole)})" if of and bar.whole else bar.words
    return {"navn": bar.label, "del": bar.share / 100, "tekst": words, "andre": bar.nation, "dempet": bar.quiet}


def columns(title: str, subtitle: str, labels: Sequence[Sequence[str]], counts: Sequence[int | None]) -> Block:
    """Upright bars of counts, each with its figure above; None is a count that is not shown."""
    top, axis = scale(max([*(n or 0 for n in counts), 1]))
    lines = [
        {"ord": list(words), "n": "–" if n is None else in_words.number(n), "y": (n or 0) / top}
        for words, n in zip(labels, counts, strict=True)
    ]
    told = [f"{' '.join(words)}: {line['n']}" for words, line in zip(labels, lines, strict=True)]
    return _diagram("stolper", title, subtitle, told, punkter=lines, akse=[list(tick) for tick in axis])


def grouped(title: str, subtitle: str, axis: str, first: Distribution, last: Distribution, *, nation: bool) -> Block:
    """Pairs of upright bars, the first and the last visit; of the nation only what may be shown."""

    def share(found: Distribution, code: int) -> float | None:
        if nation:
            return found.nation(code)
        return found.n(code) / found.whole if found.whole else 0.0

    pairs = [(a.tekst, share(first, a.kode), share(last, a.kode)) for a in first.answers]
    top = max([*(part or 0.0 for _, *both in pairs for part in both), 0.1])
    end = ceil(10 * top) / 10
    lines = [{"navn": words, "forste": _part(a, end), "siste": _part(b, end)} for words, a, b in pairs]
    ticks = [[n / (10 * end), f"{10 * n}\u00a0%"] for n in range(0, round(10 * end) + 1, 1 if end < 0.5 else 2)]
    told = [f"{words}: {_percent(a)} først og {_percent(b)} sist" for words, a, b in pairs]
    subtitle += "; – vises ikke" if any(part is None for _, *both in pairs for part in both) else ""
    return _diagram("par", title, subtitle, told, rader=lines, akse=ticks, aksetekst=axis)


def _percent(part: float | None) -> str:
    return HIDDEN if part is None else f"{in_words.number(100 * part)}\u00a0%"


def falls(title: str, subtitle: str, found: Sequence[tuple[str, Pair]], *, nation: bool) -> Block:
    """Means on the scale of NRS at the first and the last visit, all units in grey."""
    lines = []
    for label, pair in found:
        ends = pair.nation if nation and pair.nation else (pair.first, pair.last)
        beside = None if nation or pair.nation is None else [end / NRS for end in pair.nation]
        words = f"{in_words.number(ends[0], 1)} → {in_words.number(ends[1], 1)}"
        told = words if nation else f"{words} (n\u00a0=\u00a0{in_words.number(pair.n)})"
        under = "" if nation else f"{in_words.percent(pair.down, pair.n)} lavere"
        lines.append(
            {"navn": label, "under": under, "ender": [end / NRS for end in ends], "andre": beside, "tekst": told}
        )
    told = [f"{line['navn']}: {line['tekst']}" for line in lines]
    axis = [[n / NRS, str(n)] for n in range(0, NRS + 1, 2)]
    return _diagram("fall", title, subtitle, told, rader=lines, akse=axis)


def ranking(
    title: str, subtitle: str, units: Mapping[str, Value], centre: float | None, *, share: bool, stages: bool = False
) -> Block | None:
    """Each unit's figure with its interval, the highest first, and a line at the figure of all. None without a unit."""
    found = sorted(((n, v) for n, v in units.items() if v.n), key=lambda unit: -(unit[1].figure or 0))
    if not found:
        return None
    ends = [v.interval(share) or (v.figure or 0, v.figure or 0) for _, v in found]
    top, axis = (1.0, SHARES) if share else scale(max([high for _, high in ends] + [centre or 0.0]))
    lines = [
        {
            "navn": n,
            "y": _part(v.figure, top),
            "lav": _part(low, top),
            "hoy": _part(high, top),
            "tekst": figure(v, share),
        }
        for (n, v), (low, high) in zip(found, ends, strict=True)
    ]
    told = [f"{line['navn']}: {line['tekst']}" for line in lines]
    marks = [[limit / 100, words.capitalize()] for limit, words in STAGES.items()] if stages else []
    return _diagram(
        "rekke",
        title,
        subtitle,
        told,
        rader=lines,
        akse=[list(tick) for tick in axis],
        samlet=_part(centre, top),
        trinn=marks,
    )


def funnel(definition: Definition, units: Mapping[str, Value], whole: Value) -> Block | None:
    """Each unit by its number of forløp, with the limits that chance alone gives around the figure of all. None under two."""
    found = {name: value for name, value in units.items() if value.n}
    centre, share = whole.figure, definition.is_share
    if len(found) < 2 or centre is None:
        return None
    deviation = proportions.spread(whole.hits, whole.squares, whole.n) or 0.0
    end, across = scale(max(v.n for v in found.values()) * 1.05)
    most = max(v.figure or 0 for v in found.values())
    top, axis = (1.0, SHARES) if share else scale(1.1 * max(most, 2 * centre))
    sizes = sorted({max(1, round(end * step / STEPS)) for step in range(1, STEPS + 1)})
    lines = []
    for level, words, stroke in FUNNELS:
        both = [limits(definition, centre, deviation, n, level) for n in sizes]
        for place in (0, 1):
            curve = [[n / end, _part(ends[place], top)] for n, ends in zip(sizes, both, strict=True)]
            lines.append({"punkter": curve, "strek": stroke, "navn": words if place else ""})
    marks = [
        {"navn": name, "x": v.n / end, "y": _part(v.figure, top), "utenfor": bool(side(definition, v, whole))}
        for name, v in found.items()
    ]
    told = [f"{name}: {figure(v, share)}{_outside(definition, v, whole)}" for name, v in found.items()]
    return _diagram(
        "trakt",
        f"{definition.kort}: enhetene etter antall forløp",
        f"Strek: alle samlet, {shown(centre, share)}. Grensene har 95\u00a0% og 99,8\u00a0% av enhetene innenfor ved tilfeldig variasjon",
        told,
        grenser=lines,
        merker=marks,
        midt=_part(centre, top),
        akse=[list(tick) for tick in axis],
        bortover=[list(tick) for tick in across],
    )


def _outside(definition: Definition, value: Value, whole: Value) -> str:
    found = side(definition, value, whole)
    return f", {found} 99,8\u00a0%-grensen" if found else ""
