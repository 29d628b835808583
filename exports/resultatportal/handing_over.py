"""Writes what is handed to the results portal into a folder: the csv files of a year, and the page that goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

from checks.resultatportal import receiver, stadium
from checks.resultatportal.ids import Ids
from exports.package import SPILL, open_file
from exports.resultatportal import delivery
from exports.resultatportal.delivery import Files
from exports.resultatportal.evidence import shown
from exports.resultatportal.figures import definitions, figures
from exports.resultatportal.known import Known, Table, rows
from exports.whole import whole_folder

_pages = Environment(loader=PackageLoader("exports", "maler"), autoescape=select_autoescape(["html"]), trim_blocks=True)


@dataclass(frozen=True)
class Handed:
    """What was written: the names of the files, what the log is to keep, and what whoever uploads them is told."""

    names: tuple[str, ...]
    details: dict[str, Any]
    told: tuple[str, ...]


def hand_over(
    file: Path, folder: Path, year: int, ids: Ids, ids_file: str, register: Mapping[str, Any], smallest: int
) -> Handed:
    """Write the files of the year from the app's own published `file` into `folder`. ``register`` is what its log and tables
    say (ingest.results.documented).

    Raises as ``figures`` and ``delivery.make``, REG-092, REG-190 and REG-191; nothing is written then.
    """
    with whole_folder(folder) as unfinished, open_file(file, unfinished / SPILL) as con:
        known, counted = definitions(con), figures(con, year)
        files = delivery.make(year, counted, known, ids, ids_file, smallest)
        (made_from,) = rows(con, "select *, (tid at time zone 'Europe/Oslo')::date as dag from publisering")
        for kind, text in files.texts.items():
            (unfinished / files.name(kind)).write_bytes(text.encode())
        today = date.fromisoformat(register["i_dag"])
        told = _told(files, made_from["dag"], register)
        told += [
            f"Holdt tilbake, under {smallest} i nevneren eller av dem som ikke er inkludert i en dekningsgrad: {said}."
            for said in delivery.held_back(files.held, known)
        ]
        told += [f"Ikke med, for ingen enhet har tall: {', '.join(files.empty)}."] if files.empty else []
        page = _pages.get_template("resultatportal.html").render(
            aar=year,
            grense=smallest,
            publisering=made_from,
            opplasting=told,
            indikatorer=_indicators(files, known, ids),
            krav_og_funn=_requirements(Known(year, con, tuple(counted), known, register, smallest, today)),
        )
        name = f"smertereg_skde_{year}.html"
        (unfinished / name).write_text(page, encoding="utf-8")
    details = {
        "aar": year,
        "publisering": made_from["id"],
        "rader": files.rows,
        "holdt tilbake": len(files.held),
        "kontroller": len(delivery.CHECKED),
        "avtrykk": files.digest,
    }
    return Handed((*(files.name(kind) for kind in files.texts), name), details, tuple(told))


def complete_until(year: int, published: date) -> date:
    """«Komplette til»: the year's last day when it was over at the publishing, otherwise the last day of the year before."""
    return date(year if published.year > year else year - 1, 12, 31)


def _told(files: Files, published: date, register: Mapping[str, Any]) -> list[str]:
    """What must be typed on the portal's page, and what has been made sure of."""
    same = next((row["dag"] for row in reversed(register["filer"]) if row["avtrykk"] == files.digest), None)
    until = complete_until(files.year, published)
    told = [
        f"Filer: {', '.join(files.name(kind) for kind in files.texts)}. Skilletegn «{receiver.SEPARATOR}», desimaltegn "
        f"«{receiver.DECIMAL}».",
        f"Oppdatert per: {published:%d.%m.%Y}. Komplette til: {until:%d.%m.%Y}.",
        f"Besto portalens {len(receiver.CONTROLS)} kontroller og {len(delivery.CHECKED) - len(receiver.CONTROLS)} av våre egne.",
        "Portalen bytter ut alle enhetenes tall for indikatorene og året når filen lastes opp.",
    ]
    told += (
        [f"{files.year} var ikke over ved publiseringen, så året er ikke komplett ennå."]
        if until.year < files.year
        else []
    )
    told += [f"Tallene er de samme som i filen fra {date.fromisoformat(same):%d.%m.%Y}."] if same else []
    return told


def _indicators(files: Files, known: Mapping[str, Any], ids: Ids) -> Table:
    """What each ind_id in the files is, in the words that the portal's description of it needs."""
    sent = {figure.indikator for figure in files.sent}
    rows = tuple(
        (i.ind_id, what.type, what.navn, what.teller, what.nevner)
        for i in ids.indikatorer
        if i.indikator in sent
        for what in [known[i.indikator]]
    )
    return Table("Indikatorene i filene", ("ind_id", "Type", "Indikator", "Teller", "Nevner"), rows)


def _requirements(known: Known) -> list[tuple[stadium.Requirement, Any]]:
    said = shown(known)
    return [(requirement, said[requirement.nr]) for requirement in stadium.REQUIREMENTS]
