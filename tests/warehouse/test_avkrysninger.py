"""A box is 1, 0 or empty, and the three mean three things, against what the screen showed."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import duckdb
import pytest

from checks import answers as ans
from checks.codebook import load
from tests.warehouse.conftest import Register

BOXES = {form.id: [v for v in form.uttrekk() if v.type == "avkrysning"] for form in load() if form.fra_type}


def expected(forlop: dict[str, Any], row: dict[str, Any]) -> dict[str, int | None]:
    """What each box of the forløp means: ticked, there to be ticked in a completed form, or neither."""
    found: dict[str, int | None] = {}
    for form, boxes in BOXES.items():
        answers, status = forlop["svar"].get(form, {}), forlop["status"].get(form)
        is_open = (load().skjema[form].fra_type or 0) <= (row["forlopstype"] or 1)
        shape = ans.shape(form, row["StartdatoTO"] or row["lagret"].get(form))
        context = {
            name: forlop["svar"].get(of, {}).get(v) for name in shape.surroundings for of, v in [name.split(".")]
        }
        shown = ans.visible(shape, answers, context) if is_open and status == 1 else set()
        for box in boxes:
            ticked = is_open and answers.get(box.navn) == 1
            found[box.navn] = 1 if ticked else 0 if box.navn in shown else None
    return found


def test_krysset_av_ikke_krysset_av_og_ikke_spurt_er_tre_forskjellige_ting(demo: Register) -> None:
    with duckdb.connect(str(demo.snapshot), read_only=True) as con:
        saved: dict[int, dict[str, Any]] = {}
        for number, form, moment in con.sql("select forlop_id, skjema, sist_lagret from skjema").fetchall():
            saved.setdefault(number, {})[form] = moment and moment.astimezone(UTC).date()
    rows = demo.query(
        "analyse.duckdb",
        'select svar.*, o."ForlopsType1Num"::int as forlopstype from allevarnum svar'
        ' join forlopsoversikt o on svar."ForlopsID" = o."ForlopsID"::int',
    )
    seen: set[int | None] = set()
    for row in rows:
        number = row["ForlopsID"]
        wanted = expected(demo.forlop[number], row | {"lagret": saved[number]})
        seen |= set(wanted.values())
        assert {name: row[name] for name in wanted} == wanted, number
    assert seen == {0, 1, None}


@pytest.mark.parametrize("file", ["nasjonal.duckdb", "analyse.duckdb"])
def test_andelen_av_et_kryss_er_ikke_alltid_alle(demo: Register, file: str) -> None:
    """Found on ad0e55f: 151 boxes were never 0, so that a report that divides by the answers gave 100 % everywhere."""
    names = [box.navn for form in ("b11", "b22") for box in BOXES[form]]
    shares = ", ".join(f'avg("{name}") as "{name}"' for name in names)
    (row,) = demo.query(file, f"select {shares} from allevarnum")
    known = [share for share in row.values() if share is not None]
    assert len(known) > 60 and sum(share < 1 for share in known) > 0.9 * len(known)
    assert 0 < row["Opioid4a"] < 1 and 0 < row["Op22"] < 1


def test_klokeboken_sier_hva_de_tre_betyr(demo: Register) -> None:
    rows = demo.query("nasjonal.duckdb", "select kommentar from klokebok where type = 'Avkrysningsboks'")
    assert rows and all("0: ikke krysset av i et ferdigstilt skjema" in row["kommentar"] for row in rows)
