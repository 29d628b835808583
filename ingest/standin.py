"""What the local stand-ins of outside services can be told: to be down, to be slow, and never to answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# How long a caller waits for an outside service before it gives up, in seconds.
TIMEOUT = 5.0
SLOW = 2.0


class ServiceDown(Exception):
    """An outside service did not answer; it may do so later."""


class TimedOut(ServiceDown):
    """The caller waited as long as it does and gave up; what it asked for may have been done all the same."""


@dataclass
class Faults:
    """``down`` refuses everybody at once, ``silent`` takes what it is asked and never answers, ``delay`` seconds go
    before each answer. Nobody waits longer than ``limit``."""

    down: bool = False
    silent: bool = False
    delay: float = 0.0
    limit: float = TIMEOUT
    wait: Callable[[float], None] = time.sleep

    def meet(self, service: str) -> None:
        """Wait as told. Raises TimedOut when no answer comes in time, ServiceDown when the service is down."""
        late = self.silent or self.delay > self.limit
        if pause := self.limit if late else self.delay:
            self.wait(pause)
        if late:
            raise TimedOut(service)
        if self.down:
            raise ServiceDown(service)


# The stand-ins of the demo, and what each can be told.
SERVICES = ("folkeregister", "kontaktregister", "kanal")
KINDS: Mapping[str, Callable[[], Faults]] = {
    "nede": lambda: Faults(down=True),
    "stum": lambda: Faults(silent=True),
    "treg": lambda: Faults(delay=SLOW),
}


def told(text: str) -> dict[str, Faults]:
    """The faults of «kontaktregister:stum,kanal:treg», by service. Raises ValueError for anything else than that."""
    found: dict[str, Faults] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        service, _, kind = part.partition(":")
        if service not in SERVICES or kind not in KINDS:
            raise ValueError(part)
        found[service] = KINDS[kind]()
    return found
