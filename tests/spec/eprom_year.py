"""A year of patients, and an oracle of what should happen to each of them, written from the manual.

The oracle shares no code with checks/eprom.py: it goes from a patient's own dates to the messages and locks.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from tests.sizes import size

NORWAY = ZoneInfo("Europe/Oslo")
# The days have both changes of the clock (29.10.2023, 31.03.2024) and a leap day (29.02.2024), also at the quick size.
DAYS = size(190, 382)
FIRST = date(2023, 10, 20)
LAST = FIRST + timedelta(days=DAYS)
FOLLOWED = 62  # for how many days everything that can happen to a patient has time to happen
FORMS = ("pasreg", "hads", "eval", "opioid")
NOT_ANSWERED, OTHER, DEAD, UNABLE, NO_CONSENT = 7, 9, 3, 4, 5


@dataclass
class Plan:
    """What one patient does, and when. Moments are aware, and None means never. ``answers`` is how long after the sending
    each form is answered.
    """

    forlop: int
    samtykke: datetime
    b22: datetime | None
    slutt: date | None
    digital: bool
    paper: tuple[str, ...]
    plots: dict[str, datetime]
    answers: dict[str, timedelta]
    dies: datetime | None = None
    withdraws: datetime | None = None
    stopped: datetime | None = None


def local(day: date, hour: int = 16, minute: int = 30) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=NORWAY)


@dataclass(frozen=True)
class Runs:
    """When the jobs ran, in order, and how many times in a row. Fetching from the Folkeregister locks forms too."""

    fetches: tuple[tuple[datetime, int], ...]
    jobs: tuple[tuple[datetime, int], ...]

    @cached_property
    def asked(self) -> tuple[tuple[datetime, int], ...]:
        """The fetches that ask the Folkeregister: the first of each day, also when it is a late one of the day before."""
        first = {when.date(): (when, times) for when, times in reversed(self.fetches)}
        return tuple(sorted(first.values()))

    def told(self, died: datetime) -> datetime:
        """The first fetch at which the Folkeregister tells of a death."""
        return _first(self.asked, died)

    def ran(self, due: datetime) -> datetime:
        """The first run at which the jobs did what fell due at the moment."""
        return _first(self.jobs, due)

    def locked(self, due: datetime) -> datetime:
        return min(_first(self.fetches, due), self.ran(due))


def _first(runs: tuple[tuple[datetime, int], ...], due: datetime) -> datetime:
    return next((when for when, _ in runs if when >= due), local(LAST + timedelta(days=400)))


def _days() -> Iterator[date]:
    return (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))


ON_TIME = Runs(tuple((local(d, 16, 0), 1) for d in _days()), tuple((local(d), 1) for d in _days()))


def repeated(chance: random.Random) -> Runs:
    """Runs that are all on time, some of them done two or five times."""

    def again(runs: tuple[tuple[datetime, int], ...]) -> tuple[tuple[datetime, int], ...]:
        return tuple((when, chance.choice([1, 1, 1, 2, 5])) for when, _ in runs)

    return Runs(again(ON_TIME.fetches), again(ON_TIME.jobs))


def astray(chance: random.Random) -> Runs:
    """Runs that are on time, hours late, more than a day late or left out, and done 0, 1, 2 or 5 times."""

    def late(runs: tuple[tuple[datetime, int], ...]) -> tuple[tuple[datetime, int], ...]:
        found = []
        for when, _ in runs:
            times = chance.choice([0, 1, 1, 1, 2, 5])
            hours = chance.choice([0, 0, 2, 7, 30])
            if times:
                found.append((_between(when + timedelta(hours=chance.uniform(0, hours))) if hours else when, times))
        return tuple(sorted(run for run in found if run[0].date() <= LAST))

    return Runs(late(ON_TIME.fetches), late(ON_TIME.jobs))


def _between(moment: datetime) -> datetime:
    """The first moment from this one on at which no patient does anything (``_sometime``): the order of a run and a
    patient's act is then never left to chance.
    """
    moment = moment.astimezone(UTC).replace(second=30, microsecond=0)
    while (moment.hour * 60 + moment.minute) % 11 != 8:
        moment += timedelta(minutes=1)
    return moment.astimezone(NORWAY)


def plan(chance: random.Random, forlop: int) -> Plan:
    """A random patient who consents on some day of the year."""
    day = FIRST + timedelta(days=chance.randrange(DAYS - FOLLOWED))
    samtykke = _sometime(chance, day)
    stay = chance.randint(0, 12)
    b22 = _sometime(chance, day + timedelta(days=stay)) if chance.random() < 0.9 else None
    if b22 is not None:
        b22 = max(b22, samtykke + timedelta(minutes=1))
    slutt = day + timedelta(days=max(0, stay - chance.choice([0, 0, 0, 1, 2]))) if b22 else None
    paper = chance.choice([(), (), (), (), ("pasreg", "hads"), ("pasreg", "hads", "eval"), ("eval",)])
    start = {"pasreg": day, "hads": day, "eval": slutt or day}
    found = Plan(
        forlop,
        samtykke,
        b22,
        slutt,
        chance.random() < 0.85,
        paper,
        plots={
            f: _sometime(chance, start[f] + timedelta(days=chance.randint(0, 9)))
            for f in paper
            if chance.random() < 0.7
        },
        answers={f: timedelta(minutes=chance.randrange(5, 10 * 24 * 60, 7)) for f in FORMS if chance.random() < 0.75},
    )
    found.plots = {f: max(t, samtykke + timedelta(minutes=3)) for f, t in found.plots.items()}
    later = _sometime(chance, day + timedelta(days=chance.randint(1, 45)))
    what = chance.choice(["dies", "withdraws", "stopped", None, None, None, None])
    if what == "stopped" and chance.random() < 0.5:
        later = samtykke + timedelta(minutes=5)
    if what:
        setattr(found, what, later)
    return found


def _sometime(chance: random.Random, day: date) -> datetime:
    """A random minute of the day, but not one near a run, where chance would decide which comes first."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    while True:
        moment = (midnight + timedelta(minutes=chance.randrange(0, 24 * 60, 11))).astimezone(NORWAY)
        if not local(moment.date(), 16, 20) <= moment <= local(moment.date(), 16, 40):
            return moment


