"""The extracts have the columns their readers expect, and nothing that may not leave."""

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.conftest import Register
from tests.warehouse.synthetic import CONTRACT, LATER

EXTRACTS = ("allevarnum", "forlopsoversikt", "skjemaoversikt", "smertediagnosernum", "smertediagnoser", "avdelingsoversikt")


@pytest.mark.parametrize("extract", EXTRACTS)
@pytest.mark.parametrize("file", ["nasjonal.duckdb", "lokal-100003.duckdb", "analyse.duckdb"])
def test_kolonner_rekkefolge_og_typer(register: Register, extract: str, file: str) -> None:
    with CONTRACT.open(encoding="utf-8", newline="") as lines:
        expected = [(row["kolonne"], row["datatype"]) for row in csv.DictReader(lines) if row["uttrekk"] == extract]
    found = register.query(
        file, f"select column_name, data_type from duckdb_columns() where table_name = '{extract}' order by column_index"
    )
    assert [(row["column_name"], row["data_type"]) for row in found] == expected


def test_senere_utgaver_og_kommentarer_er_tomme(register: Register) -> None:
    (counts,) = register.query(
        "analyse.duckdb", "select " + ", ".join(f'count("{name}") as "{name}"' for name in [*sorted(LATER), "IntKom22"]) + " from allevarnum"
    )
    assert set(counts.values()) == {0}


def test_det_som_ville_peke_ut_pasienten_er_tomt(register: Register) -> None:
    names = ("KryptertFnr", "PostNr", "PostSted", "Kommune", "Kommunenr", "Fylke", "Fylkenr", "Sivilstatus", "UtdanningSSB")
    (counts,) = register.query("analyse.duckdb", "select " + ", ".join(f'count("{n}") as "{n}"' for n in names) + " from forlopsoversikt")
    assert set(counts.values()) == {0}


def test_hver_fil_star_alene_med_tekstene_i_allevar(register: Register, tmp_path: Path) -> None:
    alone = tmp_path / "et annet navn.duckdb"
    shutil.copy(register.data / "published" / "nasjonal.duckdb", alone)
    with duckdb.connect(str(alone), read_only=True) as con:
        texts = con.sql('select distinct "Tilsett", "KognSvekket" from allevar').fetchall()
        counts = con.sql("select (select count(*) from allevar), (select count(*) from allevarnum)").fetchall()[0]
    assert texts == [("Ja", "Nei")]
    assert counts[0] == counts[1] > 0


def test_klokeboken_er_med_i_hver_fil(register: Register) -> None:
    for file in ("nasjonal.duckdb", "lokal-100001.duckdb", "analyse.duckdb"):
        rows = register.query(file, "select * from klokebok where navn_i_rapporteket = 'Tilsett'")
        assert [row["listeverdier"] for row in rows] == ["1", "2", "3", "4", "5"]
        assert len(rows[0]) == 27


def test_publiseringen_forteller_hva_den_er(register: Register) -> None:
    (row,) = register.query("nasjonal.duckdb", "select * from publisering")
    assert row["id"] == "20260201T030000"
    assert row["n_forlop"] == len(register.forlop)
    (national,) = register.query("nasjonal.duckdb", "select count(*) as n from allevarnum")
    assert row["n_nasjonal"] == national["n"]


def test_sma_tall_er_tomme_i_den_nasjonale_filen(register: Register) -> None:
    rows = register.query("nasjonal.duckdb", "select * from dekningsgrad")
    counts = [value for row in rows for name, value in row.items() if name.startswith("n_")]
    assert not [value for value in counts if value is not None and 0 < value < 5]
    indicators = register.query("nasjonal.duckdb", "select * from kvalitetsindikatorer where nevner between 1 and 4 or teller between 1 and 4")
    assert not indicators
    own = register.query("lokal-100001.duckdb", "select * from dekningsgrad where n_forlop between 1 and 4")
    assert own, "a unit sees its own figures whole"
