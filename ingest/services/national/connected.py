"""The national services that the settings turn on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ingest import wall_clock
from ingest.services.national.calls import Caller, client
from ingest.services.national.helseid import HelseId, Organisation
from ingest.services.national.keys import KeyFile
from ingest.services.national.persontjenesten import SERVICE, Persontjenesten
from ingest.settings import Settings

Clock = Callable[[], datetime]


def _now() -> datetime:
    return wall_clock.now()


def helseid(settings: Settings, clock: Clock = _now) -> HelseId | None:
    """HelseID between machines; None when the settings do not name it."""
    if not settings.helseid_url or settings.helseid_nokkel is None:
        return None
    organisation = Organisation(settings.helseid_forelder, settings.helseid_underenhet, settings.helseid_krav)
    key = KeyFile(settings.helseid_nokkel)
    return HelseId(settings.helseid_url, settings.helseid_klient, key, organisation, Caller("HelseID", client()), clock)


def persontjenesten(settings: Settings, clock: Clock = _now) -> Persontjenesten | None:
    """The Folkeregister through Persontjenesten; None when the settings do not name it."""
    who = helseid(settings, clock)
    if not settings.persontjenesten_url or who is None:
        return None
    access = settings.persontjenesten_tilgang
    return Persontjenesten(settings.persontjenesten_url, access, who, Caller(SERVICE, client()))
