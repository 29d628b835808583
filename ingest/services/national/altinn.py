"""Altinn Notifications: SMS and e-mail that go out at once, with a token that Altinn gives for Maskinporten's (docs/tjenester.md).

Altinn hands a message over before it writes down that it did: one that it did not answer for may have been sent.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from ingest.services.channel import NoReceipt, Rejected, SendingFailed
from ingest.services.national import tokens
from ingest.services.national.calls import Answer, Caller, NotUnderstood
from ingest.services.national.maskinporten import Maskinporten
from ingest.services.national.tokens import Token
from ingest.standin import Refused, ServiceDown

SERVICE = "Altinn"
SCOPE = "altinn:serviceowner/notifications.create"
EXCHANGE, BASE = "/authentication/api/v1/exchange/maskinporten", "/notifications/api/v1/future"
PAGE = 500  # lines of the feed at a time, the most that it gives
LIVES = 172_800  # seconds that Altinn tries to deliver an SMS, the most that it takes
_PHONE = re.compile(r"[\s()-]")
_NORWEGIAN = re.compile(r"[2-9][0-9]{7}")


@dataclass(frozen=True)
class Access:
    """Altinn's own tokens, one until it runs out. ``address`` is the platform's."""

    address: str
    maskinporten: Maskinporten
    caller: Caller
    clock: Callable[[], datetime]
    kept: tokens.Kept = field(repr=False)

    def token(self) -> Token:
        """A token. Raises ServiceDown without one, Refused when we are to have none."""
        return self.kept.get(SCOPE, self._fetch)

    def url(self, path: str) -> str:
        return f"{self.address.rstrip('/')}{path}"

    def _fetch(self, scope: str) -> Token:
        answer = self.maskinporten.ask(
            self.caller, scope, lambda: self.caller.client.build_request("GET", self.url(EXCHANGE))
        )
        if answer.code != 200:
            raise NotUnderstood(f"{SERVICE} byttet ikke inn tilgangen fra Maskinporten ({answer.code})")
        text = answer.body.decode(errors="replace").strip().strip('"')
        return Token(text, "Bearer", _until(text) - tokens.EARLY)


def _until(token: str) -> datetime:
    """When a token runs out, as it says itself. Raises NotUnderstood for one that does not."""
    try:
        claims = token.split(".")[1]
        return datetime.fromtimestamp(json.loads(base64.urlsafe_b64decode(claims + "=="))["exp"], UTC)
    except (ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise NotUnderstood(f"{SERVICE} svarte noe annet enn avtalt") from error


@dataclass(frozen=True)
class Fate:
    """A line of Altinn's feed: its number, the key of the message that it is about («» when it says none), and the status."""

    nr: int
    nokkel: str
    status: str


def _fate(told: Mapping[str, Any]) -> Fate:
    """A line of the feed. To whom it went stands there too, and is not read. KeyError, TypeError or ValueError for what is none."""
    recipients = told.get("recipients") or [told]
    return Fate(int(told["sequenceNumber"]), str(told.get("sendersReference") or ""), str(recipients[0]["status"]))


