"""The national services that the settings turn on, one client of each per process, which keeps its tokens."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from ingest import wall_clock
from ingest.services.national import krr as kontakt
from ingest.services.national import personvern as pvk
from ingest.services.national import tokens
from ingest.services.national.altinn import SERVICE as ALTINN
from ingest.services.national.altinn import Access, Altinn, AltinnEmail, AltinnSms
from ingest.services.national.calls import Caller, client
from ingest.services.national.eprom import Eprom
from ingest.services.national.helseid import Client, HelseId, Organisation
from ingest.services.national.keys import KeyFile
from ingest.services.national.maskinporten import Maskinporten
from ingest.services.national.persontjenesten import SERVICE, Persontjenesten
from ingest.settings import Settings


def _now() -> datetime:
    return wall_clock.now()


@lru_cache(maxsize=4)
def _client(issuer: str, client_id: str, key: Path) -> Client:
    return Client(issuer, client_id, KeyFile(key), Caller("HelseID", client()), lambda: _now())


@lru_cache(maxsize=2)
def _helseid(issuer: str, client_id: str, key: Path, organisation: Organisation) -> HelseId:
    return HelseId(_client(issuer, client_id, key), organisation)


def sign_in(settings: Settings) -> Client | None:
    """The client by which users sign in with HelseID; None when the settings do not name it."""
    if not settings.helseid_innlogging or settings.helseid_innlogging_nokkel is None:
        return None
    return _client(settings.helseid_url, settings.helseid_innlogging, settings.helseid_innlogging_nokkel)


@lru_cache(maxsize=2)
def _maskinporten(issuer: str, client_id: str, key: Path, kid: str) -> Maskinporten:
    return Maskinporten(issuer, client_id, KeyFile(key, kid), Caller("Maskinporten", client()), lambda: _now())


def persontjenesten(settings: Settings) -> Persontjenesten | None:
    """The Folkeregister through Persontjenesten; None when the settings do not name it."""
    if not settings.persontjenesten_url or settings.helseid_nokkel is None:
        return None
    organisation = Organisation(settings.helseid_forelder, settings.helseid_underenhet, settings.helseid_krav)
    who = _helseid(settings.helseid_url, settings.helseid_klient, settings.helseid_nokkel, organisation)
    access = settings.persontjenesten_tilgang
    return Persontjenesten(settings.persontjenesten_url, access, who, Caller(SERVICE, client()))


def krr(settings: Settings) -> kontakt.Krr | None:
    """The Kontaktregister; None when the settings do not name it."""
    key = settings.maskinporten_nokkel
    if not settings.krr_url or key is None:
        return None
    who = _maskinporten(settings.maskinporten_url, settings.maskinporten_klient, key, settings.maskinporten_nokkelid)
    return kontakt.Krr(settings.krr_url, settings.krr_tilgang, who, Caller(kontakt.SERVICE, client()))


def eprom(settings: Settings) -> Eprom | None:
    """ePROM by the secure channel; None when the settings do not name it."""
    if not settings.eprom_url:
        return None
    return Eprom(settings.eprom_url, settings.eprom_nokkel.get_secret_value(), settings.eprom_forms, client())


@lru_cache(maxsize=2)
def _altinn(address: str, who: Maskinporten) -> Access:
    return Access(address, who, Caller(ALTINN, client()), lambda: _now(), tokens.Kept(lambda: _now()))


def altinn(settings: Settings) -> dict[str, Altinn]:
    """The ways that messages go by Altinn Notifications, by name (sms, epost); empty when the settings do not name it."""
    key = settings.maskinporten_nokkel
    if not settings.altinn_ways or key is None:
        return {}
    who = _maskinporten(settings.maskinporten_url, settings.maskinporten_klient, key, settings.maskinporten_nokkelid)
    access = _altinn(settings.altinn_url, who)
    ways = {"sms": AltinnSms(access, sender=settings.altinn_avsender), "epost": AltinnEmail(access)}
    return {name: way for name, way in ways.items() if name in settings.altinn_ways}


def personvern(settings: Settings) -> pvk.Personvern | None:
    """Reservations in PVK; None when the settings do not name them, or the edition with reservation is not used."""
    if not (settings.eprom_pvk and settings.with_reservation):
        return None
    key = settings.eprom_nokkel.get_secret_value()
    return pvk.Personvern(settings.eprom_url, key, settings.eprom_pvk, Caller(pvk.SERVICE, client()))
