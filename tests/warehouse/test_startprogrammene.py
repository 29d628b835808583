"""The programs of docs/start, run as a statistician runs them, give the registry's own figures, and say so when they do not."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from exports.delivery import deliver
from exports.selection import Recipe
from exports.tables import NATIONAL, published_file
from tests.warehouse.conftest import Register

START = Path(__file__).parents[2] / "docs" / "start"
TABLES = ("allevarnum", "forlopsoversikt", "kvalitetsindikatorer", "dekningsgrad")
KEY = ["indikator", "populasjon", "nivaa", "aar", "AvdRESH"]
FIGURES = """
select indikator, populasjon, nivaa, year(fra) as aar, "AvdRESH"::bigint as "AvdRESH", teller::double as teller,
       nevner::bigint as nevner
from kvalitetsindikatorer where periode = 'år' and status = 'beregnet'
union all
select 'Dekningsgrad', 'alle', nivaa, year(fra), "AvdRESH"::bigint, n_inklusjon_status, n_inkl_krit_oppf
from dekningsgrad where periode = 'år'
"""


def started(program: str, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    command = "Rscript" if program.endswith(".R") else sys.executable
    return subprocess.run([command, START / program, *arguments], capture_output=True, text=True, check=False)


def counted(program: str, source: Path, to: Path) -> tuple[pl.DataFrame, str]:
    """The figures that the program wrote, and what it said."""
    done = started(program, source, to)
    assert done.returncode == 0, done.stderr
    read = pl.read_csv(
        to,
        separator=";",
        decimal_comma=True,
        schema_overrides=dict.fromkeys(("teller", "registerets_teller"), pl.Float64),
    )
    same = pl.col("stemmer").cast(pl.String).str.to_lowercase() == "true"
    return read.with_columns(same).sort(KEY), done.stdout


@pytest.fixture(scope="module")
def folders(demo: Register, source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Deliveries for R: the national file as csv, the largest unit's as csv and as SPSS."""
    to = tmp_path_factory.mktemp("leveranser")
    national = published_file(demo.data, NATIONAL)
    deliver(national, Recipe(tabeller=TABLES), to / "nasjonal")
    deliver(source, Recipe(tabeller=TABLES), to / "enhet")
    deliver(source, Recipe(tabeller=TABLES, formater=("sav",)), to / "enhet_spss")
    return {folder.name: folder for folder in to.iterdir()}


@pytest.fixture(scope="module")
def by_python(
    demo: Register, source: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[pl.DataFrame, str]]:
    """What the program in Python says of the national file and of the largest unit's."""
    to = tmp_path_factory.mktemp("python")
    files = {"nasjonal": published_file(demo.data, NATIONAL), "enhet": source}
    return {name: counted("indikatorer.py", file, to / f"{name}.csv") for name, file in files.items()}


def figures(file: Path) -> pl.DataFrame:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.sql(FIGURES).pl()


def test_en_enhets_tall_er_registerets_i_hver_celle(
    source: Path, by_python: dict[str, tuple[pl.DataFrame, str]]
) -> None:
    found, said = by_python["enhet"]
    ours = found.select(*KEY, "teller", "nevner")
    assert ours.sort(KEY).equals(figures(source).select(ours.columns).cast(ours.schema).sort(KEY))
    assert found["stemmer"].all() and f"Alle {found.height} tall som kan sammenlignes, stemmer" in said


def test_de_nasjonale_tallene_er_registerets_i_hver_celle(
    demo: Register, by_python: dict[str, tuple[pl.DataFrame, str]]
) -> None:
    found, said = by_python["nasjonal"]
    ours = found.filter(populasjon="nasjonal").select(*KEY, "teller", "nevner")
    national = figures(published_file(demo.data, NATIONAL))
    assert ours.equals(national.filter(populasjon="nasjonal").select(ours.columns).cast(ours.schema).sort(KEY))
    assert "Dekningsgraden kan ikke regnes av radene i den nasjonale filen" in said and "NEI" not in said


