"""What the local stand-ins of outside services can be told: to be down, and to be slow."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


class ServiceDown(Exception):
    """An outside service did not answer; it may do so later."""


@dataclass
class Faults:
    """``down`` for everybody, ``delay`` seconds before each answer."""

    down: bool = False
    delay: float = 0.0
    wait: Callable[[float], None] = time.sleep

    def meet(self) -> bool:
        """Wait as told; whether the service is up."""
        if self.delay:
            self.wait(self.delay)
        return not self.down
