"""Nasjonal oversikt: the indicators and dekningsgrad of all units, for the national coordinator."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from app.results import comparison, indicator_page
from app.results.charts import funnel, ranking
from app.results.charts.look import Look, look
from app.results.indicator_page import Shown, explained
from app.ui import notices, page, texts
from app.web import resources
from exports.disclosure import OWN_ONLY
from exports.figures import indicator_data
from exports.figures.indicator_data import Definition, Value, total
from exports.figures.outside import side
from ingest.access import Actor, require
from ingest.results import diagram

Units = dict[str, Value]
COVERAGE = Definition(
    "D", "Dekningsgrad", "Dekningsgrad", None, "andel", "beregnet", "", "", "", ""
)  # in the same look as the indicators
FUNNEL = (
    "Trakten viser hvor enhetene ville ligget ved tilfeldig variasjon rundt det samlede tallet: 95\u00a0% og 99,8\u00a0% av dem "
    "innenfor (Spiegelhalter 2005, normaltilnærming, samme metode som intervallene). En rute er en enhet utenfor 99,8\u00a0%."
)
# Whether what the page shows is to leave the house: SC sees every figure, but takes small ones out for internal use only.
OUTSIDE = "nasjonal_utenfor"
INTERNAL = ". Internt: små tall er med"
STAYS_HERE = "Vises bare internt: forskjellen fra hovedindikatoren er noen få forløp"
_HIDDEN = "vises ikke"
HELD_BACK = (
    '<p class="sr-ingress">«Vises ikke»: snittet ville røpe tallet til enheter som er for små til å vises, eller færre enn to '
    "enheter kan vises.</p>"
)


def draw(actor: Actor) -> None:
    notices.heading(
        "Nasjonal oversikt",
        "Indikatorene og dekningsgraden for alle enheter, av alle forløp, også dem som ikke er i det nasjonale datasettet.",
    )
    require(actor, "se_nasjonalt")
    shown = indicator_page.begin(actor)
    if shown is None:
        return
    internal = replace(shown, note=INTERNAL)
    if not st.toggle("Skjul små tall, til bruk utenfor registeret", key=OUTSIDE):
        shown = internal
    definitions = indicator_data.definitions(shown.con)
    values = {d.indikator: indicator_data.by_unit(shown.con, d.indikator, shown.period) for d in definitions}
    if not any(value.n for units in values.values() for value in units.values()):
        st.html(f'<p class="sr-tomside">{indicator_page.EMPTY}</p>')
        return
    colours = look(st.context.theme.type == "dark")
    st.html(_table(definitions, values))
    chosen = indicator_page.choose_indicator(definitions, "nasjonal_indikator")
    variant = _other(definitions, values, chosen)
    if _stays_here(chosen):
        st.html(f'<p class="sr-tomside">{STAYS_HERE}.</p>')
    else:
        _by_unit(shown, chosen, values[chosen.indikator], variant, colours)
    st.html('<h2 class="sr-undertittel">Over tid, alle enheter</h2>')
    # Month by month, and by the NRS at the beginning, no figure is held back.
    indicator_page.draw_over_time(actor, internal, chosen, diagram.NATION, "Alle enheter")
    comparison.draw_falls(internal, None, "Alle enheter", colours)
    _dekningsgrad(shown, colours)


def _by_unit(shown: Shown, chosen: Definition, values: Units, variant: Units | None, colours: Look) -> None:
    _indicator(chosen, values, variant, colours, shown.about)
    seen, whole, _ = _visible(values, chosen.is_share, variant)
    if whole is not None:
        comparison.draw_nation(shown, chosen, seen, colours)


def _stays_here(definition: Definition) -> bool:
    """Whether the indicator is left out of what leaves the house, as of the national file, since it would hide its main one."""
    return bool(st.session_state.get(OUTSIDE)) and definition.indikator in OWN_ONLY


def _other(definitions: list[Definition], values: dict[str, Units], definition: Definition) -> Units | None:
    """The figures of the indicator's variant, or those of its main indicator when it is a variant; None without either."""
    related = (
        d
        for d in definitions
        if (d.hoved == definition.indikator or definition.hoved == d.indikator) and not _stays_here(d)
    )
    other = next(related, None)
    return values[other.indikator] if other else None


def _visible(values: Units, share: bool, variant: Units | None) -> tuple[Units, Value | None, list[str]]:
    """(the units that may be shown, the total or None when it may not, the names of the units that may not): all of them, unless
    what is shown is to leave the house.
    """
    smallest = resources.current().settings.minste_celle if st.session_state.get(OUTSIDE) else 1
    allowed, with_total = indicator_data.may_show(values, share, smallest, variant)
    seen = {name: value for name, value in values.items() if name in allowed}
    return seen, total(list(values.values())) if with_total else None, [n for n in values if n not in allowed]


