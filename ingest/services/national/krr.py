"""The Kontaktregister (KRR, version 2): whether a person takes messages digitally (docs/tjenester.md). Nothing of an answer is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.services.kontaktregister import Contact
from ingest.services.national.calls import Caller, NotUnderstood
from ingest.services.national.maskinporten import Maskinporten
from ingest.standin import Refused

SERVICE = "Kontaktregisteret"
MOST_AT_ONCE = 1000
ACTIVE, RESERVED, MAY_BE_TOLD = "AKTIV", "JA", "KAN_VARSLES"
CONTACT = "krr:global/kontaktinfo"  # how the scopes that give varslingsstatus begin
MAILBOX = ("digital_post", "digitalPost")  # the documents have it both ways


@dataclass(frozen=True)
class Krr:
    """``scope`` is what the agreement gives, one or more with space between."""

    address: str
    scope: str
    maskinporten: Maskinporten
    caller: Caller

    def find(self, number: str) -> Contact:
        """The contact of one person."""
        return self.find_many([number])[number]

    def find_many(self, numbers: Sequence[str]) -> Mapping[str, Contact]:
        """Number → its person's contact; of a person whom KRR does not know one who cannot be reached."""
        found = dict.fromkeys(numbers, Contact(digital=False))
        wanted = list(found)
        for start in range(0, len(wanted), MOST_AT_ONCE):
            some = wanted[start : start + MOST_AT_ONCE]
            # The order is not promised, and people may be left out: only their numbers say who is who.
            found |= {number: contact for number, contact in self._ask(some).items() if number in found}
        return found

    def _ask(self, numbers: list[str]) -> dict[str, Contact]:
        url, body = f"{self.address.rstrip('/')}/rest/v2/personer", {"personidentifikatorer": numbers}
        answer = self.maskinporten.ask(
            self.caller, self.scope, lambda: self.caller.client.build_request("POST", url, json=body)
        )
        if answer.code == 403:
            raise Refused(f"{SERVICE} gir ikke denne klienten tilgang (403)")
        if answer.code != 200:
            raise NotUnderstood(f"{SERVICE} forsto ikke spørsmålet ({answer.code})")
        content = answer.json(SERVICE)
        try:
            told = {str(one["personidentifikator"]): one for one in content["personer"]}
            if CONTACT in self.scope and not all(_says_enough(one) for one in told.values()):
                # Without it everybody would count as not digital, and their forms be closed for good.
                raise Refused(
                    f"{SERVICE} sier ikke hvem som kan varsles; avtalen mangler tilgang til kontaktinformasjon"
                )
            return {number: _contact(one) for number, one in told.items()}
        except (AttributeError, KeyError, TypeError) as error:
            raise NotUnderstood(f"{SERVICE} svarte noe annet enn avtalt ({type(error).__name__})") from error


def _says_enough(one: Mapping[str, Any]) -> bool:
    """Whether what is told of an active person says how the person is reached, as the agreement's access should give."""
    return one.get("status") != ACTIVE or "varslingsstatus" in one or _has_mailbox(one)


def _has_mailbox(one: Mapping[str, Any]) -> bool:
    return any((one.get(name) or {}).get("postkasseadresse") for name in MAILBOX)


def _contact(one: Mapping[str, Any]) -> Contact:
    """Who has a digital mailbox, or an address that is fresh enough to be told by (KRR's own judgement: 18 months)."""
    mailbox = _has_mailbox(one)
    active = one.get("status") == ACTIVE
    return Contact(
        digital=active and (mailbox or one.get("varslingsstatus") == MAY_BE_TOLD),
        reservert=one.get("reservasjon") == RESERVED,
    )
