"""Issue I: a coordinator subscribes to a report, is told by e-mail that it is ready, and fetches it signed in."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.web import resources
from app.work import readiness, scheduled
from app.work.clock import Clock
from checks import abonnement
from checks.abonnement import MONTHLY, NATION, QUARTERLY, Months
from checks.errors import RegisterError
from checks.timetable import SUBSCRIPTIONS
from checks.units import Unit
from exports import documents, publish, subscribed
from exports.reports.report import OF_A_UNIT, TITLES, Kind, Report
from ingest.access import JOB, Actor
from ingest.lists import enheter
from ingest.people import accounts, subscriptions
from ingest.people.subscriptions import Subscription
from ingest.registration import erasure
from ingest.services import sending
from ingest.services.folkeregister import LocalFolkeregister
from ingest.services.moments import Outcome
from tests import reports
from tests.accounts import add
from tests.channels import LocalChannel
from tests.reports import published
from tests.support import COLLEAGUE, LC, LS, LU, NS, OTHER, OTHER_LC, OTHER_LU, OWN, SC, Register

NOVEMBER = Months(date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)  # six in the morning
OWN_UNIT = Unit(OWN, "Haukeland universitetssjukehus", "Helse Bergen HF", "Helse Vest RHF")
OVERSIKT, INDIKATORER, DATAKVALITET = abonnement.KINDS


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda error: error.code == code)


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> LocalChannel:
    """The e-mail that is sent."""
    return reports.mail(monkeypatch)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What reports were asked for; they are made by tests/warehouse/test_abonnerte_rapporter.py."""
    return reports.made_up(monkeypatch)


@pytest.fixture
def users(register: Register, mail: LocalChannel, asked: list[tuple[Any, ...]]) -> Register:
    add(register)
    return register


