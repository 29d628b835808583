"""Lokal oversikt, «Pasientenes svar»: what was ordered and sent by ePROM, what came back, and why the rest did not.

Each function draws the figures of a choice, and returns None when there is nothing to draw.
"""

from __future__ import annotations

from dataclasses import replace

from app.results.charts.drawn import Drawn, table
from app.results.charts.look import Look
from app.results.charts.parts import bars_across
from app.results.charts.stacked import State, held_back, rounded, stacked
from app.ui import texts
from checks.codebook import load
from checks.forlop import PATIENT_FORMS
from exports.figures.numbers import Distribution, Numbers
from exports.figures.shares import HELD_BACK, Bar

SENT, CANNOT = 1, 3
ANSWERED, ON_PAPER, OPEN, REASONS = 1, 2, (0, 3), tuple(range(20, 30))


def _forms(numbers: Numbers) -> dict[str, tuple[Distribution, Distribution]]:
    """Name of form -> (how its orders ended, how those that were sent were answered), for the forms that were ordered."""
    found = {
        load().skjema[form].navn: (numbers.of(f"eprom_{form}"), numbers.of(f"eprom_svar_{form}"))
        for form in PATIENT_FORMS
    }
    return {name: pair for name, pair in found.items() if pair[0].whole}


def sent(numbers: Numbers, colours: Look) -> Drawn | None:
    """Of the forms that were sent: answered, answered on paper after all, open, and closed without an answer."""
    found = _forms(numbers)
    out = {name: answers for name, (_, answers) in found.items() if answers.whole}
    if not out:
        return None
    states = (
        State("Besvart", (ANSWERED,), colours.unit, colours.surface),
        State("På papir", (ON_PAPER,), colours.strong, colours.surface),
        State("Åpent ennå", OPEN, colours.soft, colours.text),
        State("Ikke besvart", REASONS, colours.other, colours.text),
    )
    ordered, gone, lost = (
        sum(counts) for counts in zip(*((o.whole, o.n(SENT), o.n(CANNOT)) for o, _ in found.values()), strict=True)
    )
    subtitle = f"{texts.count(ordered, 'skjema', 'skjemaer')} bestilt, {texts.number(gone)} sendt, {texts.number(lost)} kunne ikke sendes"
    result = stacked("ePROM: sendt og besvart", subtitle, out, states, colours, axis="Andel av de sendte skjemaene")
    reasons = {a.kode: a.tekst for _, d in found.values() for a in d.answers if a.kode in REASONS and a.n}
    rows = [
        [
            name,
            orders.whole,
            orders.n(CANNOT),
            orders.n(SENT),
            *(d.n(*s.codes) for s in states),
            *(d.n(code) for code in reasons),
            rounded(d.nation(ANSWERED)),
        ]
        for name, (orders, d) in found.items()
    ]
    columns = [
        "Skjema",
        "Bestilt",
        "Kunne ikke sendes",
        "Sendt",
        *(s.words for s in states),
        *(f"Årsak: {words}" for words in reasons.values()),
        "Besvart, alle enheter (%)",
    ]
    return Drawn(result, table(columns, rows), held_back(out.values(), ANSWERED))


def reasons(numbers: Numbers, colours: Look) -> Drawn | None:
    """Why forms that were sent were closed without an answer, as shares of the sent forms of each kind."""
    bars, hides = [], False
    for name, (_, answers) in _forms(numbers).items():
        given = [a for a in answers.answers if a.kode in REASONS and a.n]
        hides |= bool(given) and answers.hides(*(a.kode for a in given))
        bars += [
            Bar(f"{name}: {a.tekst}", a.n, answers.whole, a.nation) for a in sorted(given, key=lambda a: (-a.n, a.kode))
        ]
    if not bars:
        return None
    whole = sum(bar.n for bar in bars)
    made = bars_across(
        "Hvorfor sendt ePROM ikke er besvart",
        f"{texts.count(whole, 'skjema', 'skjemaer')} uten svar",
        bars,
        colours,
        axis="Andel av de sendte skjemaene",
        of=True,
        what="Skjemaer",
    )
    return replace(made, notes=(HELD_BACK,) if hides else ())
