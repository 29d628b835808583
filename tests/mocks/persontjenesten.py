"""Persontjenesten version 3: people by any number they have had, a hundred at a time, and what has happened to them."""

from __future__ import annotations

import copy
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError

from tests.mocks.helseid import TOKENS, check_proof
from tests.mocks.server import Asked, Clock, Mock, Reply

Person = dict[str, Any]
FIRST_EVENT = 2**53 + 1  # larger than a number in JSON is sure to hold


def person(number: str, **parts: object) -> Person:
    """A person with one number in use and a name; ``parts`` replace or add parts of the contract."""
    return {
        "id": f"nhn-{number[-4:]}",
        "sequenceNumber": "1",
        "name": [_now({"givenName": "Kari", "middleName": None, "familyName": "Nordmann"})],
        "birth": [_now({"birthDate": "1960-03-14T00:00:00", "birthYear": 1960})],
        "gender": [_now({"gender": "Female"})],
        "norwegianIdentificationNumber": [in_use(number)],
        "addressProtection": [_now({"protectionLevel": "Unclassified"})],
        "residentialAddress": [home("Storgata", "5", "B", "0155", "OSLO")],
        "death": None,
    } | parts


def _now(item: Person) -> Person:
    return {"registeredAt": "2020-01-01T00:00:00+01:00", "isValid": True, "source": "KILDE", "validTo": None} | item


def former(item: Person) -> Person:
    """An item that held before."""
    return _now(item) | {"isValid": False, "validTo": "2020-01-01T00:00:00"}


def now(**item: object) -> Person:
    """An item that holds now."""
    return _now(item)


def in_use(number: str) -> Person:
    return now(identificationNumber=number, identificationNumberType="NationalIdentityNumber", status="InUse")


def discontinued(number: str) -> Person:
    return now(identificationNumber=number, identificationNumberType="DNumber", status="Discontinued")


def home(street: str, house: str, letter: str | None, postcode: str, city: str, level: str = "Unclassified") -> Person:
    place = {
        "addressName": street,
        "addressNumber": {"houseNumber": house, "houseLetter": letter},
        "municipalityNumber": "0301",
        "city": {"postalCode": postcode, "cityName": city},
        "coAddressName": None,
    }
    return now(streetAddress=place, addressConfidentiality=level)


class PersontjenestenMock(Mock):
    """``people`` are found by every number they have or have had. ``leaves_out`` are numbers that a bulk answer forgets,
    ``stumbles`` those that it cannot answer about.

    Demands a token of HelseID's for ``scope`` bound to the key of the proof; ``spent`` are tokens that it takes no longer.
    """

    scope = "nhn:hgd-persontjenesten-api/full-access"

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.people: list[Person] = []
        self.events: list[Person] = []
        self.leaves_out: set[str] = set()
        self.stumbles: set[str] = set()
        self.spent: set[str] = set()
        self.forbidden = False
        self._seen: set[str] = set()

    def happens(self, number: str, kind: str = "ChangeInName", **parts: object) -> None:
        """Something happens to the person with this number; ``parts`` are what the person's parts are from now on."""
        for one in self.people:
            if number in numbers(one):
                one.update(parts)
        event = {
            "sequenceNumber": str(FIRST_EVENT + len(self.events)),
            "personId": "nhn",
            "eventType": kind,
            "nin": number,
        }
        self.events.append(event)

    def answer(self, asked: Asked) -> Reply:
        refused = self._refused(asked)
        if refused is not None:
            return refused
        path = asked.path.removeprefix("/api/v3/full-access/")
        if self.stumbles & set(asked.form.get("nin", []) + asked.form.get("nins", [])):
            return Reply(500)
        if (asked.method, path) == ("POST", "person/get-by-nin"):
            return self._one(asked)
        if (asked.method, path) == ("POST", "person/bulk-by-nin"):
            return self._many(asked)
        if (asked.method, path) == ("GET", "event/latest"):
            return Reply(content=self.events[-1]) if self.events else Reply(404, {"title": "Not found"})
        if (asked.method, path) == ("GET", "event"):
            return self._events(asked)
        return Reply(404, {"title": "Not found"})

    def _refused(self, asked: Asked) -> Reply | None:
        scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
        try:
            claims = jwt.decode(token, TOKENS, algorithms=["ES256"]).claims
        except (JoseError, ValueError):
            return Reply(401)
        proof = check_proof(asked, self.clock(), self._seen, token)
        good = scheme == "DPoP" and proof is not None and claims["cnf"]["jkt"] == proof["jkt"]
        if not good or token in self.spent or claims["exp"] <= self.clock().timestamp():
            return Reply(401)
        return Reply(403) if self.forbidden or self.scope not in claims["scope"].split() else None

    def _one(self, asked: Asked) -> Reply:
        found = [one for one in self.people if set(asked.form.get("nin", [])) & numbers(one)]
        return Reply(content=self._told(asked, found[0])) if found else Reply(404, {"title": "Not found"})

    def _many(self, asked: Asked) -> Reply:
        wanted = asked.form.get("nins", [])
        if not 0 < len(wanted) <= 100:
            return Reply(400, {"title": "Bad request"})
        found = [one for one in self.people if (set(wanted) - self.leaves_out) & numbers(one)]
        return Reply(content=[self._told(asked, one) for one in reversed(found)])

    def _events(self, asked: Asked) -> Reply:
        first, most = int(asked.query["sequenceNumber"][0]), int(asked.query["maxLimit"][0])
        kinds = set(asked.query.get("eventTypes", []))
        found = [e for e in self.events if int(e["sequenceNumber"]) >= first and (not kinds or e["eventType"] in kinds)]
        page = found[: min(most, 1000)]
        return Reply(content={"results": page, "startIndex": 0, "endIndex": len(page)})

    def _told(self, asked: Asked, one: Person) -> Person:
        """The parts that were asked for, and nothing else."""
        parts = {part[0].lower() + part[1:] for part in asked.query.get("informationParts", [])}
        return copy.deepcopy({name: value for name, value in one.items() if name in parts | {"id", "sequenceNumber"}})


def numbers(one: Person) -> set[str]:
    return {item["identificationNumber"] for item in one["norwegianIdentificationNumber"]}
