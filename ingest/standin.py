"""The faults that local stand-ins of outside services can be given: down, slow, or never answering."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# How long a caller waits for an outside service before it gives up, in seconds.
TIMEOUT = 5.0
SLOW = 2.0


class ServiceDown(Exception):
    """An outside service did not answer; it may do so later."""


class NotConnected(ServiceDown):
    """This register has no such service: nobody was asked, and waiting does not help."""


class Refused(ServiceDown):
    """The service understood the question and said no: a key, a setting or an agreement is wrong, and waiting does not help."""


class TimedOut(ServiceDown):
    """The caller gave up waiting; the service may have done what it was asked to all the same."""


@dataclass
class Faults:
    """A ``down`` service refuses at once; a ``silent`` one does what it is asked and never answers; ``delay`` seconds
    pass before each answer. Callers give up after ``limit`` seconds.
    """

    down: bool = False
    silent: bool = False
    delay: float = 0.0
    limit: float = TIMEOUT
    wait: Callable[[float], None] = time.sleep

    def meet(self, service: str) -> None:
        """Wait or fail as ``service``: TimedOut when no answer comes in time, ServiceDown when the service is down."""
        late = self.silent or self.delay > self.limit
        if pause := self.limit if late else self.delay:
            self.wait(pause)
        if late:
            raise TimedOut(service)
        if self.down:
            raise ServiceDown(service)


# The services that have stand-ins in the demo, and the faults that each can be given.
SERVICES = ("folkeregister", "kontaktregister", "kanal")
KINDS: Mapping[str, Callable[[], Faults]] = {
    "nede": lambda: Faults(down=True),
    "stum": lambda: Faults(silent=True),
    "treg": lambda: Faults(delay=SLOW),
}


def told(text: str) -> dict[str, Faults]:
    """The faults that a text like «kontaktregister:stum,kanal:treg» gives, by service. ValueError for another form."""
    found: dict[str, Faults] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        service, _, kind = part.partition(":")
        if service not in SERVICES or kind not in KINDS:
            raise ValueError(part)
        found[service] = KINDS[kind]()
    return found
