"""What units are compared by: the bands and outcomes of every forløp, against the documents and the indicators themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from app.results import comparison
from app.results.charts import compared
from app.results.charts.compared import MEASURES
from checks.errors import RegisterError
from exports.figures import data, indicator_data
from exports.figures.data import Period
from ingest import store
from tests import support
from tests.app.test_indikatorsider import shown
from tests.support import LC, OWN, SC
from tests.support import Register as Pages
from tests.warehouse import independent as rules
from tests.warehouse.conftest import MOMENT, Register
from tests.warehouse.test_oversikt import facts

ALWAYS = Period(date(2020, 1, 1), date(2027, 1, 1))
FILE = "analyse.duckdb"
ALL = {"periode_valg:felt": {"nr": 1, "verdi": 4}}
LEAD = comparison.LEAD


def nrs(value: int | None) -> int:
    return 0 if value is None or value > 10 else 1 if value <= 3 else 2 if value <= 6 else 3


def opioid(a: dict[str, Any]) -> int:
    """Code 1 needs an answer that says so: a box of 4b other than opioids and «vet ikke»."""
    dose = a.get("MoEkvivalens") or 0
    if dose > 0:
        return 4 if dose > 200 else 3 if dose > 60 else 2
    if a.get("Opioid4b") or a.get("Vetikke4b"):
        return 0
    return int(any(a.get(name) for name in ("Ingen4b", "NonOpioid4b", "Benzo4b", "KoAnalg4b")))


def age(head: dict[str, Any], start: str) -> int:
    years = rules.age(head["fodselsdato"], date.fromisoformat(start))
    return 0 if years is None else 1 + sum(years >= limit for limit in (40, 60, 75))


def test_gruppene_er_de_svarene_sier(published: Register) -> None:
    rows = {row["ForlopsID"]: row for row in published.query(FILE, "select * from sammenligning")}
    expected = {}
    for number, head in published.forlop.items():
        if found := facts(head):
            expected[number] = (age(head, found["start"]), nrs(found.get("StSmBev12")), opioid(found))
    assert {n: (r["aldersgruppe"], r["nrs"], r["opioid"]) for n, r in rows.items()} == expected
    for measure in MEASURES:
        for suffix, place in (("12", "forste"), ("21", "siste")):
            for number, row in rows.items():
                value = (facts(published.forlop[number]) or {}).get(f"{measure}{suffix}")
                assert row[f"{measure}_{place}"] == (value if value is not None and value <= 10 else None)


def test_utfallene_gir_indikatorenes_egne_tall(demo: Register) -> None:
    with duckdb.connect(str(demo.data / "published" / FILE), read_only=True) as con:
        definitions = [d for d in indicator_data.definitions(con) if d.is_share and d.in_use]
        assert len(definitions) > 8
        for definition in definitions:
            name = definition.indikator
            sums = con.execute(
                f'select "SykehusNavn", sum("{name}")::int, count("{name}")::int from sammenligning group by all'
            ).fetchall()
            units = indicator_data.by_unit(con, name, ALWAYS)
            assert {unit: (hits or 0, n) for unit, hits, n in sums} == {
                unit: (round(value.hits), value.n) for unit, value in units.items()
            }


def test_hver_kode_har_en_tekst(published: Register) -> None:
    words = published.query(FILE, "select faktor, kode, tekst from sammenligning_koder")
    known = {(row["faktor"], row["kode"]) for row in words}
    for factor in {row["faktor"] for row in words}:
        used = published.query(FILE, f"select distinct {factor} as kode from sammenligning")
        assert {(factor, row["kode"]) for row in used} <= known
    assert ("smertekategori", 1, "Akutt smerte") in {tuple(row.values()) for row in words}


def test_enhetenes_justerte_tall_summerer_til_alle_forlop(demo: Register) -> None:
    with duckdb.connect(str(demo.data / "published" / FILE), read_only=True) as con:
        adjusted = 0
        for definition in (d for d in indicator_data.definitions(con) if d.is_share and d.in_use):
            try:
                found = compared.compare(con, definition, ALWAYS)
            except RegisterError as refused:
                assert refused.code in ("REG-370", "REG-371", "REG-372")
                continue
            adjusted += 1
            units = found.units.values()
            assert sum(u.expected for u in units) == pytest.approx(sum(u.observed for u in units), rel=1e-6)
            crude = indicator_data.by_unit(con, definition.indikator, ALWAYS)
            assert {name: (u.observed, u.n) for name, u in found.units.items()} == {
                name: (round(v.hits), v.n) for name, v in crude.items() if v.n
            }
            assert 0.5 <= found.calibration.c < 1 and found.calibration.brier <= found.calibration.without
            unit = con.execute('select "AvdRESH", "SykehusNavn" from sammenligning limit 1').fetchone()
            assert unit is not None
            seen = compared.follow(con, found, unit[0], ALWAYS)
            assert (sum(seen.outcomes), len(seen.days)) == (found.units[unit[1]].observed, found.units[unit[1]].n)
            assert list(seen.days) == sorted(seen.days)
            # What was expected is shown in whole per cent.
            assert all(p == round(p, 2) and 0 < p < 1 for p in seen.expected)
        assert adjusted >= 3


def test_alle_maaneder_begynner_med_den_forste_som_har_et_forlop(demo: Register) -> None:
    """The false-alarm rate is told in years of the period, so a year's row must not make the period begin in January."""
    with duckdb.connect(str(demo.data / "published" / FILE), read_only=True) as con:
        assert (data.first_month(con),) == con.execute("select min(maaned) from sammenligning").fetchone()


