"""Issue I: when a report that is subscribed to is made, once, and what its subscriber is told by e-mail and on the page."""

from __future__ import annotations

import errno
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.web import resources
from app.work import readiness, scheduled
from app.work.clock import Clock
from checks import abonnement
from checks.abonnement import MONTHLY, NATION, QUARTERLY, Months
from checks.errors import RegisterError
from exports import publish, subscribed
from exports.reports.report import Kind, Report
from ingest.access import JOB
from ingest.services import sending
from ingest.services.folkeregister import LocalFolkeregister
from tests.channels import LocalChannel
from tests.reports import DECEMBER, NOVEMBER, at, begin, fetch, listed, log, number, only, published, run
from tests.support import LC, OWN, SC, Register

OVERSIKT, INDIKATORER, DATAKVALITET = abonnement.KINDS


@pytest.mark.parametrize(
    ("often", "since", "today", "months"),
    [
        (MONTHLY, date(2026, 11, 23), date(2026, 11, 30), None),
        (MONTHLY, date(2026, 11, 30), date(2026, 12, 1), NOVEMBER),
        (MONTHLY, date(2026, 12, 1), date(2026, 12, 1), None),
        (MONTHLY, date(2026, 1, 1), date(2026, 12, 31), NOVEMBER),
        (MONTHLY, date(2026, 1, 1), date(2027, 1, 1), Months(date(2026, 12, 1), date(2026, 12, 31))),
        (MONTHLY, date(2028, 1, 1), date(2028, 3, 1), Months(date(2028, 2, 1), date(2028, 2, 29))),
        (QUARTERLY, date(2026, 11, 23), date(2026, 12, 31), None),
        (QUARTERLY, date(2026, 11, 23), date(2027, 1, 1), Months(date(2026, 10, 1), date(2026, 12, 31))),
        (QUARTERLY, date(2026, 1, 1), date(2026, 6, 30), Months(date(2026, 1, 1), date(2026, 3, 31))),
    ],
)
def test_den_siste_perioden_som_er_slutt_fra_den_abonnementet_begynte_i(
    often: str, since: date, today: date, months: Months | None
) -> None:
    assert abonnement.due(often, since, today) == months


def test_rapporten_lages_naar_maaneden_er_slutt_og_publisert(users: Register, asked: list, mail: LocalChannel) -> None:
    begin(users)
    assert run(users).gjort == {} and listed(users) == []
    at(users)
    assert run(users).gjort == {"laget": 1, "e-post sendt": 1}
    assert asked == [(Kind.INDIKATORER, int(OWN), NOVEMBER.fra, NOVEMBER.til, users.settings().minste_celle)]
    assert (only(users).months, only(users).feil, only(users).epost) == (NOVEMBER, None, sending.SENT)
    assert fetch(users, number(users)) == b"%PDF indikatorer 100082 2026-11-30"
    assert len(mail.delivered) == 1


def test_landets_rapport_gjelder_ingen_enhet(users: Register, asked: list) -> None:
    begin(users, SC, NATION)
    at(users)
    run(users)
    assert asked[0][:2] == (Kind.INDIKATORER, None)
    assert only(users, SC).dokument is not None


def test_uten_en_publisering_etter_perioden_venter_den_og_det_sies(users: Register, mail: LocalChannel) -> None:
    begin(users)
    at(users, DECEMBER, datetime(2026, 11, 30, 22, 59, tzinfo=UTC))  # a minute before midnight in Norway
    outcome = run(users)
    assert (outcome.gjort, outcome.feil, listed(users), mail.delivered) == ({subscribed.WAITS: 1}, [], [], {})
    with users.store.read(SC) as tx:
        assert subscribed.waiting(tx, publish.published_at(users.store.path.parent)) == 1
        assert subscribed.waiting(tx, None) == 1
    published(users, datetime(2026, 11, 30, 23, 1, tzinfo=UTC))
    assert scheduled.WORK[scheduled.address(scheduled.DUE)](users.store, users.settings(), {})["rapporter"] == 1
    assert run(users).gjort["laget"] == 1
    with users.store.read(SC) as tx:
        assert subscribed.waiting(tx, None) == 0