def ends(p: Plan, runs: Runs = ON_TIME) -> datetime:
    """The moment from which nothing more is sent to the patient, whatever happens to the forms."""
    moments = [t for t in (_known_dead(p, runs), p.withdraws, p.stopped) if t is not None]
    return min(moments, default=local(LAST + timedelta(days=400)))


def _known_dead(p: Plan, runs: Runs = ON_TIME) -> datetime | None:
    return None if p.dies is None else runs.told(p.dies)


def _next(moment: datetime, hour: int, minute: int) -> datetime:
    """The first such hour in Norway that is not before the moment."""
    today = local(moment.astimezone(NORWAY).date(), hour, minute)
    return today if today >= moment else local(today.date() + timedelta(days=1), hour, minute)


def sent(p: Plan, form: str, runs: Runs = ON_TIME) -> datetime | None:
    """The run that sends the form if the patient is digital; None when no run would."""
    due = _due(p, form)
    run = runs.ran(due) if due else None
    return run if run and run < ends(p, runs) and form not in p.paper and run.date() <= LAST else None


def _due(p: Plan, form: str) -> datetime | None:
    """The planned run that should send the form; None when none should."""
    if form in ("pasreg", "hads"):
        return _next(p.samtykke, 16, 30)
    if p.b22 is None or p.slutt is None:
        return None
    run = _next(max(p.b22, p.samtykke), 16, 30)
    return max(run, local(p.slutt + timedelta(days=28))) if form == "opioid" else run


def messages(p: Plan, runs: Runs = ON_TIME) -> list[tuple[str, str, datetime]]:
    """(form, kind, moment) of every message that the patient should get."""
    found = []
    for form in FORMS:
        run, due = sent(p, form, runs), _due(p, form)
        if run is None or due is None or not p.digital:
            continue
        late = timedelta(minutes=2 if form == "hads" else 0)
        out = max(run, due + late)
        if out < ends(p, runs):
            found.append((form, "skjema", out))
        remind = local(run.date() + timedelta(days=3))
        reminder = runs.ran(remind)
        over = min(ends(p, runs), answered(p, form, runs) or ends(p, runs))
        said = max(reminder, remind + late)
        # A patient who has not been reminded before the form locks is not reminded at all.
        if reminder < local(run.date() + timedelta(days=6)) and said < over and reminder.date() <= LAST:
            found.append((form, "paaminnelse", said))
    return sorted((form, kind, when.astimezone(UTC)) for form, kind, when in found)


def answered(p: Plan, form: str, runs: Runs = ON_TIME) -> datetime | None:
    """When the patient's answer is stored; None when it comes after the lock or after the end."""
    run = sent(p, form, runs)
    if run is None or form not in p.answers or not p.digital:
        return None
    # Twenty seconds past a minute, when nothing else happens.
    after = timedelta(minutes=3, seconds=20) + p.answers[form]
    when = (run.astimezone(UTC).replace(second=0) + after).astimezone(NORWAY)
    return when if when < min(ends(p, runs), local(run.date() + timedelta(days=6))) else None


def closed(p: Plan, runs: Runs = ON_TIME) -> list[tuple[str, int, datetime]]:
    """(form, reason, moment) of every form that is closed without an answer."""
    found = []
    for form in FORMS:
        done = answered(p, form, runs)
        at, reason = _closing(p, form, runs)
        plotted = p.plots.get(form)
        if done or (plotted and (at is None or plotted < at) and form in p.paper):
            continue
        if at is not None and at.date() <= LAST:
            found.append((form, reason, at.astimezone(UTC)))
    return sorted(found)


def _closing(p: Plan, form: str, runs: Runs = ON_TIME) -> tuple[datetime | None, int]:
    """(moment, reason) of the first event that closes the form."""
    candidates: list[tuple[datetime, int]] = []
    if p.stopped:
        candidates.append((p.stopped, UNABLE))
    if dead := _known_dead(p, runs):
        candidates.append((dead, DEAD))
    run = sent(p, form, runs)
    if form in p.paper:
        last_day = p.samtykke.date() if form != "eval" else p.slutt
        ready = p.samtykke if form != "eval" else p.b22
        if last_day and ready:
            candidates.append((runs.locked(max(local(last_day + timedelta(days=6)), ready)), OTHER))
    elif run and p.digital:
        candidates.append((runs.locked(local(run.date() + timedelta(days=6))), NOT_ANSWERED))
    elif run and form == "opioid":
        candidates.append((run, OTHER))
    if p.withdraws:
        candidates.append((p.withdraws, NO_CONSENT))
    return min(candidates, default=(None, 0))  # type: ignore[type-var,return-value]