def test_det_som_sammenlignes_er_bare_i_appens_fil(demo: Register) -> None:
    for file in (demo.data / "published").glob("*.duckdb"):
        tables = demo.query(file.name, "select table_name from duckdb_tables() where starts_with(table_name, 'sammen')")
        assert bool(tables) == (file.name == FILE)


@pytest.fixture(scope="module")
def coordinated(demo: Register) -> Iterator[Pages]:
    """The demo register, opened again for its pages on the day it was published."""
    clock = support.Clock(MOMENT)
    opened = store.Store(demo.data / "demo.duckdb", clock=clock)
    yield Pages(opened, clock)
    opened.close()


def test_koordinatoren_ser_justert_ved_siden_av_som_den_er(coordinated: Pages, monkeypatch) -> None:
    _, said = shown(coordinated, LC, "kvalitetsindikatorer", monkeypatch, ALL)
    section = said.split(LEAD)[1]
    assert "Forventet av disse pasientene" in section and "Observert ÷ forventet" in section
    assert "I perioden sett under ett" in section and "Justert for " in section and "c = 0," in section


def test_koordinatoren_ser_andre_enheters_tall_bare_i_hele_prosent(coordinated: Pages, monkeypatch) -> None:
    _, said = shown(coordinated, LC, "kvalitetsindikatorer", monkeypatch, ALL)
    row = re.search(r"<tbody><tr>(.*?)</tr></tbody>", said.split(LEAD)[1])
    assert row is not None
    crude, *others = re.findall(r'"sr-tall">(.*?)</td>', row[1])
    assert re.fullmatch(r"\d+,\d\xa0%", crude)
    expected, ratio, adjusted, between, nation = others
    assert re.fullmatch(r"\d,\d\d", ratio)
    for figure in (expected, adjusted, nation):
        assert re.fullmatch(r"\d+\xa0%", figure)
    assert re.fullmatch(r"\d+\xa0% – \d+\xa0%", between)
    assert "Oddsratio" not in said


def test_nasjonal_koordinator_ser_modellen_ved_siden_av(coordinated: Pages, monkeypatch) -> None:
    _, said = shown(coordinated, SC, "nasjonal_oversikt", monkeypatch, ALL)
    section = said.split(LEAD)[1]
    assert "Oddsratio" in section and "sammenlignes med" in section and "Spiegelhalter 2005" in section
    assert "c = 0," in section


def test_en_eldre_publisering_har_ikke_det_som_sammenlignes() -> None:
    with duckdb.connect() as older:
        assert not compared.published(older)


def test_enhetens_forlop_er_bare_dens_egne(demo: Register) -> None:
    with duckdb.connect(str(demo.data / "published" / FILE), read_only=True) as con:
        (first, *_) = indicator_data.definitions(con)
        found = compared.compare(con, first, ALWAYS)
        own = con.execute('select count("I1")::int from sammenligning where "AvdRESH" = $1', [OWN]).fetchone()
        assert own is not None
        assert len(compared.follow(con, found, OWN, ALWAYS).days) == own[0] > 0
        assert compared.follow(con, found, "finnes ikke", ALWAYS).days == ()