def test_den_som_drifter_faar_vite_hvor_mange_som_venter(users: Register) -> None:
    begin(users)
    with users.store.write(SC) as tx:
        tx.run("update register.migrering set kjort = ?", datetime(2026, 11, 1, tzinfo=UTC))
    at(users, datetime(2026, 12, 2, 5, tzinfo=UTC), datetime(2026, 11, 30, 1, tzinfo=UTC))
    held = resources.Resources(users.settings(), users.store, LocalFolkeregister())

    def told() -> str:
        return next(check.feil for check in readiness.checks(held) if check.navn == readiness.PUBLISHED)

    assert told().endswith("venter på en publisering: 1.")
    published(users, users.clock.now)
    assert told() == ""


def test_appens_egen_klokke_lager_den_og_ser_etter_en_ny_publisering_hver_halvtime(users: Register) -> None:
    begin(users)
    at(users, DECEMBER, datetime(2026, 11, 30, 1, tzinfo=UTC))
    clock = Clock(resources.Resources(users.settings(), users.store, LocalFolkeregister()))
    clock.tick()
    published(users, users.clock.now)
    for minutes, made in ((29, 0), (1, 1), (30, 1)):
        users.clock.turn(minutes=minutes)
        clock.tick()
        assert len(listed(users)) == made


def test_hver_rapport_lages_og_meldes_en_gang(users: Register, asked: list, mail: LocalChannel) -> None:
    begin(users)
    at(users)
    run(users)
    published(users, datetime(2026, 12, 2, 1, tzinfo=UTC))
    for days in (0, 1, 20):
        users.clock.turn(days=days)
        assert run(users).gjort == {}
    assert (len(asked), len(mail.delivered)) == (1, 1)
    at(users, datetime(2027, 1, 1, 5, tzinfo=UTC))
    run(users)
    assert [one.months.words for one in listed(users)] == ["desember 2026", "november 2026"]
    assert len(mail.delivered) == 2


def test_to_som_abonnerer_paa_det_samme_faar_samme_dokument_og_hver_sin_e_post(
    users: Register, asked: list, mail: LocalChannel
) -> None:
    begin(users)
    begin(users, SC, OWN)
    at(users)
    run(users)
    assert len(asked) == 1 and number(users) == number(users, SC)
    assert {to for to, _ in mail.delivered.values()} == {"bruker3@example.com", "bruker4@example.com"}
    assert len(log(users, "dokument laget")) == 1
    assert [row["bruker"] for row in log(users, "rapport til abonnent")] == [LC.bruker, SC.bruker]


