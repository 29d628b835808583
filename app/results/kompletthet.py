"""How often each question is answered at the unit and at all units. The least answered stand first, then those with most
«Vet ikke».
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

import duckdb
import polars as pl
import streamlit as st

from app.ui import texts
from app.web import resources
from checks.codebook import load
from checks.forlop import ALL_FORMS
from checks.values import label
from exports.figures.indicator_data import Value, others_share
from exports.published import has
from ingest.access import Actor, may

LEAD = (
    "Andelen av de ferdigstilte skjemaene der spørsmålet ble stilt, som har et svar. «Vet ikke» er et svar, og står for "
    "seg. Lavest besvart står øverst, så de med mest «Vet ikke»."
)
ALL = "Alle"


@dataclass(frozen=True)
class Line:
    """A question at the unit, counted in forms. `everybody` is the share answered at all units (None: not shown);
    `lowest` is the unit with the lowest share, and that share.
    """

    skjema: str
    variabel: str
    paakrevd: bool
    stilt: int
    besvart: int
    vet_ikke: int | None
    everybody: float | None
    lowest: tuple[str, float] | None

    @property
    def share(self) -> float:
        return self.besvart / self.stilt


def counted(con: duckdb.DuckDBPyConnection, form: str | None, year: int | None) -> pl.DataFrame:
    """Every unit's counts per question, of one form and one year (None: of all)."""
    return con.execute(
        """select "AvdRESH", skjema, variabel, bool_or(paakrevd) as paakrevd, sum(n_stilt)::int as stilt,
        sum(n_besvart)::int as besvart, sum(n_vet_ikke)::int as vet_ikke, from kompletthet
        where ($form is null or skjema = $form) and ($year is null or aar = $year) group by all order by all""",
        {"form": form, "year": year},
    ).pl()


def lines(counts: pl.DataFrame, unit: str, smallest: int, *, every_unit: bool) -> list[Line]:
    """The unit's questions, the least answered first; questions that are equally answered by the share of «Vet ikke».

    The share of all units is shown as others_share allows with `smallest`. With `every_unit` (SC) nothing is hidden, and
    the unit with the lowest share is named, among those where the question was asked in at least `smallest` forms and was
    not always answered.
    """
    found = []
    for rows in counts.partition_by("skjema", "variabel"):
        own = rows.filter(pl.col("AvdRESH") == unit).drop("AvdRESH").to_dicts()
        if not own:
            continue
        mine = Value(own[0]["besvart"], own[0]["stilt"])
        everybody = Value(int(rows["besvart"].sum()), int(rows["stilt"].sum()))
        shown = others_share(mine, everybody, True, 1 if every_unit else smallest)
        many = rows.filter(pl.col("stilt") >= smallest).select("AvdRESH", share=pl.col("besvart") / pl.col("stilt"))
        low = many.filter(pl.col("share") < 1).sort("share", "AvdRESH").rows()[:1] if every_unit else []
        found.append(Line(**own[0], everybody=shown, lowest=low[0] if low else None))
    return sorted(found, key=lambda line: (line.share, -(line.vet_ikke or 0) / max(line.besvart, 1), line.variabel))


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
