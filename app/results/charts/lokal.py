"""The charts of Lokal oversikt in the order of the page: each one's name, function, and sentence when it is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from app.results.charts import lokal_behandling as behandling
from app.results.charts import lokal_eprom as eprom
from app.results.charts import lokal_henvisning as henvisning
from app.results.charts import lokal_smerte as smerte
from app.results.charts import lokal_svar as svar
from app.results.charts.drawn import Drawn
from app.results.charts.look import Look
from exports.figures.numbers import Numbers

_ENDS = "både ved første og siste tilsyn"


@dataclass(frozen=True)
class Chart:
    """A chart of the page. `key` is also the name of its files; `empty` is shown when there is nothing to draw."""

    key: str
    draw: Callable[[Numbers, Look], Drawn | None]
    empty: str


SECTIONS: dict[str, tuple[Chart, ...]] = {
    "Henvisning og tilsyn": (
        Chart("tilsyn", henvisning.visits, "Ingen har svar på om pasienten har fått tilsyn."),
        Chart("ventetid", henvisning.waiting, "Ingen forløp har både henvist dato og startdato."),
        Chart("rask_hjelp", henvisning.readiness, "Ingen forløp har pasienttilsyn registrert i B 2.2."),
        Chart("samtykke", henvisning.samtykke, "Ingen tilsette pasienter i perioden."),
        Chart("forlopstyper", henvisning.types, "Ingen forløp i perioden."),
        Chart("avdelinger", henvisning.avdelinger, "Ingen forløp i perioden."),
    ),
    "Smerte og opioider": (
        Chart("smertekategori", smerte.pain, "Ingen smertediagnoser i perioden er hoveddiagnose."),
        Chart("smertekategori_forste", smerte.pain_first, "Ingen smertediagnoser er registrert i perioden."),
        Chart("smerteintensitet", smerte.intensity, f"Ingen forløp har smerteintensitet {_ENDS}."),
        Chart("morfinekvivalenter", smerte.doses, f"Ingen forløp har morfinekvivalenter {_ENDS}."),
        Chart("opioiddose", smerte.reduction, f"Ingen forløp har opioider {_ENDS}."),
    ),
    "Blokader og oppfølging": (
        Chart("blokader", behandling.blockades, "Ingen har svar på om pasienten fikk blokade."),
        Chart("nedtrapping", behandling.tapering, "Ingen er registrert med behov for videre oppfølging."),
        Chart("tid_til_dod", behandling.death, "Ingen tilsette pasienter i perioden er registrert som døde."),
    ),
    "Pasientenes svar": (
        Chart("pasientskjemaer", svar.answered, "Ingen pasienter med samtykke har pasientskjemaer i perioden."),
        Chart("eprom", eprom.sent, "Ingen pasientskjemaer er sendt som ePROM i perioden."),
        Chart("eprom_uten_svar", eprom.reasons, "Ingen sendte pasientskjemaer er lukket uten svar."),
        Chart("manglende_utfylling", svar.reasons, "Ingen pasientskjemaer er lukket uten svar."),
        Chart("hads_angst", svar.anxiety, "Ingen har besvart nok av HADS til å regne ut angst."),
        Chart("hads_depresjon", svar.depression, "Ingen har besvart nok av HADS til å regne ut depresjon."),
        Chart("fornoyd", svar.satisfied, "Ingen har svart på om de er fornøyd med ivaretakelsen."),
    ),
}


def drawn(section: str, numbers: Numbers, months: list[date], colours: Look) -> Iterator[tuple[str, Drawn | None, str]]:
    """(key, the chart or None, the sentence when it is None) of a section's charts.

    The first section begins with the chart of registrations per month.
    """
    if section == next(iter(SECTIONS)):
        yield "registreringer", henvisning.registrations(numbers, months, colours), "Ingen forløp i perioden."
    for chart in SECTIONS[section]:
        yield chart.key, chart.draw(numbers, colours), chart.empty
