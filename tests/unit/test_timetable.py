"""Proves when jobs are due and late, and that a run is remembered whoever starts it and however it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.work import job_runs, readiness, scheduled
from checks import timetable
from checks.errors import RegisterError
from checks.timetable import BACKUP, BOUNCES, EPROM, HOURS, LOCK, OFTEN, POPULATION, PUBLISH, REMINDERS, SUBSCRIPTIONS
from ingest.store import OSLO
from tests.support import Register


def oslo(hour: int, minute: int = 0, day: int = 23, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=OSLO).astimezone(UTC)


def test_each_job_is_due_from_its_hour_until_it_has_succeeded() -> None:
    done = dict.fromkeys(HOURS, oslo(16, 31, day=22))
    for hour, minute, expected in [
        (1, 59, []),
        (2, 0, [PUBLISH]),
        (3, 30, [PUBLISH, BACKUP]),
        (16, 29, [PUBLISH, BACKUP, POPULATION]),
        (16, 30, [job for job in HOURS if job not in OFTEN]),
    ]:
        found = timetable.due(HOURS, oslo(hour, minute), done)
        assert [job for job in found if job not in OFTEN] == expected
    assert timetable.due([LOCK, PUBLISH], oslo(16, 30), dict.fromkeys(HOURS, oslo(16, 30))) == []


@pytest.mark.parametrize("job", [EPROM, SUBSCRIPTIONS, BOUNCES])
def test_sending_reports_and_mail_that_came_back_are_looked_at_every_half_hour(job: str) -> None:
    done = {job: oslo(16, 30)}
    assert timetable.due([job], oslo(16, 59), done) == []
    assert timetable.due([job], oslo(17, 0), done) == [job]


def test_the_hour_is_norwegian_also_when_the_clocks_change() -> None:
    for day, month in ((28, 3), (29, 3), (24, 10), (25, 10)):
        assert timetable.latest(POPULATION, oslo(5, 0, day, month)) == oslo(5, 0, day, month)
        assert timetable.latest(POPULATION, oslo(4, 59, day, month)).astimezone(OSLO).day == day - 1


@pytest.mark.parametrize(("minute", "late"), [(29, []), (31, [LOCK])])
def test_a_job_is_late_two_hours_after_its_hour(minute: int, late: list[str]) -> None:
    done = {LOCK: oslo(16, 30, day=22)}
    assert timetable.late([LOCK], oslo(18, minute), done, oslo(0, day=1)) == late
    assert timetable.late([LOCK], oslo(18, minute), {}, oslo(17)) == []


def test_a_success_from_when_the_clock_was_ahead_does_not_count() -> None:
    now, done = oslo(18, 31), dict.fromkeys(HOURS, oslo(16, 30, day=25, month=12))
    assert timetable.due(HOURS, now, done) == list(HOURS)
    assert timetable.late(HOURS, now, done, oslo(0, day=1)) == list(HOURS)
    assert timetable.due([LOCK], now, {LOCK: now + timedelta(minutes=1)}) == []


def test_jobs_of_cron_are_run_again_when_the_clock_is_set_back_and_that_is_said(register: Register) -> None:
    settings = register.settings(jobber="ekstern")
    laget = register.clock() - timedelta(days=9)

    def told() -> str:
        return {check.navn: check.feil for check in readiness.of_files(settings, register.clock(), laget, False)}[
            readiness.JOBS
        ]

    register.clock.turn(days=40)
    scheduled.run_due(register.store, settings)
    register.clock.turn(days=-39)
    assert "Klokken er stilt tilbake" in told()
    assert {REMINDERS, LOCK} <= {one.jobb for one in scheduled.run_due(register.store, settings)}
    assert "Klokken" not in told()


def test_a_run_is_remembered_with_its_failures(register: Register) -> None:
    settings = register.settings()
    with job_runs.noted(settings, register.clock, LOCK):
        pass
    first = register.clock.now
    register.clock.turn(days=1)
    with job_runs.noted(settings, register.clock, LOCK) as trying:
        trying.failed = True
    with pytest.raises(RegisterError), job_runs.noted(settings, register.clock, LOCK):
        raise RegisterError("REG-085")
    run = job_runs.read(settings)[LOCK]
    assert (run.lyktes, run.sist, run.feil) == (first, register.clock.now, 2)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"lock": {"sist": "i går"}}'])
def test_a_damaged_file_of_runs_stops_nothing(register: Register, content: str) -> None:
    settings = register.settings()
    (settings.data / job_runs.FILE).write_text(content, encoding="utf-8")
    assert job_runs.read(settings) == {}
    scheduled.run(register.store, settings, LOCK)
    assert job_runs.read(settings).keys() == {LOCK}


def test_what_is_due_is_done_once_and_one_failure_stops_no_other(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = register.settings()

    def fail(*_: object) -> None:
        raise RegisterError("REG-086", melding="en kontroll")

    monkeypatch.setattr("app.work.operations._publish", fail)
    outcomes = scheduled.run_due(register.store, settings)
    assert {one.jobb for one in outcomes if one.feil} == {PUBLISH}
    assert [one.jobb for one in outcomes] == [PUBLISH, POPULATION, SUBSCRIPTIONS, BOUNCES, EPROM, REMINDERS, LOCK]
    assert [one.jobb for one in scheduled.run_due(register.store, settings)] == [PUBLISH]
    register.clock.turn(days=1)
    assert readiness.jobs(False) == [one.jobb for one in scheduled.run_due(register.store, settings)]
    assert job_runs.read(settings)[PUBLISH].feil == 3 and timedelta() < register.clock.now - oslo(9)