def test_det_som_ikke_kan_lages_sies_paa_siden_og_proves_igjen_og_stopper_ingen(
    users: Register, asked: list, mail: LocalChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = subscribed.make

    def fail(published: Path, kind: Kind, *arguments, **options) -> Report:
        if kind is Kind.OVERSIKT:
            raise RegisterError("REG-092", fil="analyse.duckdb")
        if kind is Kind.DATAKVALITET:
            raise ZeroDivisionError
        return make(published, kind, *arguments, **options)

    monkeypatch.setattr(subscribed, "make", fail)
    first, _, third = (begin(users, slag=slag) for slag in (OVERSIKT, INDIKATORER, DATAKVALITET))
    at(users)
    outcome = run(users)
    assert outcome.gjort["laget"] == 1
    assert outcome.feil[0] == f"abonnement {first}: REG-092"
    assert outcome.feil[1].startswith(f"abonnement {third}: uventet feil ")
    said = {one.abonnement.slag: one.feil for one in listed(users)}
    assert said[INDIKATORER] is None and "analyse.duckdb" in (said[OVERSIKT] or "")
    assert (said[DATAKVALITET] or "").endswith("Den prøves igjen av seg selv.")
    assert len(mail.delivered) == 1
    monkeypatch.setattr(subscribed, "make", make)
    assert run(users).gjort == {"laget": 2, "e-post sendt": 2}
    assert [one.feil for one in listed(users)] == [None] * 3


def test_en_full_disk_sies_og_rapporten_lages_naar_det_er_plass(
    users: Register, mail: LocalChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    begin(users)
    at(users)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        assert run(users).feil == ["abonnement 1: REG-550"]
    assert "ikke plass" in (only(users).feil or "") and mail.delivered == {}
    assert run(users).gjort == {"laget": 1, "e-post sendt": 1}


def test_en_maaned_uten_forlop_er_ingen_feil(users: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> Report:
        raise RegisterError("REG-461", hvem="Haukeland", periode="november 2026")

    monkeypatch.setattr(subscribed, "make", nothing)
    begin(users)
    at(users)
    outcome = run(users)
    assert (outcome.gjort, outcome.feil) == ({"uten forløp": 1}, [])
    assert only(users).feil == subscribed.NOTHING


@pytest.mark.parametrize("killed", ["_note", "_send"])
def test_en_jobb_som_drepes_midt_i_mister_ingenting_og_melder_ikke_to_ganger(
    users: Register, mail: LocalChannel, monkeypatch: pytest.MonkeyPatch, killed: str
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    begin(users)
    at(users)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(subscribed, killed, kill)
        run(users)
    assert mail.delivered == {}
    done = run(users).gjort
    assert done == ({"laget": 1, "e-post sendt": 1} if killed == "_note" else {"e-post sendt": 1})
    assert run(users).gjort == {}
    assert len(mail.delivered) == 1 and fetch(users, number(users)).startswith(b"%PDF")
    assert [path.name for path in (users.store.path.parent / "dokumenter").iterdir()] == [str(number(users))]


def test_en_melding_som_er_paa_vei_sendes_ikke_av_en_annen_samtidig(users: Register, mail: LocalChannel) -> None:
    begin(users)
    at(users)
    channel = {sending.EMAIL: mail}

    class Meeting(LocalChannel):
        def send(self, to: str, text: str, key: str) -> None:
            assert sending.deliver(users.store, channel, int(key.split("-")[1])) is False
            super().send(to, text, key)

    meeting = Meeting()
    with users.store.write(JOB) as tx:
        message = sending.queue(tx, sending.EMAIL, "a@example.com", "tekst")
    assert sending.deliver(users.store, {sending.EMAIL: meeting}, message)
    assert len(meeting.delivered) == 1 and mail.delivered == {}


def test_e_posten_har_ingen_tall_og_viser_bare_vei_til_innlogging(users: Register, mail: LocalChannel) -> None:
    begin(users)
    users.forlop()
    at(users)
    run(users)
    ((to, text),) = mail.delivered.values()
    assert to == "bruker3@example.com"
    address = users.settings().public_address + "/filarkiv"
    assert address in text
    assert "Kvalitetsindikatorer og dekningsgrad, Haukeland universitetssjukehus, november 2026" in text
    assert not any(c.isdigit() for c in text.replace(address, "").replace("november 2026", ""))


@pytest.mark.parametrize("address", [None, "ingen@example.com"])
def test_en_e_post_som_ikke_kommer_fram_staar_paa_siden(
    users: Register, mail: LocalChannel, address: str | None
) -> None:
    begin(users)
    mail.bounces = {"ingen@example.com"}
    with users.store.write(SC) as tx:
        tx.run("update tilgang.konto set epost = ? where bruker_id = ?", address, LC.bruker)
    at(users)
    assert run(users).gjort == {"laget": 1} | ({"e-post ikke sendt": 1} if address else {})
    assert only(users).epost == (sending.FAILED if address else None)
    assert only(users).dokument is not None
