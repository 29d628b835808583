"""The files of a package as text columns, and everything that is wrong with the files themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from checks import oqr_file, written
from checks.codebook import Skjema, load
from checks.errors import RegisterError, problem
from ingest.oqr.findings import Finding
from ingest.tables.table import LINE, Broken, Limits, Table, read

_LARGEST_NUMBER = 2**31 - 1  # of a forløp, a patient, an avdeling: what their columns hold
# The tables that hold two forms; FORMORDER says which one a line is of.
SHARED = {table for table, n in Counter(form.tabell for form in load()).items() if n > 1}
# With the date as the registry has written it through the years, and «(1)» where a browser has saved it twice.
_NAME = re.compile(
    r"smertereg_(\w+?)_datadump[._](?:\d{4}-\d{2}-\d{2}|\d{2}\.\d{2}\.\d{4})(?: ?\(\d+\))?\.(?:csv|txt|xlsx|xls)",
    re.IGNORECASE,
)
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


# What is a number or a code in the files, and may have been written as another program writes numbers («1001,0»).
_NUMBERS = {
    *("MCEID", "CENTREID", "FORMORDER", "ForlopsID", "PasientID", "AvdRESH", "SkjemaStatus"),
    *(column for column in _LINKED["avdelingsoversikt"] if not column.endswith("NAME")),
    "NOCONSENT_REASON",
    *(str(block.noekkel.fysisk) for form in load() for block in form.gjentatte),
}
# A column of TO that the registry's edition of 2017 had, in which two reasons for no consent had other codes than now.
_OF_2017, _RENUMBERED = "sufficient", ("NOCONSENT_REASON", ("3", "4"))
_OTHER_CODES = (
    "Filen har kolonnen SUFFICIENT fra registerets utgave i 2017. Der var NOCONSENT_REASON 3 «Ikke spurt» og 4 «Tilbaketrukket "
    "samtykke», som nå er 4 og 5. {antall} linjer har 3 eller 4, og er lest som kodene er nå. Kod dem om hvis de er fra da."
)
_LIMITS = Limits(2_000_000_000, 5_000_000, 2_000)


@dataclass(frozen=True)
class Package:
    """The tables of a package and the names of their files, by table. A table that is missing or cannot be
    read, is empty and ``unreadable``.

    ``stops`` says what keeps all of it from being imported, and ``broken`` what is wrong with lines of one forløp. Of lines with
    the same id the first is in the table, and the others are ``repeated``. ``unread`` has the columns of the forms' tables that
    the codebook does not have: (table, column). The linked extracts have columns that the import needs nothing of, and which
    are not told. ``notes`` says how files were read: (table, sentence).
    """

    tables: Mapping[str, pl.DataFrame]
    files: Mapping[str, str]
    stops: tuple[Finding, ...]
    broken: tuple[Finding, ...]
    repeated: tuple[Finding, ...]
    unread: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]
    unreadable: frozenset[str]


def read_package(paths: Iterable[Path]) -> Package:
    """Every table the import needs, as text, with the row's line in its file in LINE.

    `paths` are files, or folders that hold them. A package made before the codebook got a form has neither the file of the
    form's table nor any form of its name; the table is then empty. Raises REG-198 when there are no files of a package.
    """
    files, stops = _files(paths)
    expected = expected_columns()
    if not files:
        raise RegisterError("REG-198", fil=f"smertereg_{next(iter(expected))}_datadump_<dato>.csv")
    reading = _Reading(list(stops))
    for table, columns in expected.items():
        if table in files:
            reading.take(table, files[table], columns)
        else:
            overview = reading.tables.get("skjemaoversikt")
            if overview is None or table not in _tables_without_forms(overview):
                reading.stop(table, "REG-198", fil=f"smertereg_{table}_datadump_<dato>.csv")
                reading.unreadable.add(table)
            reading.tables[table] = pl.DataFrame(schema={LINE: pl.UInt32, **dict.fromkeys(columns, pl.String)})
    names = {table: file.name for table, file in files.items()}
    return Package(
        reading.tables,
        names,
        tuple(reading.stops),
        tuple(reading.broken),
        tuple(reading.repeated),
        tuple(reading.unread),
        tuple(reading.notes),
        frozenset(reading.unreadable),
    )


class _Reading:
    """A package while its files are read: what is wrong with one file does not keep the others from being read."""

    def __init__(self, stops: list[Finding]) -> None:
        self.stops = stops
        self.tables: dict[str, pl.DataFrame] = {}
        self.broken: list[Finding] = []
        self.repeated: list[Finding] = []
        self.unread: list[tuple[str, str]] = []
        self.notes: list[tuple[str, str]] = []
        self.unreadable: set[str] = set()

    def stop(self, table: str, code: str, line: int = 0, **values: Any) -> None:
        said = problem(code, **values)
        self.stops.append(Finding(table, line, 0, "", said.code, said.melding, fil=str(values.get("fil", ""))))

    def take(self, table: str, path: Path, columns: tuple[str, ...]) -> None:
        found = self._read(table, path)
        given = {name.casefold(): name for name in found.frame.columns} if found else {}
        missing = [name for name in columns if name.casefold() not in given and (table, name) not in _not_asked()]
        if found and missing:
            self.stop(table, "REG-200", fil=path.name, melding=f"mangler {', '.join(missing)}")
        doubled = [name for name in columns if found and name.casefold() in found.doubled]
        if doubled:
            self.stop(table, "REG-200", fil=path.name, melding=f"har {', '.join(doubled)} to ganger i overskriften")
        if found and found.cut:
            self.stop(table, "REG-506", found.cut, fil=path.name, linje=found.cut)
        if found is None or missing or doubled:
            self.unreadable.add(table)
            self.tables[table] = pl.DataFrame(schema={LINE: pl.UInt32, **dict.fromkeys(columns, pl.String)})
            return
        self.notes += [(table, note) for note in found.notes]
        key = list(_KEYS.get(table, ("MCEID",)))
        named = key[0].casefold() if key else ""
        for one in found.broken:
            self._broken(table, path, one, leads=bool(named) and found.frame.columns[0].casefold() == named)
        frame = found.frame.with_row_index(LINE, 2).filter(pl.any_horizontal(pl.all().exclude(LINE).is_not_null()))
        frame = frame.select(
            LINE,
            *(
                pl.col(given[name.casefold()]).alias(name)
                if name.casefold() in given
                else pl.lit(None, dtype=pl.String).alias(name)
                for name in columns
            ),
        )
        frame = frame.with_columns(
            _without_apostrophe(pl.col(pl.String).exclude(list(_NUMBERS))),
            pl.col([name for name in columns if name in _NUMBERS]).map_batches(written_whole, return_dtype=pl.String),
        )
        self.tables[table] = frame.unique(key, keep="first", maintain_order=True) if key else frame
        self._repeated(path.name, table, frame, key)
        column, codes = _RENUMBERED
        old = frame.filter(pl.col(column).is_in(codes)).height if _OF_2017 in given and column in columns else 0
        self.notes += [(table, _OTHER_CODES.format(antall=old))] if old else []
        known = {name.casefold() for name in columns}
        if table not in _LINKED:
            self.unread += [(table, name) for fold, name in given.items() if fold not in known]

    def _read(self, table: str, path: Path) -> Table | None:
        try:
            return read(path.read_bytes(), oqr_file.is_heading, _LIMITS)
        except OSError:
            self.stop(table, "REG-198", fil=path.name)
        except RegisterError as error:
            self.stop(table, "REG-504", fil=path.name, melding=str(error))
        return None

    def _broken(self, table: str, path: Path, one: Broken, *, leads: bool) -> None:
        """Tell of a line that cannot be read: as its forløp's, where it begins with its number, else it stops the import."""
        said = problem("REG-504", fil=path.name, melding=one.hva)
        number = number_of(one.first) if leads else None
        finding = Finding(table, one.linje, number or 0, one.kolonne, said.code, said.melding)
        (self.broken if number else self.stops).append(finding)

    def _repeated(self, file: str, table: str, frame: pl.DataFrame, key: list[str]) -> None:
        if not key:
            return
        again = frame.join(self.tables[table], on=LINE, how="anti", maintain_order="left")
        name = " og ".join(key)
        for line, forlop, *values in again.select(LINE, whole_number(key[0]).alias("nr"), *key).iter_rows():
            shown = " ".join(value or "" for value in values)
            said = problem("REG-201", fil=file, kolonne=name, verdi=shown, linje=line)
            self.repeated.append(Finding(table, line, forlop or 0, name, said.code, said.melding, verdi=shown))


