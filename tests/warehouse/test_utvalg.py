"""A delivery holds what the recipe says, and a recipe that cannot be used is refused in one sentence."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyreadstat
import pytest

from checks.errors import RegisterError
from exports.delivery import RECIPE, Told, deliver
from exports.selection import Recipe, read_key, read_recipe, recipe
from exports.tables import NATIONAL, published_file
from tests.warehouse.compared import assert_equal, original
from tests.warehouse.conftest import Register

readstat: Any = pyreadstat  # its annotations know no polars
KEY = b"en hemmelig nokkel for prover"


def test_oppskriften_velger_periode_type_og_variabler(source: Path, tmp_path: Path) -> None:
    chosen = Recipe(
        fra=date(2024, 1, 1),
        til=date(2025, 6, 30),
        forlopstyper=(3,),
        variabler=("StSmRo12", "SluttDato", "PasientAlder"),
        tabeller=("allevarnum", "forlopsoversikt"),
        formater=("parquet",),
    )
    deliver(source, chosen, tmp_path / "ut")
    overview = pl.read_parquet(tmp_path / "ut" / "forlopsoversikt.parquet")
    every = original(source, "forlopsoversikt")
    expected = every.filter(
        pl.col("HovedDato").is_between(date(2024, 1, 1), date(2025, 6, 30)), pl.col("ForlopsType1Num") == "3"
    )
    assert 0 < overview.height < every.height
    assert overview.equals(expected.select("AvdRESH", "SykehusNavn", "PasientID", "PasientAlder", "ForlopsID"))
    wide = pl.read_parquet(tmp_path / "ut" / "allevarnum.parquet")
    assert wide.columns == [
        "PasientID",
        "AvdRESH",
        "SykehusNavn",
        "ForlopsID",
        "InklusjonStatus",
        "StSmRo12",
        "SluttDato",
    ]
    assert sorted(map(str, wide["ForlopsID"])) == sorted(overview["ForlopsID"])
    assert recipe(read_recipe(tmp_path / "ut" / RECIPE)) == chosen


@pytest.mark.parametrize(
    ("table", "variable", "columns"),
    [
        ("allevar", "Tilsett", ["PasientID", "AvdRESH", "SykehusNavn", "ForlopsID", "InklusjonStatus", "Tilsett"]),
        ("forlopsoversikt", "HovedDato", ["AvdRESH", "SykehusNavn", "PasientID", "ForlopsID", "HovedDato"]),
        (
            "skjemaoversikt",
            "SkjemaStatus",
            ["Skjemanavn", "SkjemaStatus", "ForlopsID", "Sykehusnavn", "AvdRESH", "SkjemaRekkeflg"],
        ),
        ("smertediagnosernum", "ICD10Kode", ["SmerteDiagID", "ForlopsID", "ICD10Kode"]),
        ("smertediagnoser", "HovedDiag", ["SmerteDiagID", "ForlopsID", "HovedDiag"]),
    ],
)
@pytest.mark.parametrize("ending", ["parquet", "sav"])
def test_variabler_velges_i_alle_tabeller_og_noklene_folger(
    source: Path, tmp_path: Path, table: Any, variable: str, columns: list[str], ending: Any
) -> None:
    deliver(source, Recipe(variabler=(variable,), tabeller=(table,), formater=(ending,)), tmp_path / "ut")
    file = tmp_path / "ut" / f"{table}.{ending}"
    found = (
        pl.read_parquet(file)
        if ending == "parquet"
        else readstat.read_sav(file, output_format="polars", user_missing=True)[0]
    )
    assert_equal(found, original(source, table).select(columns))


def test_nye_numre_er_de_samme_med_samme_nokkel_og_kobler_fortsatt(source: Path, tmp_path: Path) -> None:
    chosen = Recipe(tabeller=("allevarnum", "forlopsoversikt"), formater=("parquet",), nye_numre=True)
    for name, key in (("en", KEY), ("to", KEY), ("tre", KEY + b"x")):
        deliver(source, chosen, tmp_path / name, key)
    first, again, other = (pl.read_parquet(tmp_path / n / "allevarnum.parquet") for n in ("en", "to", "tre"))
    before = original(source, "allevarnum")
    assert first.equals(again)
    assert not set(first["ForlopsID"]) & (set(before["ForlopsID"]) | set(other["ForlopsID"]))
    assert first["PasientID"].n_unique() == before["PasientID"].n_unique()
    # Found on ad0e55f: numbers of sixteen digits, of which Excel keeps fifteen.
    assert all(number < 10**15 for number in (*first["PasientID"], *first["ForlopsID"]))
    linked = pl.read_parquet(tmp_path / "en" / "forlopsoversikt.parquet")
    assert set(linked["ForlopsID"]) == {str(n) for n in first["ForlopsID"]}
    assert (
        first.drop("PasientID", "ForlopsID").sort(pl.all()).equals(before.drop("PasientID", "ForlopsID").sort(pl.all()))
    )


def test_sma_grupper_varsles(source: Path, tmp_path: Path) -> None:
    days = original(source, "forlopsoversikt")["HovedDato"].drop_nulls().value_counts()
    rarest = days.sort("count", "HovedDato")["HovedDato"][0]
    warned = deliver(source, Recipe(fra=rarest, til=rarest), tmp_path / "ut")
    assert any(sentence.startswith("Utvalget har bare ") for sentence in warned.small)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"variabler": ["StSmRo21x"]}, "Variabelen «StSmRo21x» finnes ikke i allevarnum. Mente du «StSmRo21»?"),
        (
            {"variabler": ["StSmRo21", "SkjemaStatus"]},
            "Variabelen «SkjemaStatus» finnes ikke i allevarnum. Den står i skjemaoversikt: ta med tabellen.",
        ),
        (
            {"variabler": ["StSmRo21"], "tabeller": ["allevarnum", "smertediagnosernum"]},
            "Ingen av variablene står i smertediagnosernum. Velg minst én derfra",
        ),
        ({"fra": "1990-01-01", "til": "1990-12-31"}, "Ingen forløp passer med utvalget."),
        ({"formater": ["pdf"]}, "formater: «pdf» kan ikke brukes. Velg blant csv, parquet, duckdb, sav, dta, xlsx."),
        ({"utvalg": "Haukeland"}, "utvalg: «Haukeland» kan ikke brukes. Skriv nasjonal eller en RESH-id."),
        ({"fra": "01.01.2026"}, "fra: «01.01.2026» kan ikke brukes. Skriv datoen som 2026-10-01."),
        ({"fra": "2025-01-01", "til": "2024-01-01"}, "er før fra"),
        ({"perioden": 1}, "perioden: ukjent valg"),
        (
            {"tabeller": ["dekningsgrad"], "fra": "2025-03-10", "til": "2025-04-29"},
            "Ingen måned, kvartal eller år i dekningsgrad ligger helt i perioden.",
        ),
    ],
)
def test_et_utvalg_som_ikke_gar_sies_i_en_setning(
    source: Path, tmp_path: Path, words: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RegisterError) as refused:
        deliver(source, recipe(words), tmp_path / "ut")
    assert sentence in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_en_oppskrift_skrevet_for_hand_trenger_verken_anforsel_eller_lister(tmp_path: Path) -> None:
    written = tmp_path / "o.yaml"
    written.write_text("utvalg: 100082\nfra: 2026-01-01\nformater: sav\nforlopstyper: 3\nvariabler:\n", "utf-8")
    assert recipe(read_recipe(written)) == Recipe(
        utvalg="100082", fra=date(2026, 1, 1), formater=("sav",), forlopstyper=(3,)
    )


def test_oppskrift_og_nokkel_som_ikke_gar(tmp_path: Path) -> None:
    (tmp_path / "o.yaml").write_text("- bare\n- en liste\n", encoding="utf-8")
    (tmp_path / "n").write_bytes(b"kort")
    for broken in ("o.yaml", "mangler.yaml"):
        with pytest.raises(RegisterError, match=broken):
            read_recipe(tmp_path / broken)
    for short in ("n", "mangler"):
        with pytest.raises(RegisterError, match="Nøkkelfilen"):
            read_key(tmp_path / short)


@pytest.mark.parametrize(
    ("first", "last", "within"),
    [
        ("2025-01-01", "2025-12-31", {"år": {1}, "kvartal": {1, 4, 7, 10}, "måned": set(range(1, 13))}),
        ("2025-01-02", "2025-12-31", {"kvartal": {4, 7, 10}, "måned": set(range(2, 13))}),
        ("2025-01-01", "2025-12-30", {"kvartal": {1, 4, 7}, "måned": set(range(1, 12))}),
        ("2025-03-31", "2025-05-01", {"måned": {4}}),
    ],
)
@pytest.mark.parametrize("table", ["dekningsgrad", "kvalitetsindikatorer"])
def test_ferdig_talte_tall_er_for_periodene_som_ligger_helt_i_den_valgte(
    demo: Register, tmp_path: Path, table: Any, first: str, last: str, within: dict[str, set[int]]
) -> None:
    chosen = recipe({"tabeller": [table], "fra": first, "til": last, "formater": ["parquet"]})
    deliver(published_file(demo.data, NATIONAL), chosen, tmp_path / "ut")
    found = pl.read_parquet(tmp_path / "ut" / f"{table}.parquet")
    assert set(found["fra"].dt.year()) == {2025}
    assert {p: set(rows["fra"].dt.month()) for (p,), rows in found.group_by("periode")} == within


def test_ferdig_talte_tall_kan_hentes_for_en_tid_uten_forlop_i_filen(source: Path, tmp_path: Path) -> None:
    """In the national file the newest month may have figures, while no forløp of it is completed yet."""
    file = tmp_path / "uten.duckdb"
    shutil.copy(source, file)
    with duckdb.connect(str(file)) as con:
        con.execute("delete from forlopsoversikt")
    words = {"fra": "2025-01-01", "til": "2025-12-31", "formater": ["parquet"]}
    assert deliver(file, recipe({"tabeller": ["dekningsgrad"], **words}), tmp_path / "ut") == Told([], "")
    assert pl.read_parquet(tmp_path / "ut" / "dekningsgrad.parquet").height > 4
    with pytest.raises(RegisterError, match="Ingen forløp passer med utvalget"):
        deliver(file, recipe({"tabeller": ["dekningsgrad", "allevarnum"], **words}), tmp_path / "ikke")


def test_tomte_tall_er_merket_ogsaa_i_et_utvalg_av_variabler(demo: Register, tmp_path: Path) -> None:
    chosen = Recipe(variabler=("nevner",), tabeller=("kvalitetsindikatorer",), formater=("parquet", "sav", "dta"))
    deliver(published_file(demo.data, NATIONAL), chosen, tmp_path / "ut")
    found = pl.read_parquet(tmp_path / "ut" / "kvalitetsindikatorer.parquet")
    without = found.filter(pl.col("nevner").is_null(), ~pl.col("indikator").is_in(["I7", "I8"]))
    assert without.height and without["undertrykt"].all()
    for read in ("sav", "dta"):
        frame, about = getattr(readstat, f"read_{read}")(tmp_path / "ut" / f"kvalitetsindikatorer.{read}")
        assert about.variable_value_labels["undertrykt"] == {0: "Nei", 1: "Ja"}
        assert len(frame) == found.height
