"""A datadump is imported as it came, whatever program has saved it again; the shapes are from reports of other systems."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import pytest
import xlsxwriter

from checks.codebook import load
from exports.package import write_package
from ingest import store
from ingest.oqr import Outcome, import_package
from tests.support import SC
from tests.warehouse.conftest import MOMENT, Register

Rows = list[list[str]]
Saved = Callable[[Rows], bytes]
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)( \d\d:\d\d)?(:\d\d)?")
FORMS = {form.tabell: form for form in load()}
NOT_IN_2017 = {
    "PVK_RESERVATION_STATUS",
    "PATIENT_ACCEPTABLEPAIN",
    "PATIENT_FUNCTIONLEVEL",
    "CAREGIVER_DOCTOR_ADVICE",
    "CAREGIVER_DOCTOR_ADVICE_TIMES",
    "CAREGIVER_PRIEST",
    "CAREGIVER_PRIEST_TIMES",
}


@pytest.fixture(scope="module")
def package(demo: Register, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """The smallest unit's package: the rows of each file, by its name."""
    unit = min((demo.data / "published").glob("lokal-*.duckdb"), key=lambda f: f.stat().st_size).resolve()
    folder = write_package(unit, tmp_path_factory.mktemp("pakke"), date(2026, 2, 1))
    return {
        f.name: list(csv.reader(io.StringIO(f.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))
        for f in folder.iterdir()
        if "_datadump_" in f.name
    }


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Store]:
    made = store.create(tmp_path_factory.mktemp("tomt") / "tomt.duckdb", clock=lambda: MOMENT)
    yield made
    made.close()


def plain(rows: Rows, separator: str = ";", quoting: Literal[0, 1, 2] = csv.QUOTE_MINIMAL, end: str = "\r\n") -> str:
    made = io.StringIO()
    csv.writer(made, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)
    return made.getvalue()


def _excel_cell(text: str) -> str:
    """The cell as Norwegian Excel shows it, and saves it in a csv file: dates turned, times without seconds, its own minus."""
    if found := _MOMENT.fullmatch(text):
        return f"{found[3]}.{found[2]}.{found[1]}{found[4] or ''}"
    return text.replace("-", "\u2212") if re.fullmatch(r"-\d+", text) else text


def as_excel(rows: Rows) -> Rows:
    return [rows[0], *([_excel_cell(cell) for cell in row] for row in rows[1:])]


def as_pandas(rows: Rows) -> Rows:
    """Whole numbers with a decimal in a column that has empty cells, and decimal point, as pandas writes them."""
    changed = [list(row) for row in rows]
    for place in range(len(rows[0])):
        cells = [row[place] for row in rows[1:] if row[place]]
        floats = all(re.fullmatch(r"-?\d+(,\d+)?", cell) for cell in cells) and len(cells) < len(rows) - 1
        for row in changed[1:] if floats else []:
            row[place] = row[place] and str(float(row[place].replace(",", ".")))
    return changed


