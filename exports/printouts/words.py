"""Words that several printouts share: dates, moments, who is signed in, and a unit's places by id."""

from __future__ import annotations

from datetime import date, datetime

from checks.consent import shown_state
from ingest import units
from ingest.registration.forlop import Forlop
from ingest.store import OSLO, Tx

CONSENT = {
    "ja": "Ja",
    "nei": "Nei",
    "venter": "Venter",
    "ikke_aktuelt": "Nei – ikke aktuelt",
    "trukket": "Tilbaketrukket",
}
STATUS = {-1: "Tom", 0: "Under utfylling", 1: "Ferdigstilt"}


def day(value: date | None) -> str:
    """dd.mm.åååå; empty for no date."""
    return f"{value:%d.%m.%Y}" if value else ""


def moment(value: datetime | None) -> str:
    """dd.mm.åååå kl. tt:mm in Norway; empty for none."""
    return f"{value.astimezone(OSLO):%d.%m.%Y kl. %H:%M}" if value else ""


def head(tx: Tx, title: str) -> dict[str, str]:
    """What stands on every page: title, unit, who printed it and when."""
    return {
        "tittel": title,
        "topp": units.name(tx, tx.actor.enhet),
        "bunn": f"Skrevet ut {moment(tx.now)} av {tx.actor.navn}. Inneholder helseopplysninger: oppbevares og makuleres "
        "deretter.",
    }


def consent(forlop: Forlop) -> str:
    return CONSENT[shown_state(forlop.samtykke, forlop.samtykke_type, forlop.trukket_dato)]


def places(tx: Tx, enhet: str) -> dict[str, dict[int, str]]:
    """The unit's lokasjoner and avdelinger, those not in use too: kind -> id -> name."""
    return {
        kind: {entry["id"]: entry["navn"] for entry in units.entries(tx, kind, enhet, only_active=False)}
        for kind in units.KINDS
    }
