"""The csv dump is in the form the registry's readers expect, byte for byte the same each time."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from checks.errors import RegisterError
from exports.datadump import write_csv, write_datadump
from tests.warehouse.conftest import Register

DAY = date(2026, 2, 1)


def test_mappe_og_filnavn(published: Register, tmp_path: Path) -> None:
    folder = write_datadump(published.data, tmp_path, DAY)
    assert folder == tmp_path / "2026-02-01"
    names = (
        "allevarnum", "avdelingsoversikt", "forlopsoversikt", "skjemaoversikt", "smertediagnoser", "smertediagnosernum",
    )  # fmt: skip
    assert sorted(path.name for path in folder.iterdir()) == [
        f"smertereg_{n}_datadump_2026-02-01.csv" for n in names
    ]


def test_samme_bytes_hver_gang(published: Register, tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in write_datadump(published.data, tmp_path, DAY).iterdir()}
    again = {path.name: path.read_bytes() for path in write_datadump(published.data, tmp_path, DAY).iterdir()}
    assert first == again


def test_uttrekket_leses_tilbake_som_det_var(published: Register, tmp_path: Path) -> None:
    folder = write_datadump(published.data, tmp_path, DAY, "100003")
    text = (folder / "smertereg_allevarnum_datadump_2026-02-01.csv").read_bytes().decode("utf-8-sig")
    lines = text.removesuffix("\r\n").split("\r\n")
    rows = published.query("lokal-100003.duckdb", 'select * from allevarnum order by "ForlopsID"')
    assert len(lines) == len(rows) + 1
    for line, row in zip(lines[1:], rows, strict=True):
        expected = [
            str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)
            for value in row.values()
        ]
        found = line.split(";")
        assert found == ["" if value == "None" else value for value in expected]


def test_tegnsett_desimalkomma_og_anforsel(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "navn": ["Ålesund; «sør»", "", None],
            "tall": [Decimal("1234.5"), Decimal("-0.1"), None],
            "dag": [DAY, None, None],
        }
    )
    write_csv(frame, tmp_path / "fil.csv")
    written = (tmp_path / "fil.csv").read_bytes()
    assert written == 'navn;tall;dag\r\n"Ålesund; «sør»";1234,5;2026-02-01\r\n;-0,1;\r\n;;\r\n'.encode(
        "utf-8-sig"
    )


def test_ukjent_enhet_og_tom_mappe_sies_pa_norsk(published: Register, tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="noen fil for «999»"):
        write_datadump(published.data, tmp_path, DAY, "999")
    with pytest.raises(RegisterError, match="Ingenting er publisert"):
        write_datadump(tmp_path, tmp_path, DAY)
    assert not list(tmp_path.iterdir())
