"""When a patient form goes out, is reminded of, and locks: the schedule as plain rules over plain values.

Manual: «ePROM», «Stoppe utsending av pasientregistreringer», «Utfylling på papir»; docs/adr/013.
Everything happens at a run, at 16.30 in Norway, so that what is due can be said for any moment, past or to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from checks.closing_reasons import DEAD, DISCHARGED, NO_CONSENT, NO_TIME, NOT_ANSWERED, OTHER, UNABLE
from checks.codebook import load
from checks.forlop import COMPLETED, NEW

OSLO = ZoneInfo("Europe/Oslo")
RUN = time(16, 30)
REMIND_AFTER, LOCK_AFTER, PAPER_LOCKS_AFTER = (timedelta(days=n) for n in (3, 6, 6))
# A form that could not go out when it should is not sent long after: it asks about these days.
TOO_LATE = timedelta(days=14)

# What the codebook says of each patient form.
FORMS = {form.id: form.pasientskjema for form in load() if form.pasientskjema is not None}
ON_PAPER = tuple(skjema for skjema, form in FORMS.items() if form.papir)
AT_CONSENT = tuple(skjema for skjema, form in FORMS.items() if form.etter == "samtykke")
# (date, «er pasientdel utfylt», reason) of each form.
CLOSING_FIELDS = {skjema: form.lukkefelt for skjema, form in FORMS.items()}

STOP_REASONS = (UNABLE, DEAD)
CLOSE_ALL_REASONS = (NO_TIME, DISCHARGED, DEAD, UNABLE, NO_CONSENT, OTHER)

# States of an order. The first two are live: the patient may answer.
ORDERED, SENT, ANSWERED, EXPIRED, STOPPED, NOT_SENT = ("bestilt", "sendt", "besvart", "utlopt", "stoppet", "ikke_sendt")
LIVE = (ORDERED, SENT)
# Why an order was not sent.
NOT_DIGITAL, NOT_CONFIGURED, NOT_LICENSED, UNDELIVERED = "ikke_digital", "ikke_satt_opp", "lisens", "feilet"

Kind = Literal["bestill", "purr", "laas", "lukk", "stopp"]


@dataclass(frozen=True)
class Sak:
    """One patient form with what decides about it.

    ``gjelder``: the forløp exists and is of type 3. ``samtykket`` is when the consent that stands was registered, None
    without one or after a withdrawal (``trukket``); in the edition with reservation when the patient was included, None for who
    is not, or is reserved (docs/adr/037); ``avsluttet`` when B 2.2 was completed, None while it is open. ``begynt``: the
    patient has a draft. What follows describes the newest order, if any.
    """

    forlop_id: int
    skjema: str
    status: int
    gjelder: bool = True
    dod: bool = False
    samtykket: datetime | None = None
    trukket: bool = False
    samtykke_dato: date | None = None
    startdato: date | None = None
    avsluttet: datetime | None = None
    slutt_dato: date | None = None
    papir: bool = False
    begynt: bool = False
    bestilling_id: int | None = None
    tilstand: str | None = None
    arsak: str | None = None
    dag: date | None = None
    purret: bool = False
    kanal: str | None = None
    pasient_id: int = 0

    @property
    def live(self) -> bool:
        return self.tilstand in LIVE


@dataclass(frozen=True)
class Step:
    """What is due for a form: the kind, since when, and the reason a form is closed with."""

    kind: Kind
    since: datetime
    grunn: int | None = None


def run_on(day: date) -> datetime:
    """The run of a day in Norway, as UTC; both changes of the clock happen at night and leave it alone."""
    return datetime.combine(day, RUN, OSLO).astimezone(UTC)


def day_of(moment: datetime) -> date:
    """The date in Norway."""
    return moment.astimezone(OSLO).date()


def last_run(now: datetime) -> datetime:
    """The newest run that is not after ``now``."""
    run = run_on(day_of(now))
    return run if run <= now else run_on(day_of(now) - timedelta(days=1))


def next_run(moment: datetime) -> datetime:
    """The first run that is not before ``moment``."""
    run = run_on(day_of(moment))
    return run if run >= moment else run_on(day_of(moment) + timedelta(days=1))


def sends_at(skjema: str, run: datetime) -> datetime:
    """When a form decided at a run goes out: HADS, by the codebook, two minutes after the others."""
    return run + timedelta(minutes=FORMS[skjema].minutter)


def after_end(skjema: str) -> timedelta:
    """How long after sluttdato a form goes out at the earliest; zero when it does not wait for a day."""
    return timedelta(days=FORMS[skjema].dager)


def remind_at(dag: date) -> datetime:
    """When a form sent on ``dag`` is reminded of: three days to answer have passed."""
    return run_on(dag + REMIND_AFTER)


def lock_at(dag: date) -> datetime:
    """When a form sent on ``dag`` locks, and its links die: three days after the reminder."""
    return run_on(dag + LOCK_AFTER)


def paper_locks_at(sak: Sak) -> datetime | None:
    """When a form on paper locks: six days after what it is sent after, consent or sluttdato; None while not known."""
    if sak.skjema in AT_CONSENT:
        return run_on(sak.samtykke_dato + PAPER_LOCKS_AFTER) if sak.samtykke_dato else None
    return run_on(sak.slutt_dato + PAPER_LOCKS_AFTER) if sak.slutt_dato and sak.avsluttet else None


def goes_out_at(sak: Sak) -> datetime | None:
    """The run that sends the form by itself; None while something it waits for is missing."""
    if sak.samtykket is None:
        return None
    if sak.skjema in AT_CONSENT:
        return next_run(sak.samtykket)
    if sak.avsluttet is None:
        return None
    ready, wait = next_run(max(sak.samtykket, sak.avsluttet)), after_end(sak.skjema)
    if not wait:
        return ready
    return max(ready, run_on(sak.slutt_dato + wait)) if sak.slutt_dato else None


def step(sak: Sak, now: datetime) -> Step | None:
    """The one thing that is due for the form at ``now``; None when nothing is."""
    open_form = sak.gjelder and sak.status != COMPLETED
    if open_form and sak.dod:
        return Step("lukk", now, DEAD)
    if open_form and sak.trukket:
        return Step("lukk", now, NO_CONSENT)
    if not open_form or sak.samtykket is None:
        return Step("stopp", now) if sak.live else None
    if sak.papir:
        due = paper_locks_at(sak)
        return Step("laas", due, OTHER) if due and due <= now else None
    if sak.tilstand is None:
        return _first_order(sak, now)
    if sak.tilstand == NOT_SENT and sak.arsak == NOT_DIGITAL and sak.skjema not in ON_PAPER:
        return Step("lukk", now, OTHER)
    if sak.tilstand != SENT or sak.dag is None:
        return None
    if lock_at(sak.dag) <= now:
        return Step("laas", lock_at(sak.dag), NOT_ANSWERED)
    if remind_at(sak.dag) <= now and not sak.purret:
        return Step("purr", remind_at(sak.dag))
    return None


def _first_order(sak: Sak, now: datetime) -> Step | None:
    run = goes_out_at(sak)
    if sak.status != NEW or run is None or not now - TOO_LATE <= run <= now:
        return None
    return Step("bestill", run)


def may_be_answered(sak: Sak) -> bool:
    """Whether the patient may be asked at all: consent stands, the patient lives, the form is open and not on paper."""
    open_form = sak.gjelder and sak.status != COMPLETED
    return open_form and sak.samtykket is not None and not sak.dod and not sak.papir


def may_be_lost(sak: Sak) -> bool:
    """Whether the message about the form went, but nothing says that the patient has it."""
    return sak.tilstand == SENT and sak.status == NEW and not sak.begynt


def answerable(sak: Sak, now: datetime) -> bool:
    """Whether a link of the form's live order still opens it."""
    return may_be_answered(sak) and sak.live and sak.dag is not None and now < lock_at(sak.dag)
