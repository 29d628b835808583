"""What stands on the screen and is no answer yet, so that a save would lose it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from checks.codebook import Opioidtabell, load
from checks.errors import Problem, problem


def unsettled_answers(
    skjema: str, uleselig: Mapping[str, str], aapne: Collection[str], *, completing: bool
) -> tuple[Problem, ...]:
    """Text that could not be read (REG-323), and at completion the opioids without a dose (REG-324).

    ``uleselig`` is the text by variable, ``aapne`` the opioids (stems) that are chosen and have no dose.
    """
    form = load().skjema[skjema]
    unread = [
        problem("REG-323", skjema=skjema, variabel=navn, felt=form.variabler[navn].ledetekst, verdi=text)
        for navn, text in uleselig.items()
        if navn in form.variabler  # the others are of a diagnosis that is not added yet, and wait with it
    ]
    rows = [row for s in form.seksjoner for felt in s.felt if isinstance(felt, Opioidtabell) for row in felt.rader]
    without_dose = [
        problem("REG-324", skjema=skjema, variabel=r.dose.navn, felt=f"{r.legemiddel}, {r.form}")
        for r in rows
        if r.stamme in aapne and completing
    ]
    return (*unread, *without_dose)
