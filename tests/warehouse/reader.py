"""The rules by which the registry's own readers accept a klokebok and its dumps, written independently of the export.

Every function gives sentences about what is wrong, none when nothing is. Source: the OQR extract format.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

Row = dict[str, str]
COLUMNS = [
    "skjemanavn",
    "navn_i_rapporteket",
    "ledetekst",
    "obligatorisk",
    "type",
    "listeverdier",
    "listetekst",
    "normalintervall_start_numerisk",
    "normalintervall_slutt_numerisk",
    "maksintervall_start_numerisk",
    "maksintervall_slutt_numerisk",
    "normalintervall_start_dato",
    "normalintervall_slutt_dato",
    "maksintervall_start_dato",
    "maksintervall_slutt_dato",
    "antall_tegn",
    "lovlige_tegn",
    "desimaler",
    "aktiveringsspoersmaal",
    "underspoersmaal",
    "innfoert_dato",
    "utfaset_dato",
    "tabell",
    "fysisk_feltnavn",
    "kommentar",
    "variabel_id",
    "hjelpetekst",
]
TYPES = {
    "Listevariabel",
    "Tekstvariabel",
    "Stor tekstvariabel",
    "Avkrysningsboks",
    "Datovariabel",
    "Skjult variabel",
    "Tallvariabel",
    "Tidsvariabel",
    "TIMESTAMP",
    "Statusvariabel",
}
LIMITS = COLUMNS[7:11]
FIRST, LAST = (
    ("mceid", "centreid"),
    ("tsupdated", "updatedby", "first_time_closed", "first_time_closed_by", "tscreated", "createdby"),
)


def read(path: Path) -> list[Row]:
    """The rows of a file. Raises when the bytes of the file do not follow the format."""
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), f"{path.name} begynner ikke med BOM"
    text = raw.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", ""), f"{path.name} har linjeskift som ikke er CRLF"
    return list(csv.DictReader(text.split("\r\n"), delimiter=";", strict=True))


def header(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8-sig").split("\r\n")[0].split(";")


def klokebok_problems(rows: list[Row]) -> Iterator[str]:
    """Everything in the klokebok that a reader would refuse."""
    if list(rows[0]) != COLUMNS:
        yield f"kolonnene er {list(rows[0])}"
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        name = row["fysisk_feltnavn"]
        by_name[name].append(row)
        if not re.fullmatch(r"[a-zæøå]([0-9a-z_æøå]*[0-9a-zæøå])?", name):
            yield f"fysisk navn {name!r}"
        if row["type"] not in TYPES:
            yield f"{name}: typen {row['type']!r}"
        for column in ("obligatorisk", "aktiveringsspoersmaal", "underspoersmaal"):
            if row[column] not in ("Ja", "Nei"):
                yield f"{name}: {column} er {row[column]!r}"
        yield from _limit_problems(row)
    for name, found in by_name.items():
        if len({r["type"] for r in found}) > 1 or len({r["ledetekst"] for r in found}) > 1:
            yield f"{name} har flere typer eller ledetekster"
        texts: dict[str, set[str]] = defaultdict(set)
        for row in found:
            texts[row["listeverdier"]].add(row["listetekst"])
        yield from (f"{name}: koden {code} har flere tekster" for code, said in texts.items() if len(said) > 1)
    yield from _variable_problems(rows)


def _limit_problems(row: Row) -> Iterator[str]:
    soft_low, soft_high, hard_low, hard_high = (float(row[n].replace(",", ".")) if row[n] else None for n in LIMITS)
    ordered = [value for value in (hard_low, soft_low, soft_high, hard_high) if value is not None]
    if ordered != sorted(ordered):
        yield f"{row['fysisk_feltnavn']}: grensene står i feil rekkefølge"
    if ordered and row["type"] != "Tallvariabel":
        yield f"{row['fysisk_feltnavn']}: {row['type']} har grenser"


def _variable_problems(rows: list[Row]) -> Iterator[str]:
    """The variables that break the rule: a list has at least two codes in a form, each once; any other variable, also
    status, has one row.
    """
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["skjemanavn"], row["navn_i_rapporteket"]].append(row)
    for (form, name), variable in found.items():
        codes = [r["listeverdier"] for r in variable]
        if variable[0]["type"] == "Listevariabel":
            if len(codes) < 2 or "" in codes or len(set(codes)) < len(codes):
                yield f"{form} {name}: kodene {codes}"
        elif len(variable) > 1 or codes[0]:
            yield f"{form} {name}: {len(codes)} rader"


def dump_problems(klokebok: list[Row], table: str, path: Path) -> Iterator[str]:
    """Everything in a table's dump that a reader would refuse: columns that differ from the klokebok, values of another
    kind.
    """
    described = {r["fysisk_feltnavn"]: r for r in klokebok if r["tabell"] == table}
    codes: dict[str, set[str]] = defaultdict(set)
    for row in klokebok:
        if row["tabell"] == table:
            codes[row["fysisk_feltnavn"]].add(row["listeverdier"])
    names = [name.lower() for name in header(path)]
    if len(set(names)) < len(names):
        yield f"{table}: samme kolonne to ganger"
    if set(names) != set(described) | {*FIRST, *LAST}:
        yield f"{table}: bare i den ene {sorted(set(names) ^ (set(described) | {*FIRST, *LAST}))}"
    if tuple(names[:2]) != FIRST or tuple(names[-6:]) != LAST:
        yield f"{table}: de ytre kolonnene"
    for row in read(path):
        for column, value in row.items():
            name = column.lower()
            kind = described[name]["type"] if name in described else ""
            if value and not _fits(kind, name, value, codes[name], described.get(name)):
                yield f"{table}.{name}: {value!r} er ingen {kind or 'verdi'}"


def _fits(kind: str, name: str, value: str, codes: set[str], described: Row | None) -> bool:
    if kind == "Listevariabel":
        return value in codes
    if kind == "Statusvariabel":
        return value in ("-1", "0", "1")
    if kind == "Avkrysningsboks":
        return value in ("0", "1")
    if kind == "Datovariabel":
        return date.fromisoformat(value).isoformat() == value
    if kind == "Tallvariabel" and described is not None:
        decimals = int(described["desimaler"] or 0)
        return re.fullmatch(r"-?\d+" + (rf"(,\d{{1,{decimals}}})?" if decimals else ""), value) is not None
    if name in ("tsupdated", "first_time_closed", "tscreated"):
        return f"{datetime.strptime(value, '%Y-%m-%d %H:%M:%S'):%Y-%m-%d %H:%M:%S}" == value
    return name != "mceid" or value.isdigit()
