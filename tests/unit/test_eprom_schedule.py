"""Proves the patient forms' schedule to the second: what is due at a moment, and what is not a moment before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from checks import eprom
from checks.eprom import Sak, Step, step

# 23 November 2026 is a Monday; Norway is then an hour ahead of UTC, and the run is at 15:30 UTC.
DAY = date(2026, 11, 23)
RUN = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
LITTLE = timedelta(microseconds=1)
SIGNED = Sak(1, "pasreg", -1, samtykket=RUN - timedelta(hours=3), samtykke_dato=DAY)
SENT = replace(SIGNED, tilstand="sendt", dag=DAY)


def days(n: int) -> timedelta:
    return timedelta(days=n)


@pytest.mark.parametrize(("day", "hour"), [(date(2026, 7, 1), 14), (date(2026, 10, 25), 15), (date(2026, 3, 29), 14)])
def test_the_run_is_at_half_past_four_in_norway_also_when_the_clock_changes(day: date, hour: int) -> None:
    assert eprom.run_on(day) == datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)


def test_the_date_is_norways() -> None:
    assert eprom.day_of(datetime(2026, 11, 23, 22, 59, tzinfo=UTC)) == DAY
    assert eprom.day_of(datetime(2026, 11, 23, 23, 0, tzinfo=UTC)) == DAY + days(1)


def test_last_and_next_run_hold_the_moment_of_the_run_itself() -> None:
    assert (eprom.last_run(RUN), eprom.next_run(RUN)) == (RUN, RUN)
    assert (eprom.last_run(RUN - LITTLE), eprom.next_run(RUN - LITTLE)) == (RUN - days(1), RUN)
    assert (eprom.last_run(RUN + LITTLE), eprom.next_run(RUN + LITTLE)) == (RUN, RUN + days(1))


def test_hads_goes_two_minutes_after_the_others() -> None:
    assert [(eprom.sends_at(form, RUN) - RUN).seconds for form in ("pasreg", "hads", "eval", "opioid")] == [
        0,
        120,
        0,
        0,
    ]


def test_a_form_goes_out_at_the_first_run_after_consent_and_not_later_than_a_fortnight() -> None:
    assert step(SIGNED, RUN - LITTLE) is None
    assert step(SIGNED, RUN) == step(SIGNED, RUN + days(14)) == Step("bestill", RUN)
    assert step(SIGNED, RUN + days(14) + LITTLE) is None
    assert step(replace(SIGNED, status=0), RUN) is None


@pytest.mark.parametrize(("form", "waits"), [("pasreg", False), ("hads", False), ("eval", True), ("opioid", True)])
def test_eval_and_opioid_wait_for_b22(form: str, waits: bool) -> None:
    open_, signed = replace(SIGNED, skjema=form, slutt_dato=DAY), RUN - timedelta(hours=3)
    assert (eprom.goes_out_at(open_) is None) is waits
    assert eprom.goes_out_at(replace(open_, samtykket=None, avsluttet=signed)) is None
    if waits:
        late = replace(open_, avsluttet=RUN + LITTLE)
        assert eprom.goes_out_at(late) == {"eval": RUN + days(1), "opioid": RUN + days(28)}[form]


def test_opioid_goes_four_weeks_after_sluttdato_or_when_b22_is_completed_after_that() -> None:
    opioid = replace(SIGNED, skjema="opioid", slutt_dato=DAY, avsluttet=RUN)
    assert eprom.goes_out_at(opioid) == RUN + days(28)
    assert eprom.goes_out_at(replace(opioid, avsluttet=RUN + days(30))) == RUN + days(30)
    assert eprom.goes_out_at(replace(opioid, samtykket=RUN + days(31))) == RUN + days(31)
    assert eprom.goes_out_at(replace(opioid, slutt_dato=None)) is None


def test_reminder_after_three_days_once_and_locked_after_six() -> None:
    assert (eprom.remind_at(DAY), eprom.lock_at(DAY)) == (RUN + days(3), RUN + days(6))
    reminded = replace(SENT, purret=True)
    assert step(SENT, RUN + days(3) - LITTLE) is None
    assert step(SENT, RUN + days(3)) == Step("purr", RUN + days(3))
    assert step(reminded, RUN + days(6) - LITTLE) is None
    assert step(reminded, RUN + days(6)) == step(SENT, RUN + days(6)) == Step("laas", RUN + days(6), eprom.NOT_ANSWERED)


@pytest.mark.parametrize("state", ["bestilt", "besvart", "utlopt", "stoppet", "ikke_sendt"])
def test_only_what_has_been_sent_is_reminded_of_and_locked(state: str) -> None:
    assert step(replace(SENT, tilstand=state), RUN + days(10)) is None
    assert step(replace(SENT, dag=None), RUN + days(10)) is None


@pytest.mark.parametrize(
    ("form", "dates", "due"),
    [
        ("pasreg", {"samtykke_dato": DAY}, RUN + days(6)),
        ("hads", {"samtykke_dato": DAY}, RUN + days(6)),
        ("hads", {"samtykke_dato": None, "slutt_dato": DAY, "avsluttet": RUN}, None),
        ("eval", {"slutt_dato": DAY, "avsluttet": RUN}, RUN + days(6)),
        ("eval", {"slutt_dato": DAY, "avsluttet": None}, None),
        ("eval", {"slutt_dato": None, "avsluttet": RUN}, None),
    ],
)
def test_paper_locks_six_days_after_consent_or_sluttdato(form: str, dates: dict, due: datetime | None) -> None:
    paper = replace(SENT, skjema=form, papir=True, **dates)
    assert eprom.paper_locks_at(paper) == due
    if due is None:
        assert step(paper, RUN + days(100)) is None
        return
    assert step(paper, due - LITTLE) is None
    assert step(paper, due) == step(paper, due + days(100)) == Step("laas", due, eprom.OTHER)


@pytest.mark.parametrize("change", [{"gjelder": False}, {"status": 1}, {"samtykket": None}])
def test_what_is_out_is_stopped_when_it_may_no_longer_be_answered(change: dict) -> None:
    for state, due in (("bestilt", Step("stopp", RUN)), ("sendt", Step("stopp", RUN)), ("besvart", None), (None, None)):
        assert step(replace(SENT, tilstand=state, **change), RUN) == due
    assert not eprom.may_be_answered(replace(SENT, **change))


def test_a_death_closes_open_forms_also_without_consent() -> None:
    for sak in (SENT, SIGNED, replace(SIGNED, samtykket=None), replace(SENT, papir=True)):
        assert step(replace(sak, dod=True), RUN) == Step("lukk", RUN, eprom.DEAD)
        assert not eprom.may_be_answered(replace(sak, dod=True))
    assert step(replace(SIGNED, dod=True, status=1), RUN) is None


def test_only_a_form_without_paper_is_closed_when_the_patient_is_not_digital() -> None:
    lost = {
        form: step(replace(SIGNED, skjema=form, tilstand="ikke_sendt", arsak="ikke_digital"), RUN)
        for form in ("pasreg", "hads", "eval", "opioid")
    }
    assert lost == {"pasreg": None, "hads": None, "eval": None, "opioid": Step("lukk", RUN, eprom.OTHER)}
    assert step(replace(SIGNED, skjema="opioid", tilstand="ikke_sendt", arsak="feilet"), RUN) is None
    assert step(replace(SIGNED, skjema="opioid", tilstand="utlopt", arsak="ikke_digital"), RUN) is None


def test_a_link_opens_the_form_until_it_locks() -> None:
    assert eprom.answerable(SENT, RUN + days(6) - LITTLE)
    assert not eprom.answerable(SENT, RUN + days(6))
    assert eprom.answerable(replace(SENT, tilstand="bestilt", status=0), RUN)
    for change in ({"tilstand": "utlopt"}, {"dag": None}, {"papir": True}, {"dod": True}, {"samtykket": None}):
        assert not eprom.answerable(replace(SENT, **change), RUN), change


def test_a_message_may_be_lost_while_nothing_says_that_it_came() -> None:
    assert eprom.may_be_lost(SENT)
    for change in ({"tilstand": "bestilt"}, {"status": 0}, {"status": 1}, {"begynt": True}):
        assert not eprom.may_be_lost(replace(SENT, **change)), change
