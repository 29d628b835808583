"""The csv dump of the linked extracts, as the registry's readers expect it (OQR form)."""

import os
import shutil
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from checks.errors import RegisterError
from exports.publish import published_id

ORDER = {
    "allevarnum": '"ForlopsID"',
    "forlopsoversikt": '"ForlopsID"::integer',
    "skjemaoversikt": '"ForlopsID"::integer, "SkjemaRekkeflg"::integer',
    "smertediagnosernum": '"ForlopsID", "SmerteDiagID"',
    "smertediagnoser": '"ForlopsID", "SmerteDiagID"',
    "avdelingsoversikt": '"DEPARTMENT_ID" nulls last, "LOCATION_ID"',
}
NATIONAL = "nasjonal"


def write_datadump(data: Path, to: Path, day: date, scope: str = NATIONAL) -> Path:
    """Write the dump into `to`/ÅÅÅÅ-MM-DD/ and return that folder.

    `scope` is «nasjonal» or a unit's RESH. UTF-8 with BOM, `;`, decimal comma, ISO dates, checkboxes 1/0, empty =
    missing, CRLF; rows in the order of the key, so that the same publishing gives the same bytes. The folder appears
    complete; files of the same name are replaced, others stay. Raises REG-085, or REG-093 for a unit without a file. Source: the OQR extract format.
    """
    path = _published_file(data, scope)
    folder = to / day.isoformat()
    unfinished = to / f".{day.isoformat()}.{os.getpid()}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            for name, key in ORDER.items():
                frame = con.sql(f"select * from {name} order by {key}").pl()
                write_csv(frame, unfinished / f"smertereg_{name}_datadump_{day.isoformat()}.csv")
        folder.mkdir(exist_ok=True)
        for file in unfinished.iterdir():
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """One table in the OQR form."""
    frame = frame.with_columns(pl.col(pl.String).replace("", None))
    frame.write_csv(
        path,
        include_bom=True,
        separator=";",
        decimal_comma=True,
        line_terminator="\r\n",
        null_value="",
        date_format="%Y-%m-%d",
        datetime_format="%Y-%m-%d %H:%M:%S",
    )


def _published_file(data: Path, scope: str) -> Path:
    """The published file a scope names."""
    current = published_id(data)
    if current is None:
        raise RegisterError("REG-085")
    name = "nasjonal.duckdb" if scope == NATIONAL else f"lokal-{scope}.duckdb"
    path = data / "publishing" / current / name
    if not path.is_file():
        raise RegisterError("REG-093", verdi=scope)
    return path
