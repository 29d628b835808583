"""The edition in which patients may reserve themselves, and are not asked for consent (docs/adr/037)."""

from __future__ import annotations

from datetime import date

from checks.codebook import load

RESERVASJON = "reservasjon"  # the name of the edition in checks/codebook/utgaver.yml
NOT_RESERVED, RESERVED = 0, 1
REGIMES = {False: "samtykke", True: RESERVASJON}
"""What the edition of a forløp is called, by ``under``."""


def begins() -> date | None:
    """The first startdato that is under the edition; None when the register does not use it."""
    return load().begynner(RESERVASJON)


def under(dag: date) -> bool:
    """Whether what is judged by the edition of this day (edition_day.judged_on) is under the edition."""
    return RESERVASJON in load().utgave(dag).gjeldende


def of_forlop(startdato: date | None) -> bool:
    """Whether a forløp is under the edition. One without startdato is as those that will start."""
    return under(startdato or date.max)


def status_words(status: int | None) -> str:
    """What the register knows of the patient: reserved, asked about and not reserved, or never asked about (None)."""
    return "Ikke spurt" if status is None else load().skjema["po"].variabler["Reservasjonsstatus"].tekst(status)


def why_not_national(inkl_krit: int | None, status: int | None) -> str | None:
    """The first reason why a forløp under the edition is not in the national dataset, its forms apart; None when nothing
    stands in the way. Never asked about is not known to be not reserved (docs/adr/037).
    """
    if status == RESERVED:
        return "pasienten har reservert seg"
    if inkl_krit == 0:
        return "inklusjonskriteriene er ikke oppfylt"
    if inkl_krit is None:
        return "inklusjonskriteriene er ikke avklart ennå"
    return "ingen har spurt om pasienten har reservert seg" if status is None else None
