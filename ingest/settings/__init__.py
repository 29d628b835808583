"""Settings from the environment (prefix SMERTEREG_); the first wrong setting is named in one sentence."""

from __future__ import annotations

import grp
import os
import stat
from datetime import date
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from checks import contact, hads_texts, reservasjon
from checks.errors import RegisterError
from checks.passwords import Policy
from checks.small_numbers import SMALLEST
from ingest import standin
from ingest.settings import national
from ingest.settings.addresses import HERE, is_safe, networks

DEFAULT_PORTS = {"http": 80, "https": 443}
SHORTEST_TOKEN = 20
BACKUP_DAYS = 35  # how long backups are kept unless the setting says otherwise, and with them what was erased since


class Settings(national.NationalSettings):
    """``data`` is the folder of the capture file and the published files; ``port`` is served on localhost only.

    ``test_persons`` admits synthetic fødselsnumre (month+80). ``demo`` (unless set, as ``test_persons``) lets anybody
    choose a user at sign-in and shows the outbox. Both can only be turned off: ``over`` a register in operation neither
    is on, whatever was set. ``passord`` is the password policy.
    Without ``sms_url`` and ``smtp_host`` messages stay in the local outbox. ``kontakt`` is shown on Systeminfo. Counts
    under ``minste_celle`` are not shown outside the unit. ``nokkel`` seals the secrets of code apps; without it a key
    file beside the register is used. ``oidc_*`` turn on login through an identity provider (docs/oidc.md). ``adresse``
    is where users and patients reach the app: it decides which host and origin are the app's own, and stands in the
    patients' links. ``proxyer`` are the addresses of the proxies whose X-Forwarded-For is believed, with comma between;
    nobody's unless it is set. ``jobber`` says who starts the scheduled jobs: the app itself, or cron or systemd
    (ekstern). ``hads_tekster`` is the file with the licensed wordings of HADS, ``skde`` the one with the ids of the national
    results portal, ``katalog`` the one that says who answers for the register in the description for data users.
    ``smtp_tls`` may be turned off for a mail server on this machine only. ``retur`` is the folder with mail that came back.
    ``metrikk_token`` lets a program read /metrics; nobody may without it. ``logg`` is the file of the log; without it the log
    goes to stderr. ``lesegruppe`` is the group of the machine whose members may read the published files.
    ``journal`` and ``backup`` are folders, best on other disks than ``data``; backups are kept for ``backup_dager`` days.
    ``reservasjon_fra`` is the first startdato under the edition with reservation; without it the register's own word holds
    (ingest/registration/editions.py).
    ``etterligning`` says how the demo's outside services fail (ingest/standin.py). Those of the national services stand in
    ingest/settings/national.py.
    """

    model_config = SettingsConfigDict(env_prefix="SMERTEREG_", frozen=True)

    data: Path = Path("data")
    port: int = Field(default=8501, ge=1, le=65535)
    test_persons: bool = True
    demo: bool = Field(default_factory=lambda data: bool(data.get("test_persons", False)))
    passord: Policy = "tegn"
    sms_url: str = ""
    sms_token: SecretStr = SecretStr("")
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_from: str = "smertereg@localhost"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: bool = True
    retur: Path | None = None
    kontakt: str = ""
    adresse: str = ""
    proxyer: str = ""
    jobber: Literal["app", "ekstern"] = "app"
    hads_tekster: Path | None = None
    reservasjon_fra: date | None = None
    skde: Path | None = None
    katalog: Path | None = None
    etterligning: str = ""
    journal: Path | None = None
    backup: Path | None = None
    backup_dager: int = Field(default=BACKUP_DAYS, ge=3, le=3650)
    minste_celle: int = Field(default=SMALLEST, ge=2, le=100)
    nokkel: SecretStr = SecretStr("")
    metrikk_token: SecretStr = SecretStr("")
    logg: Path | None = None
    lesegruppe: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_claim: str = "preferred_username"
    oidc_navn: str = "jobbkontoen"

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> Settings:
        """Refuse a provider without https (but on this machine), or without the client id that it knows us by."""
        if self.oidc_issuer and not (is_safe(self.oidc_issuer) and self.oidc_client_id):
            raise ValueError("Utstederen må ha en https-adresse, og SMERTEREG_OIDC_CLIENT_ID må være satt.")
        return self

    @field_validator("etterligning")
    @classmethod
    def _faults_are_known(cls, text: str) -> str:
        standin.told(text)
        return text

    @field_validator("skde", "katalog", "retur", "reservasjon_fra", mode="before")
    @classmethod
    def _nothing_is_named(cls, given: object) -> object:
        """An empty setting names no file and no day; as a path it would be the folder the command is run in."""
        return given or None

    @field_validator("adresse")
    @classmethod
    def _address_is_an_origin(cls, text: str) -> str:
        """Write the address as browsers write an origin: lower case, punycode, no default port, nothing after the host."""
        if not text:
            return ""
        parts = urlsplit(text.strip())
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.path.strip("/") or "@" in parts.netloc:
            raise ValueError
        if parts.query or parts.fragment:
            raise ValueError
        host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
        port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
        return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"

    @field_validator("sms_url")
    @classmethod
    def _gateway_is_an_address(cls, text: str) -> str:
        parts = urlsplit(text)
        if text and not (parts.scheme in DEFAULT_PORTS and parts.hostname):
            raise ValueError
        return text

    @field_validator("smtp_from")
    @classmethod
    def _sender_is_an_address(cls, text: str) -> str:
        _, address = parseaddr(text)
        if not text.isprintable() or "@" not in address or contact.punycode(address) is None:
            raise ValueError
        if not address.rpartition("@")[0].isascii():
            raise ValueError
        return text

    @field_validator("smtp_tls")
    @classmethod
    def _open_mail_stays_here(cls, tls: bool, info: ValidationInfo) -> bool:
        if not tls and info.data.get("smtp_host") not in HERE:
            raise ValueError
        return tls

    @field_validator("metrikk_token")
    @classmethod
    def _token_is_long(cls, token: SecretStr) -> SecretStr:
        if 0 < len(token.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError
        return token

    @field_validator("lesegruppe")
    @classmethod
    def _group_exists(cls, name: str) -> str:
        try:
            return grp.getgrnam(name).gr_name if name else ""
        except KeyError as error:
            raise ValueError from error

    @field_validator("proxyer")
    @classmethod
    def _proxies_are_addresses(cls, text: str) -> str:
        networks(text)
        return text

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks whose X-Forwarded-For and X-Forwarded-Proto are believed."""
        return networks(self.proxyer)

    def over(self, *, demo: bool) -> Settings:
        """These settings as they hold over a register; one that is no demo has nothing that only a demo has."""
        return self if demo else self.model_copy(update={"test_persons": False, "demo": False})

    @property
    def register(self) -> Path:
        """The capture file. DuckDB does not let it have the name of a schema inside it (docs/adr/001)."""
        return self.data / "smertereg.duckdb"

    @property
    def journal_folder(self) -> Path:
        """Where the journal lies; it may be another disk than the register's."""
        return self.journal or self.data / "journal"

    @property
    def backup_folder(self) -> Path:
        """Where backups are put."""
        return self.backup or self.data / "sikkerhetskopi"

    def make_data_folder(self) -> None:
        """Make the data folder when there is none. Raises REG-307 when it cannot be made."""
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise RegisterError("REG-307", mappe=self.data, hva="lages", navn="SMERTEREG_DATA") from error

    @property
    def sends_sms(self) -> bool:
        """Whether an SMS goes out of the house."""
        return bool(self.sms_url) or "sms" in self.altinn_ways

    @property
    def with_reservation(self) -> bool:
        """Whether patients may reserve themselves against the registry: by these settings, or as the register has it since before."""
        return self.reservasjon_fra is not None or reservasjon.begins() is not None

    @property
    def public_address(self) -> str:
        """Where users and patients reach the app, without a slash at the end."""
        return self.adresse or f"http://localhost:{self.port}"


_EXPECTED = national.EXPECTED | {
    "port": "Oppgi et tall mellom 1 og 65535.",
    "test_persons": "Oppgi true eller false.",
    "data": "Oppgi en mappe.",
    "demo": "Oppgi true eller false.",
    "passord": "Oppgi tegn eller lengde.",
    "reservasjon_fra": "Oppgi en dato, som 2022-12-01, eller ingenting.",
    "minste_celle": "Oppgi et tall mellom 2 og 100.",
    "backup_dager": "Oppgi et tall mellom 3 og 3650.",
    "smtp_port": "Oppgi et tall mellom 1 og 65535.",
    "smtp_from": "Oppgi avsenderens e-postadresse, som smertereg@sykehuset.no.",
    "smtp_tls": "TLS kan bare slås av (false) når e-posttjeneren er på denne maskinen.",
    "metrikk_token": f"Oppgi minst {SHORTEST_TOKEN} tilfeldige tegn.",
    "lesegruppe": "Oppgi en gruppe som finnes på maskinen.",
    "adresse": "Oppgi adressen som står i nettleseren, som https://smertereg.sykehuset.no, uten noe bak.",
    "sms_url": "Oppgi hele adressen til SMS-tjenesten, som https://sms.sykehuset.no/send.",
    "proxyer": "Oppgi IP-adressene til proxyene med komma mellom, som 127.0.0.1.",
    "jobber": "Oppgi app eller ekstern.",
    "etterligning": f"Oppgi tjeneste:feil med komma mellom. Tjenester: {', '.join(standin.SERVICES)}. Feil: {', '.join(standin.KINDS)}.",
}


# Not repeated when it is wrong; the address of the SMS gateway may hold a key in any part of it.
_SECRET = {name for name, field in Settings.model_fields.items() if field.annotation is SecretStr} | {"sms_url"}


def read() -> Settings:
    """The settings in force, for whoever works with the register. Raises as ``given``, and REG-307 for a folder that is closed
    to the program's user.
    """
    found = given()
    for name, folder in (("DATA", found.data), ("JOURNAL", found.journal_folder), ("BACKUP", found.backup_folder)):
        if _is_closed(folder):
            raise RegisterError("REG-307", mappe=folder, hva="leses", navn=f"SMERTEREG_{name}")
    return found


def given() -> Settings:
    """The settings in force, also for the group that reads what is published and nothing else. Raises RegisterError REG-083 for
    the first wrong setting, REG-175 for wrong HADS texts.
    """
    try:
        found = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            error_of = first.get("ctx", {}).get("error")
            if isinstance(error_of, national.Half):
                name = f"SMERTEREG_{error_of.other.upper()}"
                raise RegisterError("REG-083", navn=name, verdi="''", forventet=str(error_of)) from error
            told = str(error_of or first["msg"])
            issuer = _repeated("oidc_issuer", first["input"].get("oidc_issuer"))
            raise RegisterError("REG-083", navn="SMERTEREG_OIDC_ISSUER", verdi=issuer, forventet=told) from error
        field = str(first["loc"][0])
        raise RegisterError(
            "REG-083",
            navn=f"SMERTEREG_{field.upper()}",
            verdi=_repeated(field, first["input"]),
            forventet=_EXPECTED.get(field, first["msg"]),
        ) from error
    if found.hads_tekster is not None:
        hads_texts.read(found.hads_tekster)
    return found


def _repeated(field: str, value: object) -> str:
    """A wrong setting as it may be told: not a secret, nor an address that a password may have been typed in."""
    return "…" if field in _SECRET or "@" in str(value) else repr(value)


def _is_closed(folder: Path) -> bool:
    """Whether the user that the program runs as may not look in the folder, or not so much as see whether it is there. What
    lies in such a folder seems to be gone.
    """
    try:
        found = folder.stat()
    except OSError as error:
        return isinstance(error, PermissionError)
    return stat.S_ISDIR(found.st_mode) and not os.access(folder, os.R_OK | os.X_OK, effective_ids=True)
