"""What a form's head says of consent or reservation: the edition, and whether the forløp is national, where a register has two."""

from __future__ import annotations

from checks import nasjonalt, reservasjon
from checks.forlop import COMPLETED
from checks.samtykke import STATES, shown_state
from ingest.registration import reservations, versions
from ingest.registration.forlop import Forlop
from ingest.store import Tx


def facts(tx: Tx, head: Forlop) -> list[list[str]]:
    """(what, words) for the head: samtykke alone in a register with one edition."""
    state = shown_state(head.samtykke, head.samtykke_type, head.trukket_dato, head.startdato)
    if reservasjon.begins() is None:
        return [["Samtykke", STATES[state]]]
    reserves = reservasjon.of_forlop(head.startdato)
    said = reservasjon.status_words(reservations.status(tx, head.pasient_id)) if reserves else STATES[state]
    label = "Reservasjon" if reserves else "Samtykke"
    return [[label, said], ["Utgave", reservasjon.REGIMES[reserves]], ["Nasjonalt", national(tx, head)]]


def national(tx: Tx, head: Forlop) -> str:
    """Whether the forløp is in the national dataset from the next publishing on, and if not, why."""
    if reservasjon.of_forlop(head.startdato):
        why = nasjonalt.why_not_reservation(head.inkl_krit, reservations.status(tx, head.pasient_id))
    else:
        to = versions.current(tx, head, ["to"])["to"].svar
        why = nasjonalt.why_not_consent(
            head.inkl_krit,
            head.samtykke,
            withdrawn=head.trukket_dato is not None,
            formal=to.get("Tilsynsanmodnin") == 1,
        )
    if why:
        return f"Nei: {why}"
    done = all(head.status[form] == COMPLETED for form in head.forms)
    return "Ja" if done else "Ja, når alle skjemaene er ferdigstilt"
