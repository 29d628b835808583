"""Datakvalitet: what the checks found at the unit now and earlier, the forløp behind each finding, and completeness."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from app.components.choice_row import choice_row
from app.components.field import answered, mount
from app.results import kompletthet, publishing, quality_table
from app.ui import links, notices, page, texts
from app.web import resources
from checks.codebook import load
from ingest import units
from ingest.access import Actor, may, require
from ingest.results import quality
from ingest.results.quality import Seen
from ingest.store import OSLO

LEAD = "Kontrollene kjøres hver gang registeret publiseres. Et avvik er ikke alltid en feil: se på forløpet, og rett det eller si hvorfor det står."
SHOWN = 50
_CHECK = "kvalitet_kontroll"
_PART, _PARTS = "kvalitet_del_valg", ((1, "Kontroller"), (2, "Kompletthet"))
_LABELS = {name: v.ledetekst for form in load() for name, v in form.variabler.items()}


def draw(actor: Actor) -> None:
    part = answered(_PART, 1)
    notices.heading("Datakvalitet", LEAD if part == 1 else kompletthet.LEAD)
    message = notices.place()
    require(actor, "kvalitetssikre", actor.enhet)
    held = resources.current()
    con = publishing.published(actor)
    if con is None:
        return
    with held.store.read(actor) as tx:
        names = {u["resh"]: u["navn"] for u in units.all_units(tx)}
        unit = _unit(actor, names)
        history, seen, alike = quality.history(tx, unit), quality.seen(tx, unit), quality.lookalikes(tx, unit)
    mount(choice_row("Vis", _PARTS, part, key=_PART), always=True)
    if part == 2:
        kompletthet.draw(actor, con, unit, names)
        return
    found = con.execute('select * from datakvalitet where "AvdRESH" = ?', [unit]).pl()
    if found.is_empty():
        st.html('<p class="sr-tomside">Kontrollene er ikke kjørt for enheten ennå. Publiser registeret.</p>')
        return
    lines = quality_table.lines(found, history, len(alike))
    st.html(quality_table.html(lines))
    findings = [line.kontroll for line in lines if line.avvik]
    if not findings:
        st.html('<p class="sr-tomside">Ingen avvik å se på.</p>')
        return
    title = {line.kontroll: f"{line.tittel} ({texts.number(line.avvik)})" for line in lines}
    chosen = st.selectbox("Vis avvikene i", findings, format_func=lambda k: title[k], key=_CHECK, width=420)
    rows = alike if chosen == quality.LOOKALIKES else _rows(con, unit, chosen)
    with notices.refusals(message):
        _list(actor, chosen, rows, seen)


def _unit(actor: Actor, names: Mapping[str, str]) -> str:
    if not may(actor, "se_nasjonalt"):
        return actor.enhet
    options = list(names)
    first = options.index(actor.enhet) if actor.enhet in options else 0
    return st.selectbox("Enhet", options, index=first, format_func=lambda r: names[r], key="kvalitet_enhet", width=420)


def _rows(con: Any, unit: str, check: str) -> list[dict[str, Any]]:
    """The findings of a check at the unit, one dictionary for each forløp."""
    found: pl.DataFrame = con.execute(
        """select "ForlopsID", any_value(skjema) as skjema, any_value(variabel) as variabel, string_agg(detalj, '; ' order by detalj) as detalj
        from datakvalitet_rader where "AvdRESH" = ? and kontroll = ? group by all order by "ForlopsID" desc""",
        [unit, check],
    ).pl()
    return [
        row | {"detalj": _spoken(row["detalj"]), "skjema": row["skjema"] or _form(row["variabel"])}
        for row in found.to_dicts()
    ]


def _spoken(told: str) -> str:
    """The text, with the names of variables replaced by their questions on the screen."""
    return re.sub(r"[A-Za-z]\w+", lambda word: _LABELS.get(word[0], word[0]), told)


def _form(variable: str | None) -> str | None:
    return load().variabel(variable).skjema if variable in _LABELS else None


def _list(actor: Actor, check: str, rows: list[dict[str, Any]], seen: Mapping[tuple[str, int], Seen]) -> None:
    fresh = [row for row in rows if (check, row["ForlopsID"]) not in seen]
    done = [row for row in rows if (check, row["ForlopsID"]) in seen]
    st.html(
        f'<p class="sr-ingress">{texts.count(len(fresh), "forløp", "forløp")} å se på, {texts.number(len(done))} sett på.'
        f"{f' De {SHOWN} nyeste vises.' if len(fresh) > SHOWN else ''}</p>"
    )
    if fresh:
        with st.container(border=True):
            st.html(_table(fresh[:SHOWN], lambda row: ""))
            _mark(actor, check, [row["ForlopsID"] for row in fresh[:SHOWN]])
    if done:
        with st.expander(f"Sett på ({len(done)})"):
            st.html(_table(done[:SHOWN], lambda row: _reason(seen[(check, row["ForlopsID"])])))


def _table(rows: list[dict[str, Any]], reason: Any) -> str:
    body = ""
    for row in rows:
        form = row["skjema"] if row["skjema"] in load().skjema and row["skjema"] != "po" else "to"
        link = links.link(links.form(row["ForlopsID"], form), f"Forløp {row['ForlopsID']}")
        name = load().skjema[row["skjema"]].navn if row["skjema"] in load().skjema else ""
        body += (
            f'<tr><td>{link}</td><td>{escape(name)}</td><td class="sr-bryt">{escape(row["detalj"])}</td>'
            f'<td class="sr-bryt">{reason(row)}</td></tr>'
        )
    return (
        '<div class="sr-rulle"><table class="sr-tabell"><thead><tr><th scope="col">Forløp</th><th scope="col">Skjema</th>'
        f'<th scope="col">Hva</th><th scope="col"></th></tr></thead><tbody>{body}</tbody></table></div>'
    )


def _reason(one: Seen) -> str:
    return escape(f"{one.grunn} ({one.bruker}, {texts.day(one.tid.astimezone(OSLO).date())})")


def _mark(actor: Actor, check: str, numbers: list[int]) -> None:
    forlop, why, button = st.columns([1, 3, 1], vertical_alignment="bottom")
    number = forlop.selectbox("Forløp", numbers, key=f"kvalitet_forlop_{check}")
    reason = why.text_input(
        "Hva fant du?",
        key=f"kvalitet_grunn_{check}",
        max_chars=quality.LONGEST_REASON,
        placeholder="F.eks. kontrollert mot journal, datoene stemmer",
    )
    if button.button("Merk som sett på", key=f"kvalitet_merk_{check}", width="stretch"):
        with resources.current().store.write(actor) as tx:
            quality.look_at(tx, check, number, reason)
        st.session_state.pop(f"kvalitet_grunn_{check}", None)
        notices.later(f"Forløp {number} er merket som sett på.")
        st.rerun()


page.show(draw)
