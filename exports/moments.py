"""The day or moment that a dataset is wanted for: read as people write it, and as the moment that history needs."""

from __future__ import annotations

from datetime import date, datetime, time

from checks.errors import RegisterError
from ingest.store import OSLO


def read_moment(given: object) -> date | datetime:
    """A day (2026-10-01) or an aware moment (2026-10-01T14:30), in Norwegian time when no zone is given.

    `given` is text, or a date or time that YAML has made of it. Raises REG-209 for anything else.
    """
    found = given
    if isinstance(given, str):
        for read in (date.fromisoformat, datetime.fromisoformat):
            try:
                found = read(given.strip())
                break
            except ValueError:
                continue
    if isinstance(found, datetime):
        return found if found.tzinfo else found.replace(tzinfo=OSLO)
    if isinstance(found, date):
        return found
    raise RegisterError("REG-209", verdi=given)


def moment_of(chosen: date | datetime, now: datetime) -> datetime:
    """`chosen` if it is a moment, or the end of the day in Norway. Raises REG-197 when that is later than `now` (aware)."""
    if isinstance(chosen, datetime):
        moment, said = chosen.astimezone(OSLO), in_words(chosen)
    else:
        moment, said = datetime.combine(chosen, time.max, OSLO), f"når {chosen:%d.%m.%Y} er slutt"
    if moment > now:
        raise RegisterError("REG-197", tid=said)
    return moment


def in_words(moment: datetime) -> str:
    """«01.10.2026 kl. 14:30», in Norwegian time."""
    return f"{moment.astimezone(OSLO):%d.%m.%Y kl. %H:%M}"
