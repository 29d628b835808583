"""Rapportene: tallene er martenes, og samme publisering gir samme fil."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checks.errors import RegisterError
from checks.small_numbers import SMALLEST
from exports import build as building
from exports import documents, reported
from exports.reports.report import Kind, Period, contents, make
from exports.reports.source import opened
from ingest.access import Actor
from ingest.settings import Settings
from tests import support
from tests.pdf_text import words
from tests.support import LC, LS, LU, NS, OTHER, OTHER_LC, OWN, SC
from tests.warehouse.conftest import Register, publish_built
from tests.warehouse.report_parts import SPRING, YEAR, diagrams, folder, parts
from tests.warehouse.synthetic import Generator


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda error: error.code == code)


def report(register: Register, kind: Kind, unit: int | None, period: Period = YEAR) -> list[dict[str, Any]]:
    with opened(folder(register), unit, period, SMALLEST) as source:
        return list(parts(contents(kind, source)["deler"]))


def table(blocks: list[dict[str, Any]], first: str) -> dict[str, list[str]]:
    """Name of row -> its cells, of the table whose first heading is `first`."""
    found = next(b for b in blocks if b["slag"] == "tabell" and b["hode"][0] == first)
    return {row[0]: row[1:] for row in found["rader"]}


def norwegian(value: float, decimals: int = 1) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")


@pytest.fixture(scope="module")
def unit(demo: Register) -> list[dict[str, Any]]:
    return report(demo, Kind.AARSRAPPORT, int(OWN))


def test_indikatorene_i_enhetens_aarsrapport_er_martens_aarsrader(demo: Register, unit: list[dict[str, Any]]) -> None:
    rows = demo.query(
        "analyse.duckdb",
        "select indikator, navn, hoved, maal, teller, nevner, nedre, ovre, year(fra) as aar from kvalitetsindikatorer"
        f""" where "AvdRESH" = '{OWN}' and populasjon = 'alle' and periode = 'år' and status = 'beregnet'""",
    )
    shown = table(unit, "Indikator")
    this = [row for row in rows if row["aar"] == 2025]
    assert len(shown) == len(this) > 10
    before = {row["indikator"]: row for row in rows if row["aar"] == 2024}
    for row in this:
        name = f"{'– ' if row['hoved'] else ''}{row['indikator']} {row['navn']}"
        scale, sign = (100, "\u00a0%") if row["maal"] == "andel" else (1, "\u00a0mg")
        figure, between, count, last, _ = shown[name]
        assert count == str(row["nevner"])
        assert figure == norwegian(scale * float(row["teller"]) / row["nevner"]) + sign
        old = before[row["indikator"]]
        assert last == norwegian(scale * float(old["teller"]) / old["nevner"]) + sign
        if row["maal"] == "andel":
            assert between == f"{norwegian(100 * row['nedre'])}–{norwegian(100 * row['ovre'])}"


def test_dekningsgraden_er_martens_ogsaa_maaned_for_maaned(demo: Register, unit: list[dict[str, Any]]) -> None:
    rows = demo.query(
        "analyse.duckdb",
        "select periode, month(fra) as maaned, n_forlop, n_inkl_krit_oppf, n_inklusjon_status from dekningsgrad"
        f""" where "AvdRESH" = '{OWN}' and year(fra) = 2025 order by fra""",
    )
    year = next(row for row in rows if row["periode"] == "år")
    counted = table(unit, "Forløp")
    assert counted["Forløp"][0] == str(year["n_forlop"])
    assert counted["Inkludert"][0] == str(year["n_inklusjon_status"])
    months = list(table(unit, "Måned").values())
    found = {row["maaned"]: row for row in rows if row["periode"] == "måned"}
    for number, cells in enumerate(months, 1):
        row = found.get(number, {"n_forlop": 0, "n_inkl_krit_oppf": 0, "n_inklusjon_status": 0})
        assert cells[:3] == [str(row[name]) for name in ("n_forlop", "n_inkl_krit_oppf", "n_inklusjon_status")]


def test_kvartalene_i_diagrammet_er_martens_kvartalsrader(demo: Register, unit: list[dict[str, Any]]) -> None:
    rows = demo.query(
        "analyse.duckdb",
        "select fra, n_inklusjon_status as teller, n_inkl_krit_oppf as nevner from dekningsgrad"
        f""" where "AvdRESH" = '{OWN}' and periode = 'kvartal' and year(fra) in (2024, 2025) order by fra""",
    )
    points = diagrams(unit)["Dekningsgrad over tid"]["punkter"]
    assert len(points) == len(rows) == 8
    for point, row in zip(points, rows, strict=True):
        assert point["n"] == str(row["nevner"])
        assert point["y"] == pytest.approx(row["teller"] / row["nevner"])
        assert point["lav"] <= point["y"] <= point["hoy"]


def test_soylene_er_lokal_oversikts_egne_tall(demo: Register, unit: list[dict[str, Any]]) -> None:
    rows = demo.query(
        "analyse.duckdb",
        "select tekst, sum(n)::int as n from oversikt_tall join oversikt_koder using (diagram, kode)"
        f""" where diagram = 'smertekategori' and "AvdRESH" = '{OWN}' and year(maaned) = 2025 group by tekst""",
    )
    bars = {bar["navn"]: bar for bar in diagrams(unit)["Smertekategori, hoveddiagnosen"]["rader"]}
    whole = sum(row["n"] for row in rows)
    for row in rows:
        assert bars[row["tekst"]]["del"] == pytest.approx(row["n"] / whole)
        assert bars[row["tekst"]]["tekst"].endswith(f"({row['n']})")


def test_enhetens_rapport_har_de_andre_bare_i_hele_prosent_og_ingen_enhet_ved_navn(
    demo: Register, unit: list[dict[str, Any]]
) -> None:
    names = {row["n"] for row in demo.query("analyse.duckdb", 'select distinct "SykehusNavn" as n from dekningsgrad')}
    (own,) = {
        row["n"] for row in demo.query(f"lokal-{OWN}.duckdb", 'select distinct "SykehusNavn" as n from dekningsgrad')
    }
    assert not any(name in str(unit) for name in names - {own, "Alle enheter"})
    for block in diagrams(unit).values():
        for mark in [*block.get("rader", ()), *block.get("punkter", ())]:
            if isinstance(beside := mark.get("andre"), float) and block["form"] != "tid":
                assert beside == round(beside, 2)


@pytest.mark.parametrize("kind", Kind)
def test_samme_publisering_gir_samme_fil(demo: Register, tmp_path: Path, kind: Kind) -> None:
    copied = tmp_path / "publisert"
    shutil.copytree(folder(demo), copied)
    first, again = (make(place, kind, int(OWN), YEAR) for place in (folder(demo), copied))
    assert first == again and first.pdf.startswith(b"%PDF")
    assert first.name == f"smertereg_{kind}_{OWN}_2025.pdf"
    assert [{"id": first.publication}] == demo.query("analyse.duckdb", "select id from publisering")


@pytest.mark.parametrize("scope", [int(OWN), None])
def test_tallene_staar_i_selve_pdf_en(demo: Register, scope: int | None) -> None:
    """What is read out of the file is what the template was given: figures of tables, tiles and diagrams."""
    blocks, said = report(demo, Kind.INDIKATORER, scope), words(make(folder(demo), Kind.INDIKATORER, scope, YEAR).pdf)
    lines = set(said.splitlines())
    rows = next(block for block in blocks if block["slag"] == "tabell")["rader"]
    assert len(rows) > 10
    for cells in rows:
        assert {cell for cell in cells[1:] if cell and not cell.startswith("vises")} <= lines
    for block in blocks:
        if block["slag"] == "nokkeltall":
            assert {tile[0] for tile in block["tall"]} <= lines
    assert {point["n"] for point in diagrams(blocks)["Dekningsgrad over tid"]["punkter"]} <= lines
    assert ("Internt: små tall er med" in said) is (scope is not None)


def test_rapporten_er_en_tilgjengelig_pdf(demo: Register) -> None:
    made = make(folder(demo), Kind.INDIKATORER, None, SPRING).pdf
    assert b"pdfuaid:part" in made and b"/Lang" in made
    title = "Kvalitetsindikatorer og dekningsgrad mars 2025 – mai 2025, Alle enheter"
    assert title.encode() in made


def test_hvert_diagram_har_tallene_i_ord(unit: list[dict[str, Any]]) -> None:
    found = diagrams(unit)
    assert len(found) > 12
    for block in found.values():
        assert block["alt"].startswith(f"{block['tittel']}. ") and len(block["alt"]) > len(block["tittel"]) + 20


def test_rapporten_sier_hva_den_er_laget_av(demo: Register, unit: list[dict[str, Any]]) -> None:
    (made,) = demo.query("analyse.duckdb", "select * from publisering")
    front = next(block for block in unit if block["slag"] == "forside")
    said = " ".join(text for row in front["rader"] for text in row)
    for name in ("id", "kodebok", "faktorsett", "program"):
        assert made[name] in said
    assert made["kodebok_sum"][:16] in said and made["faktor_sum"][:16] in said
    assert "Internt" in front["merke"]


def test_det_som_ikke_kan_lages_sies_i_en_setning(demo: Register, tmp_path: Path) -> None:
    place, unit = folder(demo), int(OWN)
    with refused("REG-085"):
        make(tmp_path / "ingenting", Kind.AARSRAPPORT, unit, YEAR)
    with refused("REG-093"):
        make(place, Kind.AARSRAPPORT, 999, YEAR)
    with refused("REG-460"):
        make(place, Kind.INDIKATORER, unit, Period(date(2025, 1, 1), date(2025, 1, 30)))
    with refused("REG-461"):
        make(place, Kind.AARSRAPPORT, unit, Period.year(1999))
    with refused("REG-462"):
        make(place, Kind.AARSRAPPORT, unit, SPRING)
    for kind in (Kind.OVERSIKT, Kind.DATAKVALITET):
        with refused("REG-463"):
            make(place, kind, None, YEAR)
    (tmp_path / "tom").mkdir()
    (tmp_path / "tom" / "nasjonal.duckdb").write_bytes(b"")
    with refused("REG-092"):
        make(tmp_path / "tom", Kind.AARSRAPPORT, None, YEAR)


def test_en_periode_er_hele_maaneder() -> None:
    assert Period(date(2024, 2, 1), date(2024, 2, 29)).is_whole
    assert not Period(date(2024, 2, 1), date(2024, 2, 28)).is_whole
    assert Period.year(9999).is_whole
    assert not Period(date(2024, 2, 2), date(2024, 2, 29)).is_whole
    assert Period(date(2024, 2, 1), date(2024, 2, 29)).year_before == Period(date(2023, 2, 1), date(2023, 2, 28))


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """A register with one forløp, published."""
    work = tmp_path_factory.mktemp("ett")
    Generator(7).make(work / "snapshot.duckdb", 1)
    building.build_anew(work)
    return publish_built(work / "snapshot.duckdb", work / "warehouse.duckdb", tmp_path_factory.mktemp("ett_data"))


def test_et_register_med_ett_forlop_har_en_rapport_og_landet_roper_det_ikke(single: Register) -> None:
    (row,) = single.query(
        "analyse.duckdb",
        "select \"AvdRESH\" as resh, year(fra) as aar from dekningsgrad where nivaa = 'enhet' and periode = 'år'",
    )
    year = Period.year(row["aar"])
    for kind in Kind:
        assert make(folder(single), kind, int(row["resh"]), year).pdf.startswith(b"%PDF")
    assert make(folder(single), Kind.AARSRAPPORT, None, year).pdf.startswith(b"%PDF")
    with opened(folder(single), None, year, SMALLEST) as source:
        assert source.nation["nevner"].drop_nulls().sum() == 0
        assert not any(pair for pair in source.numbers.pairs.values())


@pytest.fixture
def register(demo: Register, tmp_path: Path) -> Iterator[support.Register]:
    """A small register whose folder has the demo's publishing."""
    for name in ("publishing", "published"):
        (tmp_path / name).symlink_to(demo.data / name if name == "publishing" else (demo.data / name).readlink())
    made = support.make(tmp_path / "smertereg.duckdb")
    yield made
    made.store.close()