def workbook(rows: Rows) -> bytes:
    """A workbook with real dates and numbers."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"default_date_format": "dd.mm.yyyy hh:mm"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if found := _MOMENT.fullmatch(cell):
                    sheet.write_datetime(number, place, datetime.fromisoformat(found[0]))
                elif re.fullmatch(r"-?\d+(,\d+)?", cell):
                    sheet.write_number(number, place, float(cell.replace(",", ".")))
                elif cell:
                    sheet.write_string(number, place, cell)
    return made.getvalue()


def turned(rows: Rows) -> Rows:
    """The same columns in another order."""
    return [row[::-1] for row in rows]


def without(rows: Rows, names: set[str]) -> Rows:
    kept = [place for place, name in enumerate(rows[0]) if name not in names]
    return [[row[place] for place in kept] for row in rows]


SHAPES: dict[str, Saved] = {
    "som den er": lambda rows: plain(rows).encode("utf-8-sig"),
    "alt i anførselstegn, som OQR i 2017": lambda rows: plain(rows, quoting=csv.QUOTE_ALL).encode(),
    "tekster i anførselstegn": lambda rows: plain(rows, quoting=csv.QUOTE_NONNUMERIC).encode("utf-8-sig"),
    "komma": lambda rows: plain(rows, ",").encode(),
    "tabulator i UTF-16": lambda rows: plain(rows, "\t").encode("utf-16"),
    "Windows-1252": lambda rows: plain(rows).encode("cp1252"),
    "lagret igjen av Excel": lambda rows: plain(as_excel(rows)).encode("utf-8-sig"),
    "lagret igjen av Excel i Windows-1252": lambda rows: plain(as_excel(rows)).replace("\u2212", "-").encode("cp1252"),
    "lagret igjen av pandas": lambda rows: plain(as_pandas(rows), ",", end="\n").encode(),
    "arbeidsbok fra Excel": workbook,
    "kolonnene i en annen rekkefølge": lambda rows: plain(turned(rows)).encode(),
    "små bokstaver og mellomrom i overskriften": lambda rows: plain(
        [[f" {name.lower()} " for name in rows[0]], *rows[1:]]
    ).encode(),
    "skilletegn sist på linjene": lambda rows: plain(rows).replace("\r\n", ";\r\n").encode(),
    "tomme linjer": lambda rows: plain(rows).replace("\r\n", "\r\n\r\n").encode(),
    "overskriften en gang til": lambda rows: plain([*rows, rows[0]]).encode(),
    "sep= på første linje": lambda rows: f"sep=;\r\n{plain(rows)}".encode(),
    "uten det ingen ble spurt om i 2017": lambda rows: plain(without(rows, NOT_IN_2017)).encode(),
}


def saved(package: dict[str, Rows], folder: Path, shape: Saved, end: str = "csv") -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in package.items():
        (folder / name).with_suffix(f".{end}").write_bytes(shape(rows))
    return folder


def run(target: store.Store, folder: Path) -> Outcome:
    with target.read(SC) as tx:
        return import_package(tx, [folder], dry_run=True, accept_valid=False)


def forlop(package: dict[str, Rows]) -> int:
    return len(next(rows for name, rows in package.items() if "_forlopsoversikt_" in name)) - 1


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_en_dump_leses_i_alle_former(
    package: dict[str, Rows], empty: store.Store, tmp_path: Path, shape: Saved
) -> None:
    end = "xlsx" if shape is workbook else "csv"
    outcome = run(empty, saved(package, tmp_path, shape, end))
    assert (outcome.stopped, outcome.refused, outcome.changed) == ((), (), ())
    assert (outcome.imported, outcome.unread) == (forlop(package), ())


def answers(package: dict[str, Rows], folder: Path, shape: Saved, **options: str) -> list[dict[str, object]]:
    """What is stored of the package saved in a shape."""
    target = store.create(folder.with_suffix(".duckdb"), clock=lambda: MOMENT)
    try:
        with target.write(SC) as tx:
            import_package(tx, [saved(package, folder, shape, **options)], dry_run=False, accept_valid=False)
            return tx.rows(
                "select forlop_id, skjema, status, bruker, date_trunc('minute', tid) as tid, svar "
                "from register.skjemaversjon order by all"
            )
    finally:
        target.close()


def test_det_som_lagres_er_det_samme(package: dict[str, Rows], tmp_path: Path) -> None:
    first = answers(package, tmp_path / "en", SHAPES["som den er"])
    assert first
    assert answers(package, tmp_path / "to", SHAPES["lagret igjen av Excel"]) == first
    assert answers(package, tmp_path / "tre", workbook, end="xlsx") == first


def test_filnavn_som_registeret_og_nettlesere_har_gitt_dem(
    package: dict[str, Rows], empty: store.Store, tmp_path: Path
) -> None:
    folder = saved(package, tmp_path / "pakke", SHAPES["som den er"])
    for file in list(folder.iterdir()):
        table = file.name.split("_datadump_")[0].removeprefix("smertereg_")
        new = {"mce": "SmerteReg_mce_datadump.05.10.2017.csv", "hads": f"{file.stem} (1).csv"}.get(table, file.name)
        file.rename(folder / new)
    assert run(empty, folder).imported == forlop(package)
    again = folder / "smertereg_mce_datadump_2026-02-01.csv"
    shutil.copy(folder / "SmerteReg_mce_datadump.05.10.2017.csv", again)
    [twice] = run(empty, folder).stopped
    assert (twice.kode, "er begge tabellen mce" in twice.melding) == ("REG-505", True)


def test_kolonner_fra_2017_som_kodeboken_ikke_har_nevnes_hver_for_seg(
    package: dict[str, Rows], empty: store.Store, tmp_path: Path
) -> None:
    """Found on ad0e55f: the 28 columns of 2017 that the codebook does not have were dropped without a word."""
    old = ["SUFFICIENT", "PAINCAT", "ACUTECODE", "PRIM_WIDE", "LOCAL_PRIM"]

    def shape(rows: Rows) -> bytes:
        if "SUPERVISION" not in rows[0]:
            return SHAPES["som den er"](rows)
        return plain([rows[0] + old, *(row + ["1"] * len(old) for row in rows[1:])], quoting=csv.QUOTE_ALL).encode()

    outcome = run(empty, saved(package, tmp_path, shape))
    assert [(f.tabell, f.kolonne, f.fil) for f in outcome.unread] == [
        ("mce", name, "smertereg_mce_datadump_2026-02-01.csv") for name in old
    ]
    assert (outcome.imported, outcome.refused) == (forlop(package), ())
    mce = next(rows for name, rows in package.items() if "_mce_" in name)
    reason = mce[0].index("NOCONSENT_REASON")
    old_codes = sum(row[reason] in ("3", "4") for row in mce[1:])
    assert old_codes and [f"{old_codes} linjer har 3 eller 4" in note for _, note in outcome.notes] == [True]


def test_vet_ikke_i_hads_fra_2017_er_et_ledd_som_mangler(
    package: dict[str, Rows], empty: store.Store, tmp_path: Path
) -> None:
    """Found on ad0e55f: a forløp with code 9 was refused, and 9 added to the sum."""
    heading = next(rows[0] for rows in package.values() if "ANXIETYSCORE" in rows[0])
    items = [heading.index(f"Q{n}") for n in (1, 3, 5)]  # of the seven of anxiety
    left = [heading.index(f"Q{n}") for n in (7, 9, 11, 13)]
    score = heading.index("ANXIETYSCORE")

    def shape(rows: Rows) -> bytes:
        if "ANXIETYSCORE" not in rows[0]:
            return SHAPES["som den er"](rows)
        changed = [list(row) for row in rows]
        for row in changed[1:]:
            if row[score] and all(row[place] for place in left):
                for place in items:
                    row[place] = "9"
                points = sum(int(row[place]) for place in left)
                row[score] = str((2 * 7 * points + 4) // 8)
        return SHAPES["som den er"](changed)

    outcome = run(empty, saved(package, tmp_path, shape))
    assert (outcome.refused, outcome.changed, outcome.imported) == ((), (), forlop(package))


def test_tegnsettet_som_ble_gjettet_staar_med_filens_navn(
    package: dict[str, Rows], empty: store.Store, tmp_path: Path
) -> None:
    notes = run(empty, saved(package, tmp_path, SHAPES["Windows-1252"])).notes
    assert notes and all("Windows-1252" in note and name.startswith("smertereg_") for name, note in notes)


def _american(text: str) -> str:
    found = _MOMENT.fullmatch(text)
    return f"{int(found[2])}/{int(found[3])}/{found[1]}" if found and not found[4] else text


def test_datoer_med_maaneden_foerst_stopper_hele_importen(
    package: dict[str, Rows], empty: store.Store, tmp_path: Path
) -> None:
    """Forløp whose days all were 12 or less were imported with other dates than they had."""
    folder = saved(package, tmp_path, lambda rows: plain([[_american(cell) for cell in row] for row in rows]).encode())
    with empty.read(SC) as tx:
        outcome = import_package(tx, [folder], dry_run=True, accept_valid=True)
    assert {found.kode for found in outcome.stopped} == {"REG-502"}
    assert outcome.imported == 0
