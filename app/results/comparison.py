"""Outcomes compared fairly, as the pages of indicators show them: adjusted beside crude, the model, and the unit over time."""

from __future__ import annotations

from collections.abc import Collection
from html import escape

import streamlit as st

from app.results import indicator_page
from app.results.charts import adjusted, calibrated, compared, fallen, followed
from app.results.charts.compared import Compared
from app.results.charts.look import Look
from app.results.indicator_page import Shown
from app.ui import texts
from app.web import resources
from checks.comparison.standardised import Standardised
from checks.errors import RegisterError
from exports.figures import indicator_data
from exports.figures.indicator_data import Definition, Value

TITLE = "Justert for hvilke pasienter enhetene har"
LEAD = "Enheter har ulike pasienter. Her er det tatt hensyn til hvordan pasienten var da teamet kom inn."
HOW = (
    ("Forventet", "Hvor mange av enhetens egne pasienter som ville vært i telleren med landets resultater for slike pasienter."),
    ("Justert andel", "Observert ÷ forventet × landets andel (indirekte standardisering). Over landets andel: bedre enn ventet."),
    ("Modellen", "Logistisk regresjon på alle enhetenes forløp i perioden. Grupper med færre enn fem forløp av et utfall "
     "(«for få») regnes sammen med den største."),
    ("Intervallet", "95 % skår-intervall; med like pasienter det samme som Wilsons."),
    ("Ikke med", "Forskjeller som registeret ikke måler. En justert andel er et bedre spørsmål, ikke en dom."),
)  # fmt: skip
FUNNEL = (
    "Grensene er utvidet med spredningen mellom enhetene som modellen ikke forklarer (Spiegelhalter 2005). φ nær 1 betyr at "
    "enhetene er så ulike som tilfeldigheter gir. En rute er en enhet utenfor 99,8\u00a0%."
)
OVER_TIME = (
    ("Til venstre", "Hvor mange flere eller færre enn ventet som har vært i telleren til nå (VLAD, Lovegrove 1997). Linjen går "
     "opp når det går bedre enn ventet."),
    ("Til høyre", "Beviset for at oddsen er doblet eller halvert (risikojustert CUSUM, Steiner 2000). Når det når grensen, er det "
     "en alarm, og regningen begynner på nytt."),
    ("Forventet", "Avrundet til hele prosent for hver pasient."),
)  # fmt: skip
FALLS = (
    ("Fall", "To mål: minst 2 poeng, og minst 30\u00a0% (Farrar 2001; IMMPACT, Dworkin 2008)."),
    ("Hvorfor begge", "Fra NRS 4 er 30\u00a0% to poeng, fra NRS 10 er det tre, og fra NRS 3 er det ett."),
    ("Ikke med", "Pasienter uten smerte (NRS 0) ved første tilsyn, og forløp uten NRS ved begge tilsyn."),
)
TOO_SMALL = "Vises ikke: de andre enhetenes tall er for små."
OLDER = "Det som er publisert, er fra en eldre versjon. Justerte tall vises etter neste publisering."


def draw_nation(shown: Shown, definition: Definition, seen: Collection[str], colours: Look) -> None:
    """Every unit that may be seen, adjusted and as it is, with the funnel and the model beside."""
    found = _compared(shown, definition)
    if found is None:
        return
    table = adjusted.table(found, seen)
    left, right = st.columns(2)
    with left.container(border=True):
        drawn = adjusted.chart(found, seen, colours)
        indicator_page.show(drawn, table, "Ingen enheter kan vises.", key="justert", about=shown.about)
    with right.container(border=True):
        drawn = adjusted.funnel(found, seen, colours)
        indicator_page.show(drawn, table, "For få enheter til en trakt.", key="justert_trakt", about=shown.about)
        st.html(f'<p class="sr-ingress">{FUNNEL}</p>')
    left, right = st.columns(2)
    with left.container(border=True):
        calibration = found.calibration
        drawn = calibrated.chart(calibration, colours)
        indicator_page.show(drawn, calibrated.table(calibration), "", key="kalibrering", about=shown.about)
        st.html(f'<p class="sr-ingress">{escape(calibrated.words(calibration))}</p>')
    with right.container(border=True):
        st.html(f'<p class="sr-ingress">{escape(calibrated.adjusted_for(found))}</p>{calibrated.odds(found)}')


