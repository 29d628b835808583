"""Proves that whatever stands in a table is read as it was written, and that no text or file makes the readers fail."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checks import oqr_file, written
from checks.errors import RegisterError
from ingest.tables.table import Limits, read

LIMITS = Limits(1_000_000, 1_000, 50)
HEAD = ["MCEID", "A", "B"]
CELLS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)
ROWS = st.lists(st.tuples(st.integers(1, 10**6).map(str), CELLS, CELLS), min_size=1, max_size=8)


@given(
    ROWS,
    st.sampled_from(";,\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\r\n", "\n", "\r"]),
)
def test_en_tabell_leses_som_den_ble_skrevet(
    rows: list[tuple[str, str, str]], separator: str, encoding: str, end: str
) -> None:
    made = io.StringIO()
    csv.writer(made, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator=end).writerows([HEAD, *rows])
    found = read(made.getvalue().encode(encoding), oqr_file.is_heading, LIMITS)
    assert found.frame.columns == HEAD
    assert found.frame.rows() == [tuple(cell or None for cell in row) for row in rows]
    assert (found.broken, found.notes, found.cut) == ((), (), None)


@given(st.binary(max_size=300) | st.text(st.sampled_from("\"';,\t|\r\nMCEID\0é="), max_size=60).map(str.encode))
@example(b"sep=;")
@example(b"sep=")
@example(b'"')
@example(b"\xff\xfe")
@example(b"MCEID;\r\n" + b";" * 300)
def test_hva_som_helst_leses_eller_avvises(content: bytes) -> None:
    try:
        found = read(content, oqr_file.is_heading, LIMITS)
    except RegisterError as error:
        assert str(error).encode()
        return
    assert found.frame.width > 1


@example("E0")  # found: an exponent without a number
@given(st.text(max_size=30) | st.text(st.sampled_from("0123456789-./: TZ+,eE"), max_size=25))
@example("9999-12-31T23:59Z")
@example("1900-01-01T00:00+23:59")
@example("99999,99999999999")
def test_ingen_tekst_faar_leserne_til_aa_feile(text: str) -> None:
    assert isinstance(written.moment(text, short_year=True), datetime | None)
    assert isinstance(written.day(text), date | None)
    assert isinstance(written.number(text), float | None)


@given(st.dates(date(1927, 5, 18), date(2099, 12, 31)))
def test_en_dag_er_den_samme_i_alle_skrivemaater(day: date) -> None:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y%m%d", "%d%m%Y", "%Y-%m-%d 00:00:00"):
        assert written.day(f"{day:{form}}") == day, form
    assert written.day(str((day - date(1899, 12, 30)).days)) == day
    assert written.moment(f"{day:%d.%m.%Y} kl. 13.05") == datetime(day.year, day.month, day.day, 13, 5)


@pytest.mark.parametrize(
    ("text", "hour"), [("2026-10-25T00:30:00Z", 2), ("2026-10-25T01:30:00Z", 2), ("2026-07-01T12:00Z", 14)]
)
def test_utc_blir_norsk_tid_ogsaa_naar_klokken_stilles(text: str, hour: int) -> None:
    found = written.moment(text)
    assert found is not None and found.hour == hour and found.tzinfo is None
