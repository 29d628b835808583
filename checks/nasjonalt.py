"""Why a forløp is in the national dataset or not, in words (docs/adr/037). The dataset itself is derived in models/."""

from __future__ import annotations

from checks.reservasjon import RESERVED
from checks.samtykke import YES


def why_not_met(inkl_krit: int | None) -> str | None:
    """What is said of criteria that are not met (0), or cannot be told yet (None)."""
    if inkl_krit is None:
        return "inklusjonskriteriene er ikke avklart ennå"
    return None if inkl_krit else "inklusjonskriteriene er ikke oppfylt"


def why_not_reservation(inkl_krit: int | None, status: int | None) -> str | None:
    """The first reason why a forløp under the edition with reservation is not in the national dataset, its forms apart; None when
    nothing stands in the way. Who was never asked about is not known to be not reserved.
    """
    if status == RESERVED:
        return "pasienten har reservert seg"
    never_asked = "ingen har spurt om pasienten har reservert seg" if status is None else None
    return why_not_met(inkl_krit) or never_asked


def why_not_consent(inkl_krit: int | None, samtykke: int | None, *, withdrawn: bool, formal: bool) -> str | None:
    """The same in the edition with consent (manual: «Samtykke», «Henvist via»)."""
    if withdrawn:
        return "samtykket er trukket tilbake"
    if reason := why_not_met(inkl_krit):
        return reason
    if samtykke != YES:
        return "samtykket er ikke registrert ennå" if samtykke is None else "pasienten har ikke samtykket"
    return None if formal else "pasienten er ikke formelt henvist"
