"""Lokal oversikt, «Pasientenes svar»: the forms that were answered, why others were not, HADS, and satisfaction.

Each function draws the figures of a choice, and returns None when there is nothing to draw.
"""

from __future__ import annotations

from app.results.charts.drawn import Drawn, table
from app.results.charts.look import Look
from app.results.charts.parts import bars_across, columns
from app.results.charts.shares import drawn
from app.results.charts.stacked import State, held_back, rounded, stacked
from app.ui import texts
from exports.figures import lokal as figures
from exports.figures.lokal import ANSWERED, FORMS, OPEN, REASONS
from exports.figures.numbers import Distribution, Numbers
from exports.figures.shares import Bar

# The cut-offs of each HADS subscale: under 8 is no case, 8–10 a possible case, 11 and over a probable case.
CUTS = (8, 11)


def answered(numbers: Numbers, colours: Look) -> Drawn | None:
    """The forms of patients who consented: answered, still open, and closed without an answer."""
    found = {label: numbers.of(name) for name, label in FORMS.items() if numbers.of(name).whole}
    if not found:
        return None
    whole = max(d.whole for d in found.values())
    states = (
        State("Besvart", (ANSWERED,), colours.unit, colours.surface),
        State("Ikke besvart ennå", (OPEN,), colours.soft, colours.text),
        State("Lukket uten svar", tuple(REASONS), colours.other, colours.text),
    )
    result = stacked(
        "Svar på pasientskjemaene",
        f"inntil {texts.count(whole, 'forløp', 'forløp')} med samtykke",
        found,
        states,
        colours,
        axis="Andel av dem med samtykke",
    )
    rows = [
        [label, d.whole, *(d.n(*s.codes) for s in states), rounded(d.nation(ANSWERED))] for label, d in found.items()
    ]
    made = table(["Skjema", "Forløp", *(s.words for s in states), "Besvart, alle enheter (%)"], rows)
    return Drawn(result, made, held_back(found.values(), ANSWERED))


def reasons(numbers: Numbers, colours: Look) -> Drawn | None:
    """Why patient forms were closed without an answer, all the forms together."""
    counts: dict[int, int] = {}
    words: dict[int, str] = {}
    for name in FORMS:
        for answer in numbers.of(name).answers:
            if answer.kode in REASONS and answer.n:
                counts[answer.kode] = counts.get(answer.kode, 0) + answer.n
                words[answer.kode] = answer.tekst
    whole = sum(counts.values())
    if not whole:
        return None
    ordered = sorted(counts, key=lambda code: (-counts[code], code))
    bars = [Bar(words[code], counts[code], whole) for code in ordered]
    *first, last = FORMS.values()
    names = f"{', '.join(first)} og {last}" if first else last
    subtitle = f"{texts.count(whole, 'skjema', 'skjemaer')} lukket uten svar: {names}"
    return bars_across(
        "Årsak til manglende utfylling", subtitle, bars, colours, axis="Andel av skjemaene", what="Skjemaer"
    )


def anxiety(numbers: Numbers, colours: Look) -> Drawn | None:
    """HADS' subscale for anxiety."""
    return _hads("HADS angst", numbers.of("hads_angst"), colours)


def depression(numbers: Numbers, colours: Look) -> Drawn | None:
    """HADS' subscale for depression."""
    return _hads("HADS depresjon", numbers.of("hads_depresjon"), colours)


def _hads(title: str, found: Distribution, colours: Look) -> Drawn | None:
    """A column for each score 0–21, the cut-offs drawn, and the share in each band."""
    if not found.whole:
        return None
    low, high = CUTS
    bands = ((0, low - 1, colours.soft), (low, high - 1, colours.unit), (high, 21, colours.strong))
    made = columns(
        title,
        f"{texts.count(found.whole, 'forløp', 'forløp')}; grenser ved {low} og {high}",
        [a.tekst for a in found.answers],
        [a.n for a in found.answers],
        colours,
        axis="Poeng på delskalaen (0–21)",
        what="Poeng",
        fill=[next(c for lo, hi, c in bands if lo <= a.kode <= hi) for a in found.answers],
    )
    made.figure.update_traces(text=None, selector={"type": "bar"})
    made.figure.update_xaxes(tickvals=[str(n) for n in (0, 4, low, high, 16, 21)])
    for cut in CUTS:
        made.figure.add_vline(x=cut - 0.5, line={"color": colours.quiet, "width": 1, "dash": "dot"})
    for lo, hi, _ in bands:
        part = sum(a.n for a in found.answers if lo <= a.kode <= hi)
        words = f"{lo}–{hi}" if hi < 21 else f"{lo} og over"
        made.figure.add_annotation(
            x=(lo + min(hi, 18)) / 2,
            y=1,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            text=f"<b>{texts.number(100 * part / found.whole)}\u00a0%</b> {words}",
            font={"size": 12, "color": colours.text},
        )
    made.figure.update_layout(margin_t=84)
    return made


satisfied = drawn(figures.satisfied)
