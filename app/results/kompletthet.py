"""How often each question is answered at the unit and at all units. The least answered stand first, then those with most
«Vet ikke».
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

import duckdb
import streamlit as st

from app.ui import texts
from app.web import resources
from checks.codebook import load
from checks.forlop import ALL_FORMS
from checks.values import label
from exports.figures.completeness import Line, counted, lines
from exports.published import has
from ingest.access import Actor, may

LEAD = (
    "Andelen av de ferdigstilte skjemaene der spørsmålet ble stilt, som har et svar. «Vet ikke» er et svar, og står for "
    "seg. Lavest besvart står øverst, så de med mest «Vet ikke»."
)
ALL = "Alle"


def draw(actor: Actor, con: duckdb.DuckDBPyConnection, unit: str, names: Mapping[str, str]) -> None:
    """Draw the section of the page Datakvalitet: the choices, the table, and the always answered questions, folded."""
    if not has(con, "kompletthet"):
        st.html('<p class="sr-tomside">Kompletthet er ikke regnet ut ennå. Publiser registeret.</p>')
        return
    found_years = con.execute("select distinct aar from kompletthet where aar is not null order by 1 desc")
    years = [row[0] for row in found_years.fetchall()]
    form_place, year_place = st.columns(2, width=420)
    form = form_place.selectbox(
        "Skjema", ["", *ALL_FORMS], format_func=lambda f: load().skjema[f].navn if f else ALL, key="kompletthet_skjema"
    )
    year = year_place.selectbox(
        "År (startdato)", [0, *years], format_func=lambda y: str(y) if y else ALL, key="kompletthet_aar"
    )
    everyone = may(actor, "se_nasjonalt")
    found = lines(
        counted(con, form or None, year or None), unit, resources.current().settings.minste_celle, every_unit=everyone
    )
    if not found:
        st.html('<p class="sr-tomside">Ingen ferdigstilte skjemaer i utvalget. Velg et annet skjema eller år.</p>')
        return
    whole = [line for line in found if line.besvart == line.stilt and not line.vet_ikke]
    missing = found[: len(found) - len(whole)]
    if missing:
        st.html(html(missing, names if everyone else None))
    else:
        st.html('<p class="sr-tomside">Alle spørsmål som er stilt, er besvart, og ikke med «Vet ikke».</p>')
    if whole:
        with st.expander(f"Alltid besvart ({texts.count(len(whole), 'spørsmål', 'spørsmål')})"):
            st.html(html(whole, names if everyone else None))


def html(found: Iterable[Line], names: Mapping[str, str] | None) -> str:
    """The table as HTML; with `names` (RESH-id -> name of unit) also the unit with the lowest share."""
    heads = ("Stilt", "Besvart", "Andel", "Vet ikke", "Alle enheter")
    head = "".join(f'<th scope="col" class="sr-tall">{words}</th>' for words in heads)
    last = '<th scope="col">Lavest</th>' if names is not None else ""
    body = "".join(_row(line, names) for line in found)
    return (
        '<div class="sr-rulle"><table class="sr-tabell sr-kompletthet"><thead><tr><th scope="col">Spørsmål</th>'
        f'<th scope="col">Skjema</th>{head}{last}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(line: Line, names: Mapping[str, str] | None) -> str:
    form = load().skjema[line.skjema]
    question = form.variabler.get(line.variabel)
    may_skip = "" if line.paakrevd else ' <span class="sr-dempet">kan stå tomt</span>'
    unknown = "" if line.vet_ikke is None else _share(line.vet_ikke, line.besvart) if line.besvart else "0"
    cells = [
        texts.number(line.stilt),
        texts.number(line.besvart),
        f"<b>{texts.percent(line.besvart, line.stilt)}</b>",
        unknown,
        "vises ikke" if line.everybody is None else f"{texts.number(100 * line.everybody)}\u00a0%",
    ]
    low = ""
    if names is not None:
        words = (
            ""
            if line.lowest is None
            else f"{names.get(line.lowest[0], line.lowest[0])} {texts.number(100 * line.lowest[1])}\u00a0%"
        )
        low = f"<td>{escape(words)}</td>"
    return (
        f'<tr><th scope="row" class="sr-bryt" title="{escape(line.variabel)}">'
        f"{escape(label(question) if question else line.variabel)}{may_skip}</th>"
        f"<td>{escape(form.navn)}</td>" + "".join(f'<td class="sr-tall">{cell}</td>' for cell in cells) + f"{low}</tr>"
    )


def _share(part: int, whole: int) -> str:
    return f"{texts.number(part)} ({texts.percent(part, whole)})"
