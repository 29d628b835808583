"""Every published file tells what changed in the codebook from one publishing to the next, and a delivery says when codes did."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import fastexcel
import pytest
import yaml

from checks.codebook import load, loader, read
from exports import codebook_log, history
from exports import publish as publishing
from exports.build import BuildError
from exports.delivery import Told, deliver
from exports.klokebok_files import write_klokebok_excel, write_klokebok_html
from exports.selection import Recipe, recipe
from tests.codebooks import asked, changed
from tests.warehouse.conftest import MOMENT, copied

Publish = Callable[..., publishing.PublishResult]
NEW_CODE = {8: {"tekst": "Nytt", "fra": date(2025, 6, 1)}}


def _tilsett(data: dict[str, Any]) -> None:
    asked(data, "Tilsett")["koder"] = {**asked(data, "Tilsett")["koder"], 1: "Jada", **NEW_CODE}
    asked(data, "HenvistDato").update(ledetekst="Dagen for henvisningen")


@pytest.fixture(scope="module")
def publish(built: tuple[Path, Path]) -> Iterator[Publish]:
    """publish(data, day) with real files and without dbt."""

    def run(data: Path, day: int = 0) -> publishing.PublishResult:
        return publishing.publish(
            take_snapshot=copied(built[0]),
            data=data,
            clock=lambda: MOMENT + timedelta(days=day),
            progress=lambda _: None,
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "build", lambda work, plan: shutil.copy(built[1], work / "warehouse.duckdb") and None)
        yield run


@pytest.fixture(scope="module")
def twice(publish: Publish, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """(data, the name of the first codebook, the id of the publishing that changed it), after a third with the same codebook."""
    folder = tmp_path_factory.mktemp("endret")
    data, first = folder / "data", load().navn
    publish(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "FOLDER", changed(folder / "kodebok", {"to": _tilsett}))
        second = publish(data, 1)
        publish(data, 2)
    return data, first, second.id


def told(file: Path) -> list[dict[str, Any]]:
    with duckdb.connect(str(file), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        return con.sql(codebook_log.TABLE).pl().to_dicts()


def test_den_forste_publiseringen_har_ingen_endringer_og_sier_det(publish: Publish, tmp_path: Path) -> None:
    file = publish(tmp_path).folder / "nasjonal.duckdb"
    assert told(file) == []
    write_klokebok_html(file, tmp_path / "k.html")
    page = (tmp_path / "k.html").read_text(encoding="utf-8")
    assert "siden publiseringen 01.02.2026 kl. 04:00" in page
    assert "Ingen: alle publiseringene siden da er laget med den samme kodeboken." in page


def test_hver_fil_sier_hvilken_publisering_som_endret_hva(twice: tuple[Path, str, str]) -> None:
    data, first, second = twice
    files = sorted((data / "published").glob("*.duckdb"))
    rows = told(data / "published" / "nasjonal.duckdb")
    assert len(files) > 2 and all(told(file) == rows for file in files)
    assert {(r["publisering"], r["kodebok_foer"], r["tid"]) for r in rows} == {
        (second, first, MOMENT + timedelta(days=1))
    }
    seen = {(r["variabel"], r["slag"]): (r["foer"], r["etter"], r["gjelder_fra"]) for r in rows}
    day = date(2026, 2, 2)
    assert seen[("Tilsett", "ny kode")] == ("", "8 Nytt", date(2025, 6, 1))
    assert seen[("Tilsett", "kodens tekst")][1:] == ("1 Jada", day)
    assert seen[("HenvistDato", "ledetekst")][1:] == ("Dagen for henvisningen", day)
    assert {r["tabell"] for r in rows} == {load().skjema["to"].tabell}
    assert [r["nr"] for r in rows] == list(range(1, len(rows) + 1))


def test_kodebokene_beholdes_og_kan_leses_igjen(twice: tuple[Path, str, str]) -> None:
    kept = {path.name for path in (twice[0] / codebook_log.KEPT).iterdir()}
    assert len(kept) == 2 and load().versjon in kept
    assert all(read(twice[0] / codebook_log.KEPT / name).versjon == name for name in kept)


def test_en_publisering_som_stopper_forer_ingenting(
    publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path)
    monkeypatch.setattr(loader, "FOLDER", changed(tmp_path / "kodebok", {"to": _tilsett}))
    with monkeypatch.context() as patch:

        def stopped(*_: object) -> None:
            raise BuildError("en kontroll")

        patch.setattr(publishing, "write_files", stopped)
        with pytest.raises(Exception, match="en kontroll"):
            publish(tmp_path, 1)
    assert told(tmp_path / "published" / "nasjonal.duckdb") == []
    third = publish(tmp_path, 2)
    assert {row["publisering"] for row in told(third.folder / "nasjonal.duckdb")} == {third.id}


def test_en_fil_som_er_skadet_glemmer_ikke_endringene(
    twice: tuple[Path, str, str], publish: Publish, tmp_path: Path
) -> None:
    """The other files tell the same. Back with the codebook of the beginning, the next publishing adds to what was told."""
    shutil.copytree(twice[0], data := tmp_path / "data", symlinks=True)
    before = told(data / "published" / "nasjonal.duckdb")
    (data / "published" / "nasjonal.duckdb").write_bytes(b"skadet")
    after = told(publish(data, 3).folder / "nasjonal.duckdb")
    assert before and after[: len(before)] == before and len(after) > len(before)


def test_en_kodebok_som_ikke_er_beholdt_sies_fra_om(
    publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load().navn
    publish(tmp_path)
    shutil.rmtree(tmp_path / codebook_log.KEPT)
    monkeypatch.setattr(loader, "FOLDER", changed(tmp_path / "kodebok", {"to": _tilsett}))
    (row,) = told(publish(tmp_path, 1).folder / "nasjonal.duckdb")
    assert (row["slag"], row["foer"], row["etter"]) == (codebook_log.UNKNOWN, first, load().navn)


def test_klokeboken_har_endringene(twice: tuple[Path, str, str], tmp_path: Path) -> None:
    file = twice[0] / "published" / "nasjonal.duckdb"
    write_klokebok_html(file, tmp_path / "k.html")
    page = (tmp_path / "k.html").read_text(encoding="utf-8")
    assert 'href="#endringer"' in page and "koden 1 heter «Jada»; før" in page
    assert "Publiseringen 02.02.2026 kl. 04:00" in page
    write_klokebok_excel(file, tmp_path / "k.xlsx")
    book = fastexcel.read_excel(tmp_path / "k.xlsx")
    sheet = book.load_sheet("Endringer").to_polars()
    assert sheet["endring"].to_list() == [row["endring"] for row in told(file)]
    assert sheet["tid"][0] == datetime(2026, 2, 2, 4, 0)
    assert book.load_sheet("Versjon").to_polars()["endringer_fra"].to_list() == [datetime(2026, 2, 1, 4, 0)]


def _days(file: Path) -> tuple[date, date]:
    with duckdb.connect(str(file), read_only=True) as con:
        ((first, last),) = con.sql('select min("HovedDato"), max("HovedDato") from forlopsoversikt').fetchall()
    return first, last


def test_en_leveranse_over_endringen_sier_det_i_en_setning(twice: tuple[Path, str, str], tmp_path: Path) -> None:
    file = twice[0] / "published" / "nasjonal.duckdb"
    first, last = _days(file)
    assert first < date(2025, 6, 1) <= last, "the made register must have forløp on both sides of the day"
    across = deliver(file, Recipe(variabler=("Tilsett", "StSmRo12")), tmp_path / "over")
    assert across.codes == (
        "Kodene er ikke de samme i hele tiden leveransen dekker, for Tilsett (01.06.2025). Se klokeboken og kodebokendringer."
    )
    said = yaml.safe_load((tmp_path / "over" / "opphav.yaml").read_text(encoding="utf-8"))
    assert said["koder"] == across.codes
    assert "kodens tekst" in (tmp_path / "over" / "kodebokendringer.csv").read_text(encoding="utf-8-sig")
    for name, chosen in {
        "andre variabler": {"variabler": ["StSmRo12"]},
        "etter dagen": {"variabler": ["Tilsett"], "fra": "2025-06-01"},
        "før dagen": {"variabler": ["Tilsett"], "til": "2025-05-31"},
    }.items():
        assert deliver(file, recipe(chosen), tmp_path / name).codes == "", name
        assert "koder" not in yaml.safe_load((tmp_path / name / "opphav.yaml").read_text(encoding="utf-8"))


def test_slik_det_var_for_endringen_sies_det_ogsaa(
    twice: tuple[Path, str, str], built: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are made with the codebook of today, also of what was registered under an earlier one."""
    monkeypatch.setattr(history, "build", lambda work, plan: shutil.copy(built[1], work / "warehouse.duckdb"))
    with history.rebuilt(twice[0], copied(built[0]), MOMENT, 5) as folder:
        late = recipe({"variabler": ["Tilsett"], "fra": "2025-06-01"})
        assert "for Tilsett (" in deliver(folder / "nasjonal.duckdb", late, tmp_path / "ut").codes
        assert told(folder / "nasjonal.duckdb") == told(twice[0] / "published" / "nasjonal.duckdb")


def test_en_fil_fra_et_eldre_program_sier_ingenting(twice: tuple[Path, str, str], tmp_path: Path) -> None:
    file = tmp_path / "gammel.duckdb"
    shutil.copy(twice[0] / "published" / "nasjonal.duckdb", file)
    with duckdb.connect(str(file)) as con:
        con.execute("drop table kodebokendringer")
    assert replace(deliver(file, Recipe(), tmp_path / "ut"), small=[]) == Told([], "")
    write_klokebok_html(file, tmp_path / "k.html")
    write_klokebok_excel(file, tmp_path / "k.xlsx")
    assert "endringer" not in (tmp_path / "k.html").read_text(encoding="utf-8")
