"""What a way to send messages is, and how one fails."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, runtime_checkable


class SendingFailed(Exception):
    """The channel did not take the message; a later try may succeed."""


class Rejected(SendingFailed):
    """The channel refused the message for good, because nobody has the address; another try would fail too."""


class NoReceipt(SendingFailed):
    """The channel did not answer in time, or broke off; it may have taken the message all the same."""


class Channel(Protocol):
    """A way to send messages. ``keeps`` is true for the local stand-in, whose messages are read in the outbox itself."""

    @property
    def keeps(self) -> bool: ...

    def send(self, to: str, text: str, key: str) -> None:
        """Send ``text`` to an address. ``key`` is the same for every try of a message.

        Raises SendingFailed when the message was not taken, NoReceipt when nobody knows whether it was, and Rejected
        when no try can succeed.
        """
        ...


@runtime_checkable
class FormService(Protocol):
    """A service that asks the patient the questions itself, and tells us the answers, instead of carrying a link to our page."""

    def order(self, number: str, skjema: str, expires: datetime, key: str) -> str:
        """Have the person with this fødselsnummer asked to fill in a form before ``expires``; returns the service's id of the
        order. Raises as ``Channel.send``.
        """
        ...

    def remind(self, number: str, text: str) -> None:
        """Send the person a message that a form waits. Raises as ``Channel.send``."""
        ...