@pytest.mark.parametrize(("actor", "scope"), [(LC, OWN), (LS, OWN), (SC, "nasjonal"), (NS, "nasjonal")])
def test_aarsrapporten_lages_paa_filarkiv_av_den_som_kan_hente_tallene(
    register: support.Register, demo: Register, actor: Actor, scope: str
) -> None:
    data = register.store.path.parent
    settings = Settings(data=data)
    number = reported.make_yearly(register.store, actor, settings, 2025, lambda _: None)
    with register.store.write(actor) as tx:
        found, content = documents.fetch(tx, data, number)
    assert (found.slag, found.omfang, found.filnavn) == (
        documents.YEARLY,
        scope,
        f"smertereg_aarsrapport_{scope}_2025.pdf",
    )
    whose = None if scope == "nasjonal" else int(scope)
    assert content == make(folder(demo), Kind.AARSRAPPORT, whose, YEAR).pdf


def test_sc_lager_aarsrapporten_til_hvilken_enhet_som_helst_og_enheten_finner_den_ogsaa(
    register: support.Register, demo: Register
) -> None:
    settings = Settings(data=register.store.path.parent)
    number = reported.make_yearly(register.store, SC, settings, 2025, lambda _: None, OTHER)
    for actor in (SC, OTHER_LC):
        with register.store.write(actor) as tx:
            found, content = documents.fetch(tx, settings.data, number)
        assert (found.omfang, content) == (OTHER, make(folder(demo), Kind.AARSRAPPORT, int(OTHER), YEAR).pdf)
    for actor in (LC, LS, NS):
        with register.store.write(actor) as tx, refused("REG-220"):
            documents.fetch(tx, settings.data, number)
        with refused("REG-060"):
            reported.make_yearly(register.store, actor, settings, 2025, lambda _: None, OTHER)
    with refused("REG-093"):
        reported.make_yearly(register.store, SC, settings, 2025, lambda _: None, "999999")


def test_aarsrapporten_lages_ikke_av_andre_eller_av_et_aar_uten_forlop(register: support.Register) -> None:
    settings = Settings(data=register.store.path.parent)
    with refused("REG-060"):
        reported.make_yearly(register.store, LU, settings, 2025, lambda _: None)
    with refused("REG-461"):
        reported.make_yearly(register.store, LC, settings, 1999, lambda _: None)
    with refused("REG-085"):
        reported.make_yearly(register.store, LC, Settings(data=settings.data / "ingenting"), 2025, lambda _: None)
