"""A patient's forløp as a table: state, place, the forms with links, who opened it and when."""

from __future__ import annotations

from datetime import datetime
from html import escape

from app.ui import links, symbols, texts
from checks.codebook import load
from checks.forlop import ALL_FORMS, submitted
from checks.samtykke import shown_state
from ingest import units
from ingest.access import may
from ingest.people import users
from ingest.registration.forlop import Forlop
from ingest.store import OSLO, Tx


def html(tx: Tx, found: list[Forlop]) -> str:
    """The table of ``found`` in the given order, or a sentence when ``found`` is empty. For SC it has the unit too."""
    if not found:
        return '<p class="sr-tomside">Ingen forløp ved enheten.</p>'
    forms = {form: load().skjema[form].navn for form in ALL_FORMS}
    head = ["Startdato", "FID", *(["Enhet"] if _several(tx) else []), "Tilstand", "Samtykke", "Avdeling"]
    head += ["PO", *forms.values(), "Opprettet", "Sist lagret"]
    columns = "".join(
        f'<th scope="col"{" class=sr-midt" if name in ("PO", *forms.values()) else ""}>{escape(name)}</th>'
        for name in head
    )
    names = users.names(tx)
    rows = "".join(_row(tx, item, forms, names) for item in found)
    return (
        '<div class="sr-rulle"><table class="sr-tabell"><thead><tr>'
        f"{columns}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _several(tx: Tx) -> bool:
    return may(tx.actor, "se_nasjonalt")


def _row(tx: Tx, item: Forlop, forms: dict[str, str], names: dict[str, str]) -> str:
    avdeling = tx.row("select visningsnavn from register.avdeling where avdeling_id = ?", item.avdeling_id)
    state = "Innlevert" if submitted(item.forlopstype, item.status) else "Under arbeid"
    cells = [
        texts.day(item.startdato) or '<span class="sr-dempet">ikke satt</span>',
        str(item.forlop_id),
        *([f'<div class="sr-bryt">{escape(units.name(tx, item.enhet))}</div>'] if _several(tx) else []),
        f'{state}<br><span class="sr-dempet">{texts.forlopstype(item.forlopstype)}</span>',
        symbols.samtykke(shown_state(item.samtykke, item.samtykke_type, item.trukket_dato, item.startdato)),
        escape(avdeling["visningsnavn"]) if avdeling else "",
    ]
    po = links.link(links.po(item.pasient_id, item.forlop_id), "PO", label="Personopplysninger (PO)")
    marks = [
        symbols.form(item.forlop_id, form, navn, item.status.get(form) if form in item.forms else None)
        for form, navn in forms.items()
    ]
    saves = [(form.sist_lagret, form.sist_lagret_av or "") for form in item.skjema.values() if form.sist_lagret]
    moments = [_when(item.opprettet, item.opprettet_av, names), _when(*max(saves, default=(None, "")), names)]
    return (
        "<tr>"
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "".join(f'<td class="sr-midt">{mark}</td>' for mark in [po, *marks])
        + "".join(f"<td>{moment}</td>" for moment in moments)
        + "</tr>"
    )


def _when(moment: datetime | None, user: str, names: dict[str, str]) -> str:
    """The day and the user's name, with the time on hover."""
    if moment is None:
        return ""
    day = texts.day(moment.astimezone(OSLO).date())
    return f'<span class="sr-dempet" title="{texts.moment(moment)}">{day}<br>{escape(names.get(user, user))}</span>'
