"""What a check against EPJ found: the share of referrals that is registered, and the lines of the file that are missing
in the register, extra in it, unreadable, or there twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from app.ui import links, texts
from checks.epj_file import Doubled, Unreadable
from checks.errors import RegisterError
from ingest.lists.epj import Checked

_RESERVED = str(RegisterError("REG-610"))
MOST = 500  # the most lines of one kind on the screen


def figure(checked: Checked, refused: Sequence[Unreadable], doubled: Sequence[Doubled]) -> None:
    """Draw how many of the referrals are registered."""
    found = checked.result
    asked = len(found.funnet) + len(found.mangler)
    none = "" if found.funnet else "<br>Ingen er funnet. Er riktige kolonner valgt, og er listen fra denne enheten?"
    st.html(
        f"""<div class="sr-nokkeltall"><p class="sr-stort">{texts.percent(len(found.funnet), asked)}</p>
        <p><b>{texts.number(len(found.funnet))}</b> av <b>{texts.number(asked)}</b> henvisninger er registrert.<br>
        <span class="sr-dempet">{texts.number(len(found.mangler))} mangler i registeret,
        {texts.number(len(found.ekstra))} forløp er ekstra{_unread(refused)}.{_twice(doubled)}</span>{none}</p></div>"""
    )


def lines(checked: Checked, refused: Sequence[Unreadable], doubled: Sequence[Doubled]) -> None:
    """Draw one table per kind. A line of the file is named by its number, never by its patient."""
    found = checked.result
    parts = {
        f"Mangler i registeret ({len(found.mangler)})": lambda: _table(
            ("Linje", "Henvist", "Avdeling", "Hva som er funnet"),
            (
                (
                    str(m.rad),
                    texts.day(m.dato),
                    escape(m.avdeling),
                    "Pasienten er i registeret, men ikke med et forløp nær datoen"
                    if m.pasient
                    else "Ukjent i registeret",
                )
                for m in found.mangler
            ),
        ),
        f"Funnet ({len(found.funnet)})": lambda: _table(
            ("Linje", "Henvist", "Avdeling", "FID", "Dato i registeret", "Dager fra", "Avdeling i registeret"),
            (
                (
                    str(m.referral.rad),
                    texts.day(m.referral.dato),
                    escape(m.referral.avdeling),
                    _forlop(m.forlop.forlop_id, m.forlop.pasient),
                    texts.day(m.forlop.dato),
                    f"{m.dager:+d}" if m.dager else "0",
                    escape(checked.avdeling.get(m.forlop.forlop_id, "")),
                )
                for m in found.funnet
            ),
        ),
        f"Ekstra i registeret ({len(found.ekstra)})": lambda: _table(
            ("FID", "Dato", "Avdeling"),
            (
                (_forlop(e.forlop_id, e.pasient), texts.day(e.dato), escape(checked.avdeling.get(e.forlop_id, "")))
                for e in found.ekstra
            ),
        ),
        f"Kunne ikke leses ({len(refused)})": lambda: _table(
            ("Linje", "Hvorfor"), ((str(u.rad), escape(u.hvorfor)) for u in refused)
        ),
    }
    if checked.reserverte:
        parts[f"Reservert ({len(checked.reserverte)})"] = lambda: _table(
            ("Linje", "Henvist", "Avdeling", "Hva som er funnet"),
            ((str(r.rad), texts.day(r.dato), escape(r.avdeling), _RESERVED) for r in checked.reserverte),
        )
    if doubled:
        parts[f"Dobbelt i listen ({len(doubled)})"] = lambda: _table(
            ("Linje", "Helt lik linje"), ((str(d.rad), str(d.som)) for d in doubled)
        )
    for tab, show in zip(st.tabs(list(parts)), parts.values(), strict=True):
        tab.html(show())


def _unread(refused: Sequence[Unreadable]) -> str:
    return f", {texts.count(len(refused), 'linje', 'linjer')} kunne ikke leses" if refused else ""


def _twice(doubled: Sequence[Doubled]) -> str:
    if not doubled:
        return ""
    said = texts.count(len(doubled), "linje er helt lik en linje over den", "linjer er helt like en linje over dem")
    return f" {said}: det er samme henvisning, og den er telt én gang."


def _forlop(forlop_id: int, pasient_id: int) -> str:
    return links.link(links.history(pasient_id), str(forlop_id), label=f"Pasienthistorikk for forløp {forlop_id}")


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as HTML; the cells of ``rows`` are HTML already."""
    all_rows = list(rows)
    if not all_rows:
        return '<p class="sr-tomside">Ingen.</p>'
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heading)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in all_rows[:MOST])
    more = f'<p class="sr-ingress">De første {MOST} av {len(all_rows)} vises.</p>' if len(all_rows) > MOST else ""
    return (
        f'<div class="sr-rulle"><table class="sr-tabell"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        f"{more}"
    )
