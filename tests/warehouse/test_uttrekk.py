"""The extracts have the columns their readers expect, and nothing that may not leave."""

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from checks.codebook import load
from tests.warehouse.conftest import Register

CONTRACT = Path(__file__).parents[2] / "models" / "kontrakt" / "uttrekkskontrakt.csv"

EXTRACTS = (
    "allevarnum",
    "forlopsoversikt",
    "skjemaoversikt",
    "smertediagnosernum",
    "smertediagnoser",
    "avdelingsoversikt",
)


@pytest.mark.parametrize("extract", EXTRACTS)
@pytest.mark.parametrize("file", ["nasjonal.duckdb", "lokal-100003.duckdb", "analyse.duckdb"])
def test_kolonner_rekkefolge_og_typer(published: Register, extract: str, file: str) -> None:
    with CONTRACT.open(encoding="utf-8", newline="") as lines:
        expected = [(row["kolonne"], row["datatype"]) for row in csv.DictReader(lines) if row["uttrekk"] == extract]
    found = published.query(
        file,
        f"select column_name, data_type from duckdb_columns() where table_name = '{extract}' order by column_index",
    )
    assert [(row["column_name"], row["data_type"]) for row in found] == expected


def test_senere_utgaver_og_kommentarer_er_tomme(published: Register) -> None:
    later = [v.navn for form in load() for v in form.uttrekk() if not v.aktiv]
    assert "Funksjon21" in later
    counted = ", ".join(f'count("{name}") as "{name}"' for name in [*later, "IntKom22"])
    (counts,) = published.query("analyse.duckdb", f"select {counted} from allevarnum")
    assert set(counts.values()) == {0}


def test_det_som_ville_peke_ut_pasienten_er_tomt(published: Register) -> None:
    names = (
        "KryptertFnr",
        "PostNr",
        "PostSted",
        "Kommune",
        "Kommunenr",
        "Fylke",
        "Fylkenr",
        "Sivilstatus",
        "UtdanningSSB",
    )
    counted = ", ".join(f'count("{name}") as "{name}"' for name in names)
    (counts,) = published.query("analyse.duckdb", f"select {counted} from forlopsoversikt")
    assert set(counts.values()) == {0}


def test_hver_fil_star_alene_med_tekstene_i_allevar(published: Register, tmp_path: Path) -> None:
    alone = tmp_path / "et annet navn.duckdb"
    shutil.copy(published.data / "published" / "nasjonal.duckdb", alone)
    with duckdb.connect(str(alone), read_only=True) as con:
        texts = con.sql('select distinct "Tilsett", "KognSvekket" from allevar').fetchall()
        counts = con.sql("select (select count(*) from allevar), (select count(*) from allevarnum)").fetchall()[0]
    assert texts == [("Ja", "Nei")]
    assert counts[0] == counts[1] > 0


def test_klokeboken_er_med_i_hver_fil(published: Register) -> None:
    for file in ("nasjonal.duckdb", "lokal-100001.duckdb", "analyse.duckdb"):
        rows = published.query(file, "select * from klokebok where navn_i_rapporteket = 'Tilsett'")
        assert [row["listeverdier"] for row in rows][:5] == ["1", "2", "3", "4", "5"]
        assert len(rows[0]) == 27


def test_publiseringen_forteller_hva_den_er(published: Register) -> None:
    (row,) = published.query("nasjonal.duckdb", "select * from publisering")
    assert row["id"] == "20260201T030000"
    for file in ("analyse.duckdb", "nasjonal.duckdb", "lokal-100001.duckdb"):
        (row,) = published.query(file, "select * from publisering")
        (there,) = published.query(file, "select count(*) as n from allevarnum")
        assert row["n_forlop"] == there["n"]
    (national,) = published.query("nasjonal.duckdb", "select * from publisering")
    assert national["n_nasjonal"] == national["n_forlop"]
    (every,) = published.query("analyse.duckdb", "select * from publisering")
    assert (every["n_forlop"], every["n_nasjonal"]) == (len(published.forlop), national["n_forlop"])
