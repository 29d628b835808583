"""How a patient can be reached, checked before a manual order (manual: «Manuell utsending av ePROM-skjema»)."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.access import require
from ingest.prom.outbox import ADDRESSES, CHANNELS, SECURE
from ingest.prom.outside import Services
from ingest.registration import forlop
from ingest.standin import ServiceDown
from ingest.store import Tx


@dataclass(frozen=True)
class Reach:
    """The channels by which the patient can be reached, the best first.

    ``digital`` is None when the Kontaktregister could not be asked. ``sikker`` says whether this register can send by the
    secure channel at all.
    """

    digital: bool | None
    ways: tuple[str, ...]
    sikker: bool = True


def check(tx: Tx, forlop_id: int, services: Services) -> Reach:
    """Whether the patient is on Helsenorge or Digipost, and if not by which unsecured channels messages can go.

    «Dersom pasient ikke er på Helsenorge eller Digipost kan en velge kontaktmetode: bare usikret – epost og SMS.» While
    the Kontaktregister does not answer, the secure channel stays a choice. A channel that is not set up is never one.
    """
    head = forlop.get(tx, forlop_id)
    require(tx.actor, "bestille_eprom", head.enhet)
    person = tx.row(f"select {ADDRESSES} from identitet.person i where i.pasient_id = ?", head.pasient_id) or {}
    digital: bool | None = None
    if not person.get("idnr"):
        digital = False
    elif services.contacts is not None:
        try:
            digital = services.contacts.find(person["idnr"]).reachable
        except ServiceDown:
            digital = None
    ways = (
        kanal
        for kanal, way in CHANNELS.items()
        if kanal in services.channels
        and (person.get(way.column) or "").strip()
        and (kanal != SECURE or digital is not False)
    )
    return Reach(digital, tuple(ways), SECURE in services.channels)
