"""Each outside service that the settings name, tried with a call that changes nothing (`smertereg doctor --tjenester`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from app.work.doctor import NOTE, OK, WRONG, Told
from checks import identity
from ingest.people import oidc
from ingest.services import sending
from ingest.services.channel import SendingFailed
from ingest.services.mail import Smtp
from ingest.services.national import connected
from ingest.settings import Settings
from ingest.standin import ServiceDown

ANSWERS = "svarer"
NOBODY = identity.make(date(1970, 1, 1), 2, 0)  # a number that no person has: month + 80


def tried(settings: Settings) -> Iterator[Told]:
    """What each service says. A gateway for SMS and ePROM have no call that sends nothing, and are not tried."""
    calls = dict(_calls(settings))
    for name, call in calls.items():
        try:
            said = call()
        except ServiceDown as error:
            yield Told(name, WRONG, f"{error}.")
        except oidc.LoginFailed as error:
            yield Told(name, WRONG, f"Leverandøren svarer ikke som den skal ({error}). Se docs/oidc.md.")
        except SendingFailed as error:
            yield Told(name, WRONG, f"E-posttjeneren tar ikke imot ({error}). Se SMERTEREG_SMTP_HOST og de andre.")
        else:
            yield Told(name, OK, said)
    for name, address in (("sms", settings.sms_url), ("eprom", settings.eprom_url)):
        if address:
            yield Told(name, NOTE, "ikke prøvd: tjenesten har ingen måte å spørre på uten å sende noe")
    if not calls:
        yield Told("tjenester", NOTE, "Ingen tjenester er satt opp. Se docs/tjenester.md.")


def _calls(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    """(name, the harmless call) of each service that is set up. A call returns what to say of the answer."""
    people = connected.persontjenesten(settings)
    if people is not None:
        yield "helseid", lambda: _said(people.helseid.token(people.scope), "gir tilgang til Persontjenesten")
        yield "persontjenesten", lambda: _said((people.find(_nobody()), people.changes(None)), ANSWERS)
    contacts = connected.krr(settings)
    if contacts is not None:
        yield "maskinporten", lambda: _said(contacts.maskinporten.token(contacts.scope), "gir tilgang til KRR")
        yield "kontaktregisteret", lambda: _said(contacts.find(NOBODY), ANSWERS)
    if (way := next(iter(connected.altinn(settings).values()), None)) is not None:
        yield "altinn", lambda: _said(way.greet(), ANSWERS)
    personvern = connected.personvern(settings)
    if personvern is not None:
        yield "personvern", lambda: _said(personvern.is_reserved(NOBODY), ANSWERS)
    if settings.oidc_issuer:
        yield "innlogging", lambda: _said(oidc.metadata(settings), ANSWERS)
    mail = sending.channels(settings)[sending.EMAIL]
    if isinstance(mail, Smtp):
        yield "e-post", lambda: _said(mail.greet(), "tar imot")


def _nobody() -> identity.Fodselsnummer:
    return identity.parse(NOBODY, test_persons=True, today=date(2020, 1, 1))


def _said(_: object, said: str) -> str:
    return said
