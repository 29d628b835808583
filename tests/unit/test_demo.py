"""Proves the demo register: the same every time, right by the rules of the screen, and in every state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from checks import derived, identity, smertediagnoser
from checks.answers import cleared, shape
from checks.codebook.loader import take_into_use
from checks.lookups import check_lookups
from checks.validation import checker, outside_soft
from exports.integrity import check_register
from ingest import audit, demo, units
from ingest.access import JOB, ROLES, Actor
from ingest.lists import arbeidsliste
from ingest.people import users
from ingest.registration import forms, reservations
from ingest.store import DEMO, Store, create
from tests.sizes import size

TODAY = date(2026, 11, 23)
N = size(300, 3000)
SYSTEM = Actor("system", "SmerteReg", "SC", "")
Rows = list[dict[str, Any]]


def made(path: Path, seed: int = 1, n: int = N, year: int = 2026) -> Store:
    store = create(path, DEMO, clock=lambda: datetime(year, 11, 24, tzinfo=UTC))
    demo.make(store, forlop=n, seed=seed, today=TODAY, progress=lambda _: None)
    return store


def crossing(path: Path) -> Store:
    """A demo that crosses the day the edition with reservation begins."""
    store = create(path, DEMO, clock=lambda: datetime(2026, 11, 24, tzinfo=UTC))
    demo.make(store, forlop=N, seed=1, today=TODAY, progress=lambda _: None, crosses=True)
    return store


def rows(store: Store, sql: str) -> Rows:
    with store.read(SYSTEM) as tx:
        return tx.rows(sql)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = made(tmp_path_factory.mktemp("demo") / "smertereg.duckdb")
    yield store
    store.close()


@pytest.fixture(scope="module")
def current(register: Store) -> Rows:
    """Every form that has been saved, with who the patient is."""
    return rows(
        register,
        "select v.*, f.enhet as hos, p.fodselsdato from register.skjemaversjon v "
        "join register.forlop f using (forlop_id) join register.pasient p using (pasient_id) order by 1, 2",
    )


EVERYTHING = (
    "identitet.person",
    "register.pasient",
    "register.forlop",
    "register.skjema",
    "register.skjemaversjon",
    "register.kommentar",
    "register.utkast",
    "register.avdelingsbytte",
    "tilgang.tildeling",
    "tilgang.logg",
    "prom.bestilling",
    "prom.lenke",
    "prom.utboks",
    "prom.papir",
)


def test_the_same_seed_gives_the_same_register_whatever_the_clock_says(tmp_path: Path) -> None:
    one, other = made(tmp_path / "en.duckdb", n=200), made(tmp_path / "to.duckdb", n=200, year=2031)
    third = made(tmp_path / "tre.duckdb", seed=2, n=200)
    for table in EVERYTHING:
        query = f"select * from {table} order by all"
        assert rows(one, query) == rows(other, query), table
    assert rows(one, "select svar from register.skjemaversjon order by all") != rows(
        third, "select svar from register.skjemaversjon order by all"
    )
    for store in (one, other, third):
        store.close()


def test_every_document_is_right_by_the_rules_of_the_screen(register: Store, current: Rows) -> None:
    lists: dict[str, dict[str, set[int]]] = {}
    around: dict[int, dict[str, Any]] = {}
    for row in current:
        answers = json.loads(row["svar"])
        around.setdefault(row["forlop_id"], {}).update({f"{row['skjema']}.{k}": v for k, v in answers.items()})
    with register.read(SYSTEM) as tx:
        for unit in {row["hos"] for row in current}:
            lists[unit] = {kind: {e["id"] for e in units.entries(tx, kind, unit)} for kind in units.KINDS}
    for row in current:
        answers, skjema, done = json.loads(row["svar"]), row["skjema"], row["status"] == 1
        context = around[row["forlop_id"]]
        problems = checker(skjema, "ferdigstill" if done else "lagre").check([answers], [context], TODAY)
        problems += check_lookups(shape(skjema), answers, {}, lists[row["hos"]])
        if skjema == "b11":
            problems += smertediagnoser.check(answers.get("smertediagnoser", ()), complete=done)
        assert not problems, (row["forlop_id"], skjema, problems)
        again = derived.derive(skjema, answers, birth_date=row["fodselsdato"], context=context)
        assert {k: v for k, v in again.items() if v is not None} == answers, (row["forlop_id"], skjema)
        told = cleared(shape(skjema), answers, context)[1]
        assert not [v.navn for v in told if v.navn not in ("SkriftligSamtyk", "TypeManglSamt")]
        confirmed = json.loads(row["bekreftet"])
        assert {navn: answers[navn] for navn in outside_soft(shape(skjema), answers, context)} == {
            k: v["verdi"] for k, v in confirmed.items()
        }


def test_documents_and_digests_are_those_the_services_write(current: Rows) -> None:
    for row in current:
        answers = json.loads(row["svar"])
        assert row["svar"] == audit.canonical(answers)
        assert row["bekreftet"] == audit.canonical(json.loads(row["bekreftet"]))
        assert row["digest"] == audit.digest(row["salt"], answers)


def test_the_register_is_whole(register: Store) -> None:
    with register.read(JOB) as tx:
        found = list(check_register(tx))
    assert len(found) == 13
    assert [f for f in found if f.feil] == []


def test_every_unit_has_a_natural_arbeidsliste(register: Store) -> None:
    with register.read(SYSTEM) as tx:
        everybody = users.actors(tx)
    for unit in {actor.enhet for actor in everybody}:
        with register.read(Actor("bruker1", "", "LU", unit)) as tx:
            assert 5 <= len(arbeidsliste.rows(tx)) <= 40
    assert {a.rolle for a in everybody} == set(ROLES)
    assert max(sum(a.bruker == b.bruker for a in everybody) for b in everybody) > 1


def test_a_form_of_the_demo_opens_and_saves_like_any_other(register: Store, current: Rows) -> None:
    for skjema in ("to", "b11", "b12", "b21", "b22", "pasreg", "hads", "eval", "opioid"):
        row = next(r for r in current if r["skjema"] == skjema and r["status"] == 1)
        actor = Actor("bruker2", "", "LC", row["hos"])
        with register.write(actor) as tx:
            opened = forms.open_form(tx, row["forlop_id"], skjema)
            confirmed = {k: v["verdi"] for k, v in opened.bekreftet.items()}
            saved = forms.save(
                tx,
                row["forlop_id"],
                skjema,
                opened.svar,
                grunnversjon=opened.versjon,
                grunn="kontroll",
                bekreftet=confirmed,
            )
        assert {k: v for k, v in saved.svar.items() if v is not None} == opened.svar


def test_nothing_lies_in_the_future_and_no_number_could_be_a_persons(register: Store, current: Rows) -> None:
    assert max(row["tid"] for row in current) <= datetime(2026, 11, 23, 4, tzinfo=UTC)
    numbers = [r["idnr"] for r in rows(register, "select idnr from identitet.person where idnr is not null")]
    assert len(numbers) == len(set(numbers))
    assert all(identity.parse(n, test_persons=True, today=TODAY).synthetic for n in numbers)


def test_every_state_is_there(register: Store) -> None:
    def distinct(sql: str) -> set[Any]:
        return {next(iter(r.values())) for r in rows(register, sql)}

    assert distinct("select distinct tilsett from register.forlop") >= {None, 1, 2, 3, 4, 5}
    assert distinct("select distinct forlopstype from register.forlop") == {None, 1, 2, 3}
    assert distinct("select distinct samtykke_type from register.forlop") >= {None, 1, 2, 3, 4}
    assert distinct("select distinct status from register.skjema where skjema in ('to', 'b11', 'b22')") == {-1, 0, 1}
    assert distinct("select distinct lukket_grunn from register.skjema") >= {None, 1, 2, 3, 4, 5, 7, 9}
    assert distinct("select distinct inkl_krit from register.forlop where startdato > '2026-10-01'") == {None, 0, 1}
    assert distinct("select distinct tilstand from prom.bestilling") == {"sendt", "besvart", "utlopt", "ikke_sendt"}
    assert distinct("select distinct tilstand from prom.utboks") == {"lokal", "sendt", "feilet"}
    for table in ("register.kommentar", "register.utkast", "register.avdelingsbytte", "prom.papir", "prom.lenke"):
        assert rows(register, f"select count(*) as n from {table}")[0]["n"] > 0
    assert rows(register, "select count(*) as n from register.pasient where avdod = 1")[0]["n"] > 0
    assert rows(register, "select count(*) as n from identitet.person where idtype = 'annet'")[0]["n"] > 0
    assert rows(register, "select count(trukket_dato) as n from register.forlop")[0]["n"] > 0


def test_a_demo_may_cross_the_day_of_the_edition_with_reservation(tmp_path: Path) -> None:
    try:
        first, again = (crossing(tmp_path / f"{name}.duckdb") for name in "ab")
        for table in (
            "register.forlop",
            "register.reservasjon",
            "register.reservasjon_sak",
            "register.utgave",
            "prom.bestilling",
        ):
            found = (rows(store, f"select * from {table} order by all") for store in (first, again))
            assert next(found) == next(found), table
        with first.read(SYSTEM) as tx:
            assert [f.hva for f in check_register(tx) if f.feil] == []
        sides = rows(
            first,
            "select startdato >= date '2022-12-01' as etter, count(*) as n, count(samtykke) as samtykke, "
            "count(inkludert) as inkludert, count_if(inkl_krit = 1) as oppfylt "
            "from register.forlop where startdato is not null group by all order by all",
        )
        assert [side["etter"] for side in sides] == [False, True]
        before, after = sides
        assert before["samtykke"] > 0 == before["inkludert"]
        assert after["samtykke"] == 0 < after["inkludert"] == after["oppfylt"]
        people = rows(
            first,
            "select n.status, count(distinct f.pasient_id) as n from register.forlop f left join register.reservasjon n "
            "using (pasient_id) where f.startdato >= date '2022-12-01' group by all",
        )
        assert {row["status"] for row in people if row["n"]} == {0, 1, None}
        reserved = rows(first, f"{reservations.EVERYBODY} order by all")
        waiting = rows(first, "select pasient_id from register.reservasjon_sak where utfort is null order by all")
        assert reserved == waiting != []
    finally:
        take_into_use({})
        first.close()
        again.close()
