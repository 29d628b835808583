"""Reports that are subscribed to, in tests of everything but what stands in them: a stand-in for the maker, and publications."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.work import scheduled
from checks.abonnement import MONTHLY, Months
from checks.timetable import SUBSCRIPTIONS
from exports import publish, subscribed
from exports.reports.report import Kind, Period, Report
from ingest.access import Actor
from ingest.people import subscriptions
from ingest.people.subscriptions import Subscription
from ingest.services import sending
from ingest.services.moments import Outcome
from ingest.store import OSLO
from tests.channels import LocalChannel
from tests.support import LC, OWN, SC, Register

NOVEMBER = Months(date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)  # six in the morning


def made_up(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Let reports be made up until the test ends; what is asked for comes in the list."""
    asked: list[tuple[Any, ...]] = []

    def make(published: Path, kind: Kind, enhet: int | None, period: Period, *, smallest: int) -> Report:
        asked.append((kind, enhet, period.fra, period.til, smallest))
        return Report(f"smertereg_{kind}.pdf", f"%PDF {kind} {enhet} {period.til}".encode(), published.name)

    monkeypatch.setattr(subscribed, "make", make)
    return asked


def mail(monkeypatch: pytest.MonkeyPatch) -> LocalChannel:
    """The e-mail that jobs send until the test ends."""
    channel = LocalChannel()
    monkeypatch.setattr(sending, "channels", lambda _settings: {sending.SMS: channel, sending.EMAIL: channel})
    return channel


def published(register: Register, moment: datetime) -> None:
    """Let the newest publication be of this moment."""
    data = register.store.path.parent
    folder = data / "publishing" / f"{moment.astimezone(OSLO):{publish.NAME}}"
    folder.mkdir(parents=True, exist_ok=True)
    link = data / "published"
    link.unlink(missing_ok=True)
    link.symlink_to(folder)


def begin(
    register: Register, actor: Actor = LC, omfang: str = OWN, slag: str = "indikatorer", hyppighet: str = MONTHLY
) -> int:
    with register.store.write(actor) as tx:
        return subscriptions.begin(tx, omfang, slag, hyppighet)


def own(register: Register, actor: Actor = LC) -> list[Subscription]:
    with register.store.read(actor) as tx:
        return subscriptions.own(tx)


def listed(register: Register, actor: Actor = LC) -> list[subscribed.Made]:
    with register.store.read(actor) as tx:
        return subscribed.listed(tx)


def fetch(register: Register, number: int, actor: Actor = LC) -> bytes:
    with register.store.write(actor) as tx:
        return subscribed.fetch(tx, register.store.path.parent, number)[1]


def run(register: Register) -> Outcome:
    return scheduled.run(register.store, register.settings(), SUBSCRIPTIONS)


def at(register: Register, moment: datetime = DECEMBER, publication: datetime | None = None) -> None:
    """Turn the clock to the moment, with what was published an hour before it, or at another moment."""
    register.clock.now = moment
    published(register, publication or moment.replace(hour=moment.hour - 1))


def only(register: Register, actor: Actor = LC) -> subscribed.Made:
    (one,) = listed(register, actor)
    return one


def number(register: Register, actor: Actor = LC) -> int:
    found = only(register, actor).dokument
    assert found is not None
    return found.dokument_id


def log(register: Register, event: str) -> list[Any]:
    with register.store.read(SC) as tx:
        rows = tx.rows("select detaljer from tilgang.logg where hendelse = ? order by nr", event)
    return [json.loads(row["detaljer"]) for row in rows]


def number_of(one: subscribed.Made) -> int:
    assert one.dokument is not None
    return one.dokument.dokument_id
