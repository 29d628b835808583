"""Folkeregisteret through Norsk helsenett's Persontjenesten, version 3 of its API (docs/tjenester.md).

Only what is asked for below is asked for. A protected address is never taken out of an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from checks.identity import Fodselsnummer
from ingest.services.folkeregister import Borger, Changes
from ingest.services.national.calls import Answer, Caller, NotUnderstood
from ingest.services.national.helseid import HelseId
from ingest.standin import Refused

SERVICE = "Persontjenesten"
PARTS = (
    "Name",
    "Birth",
    "Gender",
    "Death",
    "NorwegianIdentificationNumber",
    "AddressProtection",
    "ResidentialAddress",
    "FalseIdentity",
)
MOST_AT_ONCE = 100
PAGE = 1000  # events; the contract gives no more
PAGES = 200  # of one reading; what is left of a burst is read the next time
# What may be new for a patient of ours: name, number, death and address with its protection.
EVENTS = (
    "PersonIsDeceased",
    "ChangeInDeath",
    "ChangeInName",
    "ChangeInNorwegianIdentificationNumber",
    "ChangeInAddressProtection",
    "ChangeInResidentialAddress",
    "ChangeInResidentialAddressWithoutRelocation",
    "ChangeInBirth",
    "ChangeInGender",
    "ChangeInPerson",
    "ChangeInFalseIdentity",
    "PersonIsDiscontinuedAsDuplicate",
    "PersonIsContinuedAsValidUponMerger",
    "PersonIsChangedBySplitting",
    "PersonIsRestoredBySplitting",
    "PersonCorrected",
)
_SEX = {"Male": 1, "Female": 2}
_OPEN = "Unclassified"
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Persontjenesten:
    """``address`` is the service's, ``access`` what the agreement gives: full-access or restricted-access."""

    address: str
    access: str
    helseid: HelseId
    caller: Caller

    @property
    def scope(self) -> str:
        """What HelseID is asked to give us."""
        return f"nhn:hgd-persontjenesten-api/{self.access}"

    def find(self, number: Fodselsnummer) -> Borger | None:
        """The person with this number, also one that is no longer in use; None without one."""
        answer = self._post("person/get-by-nin", {"nin": number.number})
        if answer.code == 404:
            # The contract says why it knows nobody. A 404 without words is from a server where the address is wrong.
            _understood(dict, answer.json(SERVICE))
            return None
        return _understood(_borger, self._content(answer), number.number)

    def find_many(self, numbers: Sequence[Fodselsnummer]) -> dict[str, Borger | None]:
        """Number → the person with it, None without one; of any number of people."""
        found: dict[str, Borger | None] = {number.number: None for number in numbers}
        wanted = list(found)
        for start in range(0, len(wanted), MOST_AT_ONCE):
            some = wanted[start : start + MOST_AT_ONCE]
            people = self._content(self._post("person/bulk-by-nin", {"nins": some}))
            by_number = _understood(_by_number, people)
            found |= {n: _understood(_borger, by_number[n], n) for n in some if n in by_number}
        return found

    def changes(self, after: str | None) -> Changes:
        """Whom something has happened to after the event with this number. Without one nobody is told, only the last number."""
        if self.access != "full-access":
            return Changes(frozenset(), after)
        if after is None:
            answer = self._get("event/latest", {})
            if answer.code == 404:
                return Changes(frozenset(), None)
            return Changes(frozenset(), str(_understood(_sequence, self._content(answer))))
        last, numbers = int(after), set[str]()
        for _ in range(PAGES):
            page = self._content(
                self._get("event", {"sequenceNumber": last + 1, "maxLimit": PAGE, "eventTypes": list(EVENTS)})
            )
            events = _understood(lambda told: list(told["results"]), page)
            numbers |= _understood(lambda told: {str(event["nin"]) for event in told if event.get("nin")}, events)
            newest = max((_understood(_sequence, event) for event in events), default=last)
            if newest <= last:
                break
            last = newest
        return Changes(frozenset(numbers), str(last))

    def _post(self, path: str, form: Mapping[str, Any]) -> Answer:
        # The numbers go in the body: an address is written in logs on its way.
        parts = httpx.QueryParams([("informationParts", part) for part in PARTS])
        return self._ask("POST", path, parts, form)

    def _get(self, path: str, query: Mapping[str, Any]) -> Answer:
        return self._ask("GET", path, httpx.QueryParams(query), None)

    def _ask(self, method: str, path: str, query: httpx.QueryParams, form: Mapping[str, Any] | None) -> Answer:
        url = httpx.URL(f"{self.address.rstrip('/')}/api/v3/{self.access}/{path}", params=query)
        return self.helseid.ask(
            self.caller, self.scope, lambda: self.caller.client.build_request(method, url, data=form)
        )

    @staticmethod
    def _content(answer: Answer) -> Any:
        if answer.code == 403:
            raise Refused(f"{SERVICE} gir ikke denne klienten tilgang (403)")
        if answer.code != 200:
            raise NotUnderstood(f"{SERVICE} forsto ikke spørsmålet ({answer.code})")
        return answer.json(SERVICE)


