"""The files for the national results portal against the marts, and against the national rows counted in plain Python."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.resultatportal import receiver
from checks.resultatportal.ids import Ids
from exports.resultatportal.handing_over import hand_over
from tests.unit.test_resultatportal_ids import shipped
from tests.unit.test_resultatportal_page import told_by_the_register
from tests.warehouse.conftest import Register
from tests.warehouse.test_kvalitetsindikatorer import said

YEAR, SMALLEST = 2025, 2
Sums = dict[tuple[str, str], tuple[Decimal, int]]


@pytest.fixture(scope="module")
def ids() -> Ids:
    return Ids.model_validate(shipped())


@pytest.fixture(scope="module")
def folder(demo: Register, ids: Ids, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("portal") / "ut"
    source = demo.data / "published" / "analyse.duckdb"
    hand_over(source, found, YEAR, ids, "skde.yml", told_by_the_register(), SMALLEST)
    return found


def rows(folder: Path, kind: str) -> list[dict[str, Any]]:
    text = (folder / f"smertereg_skde_{YEAR}_{kind}.csv").read_text(encoding="utf-8")
    table = receiver.read(text)
    return [
        dict(zip(table.names, row, strict=True)) for row in zip(*(table.texts(n) for n in table.names), strict=True)
    ]


def counted(demo: Register) -> Sums:
    """(indicator, unit) -> sums over the rows of the national file, whose forløp started in the year."""
    found: Sums = defaultdict(lambda: (Decimal(0), 0))
    for row in demo.query("nasjonal.duckdb", f'select * from allevarnum where year("StartdatoTO") = {YEAR}'):
        for indicator, value in said(row).items():
            if value is not None:
                total, count = found[indicator, row["AvdRESH"]]
                found[indicator, row["AvdRESH"]] = (total + Decimal(value), count + 1)
    for row in demo.query("analyse.duckdb", f"select * from dekning_forlop where year(maaned) = {YEAR}"):
        if row["n_inkl_krit_oppf"]:
            total, count = found["dekningsgrad", row["AvdRESH"]]
            found["dekningsgrad", row["AvdRESH"]] = (total + row["n_inklusjon_status"], count + 1)
    return {key: value for key, value in found.items() if value[1] >= SMALLEST}


def test_hver_andel_er_summen_av_enhetens_nasjonale_forlop(demo: Register, folder: Path, ids: Ids) -> None:
    units = ids.units(YEAR)
    chosen = {i.indikator: i.ind_id for i in ids.indikatorer if i.indikator != "I10"}
    expected = {
        (chosen[indicator], units[resh].orgnr): (str(int(total)), str(count))
        for (indicator, resh), (total, count) in counted(demo).items()
        if indicator in chosen
    }
    found = {(row["ind_id"], row["orgnr"]): (row["var"], row["denominator"]) for row in rows(folder, "andeler")}
    assert found == expected and len(found) > 50


def test_snittet_paa_hvert_nivaa_er_over_alle_forlop_under(demo: Register, folder: Path, ids: Ids) -> None:
    units = ids.units(YEAR)
    sums: dict[str, tuple[Decimal, int]] = defaultdict(lambda: (Decimal(0), 0))
    for (indicator, resh), (total, count) in counted(demo).items():
        unit = units[resh]
        for orgnr in {unit.orgnr, unit.hf, unit.rhf, ids.nasjon} - {""} if indicator == "I10" else ():
            sums[orgnr] = (sums[orgnr][0] + total, sums[orgnr][1] + count)
    found = {row["orgnr"]: row for row in rows(folder, "gjennomsnitt")}
    assert found.keys() == sums.keys() and ids.nasjon in found
    for orgnr, (total, count) in sums.items():
        assert int(found[orgnr]["denominator"]) == count
        assert float(found[orgnr]["var"].replace(",", ".")) == pytest.approx(float(total / count), abs=0.0005)


def test_det_som_leveres_og_det_som_holdes_tilbake_er_til_sammen_landets_rad(
    demo: Register, folder: Path, ids: Ids
) -> None:
    names = {i.ind_id: i.indikator for i in ids.indikatorer}
    file = pl.DataFrame(rows(folder, "andeler")).with_columns(pl.col("var", "denominator").cast(pl.Int64))
    for ind_id, one in file.group_by("ind_id"):
        if names[str(ind_id[0])] == "dekningsgrad":
            query = "select n_inklusjon_status as teller, n_inkl_krit_oppf as nevner, {} from dekningsgrad where true"
        else:
            query = (
                "select teller, nevner, {} from kvalitetsindikatorer where populasjon = 'nasjonal'"
                f" and indikator = '{names[str(ind_id[0])]}'"
            )
        query = query.format("nivaa") + f" and periode = 'år' and fra = date '{YEAR}-01-01'"
        figures = pl.DataFrame(demo.query("analyse.duckdb", query), infer_schema_length=None)
        nation = figures.row(by_predicate=pl.col("nivaa") == "nasjon", named=True)
        held = figures.filter((pl.col("nivaa") == "enhet") & pl.col("nevner").is_between(1, SMALLEST - 1))
        assert sum(map(int, [*one["var"], *held["teller"]])) == nation["teller"]
        assert sum([*one["denominator"], *held["nevner"]]) == nation["nevner"]


def test_ingen_rad_gjelder_en_pasient_eller_et_annet_aar(folder: Path) -> None:
    for kind in ("andeler", "gjennomsnitt"):
        for row in rows(folder, kind):
            assert row["year"] == str(YEAR) and row["context"] == "caregiver" and int(row["denominator"]) >= SMALLEST
