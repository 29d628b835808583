"""The shares of Lokal oversikt, each of a choice's figures; None when there is nothing to show."""

from __future__ import annotations

from checks import in_words
from checks.codebook import load
from checks.forlop import PATIENT_FORMS
from exports.figures.numbers import Numbers
from exports.figures.shares import Bars, all_of, rates

MEASURES = {
    "StSmBev": "Sterkeste i bevegelse",
    "SvSmBev": "Svakeste i bevegelse",
    "StSmRo": "Sterkeste i ro",
    "SvSmRo": "Svakeste i ro",
}
# Diagram -> the name of the patient form whose answers it counts, and the codes of these.
FORMS = {f"svar_{form}": load().skjema[form].navn for form in PATIENT_FORMS}
ANSWERED, OPEN, REASONS = 1, 0, range(20, 30)


def visits(numbers: Numbers) -> Bars | None:
    """Tilsyn, and the reasons for no tilsyn. Forløp without an answer stand last."""
    return all_of("Har pasienten fått tilsyn?", "forløp", numbers, "tilsyn", quiet=(0,))


def readiness(numbers: Numbers) -> Bars | None:
    """Tilsett the same day, and treated by at least two faggrupper: the registry's I2 and I1, among tilsette forløp."""
    return rates(
        "Rask og tverrfaglig hjelp",
        "forløp med minst ett pasienttilsyn",
        numbers,
        [("samme_dag", 1, "Tilsett samme dag som henvist"), ("faggrupper", 1, "Behandlet av minst to faggrupper")],
    )


def types(numbers: Numbers) -> Bars | None:
    """Forløpstyper."""
    return all_of("Forløpstyper", "forløp", numbers, "forlopstype", quiet=(0,))


def samtykke(numbers: Numbers) -> Bars | None:
    """Samtykke as it stands now, among tilsette forløp."""
    return all_of(
        "Skriftlig samtykke blant tilsette",
        "forløp der pasienten er tilsett",
        numbers,
        "samtykke",
        axis="Andel av tilsette",
        quiet=(0,),
    )


def pain(numbers: Numbers) -> Bars | None:
    """Smertekategori of the hoveddiagnose, and in words what that reading leaves out."""
    without = numbers.of("smertekategori_forste").whole - numbers.of("smertekategori").whole
    said = (
        "Er flere diagnoser hoveddiagnose, gjelder den som ble registrert først. Er alle Annet, teller forløpet som Annet. "
        + (
            f"{in_words.count(without, 'forløp', 'forløp')} med smertediagnose har ingen hoveddiagnose og er ikke med her."
            if without
            else "Ellers er forløp uten hoveddiagnose ikke med; her er det ingen slike."
        )
    )
    return all_of(
        "Smertekategori, hoveddiagnosen",
        "forløp med hoveddiagnose eller bare Annet",
        numbers,
        "smertekategori",
        notes=(said,),
    )


def pain_first(numbers: Numbers) -> Bars | None:
    """The other reading of smertekategori: that of the first diagnosis, whether it is hoveddiagnose or not."""
    return all_of(
        "Smertekategori, første diagnose",
        "forløp med smertediagnose",
        numbers,
        "smertekategori_forste",
        notes=("Den andre lesemåten: kategorien til diagnosen som ble registrert først, hoveddiagnose eller ikke.",),
    )


def reduction(numbers: Numbers) -> Bars | None:
    """How the dose changed, in forløp with opioids at the first visit and a registered dose at the last."""
    return all_of(
        "Opioiddosen ved siste tilsyn mot første", "forløp med opioider ved begge", numbers, "opioidreduksjon"
    )


def blockades(numbers: Numbers) -> Bars | None:
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
    )


def tapering(numbers: Numbers) -> Bars | None:
    """Need of nedtrapping, and whether the journal has a plan when there is a need (the registry's I6)."""
    return rates(
        "Nedtrapping av opioider",
        "behov: av dem som bør følges opp; plan: av dem med behov",
        numbers,
        [("nedtrapping", 1, "Behov for nedtrapping"), ("nedtrappingsplan", 1, "Plan i journalnotat")],
    )


def death(numbers: Numbers) -> Bars | None:
    """Time from sluttdato to death in the registry's intervals."""
    return all_of(
        "Tid fra sluttdato til død",
        "tilsette pasienter som er døde",
        numbers,
        "tid_til_dod",
        axis="Andel av dem som er døde",
    )


def satisfied(numbers: Numbers) -> Bars | None:
    """EvalSpm3: how satisfied patients are with the team's care (the registry's I3)."""
    return all_of(
        "Fornøyd med ivaretakelsen",
        "svar på Pasientevaluering (Eval)",
        numbers,
        "fornoyd",
        axis="Andel av svarene",
        quiet=(9,),
    )


def answers(numbers: Numbers) -> Bars | None:
    """How many of those who consented have answered each patient form."""
    lines = [(diagram, ANSWERED, name) for diagram, name in FORMS.items()]
    return rates("Svar på pasientskjemaene", "besvart, av forløpene med samtykke og skjema", numbers, lines)
