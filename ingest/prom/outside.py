"""The outside services that patient forms need, as the settings choose them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parseaddr

from checks import hads_texts
from ingest.prom import hads_licence, message_texts
from ingest.prom.outbox import EMAIL, SECURE, SMS
from ingest.services import sending
from ingest.services.channel import Channel, FormService
from ingest.services.kontaktregister import Kontaktregister, LocalKontaktregister
from ingest.services.mail import Smtp
from ingest.services.national import connected
from ingest.services.national.altinn import Altinn
from ingest.services.national.eprom import UNSECURED_RULE
from ingest.services.sending import LocalOutbox, NotSetUp
from ingest.settings import Settings
from ingest.standin import Faults, told


@dataclass(frozen=True)
class Services:
    """The outside services that the jobs use, and what they need to know to use them.

    ``channels`` has only the channels that are set up; ``contacts`` is None without a Kontaktregister. ``address`` is
    where patients reach the app, ``hads`` whether HADS may be sent to others than test persons: from here, or by ePROM, which has
    its wordings itself.
    """

    contacts: Kontaktregister | None
    channels: Mapping[str, Channel | FormService]
    address: str
    hads: bool = False


def channels(settings: Settings) -> dict[str, Channel | FormService]:
    """The channels to patients that are set up: ePROM for the secure one, and for those of which we have none ourselves. In a demo
    the other channels only keep messages in the outbox, where the screen shows them.
    """
    real: dict[str, Channel | FormService] = {
        kanal: _as_hospital(way)
        for kanal, way in sending.channels(settings).items()
        if not isinstance(way, LocalOutbox | NotSetUp)
    }
    if secure := connected.eprom(settings):
        unsecured = replace(secure, rule=UNSECURED_RULE)
        real = {SECURE: secure, SMS: unsecured, EMAIL: unsecured} | real
    if not settings.demo:
        return real
    standin = LocalOutbox(faults=told(settings.etterligning).get("kanal", Faults()))
    return {SECURE: standin, SMS: standin, EMAIL: standin} | real


def _as_hospital(way: Channel) -> Channel:
    """E-mail as patients meet it: without the registry's name in the subject, or before the sender's address."""
    if isinstance(way, Altinn):
        return replace(way, subject=message_texts.SUBJECT)
    if not isinstance(way, Smtp):
        return way
    return replace(way, subject=message_texts.SUBJECT, sender=parseaddr(way.sender)[1])


def services(settings: Settings) -> Services:
    """The services that the settings choose."""
    faults = told(settings.etterligning).get("kontaktregister", Faults())
    contacts = connected.krr(settings) or (LocalKontaktregister(faults=faults) if settings.demo else None)
    hads = hads_licence.available(settings) or hads_texts.FORM in settings.eprom_forms
    return Services(contacts, channels(settings), settings.public_address, hads)
