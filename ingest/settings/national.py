"""The settings of the national services. Each service is used when its address is set, and then needs all of its own.

Where a contract leaves something open, it is a setting here with the likeliest value (docs/tjenester.md).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.settings.addresses import is_safe

# What each service needs of the settings, by the one that turns it on.
NEEDS = {
    "helseid_url": ("helseid_klient", "helseid_nokkel"),
    "persontjenesten_url": ("helseid_url",),
    "maskinporten_url": ("maskinporten_klient", "maskinporten_nokkel"),
    "krr_url": ("maskinporten_url",),
}


class NationalSettings(BaseSettings):
    """``*_url`` are addresses without a path of our own: of HelseID and Maskinporten the issuer's, as their metadata say it.

    ``*_klient`` is the id that they know us by, ``*_nokkel`` the file with our private key (JWK, or PEM with
    ``maskinporten_nokkelid``). ``helseid_forelder`` and ``helseid_underenhet`` are organisation numbers: both for a supplier
    that serves several hospitals, the second alone for a unit of the client's own; ``helseid_krav`` is the claim they go in.
    ``persontjenesten_tilgang`` is what the agreement gives; without full access it tells no confidential address and no events.
    ``krr_tilgang`` are the scopes that the Kontaktregister has agreed to.
    """

    model_config = SettingsConfigDict(env_prefix="SMERTEREG_", frozen=True)

    helseid_url: str = ""
    helseid_klient: str = ""
    helseid_nokkel: Path | None = None
    helseid_forelder: str = ""
    helseid_underenhet: str = ""
    helseid_krav: Literal["assertion_details", "authorization_details"] = "assertion_details"
    persontjenesten_url: str = ""
    persontjenesten_tilgang: Literal["full-access", "restricted-access"] = "full-access"
    maskinporten_url: str = ""
    maskinporten_klient: str = ""
    maskinporten_nokkel: Path | None = None
    maskinporten_nokkelid: str = ""
    krr_url: str = ""
    krr_tilgang: str = "krr:global/kontaktinformasjon.read krr:global/digitalpost.read"

    @field_validator("helseid_nokkel", "maskinporten_nokkel", mode="before")
    @classmethod
    def _no_key_is_named(cls, path: object) -> object:
        return path or None

    @field_validator(*NEEDS)
    @classmethod
    def _service_is_safe(cls, address: str) -> str:
        if address and not is_safe(address):
            raise ValueError
        return address

    @field_validator("helseid_forelder", "helseid_underenhet")
    @classmethod
    def _organisation_has_nine_digits(cls, number: str) -> str:
        if number and not (len(number) == 9 and number.isascii() and number.isdecimal()):
            raise ValueError
        return number

    @model_validator(mode="after")
    def _services_are_whole(self) -> Self:
        for one, needed in NEEDS.items():
            for other in needed:
                if getattr(self, one) and not getattr(self, other):
                    raise Half(one, other)
        return self


class Half(ValueError):
    """A service is turned on by setting ``one``, and needs setting ``other`` too."""

    def __init__(self, one: str, other: str) -> None:
        self.one, self.other = one, other
        super().__init__(f"Sett SMERTEREG_{other.upper()} også, eller ta bort SMERTEREG_{one.upper()}.")


EXPECTED = dict.fromkeys(NEEDS, "Oppgi tjenestens https-adresse, som leverandøren har oppgitt den.") | {
    "helseid_forelder": "Oppgi et organisasjonsnummer med ni siffer.",
    "helseid_underenhet": "Oppgi et organisasjonsnummer med ni siffer.",
    "helseid_krav": "Oppgi assertion_details eller authorization_details.",
    "persontjenesten_tilgang": "Oppgi full-access eller restricted-access.",
}
