"""The dictionary: what every column of every published table is, in the file itself, its comments and the deliveries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pyreadstat
import pytest
import yaml

from checks.codebook import load
from exports.delivery import deliver
from exports.selection import Recipe
from tests.warehouse.conftest import Register

readstat: Any = pyreadstat  # its annotations know no polars


@pytest.mark.parametrize("file", ["analyse.duckdb", "nasjonal.duckdb", "lokal-100001.duckdb"])
def test_hver_kolonne_i_hver_tabell_er_beskrevet(published: Register, file: str) -> None:
    """Found on ad0e55f: the keys, 29 of 31 columns of forlopsoversikt and all of the marts were described nowhere."""
    without = published.query(
        file,
        "select table_name, column_name from duckdb_columns() c left join kolonner k"
        " on c.table_name = k.tabell and c.column_name = k.kolonne"
        " where not c.internal and table_name <> 'kolonner' and coalesce(k.beskrivelse, '') = ''",
    )
    assert without == []


def test_kommentaren_paa_kolonnen_sier_det_samme(published: Register) -> None:
    different = published.query(
        "nasjonal.duckdb",
        "select table_name, column_name from duckdb_columns() c join duckdb_tables() t using (table_name)"
        " join kolonner k on c.table_name = k.tabell and c.column_name = k.kolonne"
        " where c.comment is distinct from k.beskrivelse",
    )
    assert different == []


def test_ingen_to_kolonner_i_en_tabell_har_samme_merkelapp(published: Register) -> None:
    """Found on ad0e55f: 243 of 408 labels were shared («Ingen» five times)."""
    twice = published.query(
        "nasjonal.duckdb", "select tabell, merkelapp from kolonner group by all having count(*) > 1"
    )
    assert twice == []


def test_beregnede_variabler_sier_hvordan_de_er_regnet(published: Register) -> None:
    """Found on ad0e55f: «Settes av systemet.» was all that was said of AkuttLang, HADS scores and morphine equivalents."""
    said = {
        row["kolonne"]: row["beskrivelse"]
        for row in published.query("nasjonal.duckdb", "select * from kolonner where tabell = 'allevarnum'")
    }
    for name, words in {
        "AkuttLang": "både akutt smerte og langvarig smerte",
        "HADSScoreAngst": "leddene 1, 3, 5, 7, 9, 11, 13",
        "OMEQMoTbl": "omregningsfaktor",
        "MoEkvivalens22": "Summen av legemidlenes",
        "alder": "Hele år ved startdato",
    }.items():
        assert words in said[name], name
    assert not any("Settes av systemet" in text for text in said.values())


def test_vet_ikke_er_bare_vet_ikke_der_koden_betyr_det(published: Register) -> None:
    """Found on ad0e55f: to take out 9 and 99 everywhere, as the documentation said, deletes NRS 9 and is wrong for 23 more variables."""
    rows = published.query("nasjonal.duckdb", "select * from kolonner where tabell = 'allevarnum'")
    unknown = {row["kolonne"]: row["vet_ikke"] for row in rows}
    assert unknown["StSmRo12"] == "99" and unknown["IkkeMedBeh"] == "9"
    meaning = {
        row["kolonne"]: dict(part.split(" ", 1) for part in row["koder"].split("; ")) for row in rows if row["koder"]
    }
    for name, codes in unknown.items():
        for code in codes.split(", ") if codes else ():
            assert meaning[name][code].lower() in ("vet ikke", "ukjent")


def test_en_leveranse_sier_hvor_den_kommer_fra_og_hva_kolonnene_er(source: Path, tmp_path: Path) -> None:
    chosen = Recipe(tabeller=("allevarnum", "kvalitetsindikatorer"), formater=("parquet", "duckdb", "csv"))
    deliver(source, chosen, tmp_path / "levert")
    with duckdb.connect(str(source), read_only=True) as con:
        (published,) = con.sql("from publisering").pl().to_dicts()
        names = [column[0] for column in con.sql("describe allevarnum").fetchall()]
    told = yaml.safe_load((tmp_path / "levert" / "opphav.yaml").read_text(encoding="utf-8"))
    assert told["fil"] == source.name
    assert {name: told["publisering"][name] for name in ("id", "kodebok", "program")} == {
        name: published[name] for name in ("id", "kodebok", "program")
    }
    assert len(told["publisering"]["kodebok_sum"]) == len(told["publisering"]["faktor_sum"]) == 64
    with duckdb.connect() as con:
        file = tmp_path / "levert" / "allevarnum.parquet"
        ((words,),) = con.execute(
            "select decode(value) from parquet_kv_metadata(?) where decode(key) = 'kolonner'", [str(file)]
        ).fetchall()
    assert [column["kolonne"] for column in json.loads(words)] == names
    listed = (tmp_path / "levert" / "kolonner.csv").read_text(encoding="utf-8-sig")
    assert "kvalitetsindikatorer;" in listed and "forlopsoversikt;" not in listed


def test_smertediagnosenes_koder_staar_der_og_i_statistikkfilene(
    source: Path, published: Register, tmp_path: Path
) -> None:
    """The questions that fill these columns have no column of their own, so nothing told what SmerteKat 2 is."""
    rows = published.query("nasjonal.duckdb", "select * from kolonner where tabell = 'smertediagnosernum'")
    codes = {row["kolonne"]: row["koder"] for row in rows if row["koder"]}
    texts = {k.kode: k.tekst for k in next(v for v in load().skjema["b11"].alle if v.navn == "Smertekategori3a").koder}
    assert codes["SmerteKat"] == "; ".join(f"{code} {text}" for code, text in texts.items())
    assert codes["PAINMAINDIAG"] == "1 Ja; 0 Nei"
    assert "Når SmerteKat er 1: 1 På grunn av kirurgi;" in codes["DiagKat"]
    assert "Når den er 2: 1 Primær smerte;" in codes["DiagKat"] and "Når SmerteKat er 2: 1 " in codes["DiagSubKat"]
    assert set(codes) == {"SmerteKat", "DiagKat", "DiagSubKat", "PAINMAINDIAG"}
    deliver(source, Recipe(tabeller=("smertediagnosernum",), formater=("sav", "dta")), tmp_path / "levert")
    for ending in ("sav", "dta"):
        read = getattr(readstat, f"read_{ending}")
        _, about = read(tmp_path / "levert" / f"smertediagnosernum.{ending}", metadataonly=True)
        assert about.variable_value_labels["SmerteKat"] == texts
        assert about.variable_value_labels["PAINMAINDIAG"] == {1: "Ja", 0: "Nei"}
        assert "DiagKat" not in about.variable_value_labels