def begin(
    register: Register, actor: Actor = LC, omfang: str = OWN, slag: str = INDIKATORER, hyppighet: str = MONTHLY
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


# Who may subscribe to what


@pytest.mark.parametrize(
    ("actor", "omfang", "code"),
    [
        (LU, OWN, "REG-060"),
        (LS, OWN, "REG-060"),
        (NS, NATION, "REG-060"),
        (LC, OTHER, "REG-061"),
        (LC, NATION, "REG-060"),
        (SC, "999999", "REG-243"),
    ],
)
def test_bare_koordinatorer_og_lc_bare_egen_enhet(users: Register, actor: Actor, omfang: str, code: str) -> None:
    add(users, LS, NS)
    with refused(code):
        begin(users, actor, omfang)


@pytest.mark.parametrize("omfang", [OWN, OTHER, NATION])
def test_sc_abonnerer_for_landet_og_for_hvilken_enhet_som_helst(users: Register, omfang: str) -> None:
    begin(users, SC, omfang)
    assert [found.omfang for found in own(users, SC)] == [omfang]


def test_det_som_er_en_enhets_eget_arbeid_finnes_ikke_for_landet(users: Register) -> None:
    assert {Kind(kind): title for kind, title in abonnement.KINDS.items()} == {
        kind: title for kind, title in TITLES.items() if kind is not Kind.AARSRAPPORT
    }
    assert {*abonnement.OF_THE_NATION} == {*abonnement.KINDS} - {*OF_A_UNIT}
    for slag in (OVERSIKT, DATAKVALITET):
        with refused("REG-463"):
            begin(users, SC, NATION, slag)


@pytest.mark.parametrize(("slag", "hyppighet"), [("aarsrapport", MONTHLY), (INDIKATORER, "uke")])
def test_andre_rapporter_og_hyppigheter_avvises(users: Register, slag: str, hyppighet: str) -> None:
    with refused("REG-002"):
        begin(users, slag=slag, hyppighet=hyppighet)


def test_uten_jobb_e_post_kan_ingen_faa_beskjed(users: Register) -> None:
    with users.store.write(SC) as tx:
        tx.run("update tilgang.konto set epost = null where bruker_id = ?", LC.bruker)
    with refused("REG-470"):
        begin(users)


def test_to_klikk_eller_to_faner_er_ett_abonnement(users: Register) -> None:
    first = begin(users)
    assert begin(users) == first and [found.abonnement_id for found in own(users)] == [first]
    assert begin(users, hyppighet=QUARTERLY) == first
    assert [found.hyppighet for found in own(users)] == [QUARTERLY]
    assert begin(users, slag=OVERSIKT) != first and begin(users, OTHER_LC, OTHER) != first
    assert len(log(users, "abonnement begynt")) == 3


def test_abonnementet_endres_og_stoppes_av_den_som_har_det(users: Register) -> None:
    mine = begin(users)
    for actor in (OTHER_LC, SC):
        for act in (subscriptions.stop, lambda tx, nr: subscriptions.change(tx, nr, QUARTERLY)):
            with refused("REG-471"), users.store.write(actor) as tx:
                act(tx, mine)
    with users.store.write(LC) as tx:
        subscriptions.change(tx, mine, QUARTERLY)
        subscriptions.stop(tx, mine)
        subscriptions.stop(tx, mine)
        with refused("REG-471"):
            subscriptions.change(tx, mine, MONTHLY)
    assert own(users) == []
    assert log(users, "abonnement endret")[0]["hyppighet"] == {"fra": MONTHLY, "til": QUARTERLY}
    assert log(users, "abonnement stoppet") == [{"abonnement": mine, "bruker": LC.bruker, "grunn": abonnement.BY_USER}]
    assert begin(users) != mine


# When a report is made


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


# It stops by itself


def take_role(register: Register) -> None:
    with register.store.write(SC) as tx:
        accounts.take_role(tx, LC.bruker, OWN, "LC")


def close(register: Register) -> None:
    with register.store.write(SC) as tx:
        accounts.set_active(tx, LC.bruker, False)


def set_inactive(register: Register) -> None:
    with register.store.write(SC) as tx:
        enheter.change(tx, OWN_UNIT, aktiv=False)


@pytest.mark.parametrize(
    ("end", "reason"),
    [(take_role, abonnement.ROLE), (close, abonnement.ACCOUNT), (set_inactive, abonnement.UNIT)],
    ids=["rollen", "kontoen", "enheten"],
)
def test_det_stopper_naar_rollen_kontoen_eller_enheten_tar_slutt(
    users: Register, mail: LocalChannel, end, reason: str
) -> None:
    begin(users)
    begin(users, OTHER_LC, OTHER)
    at(users)
    run(users)
    made = number(users)
    end(users)
    assert own(users) == [] and len(own(users, OTHER_LC)) == 1
    with users.store.read(LC) as tx:
        assert [found.stoppet_grunn for found in subscriptions.stopped_by_themselves(tx)] == [reason]
    assert log(users, "abonnement stoppet")[-1]["grunn"] == reason
    with refused("REG-220"):
        fetch(users, made)
    at(users, datetime(2027, 1, 2, 5, tzinfo=UTC))
    assert run(users).gjort == {"laget": 1, "e-post sendt": 1}
    assert len(mail.delivered) == 3
    users.clock.turn(days=100)
    with users.store.read(LC) as tx:
        assert subscriptions.stopped_by_themselves(tx) == []


def test_det_kontrolleres_ogsaa_naar_rapporten_lages_og_hentes(users: Register, mail: LocalChannel) -> None:
    begin(users)
    begin(users, SC, NATION)
    at(users)
    run(users)
    made = number(users)
    with users.store.write(SC) as tx:  # a role that went some other way
        tx.run("delete from tilgang.tildeling where bruker_id = ?", LC.bruker)
    with refused("REG-220"):
        fetch(users, made)
    at(users, datetime(2027, 1, 2, 5, tzinfo=UTC))
    assert run(users).gjort == {"stoppet": 1, "laget": 1, "e-post sendt": 1}
    assert len(mail.delivered) == 3 and own(users) == []


def test_rollen_maa_vaere_der_ogsaa_naar_rapporten_er_ferdig(
    users: Register, mail: LocalChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = subscribed.make

    def meanwhile(*arguments, **options) -> Report:
        take_role(users)
        return make(*arguments, **options)

    monkeypatch.setattr(subscribed, "make", meanwhile)
    begin(users)
    at(users)
    assert run(users).gjort == {} and mail.delivered == {}
    assert not any((users.store.path.parent / "dokumenter").iterdir())


# Fetching


def test_bare_den_som_abonnerer_henter_og_i_den_samme_rollen(users: Register) -> None:
    begin(users)
    at(users)
    run(users)
    made = number(users)
    with users.store.write(SC) as tx:
        accounts.give_role(tx, LC.bruker, OTHER, "LC")
    elsewhere = Actor(LC.bruker, LC.navn, "LC", OTHER)
    for actor, code in (
        (elsewhere, "REG-220"),
        (SC, "REG-220"),
        (OTHER_LC, "REG-220"),
        (LU, "REG-060"),
        (COLLEAGUE, "REG-060"),
        (OTHER_LU, "REG-060"),
        (LS, "REG-060"),
    ):
        with refused(code):
            fetch(users, made, actor)
    with users.store.write(LC) as tx:
        assert documents.listed(tx) == []
        with refused("REG-220"):
            documents.fetch(tx, users.store.path.parent, made)
    fetch(users, made)
    assert log(users, documents.FETCHED)[-1] == {"dokument": made, "slag": INDIKATORER, "utvalg": OWN}


def test_det_som_er_laget_kan_hentes_ogsaa_etter_at_brukeren_stoppet_det(users: Register) -> None:
    mine = begin(users)
    at(users)
    run(users)
    with users.store.write(LC) as tx:
        subscriptions.stop(tx, mine)
    assert fetch(users, number(users)).startswith(b"%PDF")
    at(users, datetime(2027, 1, 2, 5, tzinfo=UTC))
    assert run(users).gjort == {}


def test_et_aar_med_rapporter_beholdes(users: Register) -> None:
    begin(users)
    for month in range(abonnement.KEPT + 3):
        at(users, datetime(2026 + (month + 11) // 12, (month + 11) % 12 + 1, 2, 5, tzinfo=UTC))
        run(users)
    found = listed(users)
    assert len(found) == abonnement.KEPT == len(list((users.store.path.parent / "dokumenter").iterdir()))
    assert all(one.dokument is not None for one in found)
    assert fetch(users, number_of(found[-1])).startswith(b"%PDF")


def number_of(one: subscribed.Made) -> int:
    assert one.dokument is not None
    return one.dokument.dokument_id


def test_ingenting_fra_for_en_sletting_hentes_eller_lages(users: Register) -> None:
    patient = users.head(users.forlop()).pasient_id
    begin(users)
    at(users)
    run(users)
    made = number(users)
    begin(users, slag=OVERSIKT)
    with users.store.write(SC) as tx:
        erasure.erase(tx, patient, str(patient), "Krav i brev")
    assert listed(users) == []
    with refused("REG-220"):
        fetch(users, made)
    at(users, datetime(2027, 1, 1, 5, tzinfo=UTC), users.clock.now)
    assert run(users).gjort == {subscribed.WAITS: 2}
    at(users, datetime(2027, 1, 2, 5, tzinfo=UTC))
    assert run(users).gjort["laget"] == 2
