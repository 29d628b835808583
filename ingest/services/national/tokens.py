"""What both who give out tokens have in common: their metadata, how a token is kept, and what a refusal means."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from ingest.services.national.calls import Answer, Caller, NotUnderstood
from ingest.standin import Refused, ServiceDown

METADATA_KEPT = timedelta(hours=24)
EARLY = timedelta(seconds=10)  # a token is renewed before it runs out, so that none runs out on its way
_TOKEN = re.compile(r"[!-~]{1,20000}")  # what can stand in a header
SKEW = 5  # seconds between the clocks that are worth telling of


@dataclass(frozen=True)
class Token:
    """An access token, whose name in a header is ``scheme``; ``until`` is when it is no longer to be used."""

    text: str = field(repr=False)
    scheme: str
    until: datetime


class Kept:
    """Keeps the token of each scope until shortly before it runs out. Those who need the same one at once ask for it once, and are
    told together when there is none to have.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._tokens: dict[str, Token] = {}
        self._failures: list[tuple[str, ServiceDown]] = []

    def get(self, scope: str, fetch: Callable[[str], Token]) -> Token:
        """The token for a scope, fetched when there is none that holds."""
        came = self._failures
        with self._lock:
            token = self._tokens.get(scope)
            if token is not None and token.until > self._clock():
                return token
            # Who waited here while another was told no, would else wait as long for the same, one after the other.
            if self._failures is not came and self._failures[0][0] == scope:
                raise self._failures[0][1]
            try:
                token = self._tokens[scope] = fetch(scope)
            except ServiceDown as error:
                self._failures = [(scope, error)]
                raise
            return token

    def drop(self, token: Token) -> None:
        """Use this token no more: a service has refused it."""
        with self._lock:
            self._tokens = {scope: kept for scope, kept in self._tokens.items() if kept is not token}


class Metadata:
    """An issuer's metadata (RFC 8414), fetched once a day from ``path`` under its address."""

    def __init__(self, issuer: str, path: str, caller: Caller, clock: Callable[[], datetime]) -> None:
        self._issuer, self._address = issuer, issuer.rstrip("/") + path
        self._caller, self._clock = caller, clock
        self._found: tuple[datetime, dict[str, Any]] | None = None

    def get(self, name: str) -> str:
        """An address in the metadata. Raises ServiceDown without one; NotUnderstood when they are another's."""
        now = self._clock()
        if self._found is None or now - self._found[0] > METADATA_KEPT:
            answer = self._caller.ask(lambda: self._caller.client.build_request("GET", self._address))
            content = answer.json(self._caller.service)
            if answer.code != 200 or not isinstance(content, dict):
                raise NotUnderstood(f"{self._caller.service} svarte {answer.code} på hvem den er")
            if str(content.get("issuer", "")).rstrip("/") != self._issuer.rstrip("/"):
                raise Refused(f"{self._caller.service} sier at den er en annen utsteder enn innstillingene har")
            self._found = now, content
        address = self._found[1].get(name)
        if not isinstance(address, str):
            raise NotUnderstood(f"{self._caller.service} oppgir ingen {name}")
        return address


def read(answer: Answer, service: str, scope: str, now: datetime) -> Token:
    """The token in an answer. Raises Refused with the issuer's code for a refusal, and when it gave less than ``scope``."""
    content = answer.json(service)
    if answer.code != 200:
        raise Refused(f"{service} ga ingen tilgang: {_refusal(answer.code, content)}{clocks(answer, now)}")
    try:
        given = str(content.get("scope", scope)).split()
        text = content["access_token"]
        if not _TOKEN.fullmatch(text):
            raise ValueError
        token = Token(text, str(content["token_type"]), now + timedelta(seconds=float(content["expires_in"])) - EARLY)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise NotUnderstood(f"{service} svarte noe annet enn avtalt") from error
    if missing := set(scope.split()) - set(given):
        raise Refused(f"{service} ga ikke tilgangen {', '.join(sorted(missing))}; avtalen eller klienten mangler den")
    return token


def _refusal(code: int, content: Any) -> str:
    """The codes of a refusal (RFC 6749, 5.2). Its description may hold anything, and only the first word that is a code is told."""
    told = content if isinstance(content, dict) else {}
    words = str(told.get("error_description", "")).replace(":", " ").split()
    number = next((word for word in words if word.startswith(("MP-", "HID-")) and len(word) < 12), "")
    error = "".join(c for c in str(told.get("error", "")) if c.isascii() and (c.isalnum() or c == "_"))[:40]
    return " ".join(part for part in (str(code), error, number) if part)


def clocks(answer: Answer, now: datetime) -> str:
    """A word on the clocks when ours is not the issuer's: its claims have times, and are refused for seconds."""
    try:
        theirs = parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        return ""
    seconds = round((now - theirs).total_seconds())
    if abs(seconds) <= SKEW:
        return ""
    return f". Klokken på denne maskinen går {abs(seconds)} sekunder {'for fort' if seconds > 0 else 'etter'}; still den (NTP)"
