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
