"""Proves which day's edition of the codebook a form is judged by, and that whole frames are parted by edition."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.codebook import Tid, Utgave, editions_file, load, loader, read
from checks.edition_day import by_edition, judged_on, split
from tests.codebooks import Change, asked, changed

CHANGE = date(2027, 1, 1)
BEFORE, AFTER = date(2026, 12, 31), date(2027, 1, 2)


@pytest.fixture
def _two_editions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A codebook that asks whether the patient was seen until the day of the change."""
    folder = changed(tmp_path / "kodebok", {"to": lambda d: asked(d, "Tilsett").update(til=CHANGE)})
    monkeypatch.setattr(loader, "FOLDER", folder)
    assert load().skifter[-1] == CHANGE


def parts(*days: date) -> list[tuple[date, list[int]]]:
    frame = pl.DataFrame({"nr": range(len(days))}, schema={"nr": pl.Int64})
    return [(first, part["nr"].to_list()) for first, part in split(frame, pl.Series(days, dtype=pl.Date))]


@pytest.mark.usefixtures("_two_editions")
def test_the_rows_of_each_edition_come_apart_with_its_first_day() -> None:
    earlier = load().utgave_fra(BEFORE)
    assert earlier < BEFORE
    assert parts(AFTER, BEFORE, CHANGE) == [(earlier, [1]), (CHANGE, [0, 2])]
    assert parts(BEFORE, BEFORE) == [(earlier, [0, 1])]
    assert parts(date(1999, 1, 1), CHANGE) == [(date.min, [0]), (CHANGE, [1])]
    assert parts() == [(date.min, [])]


@pytest.mark.usefixtures("_two_editions")
def test_what_is_done_by_edition_comes_back_in_the_order_it_had() -> None:
    frame = pl.DataFrame({"nr": [3, 1, 2]})
    days = pl.Series([AFTER, BEFORE, CHANGE], dtype=pl.Date)
    done = by_edition(frame, days, lambda first, part: part.with_columns(pl.lit(first).alias("fra")))
    assert done.rows() == [(3, CHANGE), (1, load().utgave_fra(BEFORE)), (2, CHANGE)]
    assert done.columns == ["nr", "fra"]


@pytest.mark.parametrize(
    ("form", "answers", "startdato", "day"),
    [
        ("b11", {}, BEFORE, BEFORE),
        ("b11", {}, None, AFTER),
        ("to", {"StartdatoTO": "2027-01-01"}, BEFORE, CHANGE),
        ("to", {}, BEFORE, AFTER),
        ("to", {"StartdatoTO": "i går"}, BEFORE, AFTER),
    ],
)
def test_the_day_is_the_startdato_and_today_while_there_is_none(
    form: str, answers: dict[str, str], startdato: date | None, day: date
) -> None:
    assert judged_on(load().skjema[form], answers, startdato, AFTER) == day


IN_USE, NOT_IN_USE = (Utgave("u", "U", None, None, i_bruk) for i_bruk in (True, False))


@pytest.mark.parametrize(
    ("tid", "asked_on"),
    [
        (Tid(), [BEFORE, CHANGE, AFTER]),
        (Tid(fra=CHANGE), [CHANGE, AFTER]),
        (Tid(til=CHANGE), [BEFORE]),
        (Tid(fra=CHANGE, til=AFTER), [CHANGE]),
        (Tid(fra=CHANGE, utgave=IN_USE), [CHANGE, AFTER]),
        (Tid(utgave=NOT_IN_USE), []),
    ],
)
def test_a_question_is_asked_from_its_first_day_and_until_the_first_day_without_it(
    tid: Tid, asked_on: list[date]
) -> None:
    assert [day for day in (BEFORE, CHANGE, AFTER) if tid.gjelder(day)] == asked_on
    assert tid.skifter == (() if tid.utgave is NOT_IN_USE else tuple(d for d in (tid.fra, tid.til) if d))


