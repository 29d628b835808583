"""The outside services that patient forms need, as the settings choose them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parseaddr

from ingest.prom import hads_licence, message_texts
from ingest.prom.outbox import EMAIL, SECURE, SMS
from ingest.services import sending
from ingest.services.channel import Channel
from ingest.services.kontaktregister import Kontaktregister, LocalKontaktregister
from ingest.services.mail import Smtp
from ingest.services.national import connected
from ingest.services.sending import LocalOutbox, NotSetUp
from ingest.settings import Settings
from ingest.standin import Faults, told


@dataclass(frozen=True)
class Services:
    """The outside services that the jobs use, and what they need to know to use them.

    ``channels`` has only the channels that are set up; ``contacts`` is None without a Kontaktregister. ``address`` is
    where patients reach the app, ``hads`` whether HADS may be sent to others than test persons.
    """

    contacts: Kontaktregister | None
    channels: Mapping[str, Channel]
    address: str
    hads: bool = False


def channels(settings: Settings) -> dict[str, Channel]:
    """The channels to patients that are set up. In a demo the other channels only keep messages in the outbox, where the
    screen shows them.

    Digipost and Helsenorge need agreements of their own: a real register has no secure channel yet.
    """
    real: dict[str, Channel] = {
        kanal: _as_hospital(way) if isinstance(way, Smtp) else way
        for kanal, way in sending.channels(settings).items()
        if not isinstance(way, LocalOutbox | NotSetUp)
    }
    if not settings.demo:
        return real
    standin = LocalOutbox(faults=told(settings.etterligning).get("kanal", Faults()))
    return {SECURE: standin, SMS: standin, EMAIL: standin} | real


def _as_hospital(way: Smtp) -> Smtp:
    """The mail server as patients meet it: without the registry's name in the subject, or before the sender's address."""
    return replace(way, subject=message_texts.SUBJECT, sender=parseaddr(way.sender)[1])


def services(settings: Settings) -> Services:
    """The services that the settings choose."""
    faults = told(settings.etterligning).get("kontaktregister", Faults())
    contacts = connected.krr(settings) or (LocalKontaktregister(faults=faults) if settings.demo else None)
    return Services(contacts, channels(settings), settings.public_address, hads_licence.available(settings))
