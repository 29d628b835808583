"""A csv or Excel file as a table of texts, or a sentence that says where it is broken and what to do about it."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import polars as pl

from checks.errors import RegisterError
from checks.values import CONTROLS
from ingest.tables import characters, kinds, workbook
from ingest.tables.heading import Heading
from ingest.tables.rows import rows

LINE = "linje"
"""Call a column so that holds the rows' lines in the file, as a spreadsheet counts them: the frame's first row is line 2."""
_CHUNK = 10_000
_UNSEEN = re.compile("[\ufeff\u200b\u200e\u200f\u00ad]")


@dataclass(frozen=True)
class Limits:
    """How large a file may be: bytes, rows and columns; and in how many rows from the top its heading is looked for."""

    most_bytes: int
    rows: int
    columns: int
    above: int = 20


@dataclass(frozen=True)
class Broken:
    """A row that has more fields than the heading has names, or characters that cannot be stored; its line in the file, its
    first field and what is wrong.
    """

    linje: int
    kolonne: str
    first: str
    hva: str


@dataclass(frozen=True)
class Table:
    """``frame`` has a row for each row of the file after the first, so that row n is line n + 2: those above the heading, those
    that repeat it, and broken ones are empty. ``notes`` are sentences about how the file was read, ``doubled`` names that the
    heading has more than once, and ``cut`` the last line when it ends before its row does.
    """

    frame: pl.DataFrame
    notes: tuple[str, ...]
    broken: tuple[Broken, ...]
    doubled: tuple[str, ...]
    cut: int | None


def read(content: bytes, heading: Heading, limits: Limits) -> Table:
    """The table in the file, every value as text, null where blank. The contents, not the file's name, tell what it is.

    Raises REG-214 (empty, or larger than the limits), REG-215 (cannot be read) or REG-216 (one column only).
    """
    found, notes = read_rows(content, heading, limits)
    made = _Made(heading, limits)
    made.take(found)
    made.ended = kinds.is_workbook(content) or any(end in content[-4:] for end in (b"\n", b"\r"))
    if made.repeated:
        notes.append(f"Overskriften står igjen på linje {made.repeated[0]}, og er hoppet over der.")
    return made.table(tuple(notes))


def read_rows(content: bytes, heading: Heading, limits: Limits) -> tuple[Iterator[list[str]], list[str]]:
    """The file's rows from its first line on, blank ones too, and sentences about how it was read. Raises REG-214 and REG-215."""
    if not content.removeprefix(BOM_UTF8).strip():
        raise RegisterError("REG-214", melding="Filen er tom.")
    if len(content) > limits.most_bytes:
        raise RegisterError("REG-214", melding=f"Filen er større enn {limits.most_bytes // 1_000_000} MB.")
    kinds.require_table(content)
    if kinds.is_workbook(content):
        most = limits.rows + limits.above + 1
        sheet = workbook.read_rows(content, heading, most=most, columns=limits.columns, above=limits.above)
        return (list(row) for row in sheet.iter_rows()), []
    encoding, note = characters.encoding(content)
    whole = content.replace(b"\r\r\n", b"\r\n") if not encoding.startswith("utf-16") else content
    return rows(whole, encoding, heading, limits.above), [note] if note else []


