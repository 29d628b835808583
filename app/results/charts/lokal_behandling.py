"""Lokal oversikt, «Blokader og oppfølging»: blokader with complications, nedtrapping, and time to death.

Each function draws the figures of a choice, and returns None when there is nothing to draw.
"""

from __future__ import annotations

from app.results.charts.drawn import Drawn
from app.results.charts.look import Look
from app.results.charts.shares import all_of, rates
from exports.figures.numbers import Numbers


def blockades(numbers: Numbers, colours: Look) -> Drawn | None:
    """Sentrale and perifere blokader, and serious complications among the forløp with a blokade."""
    return rates(
        "Blokader og alvorlige komplikasjoner",
        "komplikasjoner er av dem som fikk blokaden",
        numbers,
        [
            ("sentral_blokade", 1, "Sentral blokade"),
            ("sentral_komplikasjon", 1, "– alvorlig komplikasjon"),
            ("perifer_blokade", 1, "Perifer blokade"),
            ("perifer_komplikasjon", 1, "– alvorlig komplikasjon\u00a0"),
        ],
        colours,
    )


def tapering(numbers: Numbers, colours: Look) -> Drawn | None:
    """Need of nedtrapping, and whether the journal has a plan when there is a need (the registry's I6)."""
    return rates(
        "Nedtrapping av opioider",
        "behov: av dem som bør følges opp; plan: av dem med behov",
        numbers,
        [("nedtrapping", 1, "Behov for nedtrapping"), ("nedtrappingsplan", 1, "Plan i journalnotat")],
        colours,
    )


def death(numbers: Numbers, colours: Look) -> Drawn | None:
    """Time from sluttdato to death in the registry's intervals."""
    return all_of(
        "Tid fra sluttdato til død",
        "tilsette pasienter som er døde",
        numbers,
        "tid_til_dod",
        colours,
        axis="Andel av dem som er døde",
    )
