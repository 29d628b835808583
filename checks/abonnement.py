"""Subscriptions to reports: which reports, how often, which period is due, and what the subscriber is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from checks.in_words import MONTH_NAMES

NATION = "nasjonal"  # the scope that is no unit
KINDS = {
    "oversikt": "Lokal oversikt",
    "indikatorer": "Kvalitetsindikatorer og dekningsgrad",
    "datakvalitet": "Datakvalitet",
}
OF_THE_NATION = ("indikatorer",)  # the others are about one unit's own work
KEPT = 16  # reports of a kind and scope that are kept: those of a year
MONTHLY, QUARTERLY = "maaned", "kvartal"
OFTEN = {MONTHLY: "Hver måned", QUARTERLY: "Hvert kvartal"}
_MONTHS = {MONTHLY: 1, QUARTERLY: 3}
# Why a subscription has stopped: the user stopped it, or it stopped by itself.
BY_USER, ROLE, ACCOUNT, UNIT = "bruker", "rolle", "konto", "enhet"
STOPPED = {
    BY_USER: "du stoppet det",
    ROLE: "du har ikke lenger rollen det gjaldt",
    ACCOUNT: "kontoen din ble stengt",
    UNIT: "enheten er satt inaktiv",
}
MAIL = """En rapport fra SmerteReg er klar: {rapport}, {hvem}, {periode}.

Logg inn for å hente den: {adresse}/filarkiv

Du får denne e-posten fordi du abonnerer på rapporten. Abonnementet stoppes samme sted."""


@dataclass(frozen=True)
class Months:
    """The whole months of a report: the first day and the last."""

    fra: date
    til: date

    @property
    def words(self) -> str:
        """«november 2026», or «juli–september 2026»."""
        first, last = MONTH_NAMES[self.fra.month - 1], MONTH_NAMES[self.til.month - 1]
        return f"{last if first == last else f'{first}–{last}'} {self.til.year}"


def containing(often: str, day: date) -> Months:
    """The month or the quarter that the day is in."""
    length = _MONTHS[often]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return Months(first, (first + timedelta(days=31 * length)).replace(day=1) - timedelta(days=1))


def due(often: str, since: date, today: date) -> Months | None:
    """The newest period that has ended, for a subscription that has been so frequent since a day: the first is the one that
    the day is in.
    """
    newest = containing(often, containing(often, today).fra - timedelta(days=1))
    return newest if since <= newest.til else None


def mail(slag: str, hvem: str, months: Months, address: str) -> str:
    """What the subscriber is written when a report is ready: no figures, only which report it is and where to sign in."""
    return MAIL.format(rapport=KINDS[slag], hvem=hvem, periode=months.words, adresse=address)