def _not_asked() -> set[tuple[str, str]]:
    """The columns (table, column) of questions that nobody is asked: a package from before they came does not have them."""
    asked = {(form.tabell, v.fysisk) for form in load() for v in form.variabler.values() if v.aktiv}
    return {(form.tabell, str(v.fysisk)) for form in load() for v in form.variabler.values()} - asked


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


def _files(paths: Iterable[Path]) -> tuple[dict[str, Path], list[Finding]]:
    """The file of each table, and what is wrong when two are of the same."""
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    found: dict[str, Path] = {}
    twice: list[Finding] = []
    for file in files:
        if (match := _NAME.fullmatch(file.name)) and (table := match[1].lower()) in expected_columns():
            first = found.setdefault(table, file)
            if first != file:
                said = problem("REG-505", fil=first.name, annen=file.name, tabell=table)
                twice.append(Finding(table, 0, 0, "", said.code, said.melding))
    return found, twice


def number_of(text: str) -> int | None:
    """The number of a forløp, a patient or an avdeling; None for what is no such number."""
    found = written.number(text)
    return int(found) if found is not None and found.is_integer() and 1 <= found <= _LARGEST_NUMBER else None


def whole_number(column: str) -> pl.Expr:
    """The column as ``number_of`` reads it."""
    found = pl.col(column).cast(pl.Int64, strict=False)
    return pl.when(found.is_between(1, _LARGEST_NUMBER)).then(found)


def written_whole(column: pl.Series) -> pl.Series:
    """The column with whole numbers written as digits only, whatever program wrote them, and other texts as they are."""
    plain: dict[str, str] = {}
    for text in column.drop_nulls().unique():
        found = None if text.startswith("0") else written.number(text)
        plain[text] = str(int(found)) if found is not None and found.is_integer() and abs(found) < 1e15 else text
    return column.replace_strict(plain, default=None, return_dtype=pl.String) if plain else column


def _without_apostrophe(column: pl.Expr) -> pl.Expr:
    """The text without the apostrophe that the export puts before what a spreadsheet would take for a formula."""
    risky = column.str.contains(r"^'[=+\-@\t\r]")
    return pl.when(risky).then(column.str.slice(1)).otherwise(column).name.keep()
