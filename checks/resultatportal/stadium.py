"""The requirements by which a national registry is given its stadium, and what a share must be to meet one.

Source: kvalitetsregistre.no/stadieinndeling and the requirements that the results portal has for the expert group. The words
are ours. Whether a requirement is met is decided by the expert group, not here.
"""

from __future__ import annotations

from dataclasses import dataclass

AUTOMATIC, PARTLY, TEXT = "automatisk", "delvis", "tekst"
STAGE_3, STAGE_4 = 60, 80  # dekningsgrad in per cent


@dataclass(frozen=True)
class Requirement:
    """``trinn`` is the stage (2–4) or the letter it is for, ``kapittel`` its place in the annual report, ``slag`` how much of it
    the register can document by itself.
    """

    nr: int
    trinn: str
    krav: str
    kapittel: str
    slag: str


REQUIREMENTS = (
    Requirement(1, "2", "Registeret får data fra alle helseregioner", "4.1", AUTOMATIC),
    Requirement(2, "2", "Kvalitetsindikatorene vises nasjonalt", "2.1", AUTOMATIC),
    Requirement(3, "2", "Det er en plan for dekningsgrad mot en ekstern kilde", "4.2.1", PARTLY),
    Requirement(4, "2", "Det er en plan for analyser og rapporter til enhetene", "6", PARTLY),
    Requirement(5, "2", "Utviklingsplanen er oppdatert", "9", TEXT),
    Requirement(6, "3", "Kompletthet for kvalitetsindikatorene er dokumentert", "4.3", AUTOMATIC),
    Requirement(7, "3", f"Dekningsgraden er minst {STAGE_3} % de siste to årene", "4.2", AUTOMATIC),
    Requirement(8, "3", "Interaktive resultater hvert år, innen 15. juni", "6", AUTOMATIC),
    Requirement(9, "3", "Enhetene får egne og nasjonale resultater oftere enn årlig", "6", AUTOMATIC),
    Requirement(10, "3", "Etterlevelse av faglige retningslinjer vises per enhet", "2", PARTLY),
    Requirement(11, "3", "Utviklingsplanen er oppdatert", "9", TEXT),
    Requirement(
        12, "4", "Datakvaliteten (korrekthet og reliabilitet) er dokumentert de siste fem årene", "4.3", PARTLY
    ),
    Requirement(13, "4", f"Dekningsgraden er minst {STAGE_4} %", "4.2", AUTOMATIC),
    Requirement(14, "4", "Interaktive resultater to ganger i året, innen 15. juni og 15. desember", "6", AUTOMATIC),
    Requirement(15, "4", "Data er brukt til forskning", "7.2, 7.3", PARTLY),
    Requirement(16, "4", "Pasientrapporterte resultater vises per enhet", "2.2", AUTOMATIC),
    Requirement(17, "A", "Forbedringsarbeid har gitt resultater de siste tre årene", "5.2", PARTLY),
    Requirement(18, "B", "Områder for forbedring er funnet, og arbeid er begynt i år", "5.1, 5.2", PARTLY),
)


def meets(hits: int, whole: int, percent: int) -> bool:
    """Whether a share is at least the percentage: exactly 60 % meets 60 %, however it would be rounded."""
    return whole > 0 and hits * 100 >= percent * whole


def share(hits: int, whole: int) -> str:
    """A share in per cent with one decimal."""
    return _written((hits * 2000 + whole) // (2 * whole))


def share_towards(hits: int, whole: int) -> str:
    """A share that is held against a limit, with one decimal: cut and not rounded, so that 59,96 % never looks like 60 %."""
    return _written(hits * 1000 // whole)


def _written(tenths: int) -> str:
    return f"{tenths // 10},{tenths % 10} %"
