"""Proves how a hospital's list is read, and that a broken one is told in one sentence."""

from __future__ import annotations

import csv
import io
import struct
import subprocess
import tracemalloc
import zipfile
from datetime import date, datetime

import polars as pl
import pytest
import xlsxwriter

from checks import epj_file, identity
from checks.errors import RegisterError
from ingest.lists import epj_import
from ingest.lists.epj_import import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from ingest.tables.kinds import OLD_EXCEL

TODAY, NUMBER = date(2026, 11, 23), identity.make(date(1970, 5, 4), 2, 1)
COLUMNS = {"pasient": "Fnr", "dato": "Dato"}
SECOND = date(2026, 11, 2)
CSV = f"Fødselsnr;Henvist dato;Post\n{NUMBER};02.11.2026;Kir\n"


def workbook(columns: int = 3, far: tuple[int, int] | None = None) -> bytes:
    """A workbook with one referral; ``far`` is the row and column, from 0, of one more cell."""
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["Fødselsnr", "Henvist", *(f"Kolonne {n}" for n in range(2, columns))])
        sheet.write_row(1, 0, [NUMBER, "02.11.2026"])
        if far:
            sheet.write(*far, "x")
    return book.getvalue()


def read_table(content: bytes) -> pl.DataFrame:
    return epj_import.read_table(content)[0]


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def read(table: pl.DataFrame):
    return epj_file.read(table, epj_file.guess(table), today=TODAY, test_persons=True)[:2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_in_the_forms_hospitals_write(encoding: str, separator: str) -> None:
    table = read_table(CSV.replace(";", separator).encode(encoding))
    assert table.columns == ["Fødselsnr", "Henvist dato", "Post"]
    lines, unread = read(table)
    assert [(x.rad, x.nummer, x.dato, x.avdeling) for x in lines] == [(2, NUMBER, SECOND, "Kir")] and not unread


def test_excel_with_dates_and_numbers_as_excel_keeps_them() -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["PasientID", "Henvist", "Avdeling"])
        sheet.write_row(1, 0, [1001])
        sheet.write_datetime(1, 1, datetime(2026, 11, 2), made.add_format({"num_format": "dd.mm.yyyy"}))
    lines, _ = read(read_table(book.getvalue()))
    assert [(x.pasient_id, x.dato) for x in lines] == [(1001, SECOND)]


REPORT = ["Rapport: henvisninger til smerteteamet", "Skrevet ut 23.11.2026", ""]


@pytest.mark.parametrize("fill", ["", ";;"], ids=["bare teksten", "fylt ut med felt"])
def test_a_reports_name_and_period_above_the_heading_are_passed_over(fill: str) -> None:
    text = "\r\n".join([*(f"{one}{fill}" for one in REPORT), CSV.replace("\n", "\r\n") + "x;02.11.2026;Kir"])
    table = read_table(text.encode("cp1252"))
    assert table.columns == ["Fødselsnr", "Henvist dato", "Post"]
    lines, unread = read(table)
    assert ([x.rad for x in lines], [x.rad for x in unread]) == ([5], [6])


def test_a_workbook_with_a_front_page_and_a_name_above_the_heading() -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        made.add_worksheet("Forside").write(0, 0, "Laget av EPJ")
        sheet = made.add_worksheet("Liste")
        sheet.write(0, 0, REPORT[0])
        for number, row in enumerate(csv.reader(CSV.splitlines(), delimiter=";")):
            sheet.write_row(2 + number, 0, row)
    lines, unread = read(read_table(book.getvalue()))
    assert [(x.rad, x.nummer, x.dato) for x in lines] == [(4, NUMBER, SECOND)] and not unread


@pytest.mark.parametrize("form", ["{0}-{1}", "{0} {1}", "'{0}{1}", '"=""{0}{1}"""', "{0}{1}.0"])
def test_a_number_as_systems_and_spreadsheets_write_it(form: str) -> None:
    written = form.format(NUMBER[:6], NUMBER[6:])
    lines, _ = read(read_table(CSV.replace(NUMBER, written).encode()))
    assert [x.nummer for x in lines] == [NUMBER]


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("Fødselsdato", "Fødselsnummer", "Henv. mottatt", "Seksjon"), ("Henv. mottatt", "Seksjon")),
        (("Født", "Fnr", "Dato", "Rekvirerende post"), ("Dato", "Rekvirerende post")),
    ],
)
def test_neither_the_birth_date_nor_who_referred_is_taken_for_the_day(
    headings: tuple[str, ...], expected: tuple[str, str]
) -> None:
    table = pl.DataFrame([("04.05.1970", NUMBER, "02.11.2026", "Kir")], schema=list(headings), orient="row")
    assert epj_file.guess(table) == dict(zip(epj_file.FIELDS, (headings[1], *expected), strict=True))


