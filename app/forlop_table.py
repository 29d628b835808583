"""A patient's forløp as a table: state, place, the forms with links, who opened it and when."""

from __future__ import annotations

from html import escape

from app import links, symbols, texts
from checks.codebook import load
from checks.consent import shown_state
from checks.forlop import ALL_FORMS, submitted
from ingest import units, users
from ingest.forlop import Forlop
from ingest.store import Tx


def html(tx: Tx, found: list[Forlop]) -> str:
    """The table, newest first as given; a sentence when there is none that the user may see."""
    if not found:
        return '<p class="sr-tomside">Ingen forløp ved enheten.</p>'
    forms = {form: load().skjema[form].navn for form in ALL_FORMS}
    names = users.names(tx)
    head = [
        "Startdato",
        "FID",
        "Enhet",
        "Forløpstype",
        "Tilstand",
        "Samtykke",
        "Avdeling",
        "PO",
        *forms.values(),
        "Opprettet",
        "Sist lagret",
    ]
    columns = "".join(
        f'<th scope="col"{" class=sr-midt" if name in ("PO", *forms.values()) else ""}>{escape(name)}</th>'
        for name in head
    )
    rows = "".join(_row(tx, item, forms, names) for item in found)
    return (
        '<div class="sr-rulle"><table class="sr-tabell"><thead><tr>'
        f"{columns}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(tx: Tx, item: Forlop, forms: dict[str, str], names: dict[str, str]) -> str:
    department = tx.row("select visningsnavn from register.avdeling where avdeling_id = ?", item.avdeling_id)
    who = names.get(item.opprettet_av, item.opprettet_av)
    cells = [
        texts.day(item.startdato) or '<span class="sr-dempet">ikke satt</span>',
        str(item.forlop_id),
        escape(units.name(tx, item.enhet)),
        texts.forlopstype(item.forlopstype),
        "Innlevert" if submitted(item.forlopstype, item.status) else "Under arbeid",
        symbols.consent(shown_state(item.samtykke, item.samtykke_type, item.trukket_dato)),
        escape(department["visningsnavn"]) if department else "",
    ]
    po = links.link(links.po(item.pasient_id, item.forlop_id), "PO", label="Personopplysninger (PO)")
    marks = [
        symbols.form(item.forlop_id, form, navn, item.status.get(form) if form in item.forms else None)
        for form, navn in forms.items()
    ]
    opened = f'<span class="sr-dempet">{texts.moment(item.opprettet)}<br>{escape(who)}</span>'
    saves = [(form.sist_lagret, form.sist_lagret_av) for form in item.skjema.values() if form.sist_lagret]
    when, by = max(saves, default=(None, None))
    saved = (
        f'<span class="sr-dempet">{texts.moment(when)}<br>{escape(names.get(by or "", by or ""))}</span>'
        if when
        else ""
    )
    return (
        "<tr>"
        + "".join(f'<td class="sr-bryt">{c}</td>' if i == 2 else f"<td>{c}</td>" for i, c in enumerate(cells))
        + "".join(f'<td class="sr-midt">{mark}</td>' for mark in [po, *marks])
        + f"<td>{opened}</td><td>{saved}</td></tr>"
    )
