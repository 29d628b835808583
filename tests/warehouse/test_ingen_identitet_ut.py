"""Nothing that could point out a patient leaves: canary identities are looked for in every exported file, decoded."""

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyreadstat
import pytest

from checks import identity
from checks.codebook import load
from exports import build as building
from exports import files, snapshot
from exports.codebook_tables import codebook_tables
from exports.delivery import deliver
from exports.klokebok_files import write_klokebok_excel, write_klokebok_html
from exports.package import write_package
from exports.selection import Recipe
from ingest.registration import comments, patients
from tests import support

readstat: Any = pyreadstat  # its annotations know no polars
NUMBER = identity.make(date(1961, 2, 3), 1, 7)
CANARY = {
    "fornavn": "Kanarifornavn",
    "etternavn": "Kanarietternavn",
    "adresse": "Kanariveien 7",
    "postnr": "7777",
    "poststed": "Kanaristad",
    "telefon": "90807060",
    "epost": "kanari@example.no",
}
COMMENT = "Kanarikommentar"
FORBIDDEN = [
    *(v for k, v in CANARY.items() if k != "postnr"),
    COMMENT,
    NUMBER,
    f"{NUMBER[:6]} {NUMBER[6:]}",
    support.LU.navn,
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that leaves, of a register whose patients have the canary's identity."""
    folder = tmp_path_factory.mktemp("kanari")
    register = support.make(folder / "kanari.duckdb")
    with register.store.write(support.LU) as tx:
        parsed = support.fodselsnummer(tx, NUMBER)
        patient = patients.create(tx, parsed, support.LocalFolkeregister().find(parsed))
        patients.update(tx, patient, CANARY)
    forlop = register.forlop(patient)
    for form, answers in support.COMPLETE.items():
        register.complete(forlop, form, answers)
        with register.store.write(support.LU) as tx:
            comments.write(tx, forlop, form, COMMENT, 0)
    with register.store.cursor() as con:
        snapshot.take(con, folder / "snapshot.duckdb", codebook_tables(load()))
    register.store.close()
    building.build(folder, folder / "dbt.duckdb")
    meta = {"id": "x", "tid": register.clock.now, "endringer_fra": register.clock.now, "kodebok": load().navn}
    files.write_files(folder / "warehouse.duckdb", folder, meta)
    source, out = folder / f"lokal-{support.OWN}.duckdb", folder / "ut"
    write_package(source, out, date(2026, 11, 23))
    tables = ("allevarnum", "allevar", "forlopsoversikt", "skjemaoversikt", "smertediagnosernum", "smertediagnoser")
    formats = ("csv", "parquet", "duckdb", "sav", "dta", "xlsx")
    deliver(source, Recipe(tabeller=tables, formater=formats), out / "alt")
    write_klokebok_html(source, out / "k.html")
    write_klokebok_excel(source, out / "k.xlsx")
    return out


def decoded(path: Path) -> str:
    """Everything a reader of the file can see, as text."""
    if path.suffix in (".csv", ".html", ".yaml"):
        return path.read_text(encoding="utf-8-sig")
    if path.suffix == ".parquet":
        return str(pl.read_parquet(path).rows()) + str(pl.read_parquet_schema(path))
    if path.suffix in (".sav", ".dta"):
        read = readstat.read_sav if path.suffix == ".sav" else readstat.read_dta
        frame, meta = read(path, output_format="polars")
        return str(frame.rows()) + str(vars(meta))
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as parts:
            return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    with duckdb.connect(str(path), read_only=True) as con:
        tables = [row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()]
        return "".join(str(con.execute(f"select * from {table}").fetchall()) for table in tables)


def test_ingen_fil_har_noe_som_peker_ut_pasienten(exported: Path) -> None:
    found = [path for path in exported.rglob("*") if path.is_file()]
    assert {path.suffix for path in found} == {".csv", ".html", ".yaml", ".parquet", ".sav", ".dta", ".xlsx", ".duckdb"}
    leaked = []
    for path in found:
        text = decoded(path)
        leaked += [(path.name, word) for word in FORBIDDEN if word in text]
    assert leaked == []


def test_kanarifuglen_ville_ha_blitt_sett(exported: Path) -> None:
    """What the search looks in is the patient's own rows: the birth date is there."""
    dumps = [path for path in exported.rglob("*patient_datadump*") if "1961-02-03" in decoded(path)]
    assert dumps
    assert all("1961" in decoded(exported / "alt" / name) for name in ("allevarnum.parquet", "uttrekk.duckdb"))
