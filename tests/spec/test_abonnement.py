"""Issue I: who may subscribe to which report, when a subscription stops by itself, and who fetches what is made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checks import abonnement
from checks.abonnement import MONTHLY, NATION, QUARTERLY
from checks.errors import RegisterError
from checks.units import Unit
from exports import documents, subscribed
from exports.reports.report import OF_THE_NATION, TITLES, Kind, Report
from ingest.access import Actor
from ingest.lists import enheter
from ingest.people import accounts, subscriptions
from ingest.registration import erasure
from tests.accounts import add
from tests.channels import LocalChannel
from tests.reports import at, begin, fetch, listed, log, number, number_of, own, run
from tests.support import COLLEAGUE, LC, LS, LU, NS, OTHER, OTHER_LC, OTHER_LU, OWN, SC, Register

OWN_UNIT = Unit(OWN, "Haukeland universitetssjukehus", "Helse Bergen HF", "Helse Vest RHF")
OVERSIKT, INDIKATORER, DATAKVALITET = abonnement.KINDS


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda error: error.code == code)


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
    assert TITLES.keys() == set(Kind) and {*OF_THE_NATION} == {Kind.AARSRAPPORT, Kind.INDIKATORER}
    assert {*abonnement.KINDS} == {*Kind} - {Kind.AARSRAPPORT}
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


def test_rapporten_for_en_sletting_lages_igjen_av_neste_publisering_og_meldes(
    users: Register, mail: LocalChannel
) -> None:
    patient = users.head(users.forlop()).pasient_id
    begin(users)
    begin(users, SC, OWN)
    at(users)
    run(users)
    with users.store.write(SC) as tx:
        erasure.erase(tx, patient, str(patient), "Krav i brev")
    assert run(users).gjort == {subscribed.WAITS: 2}
    at(users, datetime(2026, 12, 2, 5, tzinfo=UTC))
    assert run(users).gjort == {"laget": 2, "e-post sendt": 2}
    assert number(users) == number(users, SC) and fetch(users, number(users)).startswith(b"%PDF")
    assert run(users).gjort == {} and len(mail.delivered) == 4


def test_en_rapport_uten_fil_lages_igjen_som_naar_registeret_er_gjenopprettet_paa_en_annen_maskin(
    users: Register, mail: LocalChannel
) -> None:
    begin(users)
    at(users)
    run(users)
    (users.store.path.parent / "dokumenter" / str(number(users))).unlink()
    assert run(users).gjort == {"laget": 1, "e-post sendt": 1}
    assert fetch(users, number(users)).startswith(b"%PDF")
    assert run(users).gjort == {} and len(mail.delivered) == 2