def test_columns_are_guessed_from_what_stands_in_them() -> None:
    table = pl.DataFrame({"A": ["Kir"], "B": [NUMBER], "C": ["2026-11-02 08:30"]})
    assert epj_file.guess(table) == {"pasient": "B", "dato": "C", "avdeling": None}


def test_lines_that_cannot_be_read_are_told_and_the_others_go_on() -> None:
    lines, unread = read(
        read_table(f"{CSV}12345678901;02.11.2026;x\n{NUMBER};31.11.2026;x\n{NUMBER};01.01.2030;x\n;;\n".encode())
    )
    assert [x.rad for x in lines] == [2] and [x.rad for x in unread] == [3, 4, 5]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "REG-214"),
        (b" \n", "REG-214"),
        (b"a;b\n" * (MOST_BYTES // 4 + 1), "REG-214"),
        (b"a;b\n" + b"1;2\n" * (MOST_ROWS + 1), "REG-214"),
        (b"a;b\n\x00\x01;\x81", "REG-215"),
        (b"a;b\n1;2;3\n", "REG-215"),
        (b'a;b\n"1;2\n', "REG-215"),
        (b"PK\x03\x04 nothing", "REG-215"),
        (b"fnr\n1\n", "REG-216"),
        (b";".join(b"k%d" % n for n in range(MOST_COLUMNS + 1)) + b"\n", "REG-214"),
        (b";".join(b"fnr" for _ in range(MOST_COLUMNS + 1)) + b"\n", "REG-214"),
        (workbook(columns=MOST_COLUMNS + 1), "REG-214"),
        (workbook()[:-100], "REG-215"),
        (OLD_EXCEL + b"nothing", "REG-215"),
    ],
)
def test_a_broken_file_is_refused_with_one_sentence(content: bytes, code: str) -> None:
    with refused(code):
        read_table(content)


def test_a_workbook_made_to_fill_the_memory_is_not_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/x", "w", force_zip64=True) as part:
        for _ in range(310):
            part.write(bytes(1_000_000))
    with refused("REG-214"):
        read_table(bomb.getvalue())


def test_a_workbook_that_says_it_is_small_is_counted_while_it_is_unpacked() -> None:
    """Both places where a zip file says how large a part is, say 1 kB; the contents are 200 MB."""
    size = 200_000_000
    packed = io.BytesIO(workbook())
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as added:
        added.writestr("xl/x", bytes(size))
    false = packed.getvalue().replace(struct.pack("<L", size), struct.pack("<L", 1000))
    with zipfile.ZipFile(io.BytesIO(false)) as told:
        assert sum(part.file_size for part in told.infolist()) < 100_000
    tracemalloc.start()
    try:
        with refused("REG-214"):
            read_table(false)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_cells_far_apart_are_not_laid_out_in_the_apps_memory() -> None:
    with refused("REG-214"):
        read_table(workbook(far=(1_048_575, 16_383)))


def test_whoever_reads_the_workbook_gets_none_of_the_settings_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}
    run = subprocess.run

    def seen(*arguments, env: dict[str, str], **options):
        given.update(env)
        return run(*arguments, env=env, **options)

    monkeypatch.setenv("SMERTEREG_NOKKEL", "hemmelig")
    monkeypatch.setattr(subprocess, "run", seen)
    assert read_table(workbook()).width == 3
    assert given and not any(name.startswith("SMERTEREG_") for name in given)


def test_a_workbook_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.tables.workbook.MOST_SECONDS", 0.01)
    with refused("REG-214"):
        read_table(workbook())


def test_missing_and_doubled_columns_are_named() -> None:
    table = read_table(CSV.encode())
    with refused("REG-217"):
        epj_file.read(table, {"pasient": "Fødselsnr", "dato": None}, today=TODAY, test_persons=True)
    with refused("REG-218"):
        epj_file.read(table, {"pasient": "Post", "dato": "Post"}, today=TODAY, test_persons=True)
    with refused("REG-219"):
        epj_file.read(table, {"pasient": "Post", "dato": "Henvist dato"}, today=TODAY, test_persons=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02.11.2026", SECOND),
        ("2.11.26", SECOND),
        ("2026-11-02T10:30:00", SECOND),
        ("02/11/2026 10:30", SECOND),
        ("02-11-2026", SECOND),
        ("20261102", SECOND),
        ("02112026", SECOND),
        ("01.01.1900", date(1900, 1, 1)),
        ("31.12.1899", None),
        ("31.11.2026", None),
        ("i fjor", None),
        ("", None),
    ],
)
def test_dates_as_hospitals_write_them(text: str, expected: date | None) -> None:
    assert epj_file.read_date(text) == expected
