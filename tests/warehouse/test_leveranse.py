"""A delivery reads back equal to its source in every format."""

import datetime as dt
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import fastexcel
import polars as pl
import pyreadstat
import pytest

from checks.codebook import load
from checks.errors import RegisterError
from exports.delivery import deliver
from exports.excel import write_workbook
from exports.selection import Recipe
from tests.warehouse import reader
from tests.warehouse.compared import assert_equal, moment, original, plain

ALL = ("csv", "parquet", "duckdb", "sav", "dta", "xlsx")
TABLES = ("allevarnum", "allevar", "forlopsoversikt", "skjemaoversikt", "smertediagnosernum", "smertediagnoser")
readstat: Any = pyreadstat  # its annotations know no polars


@pytest.fixture(scope="module")
def delivered(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("levert") / "alt"
    deliver(source, Recipe(tabeller=TABLES, formater=ALL), folder)
    return folder


def codes_texts(form_variable: Any) -> dict[int, str]:
    return {k.kode: k.tekst or str(k.kode) for k in form_variable.koder}


@pytest.mark.parametrize("table", TABLES)
def test_parquet_og_duckdb_er_like_kilden_ogsaa_i_type(source: Path, delivered: Path, table: str) -> None:
    expected = original(source, table)
    assert pl.read_parquet(delivered / f"{table}.parquet").equals(expected)
    with duckdb.connect(str(delivered / "uttrekk.duckdb"), read_only=True) as con:
        assert con.sql(f"select * from {table}").pl().equals(expected)


@pytest.mark.parametrize("table", TABLES)
def test_spss_er_lik_kilden(source: Path, delivered: Path, table: str) -> None:
    found, _ = readstat.read_sav(delivered / f"{table}.sav", output_format="polars", user_missing=True)
    assert_equal(found, original(source, table))


@pytest.mark.parametrize("table", TABLES)
def test_stata_er_lik_kilden_der_vet_ikke_er_bokstaver(source: Path, delivered: Path, table: str) -> None:
    found, _ = readstat.read_dta(delivered / f"{table}.dta", output_format="polars", user_missing=True)
    letters = {"a": 9, "b": 99}
    restored = found.with_columns(
        pl.Series(name, [letters.get(v, v) for v in found[name].to_list()], dtype=pl.Float64)
        for name, kind in found.schema.items()
        if kind == pl.Object
    )
    assert_equal(restored, original(source, table))


@pytest.mark.parametrize("table", TABLES)
def test_excel_er_lik_kilden(source: Path, delivered: Path, table: str) -> None:
    expected = original(source, table)
    sheet = fastexcel.read_excel(delivered / "uttrekk.xlsx").load_sheet(table, dtypes="string").to_polars()
    for name, kind in expected.schema.items():
        texts = sheet[name].to_list()
        for text, value in zip(texts, expected[name].to_list(), strict=True):
            if plain(value) is None:
                assert text in (None, "")
            elif kind.is_numeric():
                assert float(text) == float(value)
            elif isinstance(value, date):
                assert dt.datetime.fromisoformat(text).replace(microsecond=0) == moment(
                    value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
                )
            else:
                assert text == value


def test_merkelapper_og_brukermanglende(delivered: Path) -> None:
    _, spss = readstat.read_sav(delivered / "allevarnum.sav", metadataonly=True, user_missing=True)
    _, stata = readstat.read_dta(delivered / "allevarnum.dta", metadataonly=True, user_missing=True)
    described = {v.navn: v for form in load() for v in form.uttrekk() if v.navn in spss.column_names}
    assert len(described) > 390
    for name, v in described.items():
        label = spss.column_names_to_labels[name]
        assert label.startswith(f"{load().skjema[v.skjema].navn}: ") and label.endswith(v.ledetekst or name)
        assert stata.column_names_to_labels[name] in (label, f"{label[: 78 - len(name)].strip()}… {name}")
        if v.type == "liste" and v.koder:
            assert spss.variable_value_labels[name] == codes_texts(v)
            unknown = {k for k, text in codes_texts(v).items() if k in (9, 99) and text in ("Vet ikke", "Ukjent")}
            assert {m["lo"] for m in spss.missing_ranges.get(name, [])} == unknown
    for labels in (spss.column_names_to_labels, stata.column_names_to_labels):
        assert len(set(labels.values())) == len(labels)
    assert spss.missing_ranges["StSmRo12"] == [{"lo": 99.0, "hi": 99.0}]
    assert stata.variable_value_labels["StSmRo12"]["b"] == "Vet ikke"


def test_csv_har_samme_rader_og_klokeboken_er_med(source: Path, delivered: Path) -> None:
    for table in TABLES:
        assert len(reader.read(delivered / f"{table}.csv")) == original(source, table).height
    assert list(reader.klokebok_problems(reader.read(delivered / "klokebok.csv"))) == []


def test_samme_bytes_hver_gang_ogsaa_i_et_annet_minutt(
    source: Path, delivered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPSS and Stata write the clock into their files; another time zone is another time. DuckDB's own files differ."""
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    again = tmp_path / "alt"
    deliver(source, Recipe(tabeller=TABLES, formater=ALL), again)
    monkeypatch.undo()
    time.tzset()
    first, second = ({f.name: f.read_bytes() for f in folder.iterdir()} for folder in (delivered, again))
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] in ([], ["uttrekk.duckdb"])


def test_excel_og_duckdb_har_med_hva_kolonnene_er(delivered: Path) -> None:
    """These files are handed on alone, and the klokebok says nothing of the columns that are no answers."""
    book = fastexcel.read_excel(delivered / "uttrekk.xlsx")
    assert book.sheet_names == [*TABLES, "klokebok", "kolonner"]
    sheet = book.load_sheet("kolonner", dtypes="string").to_polars()
    with duckdb.connect(str(delivered / "uttrekk.duckdb"), read_only=True) as con:
        for table in TABLES:
            names = [row[0] for row in con.execute(f"describe {table}").fetchall()]
            assert (
                con.execute("select kolonne from kolonner where tabell = ?", [table]).pl()["kolonne"].to_list() == names
            )
            assert sheet.filter(tabell=table)["kolonne"].to_list() == names


def test_stata_filen_er_i_formatet_alle_utgaver_fra_14_leser(delivered: Path) -> None:
    """119 is for more than 32 767 variables, and Stata/SE does not open it."""
    assert b"<release>118</release>" in (delivered / "allevarnum.dta").read_bytes()[:100]


def test_formler_er_tekst_i_excel(tmp_path: Path) -> None:
    risky = ["=1+1", "+1", "-1", "@SUM(A1)", "http://farlig"]
    with duckdb.connect() as con:
        con.execute("create table t as select unnest(?) as tekst", [risky])
        write_workbook(con, {"t": "select * from t"}, tmp_path / "t.xlsx")
    sheet = fastexcel.read_excel(tmp_path / "t.xlsx").load_sheet("t").to_polars()
    assert sheet["tekst"].to_list() == risky
    with duckdb.connect() as con:
        con.execute("create table stor as select unnest(range(1100000)) as a")
        with pytest.raises(RegisterError, match="for stor for Excel"):
            write_workbook(con, {"stor": "select * from stor"}, tmp_path / "stor.xlsx")
