"""Systeminfo: the version, the register's size, the last publishing, contacts and history; for SC (manual:
«Systeminfo»).
"""

from __future__ import annotations

from html import escape

import streamlit as st

from app.files import about
from app.ui import notices, page, texts
from app.web import resources
from app.web.resources import Resources
from checks.calculations.omeq import CURRENT_FACTOR_SET
from checks.codebook import load
from exports import described, subscribed
from exports.publish import published_at
from exports.published import connect, controls
from ingest import units
from ingest.access import Actor, require
from ingest.lists import varsler
from ingest.results import size


def draw(actor: Actor) -> None:
    notices.heading("Systeminfo")
    notices.place()
    require(actor, "se_systeminfo")
    held = resources.current()
    _notices(actor, held)
    _yearly(actor, held)
    left, right = st.columns(2, gap="medium")
    with left.container(border=True):
        _heading("Versjon")
        st.html(_facts({"SmerteReg": about.version(), "Kodebok": load().navn, "Faktorsett (OMEQ)": CURRENT_FACTOR_SET}))
    with left.container(border=True):
        _heading("Registerets størrelse")
        with held.store.read(actor) as tx:
            counted = size.counts(tx)
        megabytes = texts.number(held.settings.register.stat().st_size / 1e6, 1)
        st.html(_facts({k: texts.number(v) for k, v in counted.items()} | {"Datafilen": f"{megabytes} MB"}))
    with right.container(border=True):
        _heading("Siste publisering")
        with notices.refusals():
            st.html(_facts(_published(held)))
        with held.store.read(actor) as tx:
            waiting = subscribed.waiting(tx, published_at(held.settings.data))
        if waiting:
            said = texts.count(waiting, "rapport", "rapporter")
            notices.remark(
                f"{said} det abonneres på, venter på en publisering etter at perioden var slutt, eller en pasient ble slettet."
            )
    with right.container(border=True):
        _heading("Sikkerhetskopi")
        st.html(
            _facts(
                {
                    "Siste": about.last_backup(held.settings, held.store.clock()),
                    "Journal": "ja" if held.store.journalled else "nei",
                }
            )
        )
    with right.container(border=True):
        _heading("Kontaktpersoner")
        said = escape(about.contacts(held.settings)).replace("\n", "<br>")
        missing = f"Ingen er oppgitt. Skriv dem i {about.CONTACT_FILE} i datamappen, eller i SMERTEREG_KONTAKT."
        st.html(f"<p>{said}</p>" if said else f'<p class="sr-ingress">{missing}</p>')
    with st.expander("Versjonshistorikk"):
        st.markdown(about.history().replace("## ", "##### "))
    with st.expander("Lisenser"):
        st.html(_licences())


def _yearly(actor: Actor, held: Resources) -> None:
    """Remind of the yearly check of the description for data users, where it is time."""
    with held.store.read(actor) as tx:
        said = described.reminder(tx, held.settings)
    if said:
        st.warning(said)


def _notices(actor: Actor, held: Resources) -> None:
    """Draw the notices of changes in units' lists, until they are marked as read."""
    with held.store.read(actor) as tx:
        unread = varsler.unread(tx)
        names = {u["resh"]: u["navn"] for u in units.all_units(tx)}
        today = tx.today

    def read(ids: list[int]) -> None:
        with notices.refusals():
            with held.store.write(actor) as tx:
                varsler.mark_read(tx, ids)
            st.rerun()

    with st.container(border=True):
        _heading("Varsler fra enhetene")
        if not unread:
            st.html('<p class="sr-ingress">Ingen uleste varsler.</p>')
            return
        st.html('<p class="sr-ingress">Biostatistiker skal ha beskjed om endringer i avdelingsoversikten.</p>')
        for notice in unread[:20]:
            with st.container(horizontal=True, vertical_alignment="center"):
                unit, when = names.get(notice["enhet"], notice["enhet"]), texts.moment(notice["tid"], today)
                st.html(
                    f'<p class="sr-varsel"><b>{escape(unit)}</b> <span class="sr-dempet">{when}</span><br>'
                    f"{escape(notice['tekst'])}</p>"
                )
                if st.button("Lest", key=f"lest_{notice['id']}"):
                    read([notice["id"]])
        if len(unread) > 1 and st.button(f"Merk alle {len(unread)} som lest", type="tertiary"):
            read([n["id"] for n in unread])


def _published(held: Resources) -> dict[str, str]:
    """The facts of the last publishing and its controls, label -> text. Raises REG-085 when nothing is published."""
    row = connect(held.settings.data).sql("select * from publisering").pl().to_dicts()[0]
    checked = controls(held.settings.data)
    said = "ikke bevart fra denne publiseringen"
    if checked is not None:
        said = f"{texts.number(checked['bestatt'])} bestått, {texts.number(checked['feilet'])} feilet"
    return {
        "Tidspunkt": texts.moment(row["tid"]),
        "Kontroller": said,
        "Forløp": texts.number(row["n_forlop"]),
        "Nasjonalt datasett": texts.count(row["n_nasjonal"], "forløp", "forløp"),
        "Satt til side": texts.count(row.get("n_satt_til_side", 0), "skjema", "skjemaer"),
        "Kodebok": row["kodebok"],
        "Faktorsett": row["faktorsett"],
    }


def _licences() -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(version)}</td><td>{escape(licence)}</td></tr>"
        for name, version, licence in about.licences()
    )
    head = "".join(f'<th scope="col">{word}</th>' for word in ("Pakke", "Versjon", "Lisens"))
    return (
        '<p class="sr-ingress">SmerteReg er lisensiert under MIT, skriften Inter under OFL.</p><div class="sr-rulle">'
        f'<table class="sr-tabell"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _heading(words: str) -> None:
    st.html(f'<h2 class="sr-undertittel">{words}</h2>')


def _facts(facts: dict[str, str]) -> str:
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(value)}</dd>" for term, value in facts.items())
    return f'<dl class="sr-fakta">{items}</dl>'


page.show(draw)
