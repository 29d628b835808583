"""The files of a package as text columns, or one sentence about the file that cannot be read."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from checks.codebook import Skjema, load
from checks.errors import RegisterError
from checks.values import CONTROLS

LINE = "linje"
_LARGEST_NUMBER = 2**31 - 1  # of a forløp, a patient, an avdeling: what their columns hold
# The tables that hold two forms; FORMORDER says which one a line is of.
SHARED = {table for table, n in Counter(form.tabell for form in load()).items() if n > 1}
_NAME = re.compile(r"smertereg_(\w+?)_datadump_\d{4}-\d{2}-\d{2}\.csv")
_OUTER = (
    "MCEID",
    "CENTREID",
    "TSUPDATED",
    "UPDATEDBY",
    "FIRST_TIME_CLOSED",
    "FIRST_TIME_CLOSED_BY",
    "TSCREATED",
    "CREATEDBY",
)
# The linked extracts the import needs beside the tables: they say which patient has a forløp, how far each form has
# come, and what an avdeling is called.
_LINKED = {
    "forlopsoversikt": ("ForlopsID", "PasientID", "AvdRESH", "SykehusNavn"),
    "skjemaoversikt": ("ForlopsID", "Skjemanavn", "SkjemaStatus"),
    "avdelingsoversikt": (
        "DEPARTMENT_ID",
        "DEPARTMENT_CENTREID",
        "DEPARTMENT_NAME",
        "DEPARTMENT_SHORTNAME",
        "DEPARTMENT_RESH",
        "DEPARTMENT_ACTIVE",
        "LOCATION_ID",
        "LOCATION_CENTREID",
        "LOCATIONNAME",
        "LOCATION_SHORTNAME",
        "LOCATION_ACTIVE",
    ),
}
_KEYS = {
    **dict.fromkeys(SHARED, ("MCEID", "FORMORDER")),
    **{block.tabell: ("MCEID", str(block.noekkel.fysisk)) for form in load() for block in form.gjentatte},
    "forlopsoversikt": ("ForlopsID",),
    "skjemaoversikt": ("ForlopsID", "Skjemanavn"),
    "avdelingsoversikt": (),
}


@dataclass(frozen=True)
class Repeated:
    """A line with the same id as an earlier one of its table; ``forlop`` is 0 when it names none."""

    tabell: str
    linje: int
    forlop: int
    kolonne: str
    verdi: str
    fil: str


@dataclass(frozen=True)
class Package:
    """The tables of a package by name, and the columns of its forms' tables that the codebook does not have: (table,
    column). The linked extracts have columns that the import needs nothing of, and which are not told. Of lines with the same id
    the first is in the table, and the others are `repeated`.
    """

    tables: Mapping[str, pl.DataFrame]
    unread: tuple[tuple[str, str], ...]
    repeated: tuple[Repeated, ...]


def read_package(paths: Iterable[Path]) -> Package:
    """Every table the import needs, as text, with the row's line in its file in LINE.

    `paths` are files, or folders that hold them. A package made before the codebook got a form has neither the file of the
    form's table nor any form of its name; the table is then empty. Raises REG-198 (a file is missing), REG-199 (not UTF-8),
    or REG-200 (columns are missing, as they seem to be when the separator is wrong).
    """
    found = _files(paths)
    tables: dict[str, pl.DataFrame] = {}
    unread: list[tuple[str, str]] = []
    repeated: list[Repeated] = []
    for table, columns in expected_columns().items():
        if table in found:
            frame, others = _read(found[table], columns)
            tables[table] = frame
            if key := list(_KEYS.get(table, ("MCEID",))):
                tables[table] = frame.unique(key, keep="first", maintain_order=True)
                repeated += _repeated(found[table].name, table, frame, tables[table], key)
            unread += [(table, name) for name in others if table not in _LINKED]
        elif "skjemaoversikt" in tables and table in _tables_without_forms(tables["skjemaoversikt"]):
            tables[table] = pl.DataFrame(schema={LINE: pl.UInt32, **dict.fromkeys(columns, pl.String)})
        else:
            raise RegisterError("REG-198", fil=f"smertereg_{table}_datadump_<dato>.csv")
    return Package(tables, tuple(unread), tuple(repeated))


def _repeated(file: str, table: str, frame: pl.DataFrame, kept: pl.DataFrame, key: list[str]) -> Iterator[Repeated]:
    """The lines of `frame` that are not `kept`."""
    again = frame.join(kept, on=LINE, how="anti", maintain_order="left")
    for line, forlop, *values in again.select(LINE, whole_number(key[0]).alias("nr"), *key).iter_rows():
        yield Repeated(table, line, forlop or 0, " og ".join(key), " ".join(value or "" for value in values), file)


def _tables_without_forms(overview: pl.DataFrame) -> set[str]:
    """The tables of the forms that the package does not name; PO's is never among them, since every package has persons."""
    named = set(overview["Skjemanavn"])
    needed = {form.tabell for form in load() if form.slag == "person" or form.uttrekksnavn in named}
    return {form.tabell for form in load()} - needed


