"""Deliver messages in threads, so that no request waits for a gateway."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

from app.web import resources, unexpected
from checks.errors import RegisterError
from ingest.access import GATE
from ingest.prom import delivery, outside
from ingest.services import sending

log = logging.getLogger("smertereg.meldinger")
_POOL = ThreadPoolExecutor(2, "meldinger")


_SETTING = {sending.SMS: ("SMS", "SMERTEREG_SMS_URL"), sending.EMAIL: ("E-post", "SMERTEREG_SMTP_HOST")}


def require(kanal: str) -> None:
    """Raise REG-239 when a message by this channel would not arrive."""
    if not resources.current().sends(kanal):
        name, setting = _SETTING[kanal]
        raise RegisterError("REG-239", kanal=name, navn=setting)


def require_way_in() -> None:
    """Raise REG-239 when a first password would not arrive, and users do not come in through an identity provider."""
    if not resources.current().reaches_users:
        require(sending.SMS)


def post(number: int) -> None:
    """Deliver the message with this number: at once to the local outbox, which is quick, otherwise in a thread."""
    held = resources.current()
    if all(way.keeps for way in held.channels.values()):
        _deliver(held, number)
    else:
        _POOL.submit(_deliver, held, number)


def resume() -> None:
    """Deliver the messages that waited when the server stopped, each with the idempotency key it had."""
    with resources.current().store.read(GATE) as tx:
        left = sending.waiting(tx)
    for number in left:
        post(number)


def to_patients() -> None:
    """Send the messages to patients that are due, so that a form ordered by hand goes at once (manual: «Manuell utsending
    av ePROM-skjema»).
    """
    _POOL.submit(_send_due, resources.current())


def _send_due(held: resources.Resources) -> None:
    try:
        delivery.send_due(held.store, outside.services(held.settings))
    except Exception as error:
        # Nothing is lost: the messages wait in the outbox for the next run.
        unexpected.note(log, "meldinger til pasienter", error)


def _deliver(held: resources.Resources, number: int) -> None:
    try:
        if not sending.deliver(held.store, held.channels, number):
            log.error("meldingen ble ikke sendt", extra={"nummer": number})
    except Exception as error:
        log.error("meldingen ble ikke sendt", extra={"nummer": number}, exc_info=error)