class _Made:
    """A table while its rows are read, some thousands at a time, so that no file lies in memory as Python's texts."""

    def __init__(self, heading: Heading, limits: Limits) -> None:
        self.heading, self.limits = heading, limits
        self.names: list[str] = []
        self.named = 0
        self.plain: list[str] = []
        self.parts: list[pl.DataFrame] = []
        self.broken: list[Broken] = []
        self.repeated: list[int] = []
        self.last = 0
        self.short = self.ended = False

    def take(self, found: Iterator[list[str]]) -> None:
        first = list(islice(found, self.limits.above))
        blank = next((place for place, row in enumerate(first) if any(cell.strip() for cell in row)), 0)
        place = next((p for p, row in enumerate(first) if self.heading(row[: self.limits.columns])), blank)
        title = first[place] if first else []
        if len(_named(title)) > self.limits.columns:
            raise RegisterError("REG-214", melding=f"Listen har flere enn {self.limits.columns} kolonner.")
        title = title[: self.limits.columns]
        self.plain = [_plain(name).casefold() for name in title]
        self.names = _different([_plain(name) for name in title])
        self.named = len(_named(title))
        self._add([[] for _ in range(place)], 2)
        self.last = place + 1
        chunk = first[place + 1 :] or list(islice(found, _CHUNK))
        while chunk:
            self._take_chunk(chunk)
            if self.last - place - 1 > self.limits.rows:
                raise RegisterError("REG-214", melding=f"Filen har flere enn {self.limits.rows} linjer.")
            chunk = list(islice(found, _CHUNK))

    def _take_chunk(self, chunk: list[list[str]]) -> None:
        width, start = len(self.names), self.last + 1
        for place, row in enumerate(chunk):
            line = start + place
            self.short = 0 < len(row) < self.named
            if len(row) > width and any(cell.strip() for cell in row[width:]):
                self.broken.append(Broken(line, "", row[0], _too_many(line, len(row), width)))
                chunk[place] = []
            elif len(row) >= width and row[0].strip() and self._repeats(row):
                self.repeated.append(line)
                chunk[place] = []
        self._add(chunk, start)
        self.last += len(chunk)

    def _repeats(self, row: list[str]) -> bool:
        return (
            _plain(row[0]).casefold() == self.plain[0]
            and [_plain(cell).casefold() for cell in row[: len(self.plain)]] == self.plain
        )

    def _add(self, chunk: list[list[str]], start: int) -> None:
        width = len(self.names)
        level = [(row + [""] * (width - len(row)))[:width] if len(row) != width else row for row in chunk]
        columns = zip(*level, strict=True) if level else ([] for _ in self.names)
        frame = pl.DataFrame(
            dict(zip(self.names, map(list, columns), strict=True)), schema=dict.fromkeys(self.names, pl.String)
        )
        frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
        self.parts.append(self._without_controls(frame, start))

    def _without_controls(self, frame: pl.DataFrame, start: int) -> pl.DataFrame:
        """The frame with the rows empty that hold characters which cannot be stored."""
        if not frame.width:
            return frame
        odd = frame.select(pl.any_horizontal(pl.all().str.contains(f"[{CONTROLS}]")).fill_null(False)).to_series()
        for place in odd.arg_true().to_list():
            row = frame.row(place)
            bad = next(
                n for n, value in zip(frame.columns, row, strict=True) if value and re.search(f"[{CONTROLS}]", value)
            )
            self.broken.append(Broken(start + place, bad, row[0] or "", _unwritten(start + place, bad)))
        return frame.with_columns(pl.when(~odd).then(pl.all())) if odd.any() else frame

    def table(self, notes: tuple[str, ...]) -> Table:
        frame = pl.concat(self.parts)
        # Columns that only separators at the end of the lines give.
        given = [name for n, name in enumerate(self.names) if n < self.named or frame[name].count()]
        if len(given) < 2:
            raise RegisterError("REG-216")
        doubled = tuple(sorted({name for name in self.plain if name and self.plain.count(name) > 1}))
        broken = tuple(sorted(self.broken, key=lambda one: one.linje))
        cut = self.last if self.short and not self.ended else None
        return Table(frame.select(given), notes, broken, doubled, cut)


def _named(title: list[str]) -> list[str]:
    """The heading up to the last field that has a name."""
    while title and not title[-1].strip():
        title = title[:-1]
    return title


def _plain(name: str) -> str:
    return " ".join(_UNSEEN.sub("", name).split())


def _different(title: list[str]) -> list[str]:
    """The columns' names, made different from each other; a column without a name is called by its number."""
    names: list[str] = []
    for place, given in enumerate(title, start=1):
        name = given or f"Kolonne {place}"
        while name in names:
            name = f"{name} ({place})"
        names.append(name)
    return names


def _too_many(line: int, fields: int, width: int) -> str:
    return (
        f"Linje {line} har {fields} felt, men overskriften har {width}. "
        "Står skilletegnet inne i en verdi, må verdien stå i anførselstegn."
    )


def _unwritten(line: int, column: str) -> str:
    return f"Linje {line} har tegn i {column} som ikke kan lagres. Fjern dem."