def _table(definitions: list[Definition], values: dict[str, Units]) -> str:
    head = "".join(
        f'<th scope="col"{"" if i == 0 else " class=sr-tall"}>{words}</th>'
        for i, words in enumerate(
            (
                "Indikator",
                "Samlet",
                "95 % intervall",
                "Uvektet snitt",
                "Lavest – høyest vist",
                "Forløp",
                "Utenfor, av vist",
            )
        )
    )
    body = "".join(_row(d, values[d.indikator], _other(definitions, values, d)) for d in definitions)
    return (
        f'<div class="sr-rulle"><table class="sr-tabell sr-indikatorer"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{HELD_BACK if _HIDDEN in body else ''}"
    )


def _row(definition: Definition, values: Units, variant: Units | None) -> str:
    title = f'<th scope="row">{definition.indikator} {escape(definition.navn)} {explained(definition)}</th>'
    css = ' class="sr-variant"' if definition.hoved else ""
    if not definition.in_use:
        return f'<tr{css}>{title}<td colspan="6" class="sr-dempet">Ikke aktuelt: spørsmålet stilles ikke ennå</td></tr>'
    if _stays_here(definition):
        return f'<tr{css}>{title}<td colspan="6" class="sr-dempet">{STAYS_HERE}</td></tr>'
    share = definition.is_share
    seen, whole, hidden = _visible(values, share, variant)
    figures = [f for v in seen.values() if (f := v.figure) is not None]
    if whole is None:
        return f'<tr{css}>{title}<td colspan="6" class="sr-dempet">For små tall til å vises</td></tr>'
    ends = whole.interval(share) if whole.n else None
    # The mean of the units would give away the figure of a hidden unit, so it is shown only when no unit is hidden.
    mean = _HIDDEN if hidden else indicator_data.shown(indicator_data.unweighted(list(values.values())), share)
    outside = sum(bool(side(definition, value, whole)) for value in seen.values())
    cells = [
        indicator_data.shown(whole.figure, share),
        " – ".join(indicator_data.shown(end, share) for end in ends) if ends else "",
        mean,
        f"{indicator_data.shown(min(figures), share)} – {indicator_data.shown(max(figures), share)}"
        if len(figures) > 1
        else _HIDDEN,
        texts.number(whole.n),
        f"{outside} av {len(figures)}",
    ]
    return f"<tr{css}>{title}" + "".join(f'<td class="sr-tall">{cell}</td>' for cell in cells) + "</tr>"


def _indicator(definition: Definition, values: Units, variant: Units | None, colours: Look, about: str) -> None:
    """Draw the funnel, and the units in order with their intervals."""
    seen, whole, hidden = _visible(values, definition.is_share, variant)
    if whole is None:
        st.html('<p class="sr-tomside">For små tall til å vises. Velg en lengre periode.</p>')
        return
    table = funnel.table(definition, seen, whole)
    left, right = st.columns(2)
    with left.container(border=True):
        drawn = funnel.chart(definition, seen, whole, colours)
        indicator_page.show(drawn, table, "For få enheter til en trakt.", key="trakt", about=about)
        st.html(f'<p class="sr-ingress">{FUNNEL}</p>')
    with right.container(border=True):
        drawn = ranking.chart(
            f"{definition.navn}: enhetene med 95 % intervall",
            f"{texts.number(whole.n)} forløp; overlappende intervaller skiller ikke enhetene",
            seen,
            whole.figure,
            definition.is_share,
            colours,
        )
        indicator_page.show(drawn, table, "Ingen enheter har forløp i nevneren.", key="rekkefolge", about=about)
        _left_out(hidden)


def _dekningsgrad(shown: Shown, colours: Look) -> None:
    seen, whole, hidden = _visible(indicator_data.dekningsgrad_by_unit(shown.con, shown.period), True, None)
    st.html('<h2 class="sr-undertittel">Dekningsgrad</h2>')
    if whole is None or not whole.n:
        st.html('<p class="sr-tomside">Ingen dekningsgrad kan vises for perioden.</p>')
        return
    with st.container(border=True):
        drawn = ranking.chart(
            "Dekningsgrad per enhet med 95 % intervall",
            f"{texts.number(whole.n)} forløp oppfyller inklusjonskriteriene; samlet {indicator_data.shown(whole.figure, True)}",
            seen,
            whole.figure,
            True,
            colours,
            stages=ranking.STAGES,
        )
        table = funnel.table(COVERAGE, seen, whole)
        indicator_page.show(
            drawn, table, "Ingen enheter har forløp i nevneren.", key="dekning_enheter", about=shown.about
        )
        _left_out(hidden)


def _left_out(names: list[str]) -> None:
    """Say which units are not drawn, and why."""
    if not names:
        return
    smallest = resources.current().settings.minste_celle
    why = f"Ikke vist, fordi et tall under {smallest} ellers kunne leses eller regnes ut: {', '.join(names)}."
    st.html(f'<p class="sr-ingress">{escape(why)}</p>')


page.show(draw)