def test_everything_of_a_block_goes_out_with_it(tmp_path: Path) -> None:
    def out(*blocks: str) -> Change:
        def change(data: dict[str, Any]) -> None:
            for block in (b for s in data["seksjoner"] for b in s["felt"]):
                if any(block.get(key) in blocks for key in ("navn", "behandlere", "opioidtabell")):
                    block["til"] = CHANGE

        return change

    book = read(changed(tmp_path / "kodebok", {"b11": out("Opioider", "LAR"), "b22": out("Behandlere")}))
    before, after = ({v.navn: v for form in book.utgave(day) for v in form.alle if v.aktiv} for day in (BEFORE, CHANGE))
    table = book.skjema["b11"].opioidtabell
    assert table is not None and after.keys() < before.keys()
    clinicians = {v.navn for v in before.values() if v.skjema == "b22" and v.gruppe == "Behandlere"}
    counts = {name for name in before if name.startswith("AntTils")}
    doses = {v.navn for row in table.rader for v in (row.dose, row.omeq)}
    assert len(doses) == 2 * len(table.rader) and clinicians and counts
    assert before.keys() - after.keys() == {"LAR", table.sum.navn} | doses | clinicians | counts


def test_a_code_is_offered_and_accepted_while_it_is_valid(tmp_path: Path) -> None:
    def codes(data: dict[str, Any]) -> None:
        asked(data, "Tilsett")["koder"].update(
            {5: {"tekst": "Fem", "til": CHANGE}, 7: {"tekst": "Sju", "utgave": "reservasjon"}}
        )

    book = read(changed(tmp_path / "kodebok", {"to": codes}))
    for at, valid, offered in (
        (book, {1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5}),
        (book.utgave(BEFORE), {1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5}),
        (book.utgave(CHANGE), {1, 2, 3, 4, 6}, {1, 2, 3, 4}),
    ):
        found = at.variabel("Tilsett").koder
        assert ({k.kode for k in found if k.aktiv}, {k.kode for k in found if k.tilbys}) == (valid, offered)


def test_a_code_list_may_say_when_its_codes_are_valid(tmp_path: Path) -> None:
    folder = changed(tmp_path / "kodebok", {})
    path = folder / "lists" / "nrs.csv"
    first, *rows = path.read_text(encoding="utf-8").splitlines()
    more = {"0": ",2027-01-01,,", "1": ",,2027-01-01,", "2": ",,,reservasjon"}
    lines = [f"{first},fra,til,utgave", *(row + more.get(row.partition(",")[0], ",,,") for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    book = read(folder)
    before, after = (
        {k.kode for k in book.utgave(day).variabel("StSmRo12").koder if k.aktiv} for day in (BEFORE, CHANGE)
    )
    assert (before - after, after - before) == ({1}, {0})
    assert 2 not in before | after and 3 in before & after


def test_an_edition_in_use_is_what_a_file_that_says_so_gives_and_one_nobody_knows_changes_nothing(
    tmp_path: Path,
) -> None:
    folder = changed(tmp_path / "kodebok", {})
    said = (folder / loader.EDITIONS).read_text(encoding="utf-8")
    assert editions_file.in_use(said, {}) == editions_file.in_use(said, {"ukjent": CHANGE}) == said
    taken = read(folder, (("reservasjon", CHANGE),))
    assert taken.begynner("reservasjon") == CHANGE and taken.utgaver["samtykke"].til == CHANGE
    assert [taken.utgave(day).gjeldende for day in (BEFORE, CHANGE)] == [{"samtykke"}, {"reservasjon"}]
    (folder / loader.EDITIONS).write_text(editions_file.in_use(said, {"reservasjon": CHANGE}), encoding="utf-8")
    shutil.copytree(folder, tmp_path / "kopi")
    assert read(tmp_path / "kopi").versjon == taken.versjon != load().versjon
    assert load().begynner("reservasjon") is None
