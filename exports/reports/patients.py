"""The patients in a report: how many and how soon, their pain and opioids, what was done, and what they answered."""

from __future__ import annotations

from datetime import date

from checks import in_words
from exports.figures import lokal
from exports.figures.data import Period
from exports.figures.numbers import Numbers
from exports.figures.shares import Bar, Bars
from exports.reports import charts
from exports.reports.blocks import Block, beside, heading, note, together
from exports.reports.source import Source

GREY = "Den grå streken ved en søyle er alle enheter."
MANY = 24  # months that have room for their names


def forlop(source: Source) -> list[Block]:
    """The chapter of referrals and visits."""
    numbers = source.numbers
    return [
        heading("Henvisning og tilsyn"),
        *_legend(source),
        *_registrations(source),
        *_pair(source, lokal.visits(numbers), lokal.types(numbers)),
        *_pair(source, lokal.readiness(numbers), lokal.samtykke(numbers)),
        *_waiting(source),
    ]


def pain(source: Source) -> list[Block]:
    """The chapter of pain and opioids."""
    numbers = source.numbers
    return [
        heading("Smerte og opioider"),
        *_bars(source, lokal.pain(numbers)),
        *_falls(source, numbers),
        *_doses(source, numbers),
        *_bars(source, lokal.reduction(numbers)),
    ]


def treatment(source: Source) -> list[Block]:
    """The chapter of blokader and follow-up."""
    numbers = source.numbers
    found = [*_bars(source, lokal.blockades(numbers)), *_bars(source, lokal.tapering(numbers))]
    return [heading("Blokader og oppfølging"), *(found or [_nothing()])]


def answers(source: Source) -> list[Block]:
    """The chapter of the patients' own answers."""
    numbers = source.numbers
    found = [*_bars(source, lokal.answers(numbers)), *_bars(source, lokal.satisfied(numbers))]
    return [heading("Pasientenes svar"), *(found or [_nothing()])]


def _nothing() -> Block:
    return note("Ingen forløp i perioden har svar her.")


def _legend(source: Source) -> list[Block]:
    said = "Andelene er av alle enheter, i hele prosent." if source.is_nation else GREY
    return [note(said)]


def _bars(source: Source, found: Bars | None) -> list[Block]:
    """The bars, kept together with what must be known to read them; of the nation without sentences, which have counts."""
    if found is None:
        return []
    notes = [] if source.is_nation else [note(text) for text in found.notes]
    return [together([charts.bars(found, nation=source.is_nation), *notes])]


def _pair(source: Source, left: Bars | None, right: Bars | None) -> list[Block]:
    first, second = _bars(source, left), _bars(source, right)
    return [beside(first, second)] if first and second else [*first, *second]


def _registrations(source: Source) -> list[Block]:
    months = source.months.months
    if len(months) > MANY:
        return []
    counts = [source.counts(Period(month, month))["n_forlop"] for month in months]
    labels = [_month(month, month == months[0]) for month in months]
    known = [count for count in counts if count is not None]
    if not known:
        return [note("Ingen måneder har et antall forløp som kan vises.")]
    whole = source.counts(source.months)["n_forlop"]
    many = "" if whole is None else f"{in_words.count(whole, 'forløp', 'forløp')}, "
    hidden = "" if len(known) == len(counts) else "; – vises ikke"
    return [charts.columns("Forløp per måned", f"{many}etter startdato{hidden}", labels, counts)]


def _month(month: date, first: bool) -> list[str]:
    """The month under its bar, with its year at the first and where a year begins."""
    words = in_words.MONTHS[month.month - 1].rstrip(".")[:3]
    return [words, str(month.year)] if first or month.month == 1 else [words]


def _waiting(source: Source) -> list[Block]:
    found = source.numbers.of("ventetid")
    if not found.whole:
        return []
    bars = Bars(
        "Dager fra henvisning til første tilsyn",
        "forløp med henvist dato og startdato",
        tuple(Bar(a.tekst, a.n, found.whole, a.nation) for a in found.answers if a.kode >= 0 or a.n),
        "Andel av forløpene",
        found.whole,
    )
    return _bars(source, bars)


def _falls(source: Source, numbers: Numbers) -> list[Block]:
    found = [(label, numbers.pairs[name]) for name, label in lokal.MEASURES.items() if name in numbers.pairs]
    if not found:
        return [note("Ingen forløp har smerteintensitet både ved første og siste tilsyn som kan vises.")]
    compared = any(pair.nation for _, pair in found) and not source.is_nation
    subtitle = "Gjennomsnittlig NRS (0–10) ved første tilsyn (hul) og siste (fylt)" + (
        "; grått: alle" if compared else ""
    )
    return [charts.falls("Smerteintensitet", subtitle, found, nation=source.is_nation)]


def _doses(source: Source, numbers: Numbers) -> list[Block]:
    first, last = numbers.of("omeq_forste"), numbers.of("omeq_siste")
    if not first.whole:
        return []
    mean = numbers.pairs.get("OMEQ")
    said = [] if source.is_nation else [in_words.count(first.whole, "forløp", "forløp") + " med begge"]
    if mean and not source.is_nation:
        said.append(f"snitt {in_words.number(mean.first)} → {in_words.number(mean.last)} mg/døgn")
    if mean and mean.nation:
        whose = "snitt" if source.is_nation else "alle enheter"
        said.append(f"{whose} {in_words.number(mean.nation[0])} → {in_words.number(mean.nation[1])} mg/døgn")
    subtitle = "; ".join(said) or "Andel av forløpene med begge"
    drawn = charts.grouped(
        "Orale morfinekvivalenter", subtitle, "mg per døgn, andel av forløpene", first, last, nation=source.is_nation
    )
    return [drawn]