def _understood(read: Any, *told: Any) -> Any:
    try:
        return read(*told)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotUnderstood(f"{SERVICE} svarte noe annet enn avtalt ({type(error).__name__})") from error


def _sequence(event: Item) -> int:
    """An event's number. It is told as text, as it may be larger than a number in JSON is sure to hold."""
    return int(event["sequenceNumber"])


def _valid(person: Item, part: str) -> Iterator[Item]:
    """The items of a part that hold now, the newest first: of names several may be marked as valid."""
    items = [item for item in person.get(part) or [] if item.get("isValid")]
    return iter(
        sorted(items, key=lambda item: str(item.get("validFrom") or item.get("registeredAt") or ""), reverse=True)
    )


def _numbers(person: Item) -> list[str]:
    """All numbers that a person has or has had."""
    return [str(item["identificationNumber"]) for item in person.get("norwegianIdentificationNumber") or []]


def _by_number(people: Sequence[Item]) -> dict[str, Item]:
    """Number → the person with it. People who are unknown are left out of an answer, and its order is not promised: only their
    numbers say who is who. After a merger or a splitting two have had the same; it is the one's who has it now.
    """
    found: dict[str, Item] = {}
    for person in people:
        had = _numbers(person)
        found |= {number: person for number in had if number not in found or _number_now(person, number) is None}
    return found


def _borger(person: Item, asked: str) -> Borger:
    name: Item = next(_valid(person, "name"), {})
    birth: Item = next(_valid(person, "birth"), {})
    sex: Item = next(_valid(person, "gender"), {})
    protected = any(item.get("protectionLevel") != _OPEN for item in _valid(person, "addressProtection"))
    home: Item = next(_valid(person, "residentialAddress"), {})
    protected = protected or home.get("addressConfidentiality", _OPEN) != _OPEN
    street, postcode, city = ("", "", "") if protected else _address(home)
    death: Item = person.get("death") or {}
    return Borger(
        fornavn=_joined(name, "givenName"),
        etternavn=_joined(name, "middleName", "familyName"),
        fodselsdato=_day(birth.get("birthDate")),
        kjonn=_SEX.get(str(sex.get("gender"))),
        adresse=street,
        postnr=postcode,
        poststed=city,
        dodsdato=_day(death.get("deceasedDate")) if death.get("isValid") else None,
        nummer=_number_now(person, asked),
        skjermet=protected,
    )


def _number_now(person: Item, asked: str) -> str | None:
    """The number that the person has now, when it is another than the one asked about; of a false identity the right one's."""
    false: Item = person.get("falseIdentity") or {}
    right = false.get("correctIdentityFromIdentificationNumber")
    if false.get("isFalseIdentity") and right:
        return str(right)
    in_use = [
        str(item["identificationNumber"])
        for item in _valid(person, "norwegianIdentificationNumber")
        if item.get("status") == "InUse"
    ]
    return in_use[0] if in_use and asked not in in_use else None


def _address(home: Item) -> tuple[str, str, str]:
    """(street, postcode, city) of a home that has a street address or a cadastral one; empty for an unknown home."""
    told: Item = home.get("streetAddress") or home.get("cadastralAddress") or {}
    number: Item = told.get("addressNumber") or {}
    house = _joined(number, "houseNumber", "houseLetter", between="")
    street = " ".join(
        part for part in (_joined(told, "addressName") or _joined(told, "addressAdditionalName"), house) if part
    )
    city: Item = told.get("city") or {}
    whole = ", ".join(part for part in (_joined(told, "coAddressName"), street) if part)
    return whole, _joined(city, "postalCode"), _joined(city, "cityName")


def _joined(told: Item, *names: str, between: str = " ") -> str:
    return between.join(text for name in names if (text := str(told.get(name) or "").strip()))


def _day(moment: object) -> date | None:
    """The date of a moment whose time and zone mean nothing."""
    return date.fromisoformat(str(moment)[:10]) if moment else None