@dataclass(frozen=True)
class Altinn:
    """What the ways of sending have in common. ``subject`` can be read on a locked screen, ``sender`` is whom an SMS is from."""

    access: Access
    subject: str = "SmerteReg"
    sender: str = ""
    keeps: bool = False

    def greet(self) -> None:
        """Ask for something that changes nothing. Raises ServiceDown, or Refused."""
        self.fates(0, 1)

    def fates(self, after: int, most: int = PAGE) -> list[Fate]:
        """What has become of messages, by rising number, from the first after the number ``after``. Raises ServiceDown, or Refused."""
        answer = self._fates(after, most)
        content = answer.json(SERVICE)
        try:
            found = [_fate(one) for one in content]
        except (KeyError, TypeError, ValueError) as error:
            raise NotUnderstood(f"{SERVICE} svarte noe annet enn avtalt") from error
        return sorted((one for one in found if one.nr > after), key=lambda one: one.nr)

    def _fates(self, after: int, most: int) -> Answer:
        path = f"{BASE}/shipment/feed?{urlencode({'seq': after, 'pageSize': most})}"
        for _ in range(2):
            token = self.access.token()
            answer = self.access.caller.ask(lambda token=token: self._request("GET", path, token))
            if answer.code != 401:
                break
            self.access.kept.drop(token)
        if answer.code in (401, 403):
            raise Refused(
                f"{SERVICE} lar oss ikke sende ({answer.code}): klienten mangler tilgangen, eller Altinn kjenner ikke virksomheten"
            )
        if answer.code != 200:
            raise NotUnderstood(f"{SERVICE} svarte {answer.code}")
        return answer

    def send(self, to: str, text: str, key: str) -> None:
        """Send ``text``. Raises as Channel.send."""
        path, message = self._message(to, text)
        body = {"idempotencyId": _once(key, path, to, text), "sendersReference": key, **message}
        try:
            token = self.access.token()
            answer = self._ask(path, body, token)
            if answer.code == 401:
                self.access.kept.drop(token)
                answer = self._ask(path, body, self.access.token())
        except (ServiceDown, httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise SendingFailed(str(error) if isinstance(error, ServiceDown) else type(error).__name__) from error
        except httpx.HTTPError as error:
            raise NoReceipt(type(error).__name__) from error
        _require_taken(answer.code)

    def _message(self, to: str, text: str) -> tuple[str, Mapping[str, Any]]:
        raise NotImplementedError

    def _ask(self, path: str, body: Mapping[str, Any], token: Token) -> Answer:
        """One try. Raises httpx.HTTPError."""
        answer = self.access.caller.client.send(self._request("POST", path, token, json=body))
        return Answer(answer.status_code, answer.url.netloc.decode(), answer.headers, answer.content)

    def _request(self, method: str, path: str, token: Token, **body: Any) -> httpx.Request:
        headers = {"Authorization": f"Bearer {token.text}"}
        return self.access.caller.client.build_request(method, self.access.url(path), headers=headers, **body)


class AltinnSms(Altinn):
    """SMS. A number without a country code is Norwegian; Altinn takes none without."""

    def _message(self, to: str, text: str) -> tuple[str, Mapping[str, Any]]:
        number = _PHONE.sub("", to)
        number = f"+47{number}" if _NORWEGIAN.fullmatch(number) else number
        settings = {"body": text} | ({"sender": self.sender} if self.sender else {})
        recipient = {"phoneNumber": number, "timeToLiveInSeconds": LIVES, "smsSettings": settings}
        return f"{BASE}/orders/instant/sms", {"recipientSms": recipient}


class AltinnEmail(Altinn):
    """E-mail as plain text."""

    def _message(self, to: str, text: str) -> tuple[str, Mapping[str, Any]]:
        settings = {"subject": self.subject, "body": text, "contentType": "Plain"}
        return f"{BASE}/orders/instant/email", {"recipientEmail": {"emailAddress": to, "emailSettings": settings}}


def _once(key: str, *message: str) -> str:
    """What Altinn knows a repeat by. Altinn looks at nothing else, so a message that is another must have another: also one that was
    numbered again after a restore, or goes to a corrected address.
    """
    return f"{key}-{hashlib.sha256(json.dumps(message).encode()).hexdigest()[:16]}"


def _require_taken(code: int) -> None:
    """Raise for an answer that says no: Rejected, SendingFailed when nothing can have been sent, else NoReceipt."""
    if code in (200, 201):
        return
    if code in (400, 422):
        raise Rejected(f"{SERVICE} tar ikke imot adressen eller meldingen ({code})")
    if code in (401, 403):
        raise SendingFailed(f"{SERVICE} gir ikke denne klienten tilgang ({code})")
    if code == 503 or code in (404, 429) or 300 <= code < 400:
        raise SendingFailed(f"{SERVICE} svarte {code}")
    raise NoReceipt(f"{SERVICE} svarte {code}")