def test_landets_dekningsgrad_er_ikke_summen_av_enhetene_der_noen_er_tomt(
    demo: Register, by_python: dict[str, tuple[pl.DataFrame, str]]
) -> None:
    rows = figures(published_file(demo.data, NATIONAL)).filter(indikator="Dekningsgrad")
    emptied = set(rows.filter(pl.col("nevner").is_null() & (pl.col("nivaa") == "enhet"))["aar"])
    found = by_python["nasjonal"][0].filter(indikator="Dekningsgrad")
    assert found.height == rows.height and emptied
    assert found.filter(pl.col("aar").is_in(emptied))["nevner"].is_null().all()
    assert found["registerets_nevner"].equals(rows.sort(KEY)["nevner"].cast(pl.Int64))


@pytest.mark.parametrize("program", ["indikatorer.py", "indikatorer.R"])
def test_landets_dekningsgrad_er_summen_av_enhetene_der_alle_er_hele(
    demo: Register, tmp_path: Path, program: str
) -> None:
    file = published_file(demo.data, NATIONAL).with_name("analyse.duckdb")
    if program.endswith(".R"):
        deliver(file, Recipe(tabeller=TABLES), tmp_path / "hele")
    found, _ = counted(program, tmp_path / "hele" if program.endswith(".R") else file, tmp_path / "tall.csv")
    nation = found.filter(indikator="Dekningsgrad", nivaa="nasjon")
    assert nation.height >= 3 and nation["stemmer"].all() and found["stemmer"].drop_nulls().all()


def test_hver_indikator_som_regnes_er_med(source: Path, by_python: dict[str, tuple[pl.DataFrame, str]]) -> None:
    with duckdb.connect(str(source), read_only=True) as con:
        used = con.sql("select indikator from indikatordefinisjoner where status = 'beregnet'").pl()["indikator"]
    assert set(by_python["enhet"][0]["indikator"]) == {*used, "Dekningsgrad"}


@pytest.mark.parametrize("name", ["nasjonal", "enhet", "enhet_spss"])
def test_r_gir_de_samme_tallene_som_python(
    folders: dict[str, Path], by_python: dict[str, tuple[pl.DataFrame, str]], tmp_path: Path, name: str
) -> None:
    found, said = counted("indikatorer.R", folders[name], tmp_path / "tall.csv")
    expected, _ = by_python[name.removesuffix("_spss")]
    assert found.equals(expected.select(found.columns).cast(found.schema))
    compared = found["stemmer"].drop_nulls()
    assert compared.all() and f"Alle {compared.len()} tall som kan sammenlignes, stemmer" in said


def test_en_celle_som_ikke_stemmer_blir_sagt(source: Path, tmp_path: Path) -> None:
    file = tmp_path / "endret.duckdb"
    shutil.copy(source, file)
    with duckdb.connect(str(file)) as con:
        con.execute(
            "update kvalitetsindikatorer set nevner = nevner + 1"
            " where indikator = 'I3' and populasjon = 'alle' and fra = '2025-01-01' and periode = 'år'"
        )
    found, said = counted("indikatorer.py", file, tmp_path / "tall.csv")
    assert f"1 av {found.height} tall stemmer ikke med registerets." in said and said.count(" NEI") == 1
    folder = tmp_path / "endret"
    deliver(file, Recipe(tabeller=TABLES), folder)
    assert f"1 av {found.height} tall stemmer ikke" in counted("indikatorer.R", folder, tmp_path / "r.csv")[1]


def test_et_utvalg_av_tid_sammenlignes_der_hele_aaret_er_med(source: Path, tmp_path: Path) -> None:
    deliver(source, Recipe(tabeller=TABLES, fra=date(2024, 7, 1), til=date(2025, 12, 31)), tmp_path / "utvalg")
    found, _ = counted("indikatorer.R", tmp_path / "utvalg", tmp_path / "tall.csv")
    assert set(found.filter("stemmer")["aar"]) == {2025} and not found.filter(~pl.col("stemmer")).height
    assert found.filter(aar=2024)["stemmer"].is_null().all() and found.filter(aar=2024).height


