"""The settings of the national services. Each service is used when its address is set, and then needs all of its own.

Where a contract leaves something open, it is a setting here with the likeliest value (docs/tjenester.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self
from uuid import UUID

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from checks.forlop import PATIENT_FORMS
from ingest.settings.addresses import is_safe

# What each service needs of the settings, by the one that turns it on.
NEEDS = {
    "persontjenesten_url": ("helseid_url", "helseid_klient", "helseid_nokkel"),
    "helseid_innlogging": ("helseid_url", "helseid_innlogging_nokkel"),
    "maskinporten_url": ("maskinporten_klient", "maskinporten_nokkel"),
    "krr_url": ("maskinporten_url",),
    "eprom_url": ("eprom_nokkel", "eprom_skjema"),
    "altinn_url": ("maskinporten_url", "altinn_kanaler"),
    "eprom_pvk": ("eprom_url",),
}


WAYS = frozenset({"sms", "epost"})
ADDRESSES = ("helseid_url", "persontjenesten_url", "maskinporten_url", "krr_url", "eprom_url", "altinn_url")


class NationalSettings(BaseSettings):
    """``*_url`` are addresses without a path of our own: of HelseID and Maskinporten the issuer's, as their metadata say it.

    ``*_klient`` is the id that they know us by, ``*_nokkel`` the file with our private key (JWK, or PEM with
    ``maskinporten_nokkelid``). ``helseid_forelder`` and ``helseid_underenhet`` are organisation numbers: both for a supplier
    that serves several hospitals, the second alone for a unit of the client's own; ``helseid_krav`` is the claim they go in.
    ``helseid_innlogging`` is the id of the client by which users sign in, which has a key of its own.
    ``persontjenesten_tilgang`` is what the agreement gives; without full access it tells no confidential address and no events.
    ``krr_tilgang`` are the scopes that the Kontaktregister has agreed to. ``eprom_nokkel`` is the key that ePROM and we know each
    other by, ``eprom_skjema`` the id of each form there: «pasreg=…, hads=…», and ``eprom_pvk`` the id of the registry's reservation in
    PVK, which is used in the edition with reservation only. ``altinn_kanaler`` are the ways that messages go by
    Altinn, in place of the gateway and the mail server, and ``altinn_avsender`` is whom an SMS is from.
    """

    model_config = SettingsConfigDict(env_prefix="SMERTEREG_", frozen=True)

    helseid_url: str = ""
    helseid_klient: str = ""
    helseid_nokkel: Path | None = None
    helseid_forelder: str = ""
    helseid_underenhet: str = ""
    helseid_innlogging: str = ""
    helseid_innlogging_nokkel: Path | None = None
    helseid_krav: Literal["assertion_details", "authorization_details"] = "assertion_details"
    persontjenesten_url: str = ""
    persontjenesten_tilgang: Literal["full-access", "restricted-access"] = "full-access"
    maskinporten_url: str = ""
    maskinporten_klient: str = ""
    maskinporten_nokkel: Path | None = None
    maskinporten_nokkelid: str = ""
    krr_url: str = ""
    krr_tilgang: str = "krr:global/kontaktinformasjon.read krr:global/digitalpost.read"

    eprom_url: str = ""
    eprom_nokkel: SecretStr = SecretStr("")
    eprom_skjema: str = ""
    eprom_pvk: str = ""

    altinn_url: str = ""
    altinn_kanaler: str = "sms, epost"
    altinn_avsender: str = ""

    @field_validator("helseid_nokkel", "helseid_innlogging_nokkel", "maskinporten_nokkel", mode="before")
    @classmethod
    def _no_key_is_named(cls, path: object) -> object:
        return path or None

    @field_validator(*ADDRESSES)
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

    @field_validator("eprom_nokkel")
    @classmethod
    def _key_can_be_sent(cls, key: SecretStr) -> SecretStr:
        if not all("!" <= sign <= "~" for sign in key.get_secret_value()):
            raise ValueError
        return key

    @field_validator("eprom_pvk")
    @classmethod
    def _definition_is_a_guid(cls, text: str) -> str:
        return str(UUID(text)) if text else ""

    @field_validator("eprom_skjema")
    @classmethod
    def _forms_are_known(cls, text: str) -> str:
        _forms(text)
        return text

    @field_validator("altinn_kanaler")
    @classmethod
    def _ways_are_known(cls, text: str) -> str:
        if not _ways(text) <= WAYS:
            raise ValueError
        return text

    @field_validator("altinn_avsender")
    @classmethod
    def _sender_can_be_shown(cls, text: str) -> str:
        if not (text.isascii() and len(text) <= 11):
            raise ValueError
        return text

    @property
    def altinn_ways(self) -> frozenset[str]:
        """The ways that messages go by Altinn: sms, epost."""
        return _ways(self.altinn_kanaler) if self.altinn_url else frozenset()

    @property
    def eprom_forms(self) -> Mapping[str, str]:
        """Patient form → its id in ePROM."""
        return _forms(self.eprom_skjema)

    @model_validator(mode="after")
    def _services_are_whole(self) -> Self:
        for one, needed in NEEDS.items():
            for other in needed:
                if getattr(self, one) and not _said(getattr(self, other)):
                    raise Half(one, other)
        return self


def _said(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _ways(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _forms(text: str) -> dict[str, str]:
    """What «pasreg=…, hads=…» says. ValueError for a form that is none, or an id that is no GUID."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, guid = (side.strip() for side in part.partition("="))
        if name not in PATIENT_FORMS:
            raise ValueError(name)
        found[name] = str(UUID(guid))
    return found


class Half(ValueError):
    """A service is turned on by setting ``one``, and needs setting ``other`` too."""

    def __init__(self, one: str, other: str) -> None:
        self.one, self.other = one, other
        super().__init__(f"Sett SMERTEREG_{other.upper()} også, eller ta bort SMERTEREG_{one.upper()}.")


EXPECTED = dict.fromkeys(ADDRESSES, "Oppgi tjenestens https-adresse, som leverandøren har oppgitt den.") | {
    "helseid_forelder": "Oppgi et organisasjonsnummer med ni siffer.",
    "helseid_underenhet": "Oppgi et organisasjonsnummer med ni siffer.",
    "eprom_nokkel": "Oppgi nøkkelen slik ePROM har den, uten mellomrom, æ, ø og å.",
    "eprom_pvk": "Oppgi id-en (GUID) til registerets reservasjon i PVK, som leverandøren har oppgitt den.",
    "eprom_skjema": f"Oppgi skjemaenes id-er i ePROM med komma mellom, som pasreg=… Skjemaer: {', '.join(PATIENT_FORMS)}.",
    "altinn_kanaler": "Oppgi sms, epost eller begge, med komma mellom.",
    "altinn_avsender": "Oppgi høyst elleve tegn, uten æ, ø og å.",
    "helseid_krav": "Oppgi assertion_details eller authorization_details.",
    "persontjenesten_tilgang": "Oppgi full-access eller restricted-access.",
}
