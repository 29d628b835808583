"""Proves the journal's files: what is kept is read again in order, what was given up is not, and damage is found."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from checks.errors import RegisterError
from ingest.journal import steps
from ingest.journal.reading import Reader
from ingest.journal.segments import TRANSACTION, Journal, Place, registers, segments
from ingest.vault import Vault
from tests.sizes import size

REGISTER, BEGINNING = "et-register", Place(0)
KEY = "en nøkkel"
DAMAGE = ("REG-275", "REG-279", "REG-280", "REG-281")


def begun(folder: Path) -> Journal:
    journal = Journal(folder, Vault(folder / "nøkkel", KEY), REGISTER)
    journal.begin(Place(0))
    return journal


def add(journal: Journal, before: Place, content: bytes, *, kept: bool | None = True) -> Place:
    entry = journal.entry(TRANSACTION, before, content)
    journal.append(entry)
    if kept is None:
        return entry.place
    if kept:
        journal.kept(entry.place)
        return entry.place
    journal.give_up(entry.place)
    return before


def contents(folder: Path, start: Place = BEGINNING, register: str = REGISTER, key: str = KEY) -> list[bytes]:
    reader = Reader(folder, Vault(folder / "nøkkel", key), register, start)
    return [record.content for record in reader.records()]


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda error: error.code == code)


def test_a_refusal_names_the_whole_path_of_the_folder(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    first = add(journal, Place(0), b"en")
    for start, register in ((Place(9), REGISTER), (Place(0), "et annet"), (Place(first.nr, "0" * 64), REGISTER)):
        with pytest.raises(RegisterError, match=f"Journalen i mappen {re.escape(str(tmp_path))} "):
            contents(tmp_path, start, register)


def test_records_are_read_in_order_across_files_and_from_a_place(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    first = add(journal, Place(0), b"en")
    second = add(journal, first, b"to")
    journal.begin(second)
    add(journal, second, b"tre")
    assert contents(tmp_path) == [b"en", b"to", b"tre"]
    assert contents(tmp_path, first) == [b"to", b"tre"]
    assert contents(tmp_path, second) == [b"tre"]


def test_a_record_that_was_given_up_is_not_read_and_its_number_is_used_again(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    first = add(journal, Place(0), b"en")
    again = add(journal, first, b"feilet", kept=False)
    third = add(journal, again, b"to")
    assert third.nr == 2
    assert contents(tmp_path) == [b"en", b"to"]
    assert contents(tmp_path, third) == []


def test_only_the_last_record_is_of_unknown_fate(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    first = add(journal, Place(0), b"en", kept=None)
    add(journal, first, b"to", kept=None)
    reader = Reader(tmp_path, Vault(tmp_path / "nøkkel", KEY), REGISTER, Place(0))
    assert [record.kept for record in reader.records()] == [True, None]


def test_what_was_not_written_to_its_end_is_left_out_and_cut_off(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    first = add(journal, Place(0), b"en")
    whole = (tmp_path / "000000000001.journal").stat().st_size
    add(journal, first, b"to" * 50, kept=None)
    journal.close()
    file = segments(tmp_path)[0].path
    for end in (whole + 3, whole + 30, file.stat().st_size - 1):
        file.write_bytes(file.read_bytes()[:end])
        reader = Reader(tmp_path, Vault(tmp_path / "nøkkel", KEY), REGISTER, first)
        assert list(reader.records()) == []
        assert reader.unfinished
        assert reader.end == whole
        assert reader.segment is not None
        journal.resume(reader.segment, reader.end)
        assert file.stat().st_size == whole
        add(journal, first, b"to" * 50, kept=None)
        journal.close()
    assert contents(tmp_path) == [b"en", b"to" * 50]


def test_another_register_another_history_another_key_and_a_missing_file(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    first = add(journal, Place(0), b"en")
    journal.begin(first)
    second = add(journal, first, b"to")
    with refused("REG-280"):
        contents(tmp_path, register="et annet")
    with refused("REG-280"):
        contents(tmp_path, Place(1, "f" * 64))
    with refused("REG-275"):
        contents(tmp_path, key="en annen")
    with refused("REG-281"):
        contents(tmp_path, Place(second.nr + 1, second.kjede))
    segments(tmp_path)[0].path.unlink()
    assert contents(tmp_path, first) == [b"to"]
    with refused("REG-281"):
        contents(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 4000,
        b'{"register": [], "etter": 0, "kjede": "", "nokkel": ""}',
        b'{"register": "et-register", "etter": Infinity, "kjede": "", "nokkel": ""}',
        b'{"register": "et-register", "etter": 0, "kjede": {}, "nokkel": ""}',
    ],
    ids=["deep", "no name", "no number", "no chain"],
)
def test_a_first_line_that_no_program_wrote_is_damage(tmp_path: Path, line: bytes) -> None:
    begun(tmp_path).close()
    segments(tmp_path)[0].path.write_bytes(line + b"\n")
    with refused("REG-279"):
        segments(tmp_path)
    assert registers(tmp_path) == set()


def test_a_flipped_bit_never_gives_other_contents(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    place, said = Place(0), []
    for number in range(12):
        said.append(b"innhold %d" % number * 9)
        place = add(journal, place, said[-1])
    journal.close()
    file = segments(tmp_path)[0].path
    whole, chance = file.read_bytes(), random.Random(5)
    for _ in range(size(300, 3000)):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        try:
            found = contents(tmp_path)
        except RegisterError as error:
            assert error.code in DAMAGE
            continue
        assert found == said[: len(found)]
        # A register that holds all twelve finds that the last is damaged, and not that it was never finished.
        if len(found) < len(said):
            with pytest.raises(RegisterError, check=lambda error: error.code in DAMAGE):
                contents(tmp_path, place)
    file.write_bytes(whole)
    assert contents(tmp_path) == said


def test_every_kind_of_value_comes_back_as_it_was() -> None:
    frame = pl.DataFrame(
        {"tid": [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)], "salt": [b"\x00\xff"], "dag": [date(2026, 1, 2)]}
    )
    given = [
        steps.run(
            "update t set a = ?", [None, True, 1, 2.5, "æøå 😀", datetime(2026, 1, 2, tzinfo=UTC), date(2026, 1, 2)]
        ),
        steps.run("update t set a = $en", {"en": b"\x00", "to": ["a", "b"]}),
        steps.run_many("insert into t values (?)", [[1], ["to"]]),
        steps.insert("t", frame),
    ]
    done = steps.from_bytes(steps.to_bytes(steps.Done(datetime(2026, 1, 2, tzinfo=UTC), given)))
    assert done.tid == datetime(2026, 1, 2, tzinfo=UTC)
    assert [step.text for step in done.steps] == [step.text for step in given]
    assert list(done.steps[0].values) == list(given[0].values)
    assert done.steps[1].values == given[1].values
    assert done.steps[3].values.equals(frame)
    assert done.steps[3].values.schema == frame.schema


@pytest.mark.parametrize(
    "sql", ["insert into t values (now())", "update t set a = random()", "delete from t where d < current_date"]
)
def test_a_statement_whose_result_is_another_the_next_time_is_refused(sql: str) -> None:
    with pytest.raises(ValueError, match="kan ikke gjentas"):
        steps.writes(steps.run(sql, []))


def test_a_value_named_as_the_journal_names_its_kinds_is_kept_as_it_was() -> None:
    moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    given = [steps.run("update t set a = $tid", {"tid": moment}), steps.run("update t set a = $byte", {"byte": b"x"})]
    done = steps.from_bytes(steps.to_bytes(steps.Done(moment, given)))
    assert [step.values for step in done.steps] == [{"tid": moment}, {"byte": b"x"}]
