"""What the register's own log and tables document of the stadium requirements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from checks.closing_reasons import NOT_PLOTTED
from checks.codebook import load
from checks.patient_forms import closing_reasons
from exports.resultatportal.known import Known, Shown, Table


def delivered(known: Known, deadlines: Iterable[tuple[int, int]]) -> Shown:
    """The files made for the portal about the year or an earlier one, and whether there was one by each deadline after it."""
    today = known.made_today
    made = [(date.fromisoformat(row["dag"]), row["aar"]) for row in known.register["filer"]] + [(today, known.year)]
    said = []
    for month, day in deadlines:
        # Results of the year are shown the year after, by 15 June; those of the spring by 15 December.
        deadline = date(known.year + 1, month, day)
        before = [when for when, about in made if about >= known.year and when <= deadline]
        late = "fristen er ikke kommet ennå" if today <= deadline else "ingen fil var laget da"
        found = f"fil laget {max(before):%d.%m.%Y}" if before else late
        said.append(f"Innen {deadline:%d.%m.%Y}: {found}.")
    said.append("At filen er lastet opp og publisert på portalen, bekreftes av registeret.")
    rows = tuple((f"{when:%d.%m.%Y}", str(about)) for when, about in made)
    return Shown(tuple(said), (Table("Filer til portalen", ("Laget", "Gjelder år"), rows),))


def published(known: Known) -> str:
    """How often the register has published, in words."""
    times = sum(row["antall"] for row in known.register["publisert"])
    return (
        f"Registeret har publisert {times} ganger i {known.year}, i {len(known.register['publisert'])} av 12 måneder."
    )


def often(known: Known) -> Shown:
    """In which months the units' pages got new figures, and the documents that units have fetched."""
    fetched = tuple((known.name(row["enhet"]), str(row["antall"])) for row in known.register["hentet"])
    return Shown(
        (
            f"{published(known)} Enhetenes sider viser egne og nasjonale resultater fra siste publisering.",
            "At en bruker åpner en resultatside, føres ikke; dokumenter som er hentet, står under.",
        ),
        (Table("Dokumenter hentet i Filarkiv", ("Enhet", "Antall"), fetched),),
    )


def extracts(known: Known) -> Shown:
    """What has left the register by file, by its kind."""
    rows = tuple((row["hva"], str(row["antall"])) for row in known.register["uttrekk"])
    return Shown(
        (
            f"Uttrekk fra kommandolinjen i {known.year} står under; registeret vet ikke hvilke som var til forskning.",
            "Forskningsprosjekter og artikler skrives av registeret.",
        ),
        (Table("Uttrekk", ("Slag", "Antall"), rows),),
    )


def patient_forms(known: Known) -> Shown:
    """Answers to the patient forms at each unit, and nationally why there is none."""
    book, reasons_in_words = load().skjema, closing_reasons()
    units = tuple(
        (
            book[row["skjema"]].navn,
            known.name(row["enhet"]),
            *(known.count(row[name]) for name in ("forlop", "sendt", "besvart")),
            known.share(row["svarte"], row["sendt"]),
        )
        for row in known.register["skjema"]
    )
    reasons = tuple(
        (book[row["skjema"]].navn, _reason(row, reasons_in_words), known.count(row["antall"]))
        for row in known.register["lukket"]
    )
    return Shown(
        (
            f"Av forløpene som startet i {known.year} og har pasientskjema. Et skjema på papir er sendt når det er delt ut; «Besvart» har også svar uten at det er kjent at skjemaet ble sendt.",
        ),
        (
            Table("Svar per enhet", ("Skjema", "Enhet", "Forløp", "Sendt", "Besvart", "Svar av sendt"), units),
            Table("Ikke besvart, landet", ("Skjema", "Årsak", "Forløp"), reasons),
        ),
    )


def _reason(row: Mapping[str, Any], texts: Mapping[int, str]) -> str:
    """Why a form has no answers; of «Annet» also that it was paper which nobody registered in time."""
    said = texts.get(row["grunn"], "Ikke besvart ennå")
    return f"{said} ({NOT_PLOTTED.lower()})" if row["uplottet"] else said


def improvement(known: Known) -> Shown:
    """Where coordinators have followed an indicator over time with notes and a frozen baseline."""
    rows = tuple(
        (
            known.definitions[row["indikator"]].navn if row["indikator"] in known.definitions else row["indikator"],
            str(row["notater"]),
            str(row["basislinjer"]),
        )
        for row in known.register["notater"]
    )
    return Shown(
        (
            "Notater og fryste basislinjer i diagrammene over tid de siste tre årene. Tiltak og resultat skrives av registeret.",
        ),
        (Table("Diagrammer over tid", ("Indikator", "Notater", "Basislinjer"), rows),),
    )
