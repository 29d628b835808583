"""Proves which columns of a list from EPJ are guessed, and what is said of a line that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from checks import epj_file
from checks.errors import RegisterError
from tests.unit.test_epj_file import COLUMNS, NUMBER, SECOND, TODAY, read_table, refused


def table_of(**columns: Sequence[str | None]) -> pl.DataFrame:
    return pl.DataFrame({name.replace("_", " "): values for name, values in columns.items()})


def test_columns_are_guessed_by_heading_and_contents_then_by_either() -> None:
    both = table_of(Kommentar=["x"], Fødselsdato=["04.05.1970"], Pasient=["x"], Fnr=[NUMBER], Henvist=["02.11.2026"])
    assert epj_file.guess(both) == {"pasient": "Fnr", "dato": "Henvist", "avdeling": None}
    by_contents = table_of(a=["02.11.2026"], b=[f"{NUMBER[:6]} {NUMBER[6:]}"], c=["Kir"])
    assert epj_file.guess(by_contents) == {"pasient": "b", "dato": "a", "avdeling": None}
    # A birth date is never the date of referral, whatever it looks like.
    assert epj_file.guess(table_of(Født=["04.05.1970"], Fnr=[NUMBER]))["dato"] is None


def test_most_of_a_column_must_look_like_what_it_is_taken_for() -> None:
    assert epj_file.guess(table_of(a=[NUMBER, "x"]))["pasient"] is None
    assert epj_file.guess(table_of(a=[NUMBER, "x", NUMBER]))["pasient"] == "a"
    assert epj_file.guess(table_of(a=[NUMBER, None, " "]))["pasient"] == "a"
    assert epj_file.guess(table_of(a=["x"] * 50 + [NUMBER] * 60))["pasient"] is None


@pytest.mark.parametrize(("heading", "says"), [("FNR", True), ("Pasient_ID", True), ("Dato", False), ("Post", False)])
def test_a_heading_says_whether_its_column_has_the_patients_numbers(heading: str, says: bool) -> None:
    assert epj_file.names_patients(heading) is says


WRITTEN = {
    f"{NUMBER[:6]} {NUMBER[6:]}": (NUMBER, None),
    f"'{NUMBER}": (NUMBER, None),
    f'="{NUMBER}"': (NUMBER, None),
    f"{NUMBER}.0": (NUMBER, None),
    NUMBER.lstrip("0"): (NUMBER, None),
    "1234.0": (None, 1234),
    "123456789": (None, 123456789),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_numbers_as_spreadsheets_write_them(text: str) -> None:
    table = table_of(Fnr=[text], Dato=["02.11.2026"])
    lines, *_ = epj_file.read(table, COLUMNS, today=TODAY, test_persons=True)
    assert [(x.rad, x.nummer, x.pasient_id, x.dato, x.avdeling) for x in lines] == [(2, *WRITTEN[text], SECOND, "")]


def test_why_a_line_cannot_be_read_is_said_with_its_number_in_the_spreadsheet() -> None:
    table = table_of(
        Fnr=[NUMBER, NUMBER, NUMBER, "12345678901", None, NUMBER],
        Dato=["23.11.2026", "24.11.2026", "i fjor sommer", "02.11.2026", None, None],
    )
    lines, unread, _ = epj_file.read(table, COLUMNS, today=TODAY, test_persons=True)
    assert [line.rad for line in lines] == [2]
    assert [(one.rad, one.hvorfor.split(".")[0]) for one in unread] == [
        (3, "Henvisningsdato: 24"),
        (4, "Henvisningsdato: i fjor som er ikke en mulig dato"),
        (5, "Fødselsnummeret inneholder en umulig dato"),
        (7, "Henvisningsdato: tom er ikke en mulig dato"),
    ]
    with refused("REG-044"):
        epj_file.identity.parse(NUMBER, test_persons=False, today=TODAY)
    for rows, test_persons, said in (
        (table.head(1), False, "Syntetiske"),
        (table[4:5], True, "Filen har ingen linjer."),
    ):
        with refused("REG-219") as caught:
            epj_file.read(rows, COLUMNS, today=TODAY, test_persons=test_persons)
        assert said in str(caught.value)
    with pytest.raises(RegisterError, match="Henvisningsdato", check=lambda e: e.code == "REG-217"):
        epj_file.read(table, COLUMNS | {"dato": "Finnes ikke"}, today=TODAY, test_persons=True)


def test_a_line_that_the_list_has_twice_is_read_once_and_named() -> None:
    """Found on ad0e55f: an exact duplicate was told to be a referral missing in the register."""
    line, other = f"{NUMBER};02.11.2026;Kir;08:10", f"{NUMBER};02.11.2026;Kir;15:30"
    broken = "x;02.11.2026;Kir;08:10"
    text = "\n".join(
        ["Fødselsnr;Henvist dato;Post;Tid", line, other, line.replace("Kir", " Kir "), line, broken, broken]
    )
    table = read_table(f"{text}\n".encode())
    lines, unread, doubled = epj_file.read(table, epj_file.guess(table), today=TODAY, test_persons=True)
    assert [found.rad for found in lines] == [2, 3]
    assert [found.rad for found in unread] == [6]
    assert [(d.rad, d.som) for d in doubled] == [(4, 2), (5, 2), (7, 6)]
