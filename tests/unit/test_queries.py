"""Proves that queries of the usual kinds are answered, and that a wrong one is told of in Norwegian, with the word marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.errors import RegisterError
from tests.queries import answer, publish


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("data")) / "nasjonal.duckdb"


ANSWERED = {
    "select 1 as a, 2 as a, 3 as A": [(1, 2, 3)],
    "select sum(nrs)::bigint as s from forlopsoversikt": [(2997,)],
    'select \'æøå\' as "kolonne med «tegn» og ""anførsel"""': [("æøå",)],
    "with a as (select 1 as x) select * from a;": [(1,)],
    'with "mine tall" as (select 1 as x), å as (from "mine tall") select * from å': [(1,)],
    "from forlopsoversikt select count(*) -- kommentar": [(1000,)],
    "select * from range(3)": [(0,), (1,), (2,)],
    "select unnest([1, 2])": [(1,), (2,)],
    "select {'a': 1} as s, [1, 2] as l, interval 1 day as i, uuid '00000000-0000-0000-0000-000000000000' as u": [
        ("{'a': 1}", "[1, 2]", "1 day", "00000000-0000-0000-0000-000000000000")
    ],
    "select x from (values (1), (2)) t(x) order by x desc": [(2,), (1,)],
    'select * from (pivot forlopsoversikt on nrs in (0, 1) using count(*) group by "SykehusNavn")': [
        ("Sykehuset", 143, 143)
    ],
    "select count(*) from allevar where nrs > (select avg(nrs) from forlopsoversikt)": [(571,)],
    "select null as tom": [(None,)],
    "select count(*) from main.forlopsoversikt": [(1000,)],
}


@pytest.mark.parametrize("sql", ANSWERED)
def test_vanlige_sporringer_svarer(file: Path, sql: str) -> None:
    assert answer(file, sql).rows.rows() == ANSWERED[sql]


@pytest.mark.parametrize(
    "sql", ["describe forlopsoversikt", "summarize forlopsoversikt", "show tables", "describe select 1 as a"]
)
def test_tabellene_kan_beskrives(file: Path, sql: str) -> None:
    assert answer(file, sql).rows.height >= 1


WRONG = {
    "select nrss from forlopsoversikt": ("Kolonnen «nrss» finnes ikke. Mente du «nrs»?", 1, "nrss"),
    "select *\nfrom forlop": (
        "«forlop» kan ikke brukes her: en spørring leser bare tabellene i den publiserte filen. Velg en fra listen.",
        2,
        "forlop",
    ),
    "selct 1": ("Spørringen kan ikke leses ved «selct».", 1, "selct"),
    "select nrs,\n  fro forlopsoversikt": None,
    "select mediaan(nrs) from forlopsoversikt": ("Funksjonen «mediaan» finnes ikke. Mente du «median»?", 1, "mediaan"),
    "select nrs, count(*) from forlopsoversikt": (
        "«nrs» må stå i «group by», eller i en funksjon som count eller median.",
        1,
        "nrs",
    ),
    "select 1 from forlopsoversikt where count(*) > 1": (
        "«where» kan ikke ha funksjoner som count eller sum. Bruk «having».",
        1,
        "count",
    ),
    "select 'æøå' as å, 'a'::int": ("«a» kan ikke gjøres om til INT32.", 1, "::int"),
    "select 'æøå' as æ, ukjent from forlopsoversikt": ("Kolonnen «ukjent» finnes ikke.", 1, "ukjent"),
    "select a.nrs from forlopsoversikt": ("Tabellen «a» er ikke med i spørringen. Ta den med i «from».", 1, "a.nrs"),
    "select nrs from forlopsoversikt a, forlopsoversikt b": (
        "Kolonnen «nrs» finnes i flere av tabellene. Skriv tabellen foran.",
        1,
        "nrs",
    ),
    "select 1;\nselect 2": (
        "Bare én spørring (SELECT) kan kjøres her, og her står det flere. Ta bort resten.",
        None,
        None,
    ),
    "drop table forlopsoversikt": (
        "Bare én spørring (SELECT) kan kjøres her, og dette begynner med «drop». Ta bort resten.",
        1,
        "drop",
    ),
}


@pytest.mark.parametrize("sql", WRONG)
def test_feil_sier_hva_som_er_galt_og_peker_paa_ordet(file: Path, sql: str) -> None:
    with pytest.raises(RegisterError) as caught:
        answer(file, sql)
    found = caught.value
    if WRONG[sql] is not None:
        sentence, line, word = WRONG[sql]
        where = getattr(found, "where", None)
        assert (str(found), where and where.line, where and where.word) == (sentence, line, word)