def draw_unit(shown: Shown, definition: Definition, unit: str, name: str, colours: Look) -> None:
    """The unit's adjusted figures beside the crude ones, without the other units' counts, and the unit over time."""
    found = _compared(shown, definition)
    if found is None:
        return
    own = found.units.get(found.names.get(unit, ""))
    everybody = Value(float(found.groups.hits.sum()), int(found.groups.n.sum()))
    smallest = resources.current().settings.minste_celle
    others = None if own is None else indicator_data.others_share(Value(own.observed, own.n), everybody, True, smallest)
    if own is None or others is None:
        st.html(f'<p class="sr-tomside">{TOO_SMALL if own else "Enheten har ingen forløp i nevneren."}</p>')
        return
    low, high = own.interval(others)
    cells = (
        ("Som den er", indicator_data.shown(own.observed / own.n, True)),
        ("Forventet av disse pasientene", _percent(own.expected / own.n)),
        ("Observert ÷ forventet", texts.number(own.ratio, 2)),
        ("Justert", _percent(own.share(others))),
        ("95\u00a0% intervall", f"{_percent(low)} – {_percent(high)}"),
        ("Alle enheter", _percent(others)),
    )
    head = "".join(f'<th scope="col" class="sr-tall">{words}</th>' for words, _ in cells)
    body = "".join(f'<td class="sr-tall">{figure}</td>' for _, figure in cells)
    st.html(
        f'<div class="sr-rulle"><table class="sr-tabell"><thead><tr>{head}</tr></thead>'
        f"<tbody><tr>{body}</tr></tbody></table></div>"
    )
    st.html(
        f'<p class="sr-undertittel">{_verdict(own)}</p>'
        f'<p class="sr-ingress">{escape(calibrated.adjusted_for(found))} Modellen: {escape(calibrated.words(found.calibration))}</p>'
    )
    _over_time(shown, found, unit, name, colours)


def _verdict(own: Standardised) -> str:
    """Whether the unit is as expected, in words; it is when the interval holds what was expected."""
    if own.low <= own.expected <= own.high:
        return "I perioden sett under ett: som ventet av disse pasientene, innenfor tilfeldig variasjon."
    side = "flere" if own.observed > own.expected else "færre"
    return (
        f"I perioden sett under ett: {side} i telleren enn ventet av disse pasientene, mer enn tilfeldig variasjon gir."
    )


def _over_time(shown: Shown, found: Compared, unit: str, name: str, colours: Look) -> None:
    seen = compared.follow(shown.con, found, unit, shown.period)
    if len(seen.days) < followed.LEAST:
        few = f"Enheten følges forløp for forløp når den har minst {followed.LEAST} i nevneren; her er det {len(seen.days)}."
        st.html(f'<p class="sr-tomside">{few}</p>')
        return
    chart = followed.Chart(found.definition.kort, name, seen, found.mix, len(shown.period.months))
    st.html(_heading("h3", "Forløp for forløp", OVER_TIME))
    table, about = followed.table(chart), f"{name}, {shown.period.words}"
    left, right = st.columns(2)
    with left.container(border=True):
        indicator_page.show(followed.vlad(chart, colours), table, "", key="vlad", about=about)
    with right.container(border=True):
        indicator_page.show(followed.cusum(chart, colours), table, "", key="cusum", about=about)
    head, *rest = followed.words(chart)
    told = "".join(f"<li>{escape(line)}</li>" for line in rest)
    st.html(f'<p class="sr-undertittel">{escape(head)}</p><ul class="sr-funn">{told}</ul>')


def draw_falls(shown: Shown, unit: str | None, name: str, colours: Look) -> None:
    """How many have had a fall in pain that matters, at a unit beside all units, or at all of them (None)."""
    st.html(_heading("h2", "Fall i smerte som betyr noe", FALLS))
    if not compared.published(shown.con):
        st.html(f'<p class="sr-tomside">{OLDER}</p>')
        return
    measure = st.selectbox(
        "Smerte", list(compared.MEASURES), format_func=compared.MEASURES.__getitem__, width=420, key="fall_i_smerte"
    )
    own = compared.pairs(shown.con, measure, unit, shown.period)
    everybody = None if unit is None else compared.pairs(shown.con, measure, None, shown.period)
    drawn = fallen.chart(compared.MEASURES[measure], own, everybody, resources.current().settings.minste_celle, colours)
    with st.container(border=True):
        if drawn is None:
            st.html('<p class="sr-tomside">Ingen forløp har smerte angitt ved begge tilsyn.</p>')
        else:
            about = f"{name}, {shown.period.words}{shown.note}"
            indicator_page.show(drawn.figure, drawn.table, "", key="fall", about=about, notes=drawn.notes)


def _compared(shown: Shown, definition: Definition) -> Compared | None:
    """The comparison, under its heading; None, with a sentence on the page, when there is none."""
    st.html(f'{_heading("h2", TITLE, HOW)}<p class="sr-ingress">{LEAD}</p>')
    if not compared.published(shown.con):
        said = OLDER
    elif not definition.is_share:
        said = f"{definition.indikator} er et gjennomsnitt. Bare andeler justeres."
    else:
        try:
            return compared.compare(shown.con, definition, shown.period)
        except RegisterError as refused:
            said = str(refused)
    st.html(f'<p class="sr-tomside">{escape(said)}</p>')
    return None


def _percent(share: float) -> str:
    return f"{texts.number(100 * share)}\u00a0%"


def _heading(tag: str, title: str, lines: Collection[tuple[str, str]]) -> str:
    """A heading with «?» beside it that opens an explanation, as HTML."""
    told = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in lines)
    label = f"Hva er «{title}»?"
    return (
        f'<div class="sr-tittelrad"><{tag} class="sr-undertittel">{title}</{tag}><details class="sr-hva">'
        f'<summary aria-label="{label}" title="{label}">?</summary><dl class="sr-fakta">{told}</dl></details></div>'
    )
