"""One question to a national service: within a time, asked again where that is safe, and its answer read within bounds.

What goes wrong is told with the service's name and codes; never with what was asked about, nor with a token.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from ingest.standin import ServiceDown, TimedOut

CONNECT, READ = 5.0, 10.0  # seconds for one try
LIMIT = 15.0  # seconds for all tries of a question; somebody may be waiting for the answer
TRIES, PAUSE, LONGEST_PAUSE = 3, 0.4, 5.0
LARGEST = 20_000_000  # bytes of an answer
PASSING = frozenset({429, 502, 503, 504})


class NotUnderstood(ServiceDown):
    """The service answered something else than its contract says."""


class _Again(Exception):
    """This try came to nothing, and the same question may be put again; ``after`` seconds when the service says so."""

    def __init__(self, error: ServiceDown, after: float | None = None) -> None:
        self.error, self.after = error, after
        super().__init__()


@dataclass(frozen=True)
class Answer:
    """``code`` is the status of HTTP, ``host`` (with its port) who answered; ``headers`` have names in any case."""

    code: int
    host: str
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)

    def json(self, service: str) -> Any:
        """The answer's JSON. Raises NotUnderstood for what is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise NotUnderstood(f"{service} svarte noe annet enn avtalt") from error


def client() -> httpx.Client:
    """A client as the national services are asked with. It follows no redirection: that could take a number elsewhere."""
    return httpx.Client(timeout=httpx.Timeout(READ, connect=CONNECT), follow_redirects=False)


@dataclass(frozen=True)
class Caller:
    """Puts questions to one service. ``clock`` counts seconds, ``sleep`` waits between tries, for a time that ``chance`` (0 to 1)
    makes different for those who were turned away together.
    """

    service: str
    client: httpx.Client
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    limit: float = LIMIT

    def ask(self, request: Callable[[], httpx.Request]) -> Answer:
        """The answer to a question that may be put more than once; ``request`` makes it anew for each try.

        Raises ServiceDown when the service cannot be reached or is overloaded, TimedOut when it was waited for.
        """
        started = self.clock()
        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=self._pause,
            sleep=lambda seconds: self._wait(seconds, started),
            retry=retry_if_exception_type(_Again),
            reraise=True,
        )
        try:
            return tries(lambda: self._try(request(), started))
        except _Again as again:
            raise again.error from again

    def _pause(self, state: RetryCallState) -> float:
        """As long as the service asks for; else longer for each try."""
        again = state.outcome.exception() if state.outcome else None
        if isinstance(again, _Again) and again.after is not None:
            return again.after
        return min(PAUSE * 2 ** (state.attempt_number - 1), LONGEST_PAUSE) * (0.5 + self.chance())

    def _wait(self, seconds: float, started: float) -> None:
        if self.clock() + seconds - started > self.limit:
            raise ServiceDown(f"{self.service} ber oss vente lenger enn vi kan")
        self.sleep(seconds)

    def _try(self, request: httpx.Request, started: float) -> Answer:
        try:
            answer = self._send(request, started)
        except httpx.TimeoutException as error:
            raise _Again(TimedOut(f"{self.service} svarte ikke i tide")) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _Again(ServiceDown(f"{self.service} er ikke å få tak i ({type(error).__name__})")) from error
        if answer.code in PASSING:
            raise _Again(ServiceDown(f"{self.service} svarte {answer.code}"), _seconds(answer.headers))
        if answer.code >= 500:
            raise ServiceDown(f"{self.service} svarte {answer.code}")
        if 300 <= answer.code < 400:
            raise NotUnderstood(f"{self.service} viste videre til en annen adresse ({answer.code})")
        return answer

    def _send(self, request: httpx.Request, started: float) -> Answer:
        answer = self.client.send(request, stream=True)
        body = whole(answer, self.service, lambda: self.clock() - started > self.limit)
        return Answer(answer.status_code, request.url.netloc.decode(), answer.headers, body)


def whole(answer: httpx.Response, service: str, late: Callable[[], bool], largest: int = LARGEST) -> bytes:
    """The body of an answer that is read as it comes. Raises NotUnderstood for a larger one, TimedOut as soon as it is ``late``."""
    try:
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > largest:
                raise NotUnderstood(f"{service} svarte mer enn {largest // 1_000_000} MB")
            if late():
                raise TimedOut(f"{service} svarte ikke i tide")
        return bytes(body)
    finally:
        answer.close()


def _seconds(headers: httpx.Headers) -> float | None:
    """Retry-After in seconds; None without one, or with a date: the clocks may differ."""
    text = headers.get("Retry-After", "").strip()
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None
