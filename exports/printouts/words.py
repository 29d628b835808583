"""What several printouts share: how dates and moments are written, the head of a page, the names of a unit's places."""

from __future__ import annotations

from datetime import date, datetime

from checks.samtykke import STATES, shown_state
from ingest import units
from ingest.registration.forlop import Forlop
from ingest.store import OSLO, Tx

STATUS = {-1: "Tom", 0: "Under utfylling", 1: "Ferdigstilt"}


def day(value: date | None) -> str:
    """The date as dd.mm.åååå; empty for None."""
    return f"{value:%d.%m.%Y}" if value else ""


def moment(value: datetime | None) -> str:
    """The moment as dd.mm.åååå kl. tt:mm in Norwegian time; empty for None."""
    return f"{value.astimezone(OSLO):%d.%m.%Y kl. %H:%M}" if value else ""


def head(tx: Tx, title: str) -> dict[str, str]:
    """The texts on every page: title, unit, who printed it and when."""
    return {
        "tittel": title,
        "topp": units.name(tx, tx.actor.enhet),
        "bunn": f"Skrevet ut {moment(tx.now)} av {tx.actor.navn}. Inneholder helseopplysninger: oppbevares og makuleres "
        "deretter.",
    }


def samtykke(forlop: Forlop) -> str:
    return STATES[shown_state(forlop.samtykke, forlop.samtykke_type, forlop.trukket_dato, forlop.startdato)]


def places(tx: Tx, enhet: str) -> dict[str, dict[int, str]]:
    """The unit's lokasjoner and avdelinger, also those not in use: kind -> id -> name."""
    return {
        kind: {entry["id"]: entry["navn"] for entry in units.entries(tx, kind, enhet, only_active=False)}
        for kind in units.KINDS
    }