def lines_of(form: Skjema, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The lines of one form among those of its table."""
    raw = tables[form.tabell]
    return raw.filter(pl.col("FORMORDER") == str(form.formorder)) if form.tabell in SHARED else raw


def expected_columns() -> Mapping[str, tuple[str, ...]]:
    """The columns that each table must have by the codebook.

    The linked extracts come first, because they say which other tables must be there.
    """
    columns: dict[str, list[str]] = {}
    for form in load():
        names = columns.setdefault(form.tabell, list(_OUTER))
        names += [str(v.fysisk) for v in form.uttrekk() if v.fysisk not in names]
        for block in form.gjentatte:
            columns[block.tabell] = [*_OUTER, *(str(v.fysisk) for v in block.kolonner)]
    for table in SHARED:
        columns[table].append("FORMORDER")
    return {**_LINKED, **{table: tuple(names) for table, names in columns.items()}}


def _files(paths: Iterable[Path]) -> dict[str, Path]:
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    return {match[1]: file for file in files if (match := _NAME.fullmatch(file.name))}


def _read(path: Path, columns: tuple[str, ...]) -> tuple[pl.DataFrame, list[str]]:
    """The rows with these columns, and the names of the file's other columns."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegisterError("REG-199", fil=path.name, plass=error.start) from error
    except OSError as error:
        raise RegisterError("REG-198", fil=path.name) from error
    header = text.split("\n", 1)[0].rstrip("\r").split(";")
    missing = [name for name in columns if name not in header]
    if missing:
        shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
        raise RegisterError("REG-200", fil=path.name, melding=f"mangler {shown}")
    try:
        frame = pl.read_csv(io.BytesIO(text.encode()), separator=";", infer_schema=False, null_values=[""])
    except pl.exceptions.PolarsError as error:
        raise RegisterError("REG-200", fil=path.name, melding="har en linje med feil antall felt") from error
    odd = frame.with_row_index(LINE, 2).filter(pl.any_horizontal(pl.col(columns).str.contains(f"[{CONTROLS}]")))
    if odd.height:
        raise RegisterError("REG-200", fil=path.name, melding=f"har tegn på linje {odd[LINE][0]} som ikke kan lagres")
    frame = frame.select(columns).with_columns(_without_apostrophe(pl.col(pl.String))).with_row_index(LINE, 2)
    return frame, [name for name in header if name not in columns]


def whole_number(column: str) -> pl.Expr:
    """The column as the number of a forløp, a patient or an avdeling; null for what is no such number."""
    found = pl.col(column).cast(pl.Int64, strict=False)
    return pl.when(found.is_between(1, _LARGEST_NUMBER)).then(found)


def _without_apostrophe(column: pl.Expr) -> pl.Expr:
    """The text without the apostrophe that the export puts before what a spreadsheet would take for a formula."""
    risky = column.str.contains(r"^'[=+\-@\t\r]")
    return pl.when(risky).then(column.str.slice(1)).otherwise(column).name.keep()