@pytest.fixture(scope="module")
def wrong(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files that the programs cannot count."""
    to = tmp_path_factory.mktemp("feil")
    (to / "tekst.duckdb").write_text("ikke en database", encoding="utf-8")
    with duckdb.connect(str(to / "annet.duckdb")) as con:
        con.execute("create table annet as select 1")
    shutil.copy(source, to / "tom.duckdb")
    with duckdb.connect(str(to / "tom.duckdb")) as con:
        for table in TABLES:
            con.execute(f"delete from {table}")
    shutil.copy(source, to / "utvalg.duckdb")
    with duckdb.connect(str(to / "utvalg.duckdb")) as con:
        con.execute('drop view allevar; alter table allevarnum drop "EvalSpm3"')
    deliver(source, Recipe(tabeller=TABLES[1:]), to / "uten_allevarnum")
    deliver(source, Recipe(tabeller=TABLES), to / "tom")
    (to / "tom" / "allevarnum.csv").write_text(
        (to / "tom" / "allevarnum.csv").read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8"
    )
    deliver(source, Recipe(tabeller=TABLES), to / "utvalg")
    text = (to / "utvalg" / "allevarnum.csv").read_text(encoding="utf-8")
    (to / "utvalg" / "allevarnum.csv").write_text(text.replace(";EvalSpm3;", ";Annet;", 1), encoding="utf-8")
    return to


@pytest.mark.parametrize(
    ("program", "name", "sentence"),
    [
        ("indikatorer.py", "", "Bruk: python indikatorer.py"),
        ("indikatorer.py", "finnes_ikke.duckdb", "Finner ikke filen"),
        ("indikatorer.py", "tekst.duckdb", "er ikke en DuckDB-fil"),
        ("indikatorer.py", "annet.duckdb", "mangler noe av det som trengs"),
        ("indikatorer.py", "tom.duckdb", "har ingen forløp ennå"),
        ("indikatorer.py", "utvalg.duckdb", "mangler EvalSpm3"),
        ("indikatorer.R", "", "Bruk: Rscript indikatorer.R"),
        ("indikatorer.R", "finnes_ikke", "Finner ikke mappen"),
        ("indikatorer.R", "uten_allevarnum", "Finner ikke allevarnum.csv eller allevarnum.sav"),
        ("indikatorer.R", "tom", "har ingen forløp"),
        ("indikatorer.R", "utvalg", "allevarnum mangler EvalSpm3"),
    ],
)
def test_det_som_ikke_kan_regnes_av_faar_en_setning(wrong: Path, program: str, name: str, sentence: str) -> None:
    done = started(program, *([wrong / name] if name else []))
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("program", ["indikatorer.py", "indikatorer.R"])
def test_tall_som_ikke_kan_skrives_faar_en_setning(
    source: Path, folders: dict[str, Path], tmp_path: Path, program: str
) -> None:
    """Found: a folder that is not there ended in a stack trace, after all the counting."""
    done = started(program, source if program.endswith(".py") else folders["enhet"], tmp_path / "ingen" / "tall.csv")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith("Tallene kan ikke skrives i ")


@pytest.mark.parametrize("name", ["nasjonal", "enhet"])
def test_rapporten_blir_en_nettside_som_ikke_henter_noe(folders: dict[str, Path], tmp_path: Path, name: str) -> None:
    for file in START.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    shutil.copytree(folders[name], tmp_path / "levering")
    code = 'rmarkdown::render("rapport.Rmd", params = list(mappe = "levering"), quiet = TRUE)'
    done = subprocess.run(["Rscript", "-e", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "rapport.html").read_text(encoding="utf-8")
    assert 'lang="nb"' in page and re.search(r"Alle\s+\d+\s+tall\s+som\s+kan\s+sammenlignes,\s+stemmer", page)
    assert page.count('alt="Diagram av tallene') == 12 and "I10 Orale morfinekvivalenter" in page
    assert not re.search(r'src\s*=\s*"(https?:)?//|<link[^>]*href="(https?:)?//', page)
    assert bool(re.search(r"forløp\s+uten\s+samtykke\s+har\s+ingen\s+rad", page)) == (name == "nasjonal")
