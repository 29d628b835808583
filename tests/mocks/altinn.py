"""Altinn's token exchange and Altinn Notifications, as their documents and code say, and strict."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from tests.mocks.helseid import TOKENS
from tests.mocks.server import Asked, Clock, Mock, Reply

SCOPE = "altinn:serviceowner/notifications.create"
OWN = ECKey.generate_key("P-256", {"kid": "altinn"}, private=True)
HALF_AN_HOUR = 1800
PHONE = re.compile(r"(\+|00)[1-9][0-9]{7,14}")
SMS, EMAIL = {"phoneNumber", "timeToLiveInSeconds", "smsSettings"}, {"emailAddress", "emailSettings"}
SETTINGS = {"sms": {"sender", "body"}, "email": {"subject", "body", "senderEmailAddress", "contentType"}}


class AltinnMock(Mock):
    """``sent`` are the messages that the gateway got, by way and id; ``org`` is whether Altinn knows whose the client is, and ``spent``
    are tokens that it takes no more.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.sent: list[dict[str, Any]] = []
        self.orders: dict[tuple[str, str], dict[str, Any]] = {}
        self.feed: list[dict[str, Any]] = []
        self.org = True
        self.exchanges = 0
        self.spent: set[str] = set()

    def answer(self, asked: Asked) -> Reply:
        token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        if asked.path == "/authentication/api/v1/exchange/maskinporten":
            return self._exchange(token)
        if not asked.path.startswith("/notifications/api/v1/future/"):
            return Reply(404)
        if self._claims(token, OWN) is None or token in self.spent:
            return Reply(401)
        if not self.org:
            return Reply(403)
        if (asked.method, asked.path.rpartition("/future/")[2]) == ("GET", "shipment/feed"):
            after, most = (int(asked.query[name][0]) for name in ("seq", "pageSize"))
            assert 0 < most <= 500
            return Reply(content=[one for one in self.feed if one["sequenceNumber"] > after][:most])
        if (asked.method, way := asked.path.rpartition("/")[2])[0] == "POST" and way in SETTINGS:
            return self._order(way, json.loads(asked.body))
        return Reply(404)

    def tell(self, reference: str, status: str, number: int | None = None) -> None:
        """Put a line in the feed: what became of a message."""
        kind, nr = status.partition("_")[0], number or len(self.feed) + 1
        to = {"type": kind, "destination": "+4791234567", "status": status, "lastUpdate": "2026-11-23T10:00:00Z"}
        line = {"sequenceNumber": nr, "shipmentId": str(uuid5(NAMESPACE_URL, str(nr))), "sendersReference": reference}
        self.feed.append(line | {"type": "Notification", "status": "Order_Completed", "recipients": [to]})

    def _exchange(self, token: str) -> Reply:
        claims = self._claims(token, TOKENS)
        if claims is None:
            return Reply(401)
        assert claims["scope"] == SCOPE
        self.exchanges += 1
        made = {"exp": int(self.clock().timestamp()) + HALF_AN_HOUR, "nr": self.exchanges}
        return Reply(raw=f'"{jwt.encode({"alg": "ES256"}, made, OWN)}"'.encode())

    def _claims(self, token: str, key: ECKey) -> dict[str, Any] | None:
        try:
            claims = jwt.decode(token, key, algorithms=["ES256"]).claims
        except (JoseError, ValueError):
            return None
        return claims if claims["exp"] > self.clock().timestamp() else None

    def _order(self, way: str, body: dict[str, Any]) -> Reply:
        name = "recipientSms" if way == "sms" else "recipientEmail"
        assert set(body) <= {"idempotencyId", "sendersReference", name}, body
        known = self.orders.get((way, body["idempotencyId"]))
        if known is not None:
            return Reply(200, known)
        to = body[name]
        assert set(to) <= (SMS if way == "sms" else EMAIL), to
        assert set(to["smsSettings" if way == "sms" else "emailSettings"]) <= SETTINGS[way], to
        if way == "sms" and not (PHONE.fullmatch(to["phoneNumber"]) and 60 <= to["timeToLiveInSeconds"] <= 172_800):
            return Reply(400, {"errors": {"recipientSms.phoneNumber": ["Invalid"]}})
        self.sent.append(body)
        shipment = str(uuid5(NAMESPACE_URL, f"{way} {len(self.sent)}"))
        made = {"shipmentId": shipment, "sendersReference": body.get("sendersReference")}
        self.orders[way, body["idempotencyId"]] = {"notificationOrderId": shipment, "notification": made}
        return Reply(201, self.orders[way, body["idempotencyId"]], {"Location": f"{self.address}/{shipment}"})
