"""Landets rapport røper ingen små tall, heller ikke sammen med det som er publisert."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl
import pytest

from checks.small_numbers import SMALLEST, small
from exports.reports import national
from exports.reports.report import Kind, Period, contents
from exports.reports.source import Source, opened
from tests.warehouse.conftest import Register
from tests.warehouse.report_parts import SPRING, YEAR, diagrams, folder, parts


@pytest.fixture(scope="module")
def nation(demo: Register) -> Iterator[Source]:
    with opened(folder(demo), None, YEAR, SMALLEST) as source:
        yield source


def counted(demo: Register) -> pl.DataFrame:
    """All counts of 2024 and 2025 by indicator, level and period, as `hits`, `rest` and who is in no denominator, unguarded."""
    every = 'select indikator, nivaa, periode, fra, "AvdRESH", teller::int as hits, nevner as n, ekskludert as rest'
    return pl.DataFrame(
        demo.query(
            "analyse.duckdb",
            f"{every} from kvalitetsindikatorer where populasjon = 'alle' and status = 'beregnet' and maal = 'andel'"
            f" and year(fra) in (2024, 2025) union all select '{national.COVERAGE}', nivaa, periode, fra, \"AvdRESH\","
            " n_inklusjon_status, n_inkl_krit_oppf, n_forlop - n_inkl_krit_oppf from dekningsgrad where year(fra) in (2024, 2025)",
        ),
        infer_schema_length=None,
    )


def test_landets_rapport_viser_ingen_smaa_tall_heller_ikke_av_det_som_mangler(demo: Register, nation: Source) -> None:
    """Ingen celle er liten, og det de skjulte enhetene har til sammen, er ingen eller nok."""
    truth = counted(demo)
    key = ["indikator", "nivaa", "periode", "fra", "AvdRESH"]
    rows = nation.nation.join(truth, on=key, nulls_equal=True).with_columns(miss=pl.col("n") - pl.col("hits"))
    shown, hidden = rows.filter(pl.col("nevner").is_not_null()), rows.filter(pl.col("nevner").is_null())
    assert shown.height > 30 and hidden.height > 50
    assert (shown["nevner"] == shown["n"]).all() and (shown["teller"].cast(pl.Int64) == shown["hits"]).all()
    cells = shown.select("hits", "miss").to_numpy()
    assert not ((cells > 0) & (cells < SMALLEST)).any()
    years = shown.filter(nivaa="nasjon", periode="år")
    for name, fra in years.select("indikator", "fra").iter_rows():
        units = hidden.filter(nivaa="enhet", periode="år", indikator=name, fra=fra)
        assert not any(small(int(units[column].sum()), SMALLEST) for column in ("hits", "miss", "rest"))


def test_en_enhet_som_trekker_fra_sitt_eget_finner_ingen_smaa_tall_hos_de_andre(demo: Register, nation: Source) -> None:
    """Det de andre har til sammen i landets tall, og det de andre skjulte enhetene har, er ingen eller nok."""
    truth = counted(demo).with_columns(miss=pl.col("n") - pl.col("hits"))
    rows = nation.nation.join(
        truth, on=["indikator", "nivaa", "periode", "fra", "AvdRESH"], nulls_equal=True
    ).with_columns(vist=pl.col("nevner").is_not_null())
    whole = rows.filter(nivaa="nasjon", vist=True)
    beside = truth.filter(nivaa="enhet").join(whole, on=["indikator", "periode", "fra"], suffix="_alle")
    assert whole.height > 20 and beside.height > 100
    for column in ("hits", "miss"):
        others = beside[f"{column}_alle"] - beside[column]
        assert not ((others > 0) & (others < SMALLEST)).any()
    hidden = rows.filter(nivaa="enhet", periode="år", vist=False).join(
        whole.filter(periode="år"), on=["indikator", "fra"], how="semi"
    )
    assert hidden.height > 20
    for column in ("hits", "miss"):
        others = hidden.select(pl.col(column).sum().over("indikator", "fra") - pl.col(column)).to_series()
        assert not ((others > 0) & (others < SMALLEST)).any()


def test_det_som_er_tomt_i_den_nasjonale_filen_er_skjult_i_landets_rapport(demo: Register, nation: Source) -> None:
    empty = pl.DataFrame(
        demo.query(
            "nasjonal.duckdb",
            "select indikator, nivaa, periode, fra, \"AvdRESH\" from kvalitetsindikatorer where populasjon = 'alle' and nevner is null"
            f" union all select '{national.COVERAGE}', nivaa, periode, fra, \"AvdRESH\" from dekningsgrad where n_inkl_krit_oppf is null"
            f" union all select '{national.FORLOP}', nivaa, periode, fra, \"AvdRESH\" from dekningsgrad where n_forlop is null",
        ),
        infer_schema_length=None,
    )
    shown = nation.nation.filter(pl.col("nevner").is_not_null())
    key = ["indikator", "nivaa", "periode", "fra", "AvdRESH"]
    assert empty.height > 20 and shown.join(empty, on=key, how="semi", nulls_equal=True).is_empty()


def test_landets_rapport_nevner_bare_enhetene_den_kan_vise(demo: Register, nation: Source) -> None:
    blocks = list(parts(contents(Kind.AARSRAPPORT, nation)["deler"]))
    found = diagrams(blocks)["Dekningsgrad per enhet"]["rader"]
    values = national.by_unit(nation.nation, national.COVERAGE, 2025)
    assert {row["navn"] for row in found} == {name for name, value in values.items() if value and value.n}
    assert any(value is None for value in values.values())
    assert all(not small(value.n, SMALLEST) for value in values.values() if value)
    assert "Små tall er skjult" in next(block for block in blocks if block["slag"] == "forside")["merke"]


def test_et_diagram_der_alt_er_skjult_er_en_setning(demo: Register) -> None:
    """Found: «Forløp per måned» was drawn with no bar at all."""
    with opened(folder(demo), None, YEAR, 1_000) as source:
        blocks = list(parts(contents(Kind.AARSRAPPORT, source)["deler"]))
    assert "Forløp per måned" not in diagrams(blocks)
    assert any("Ingen måneder har et antall forløp som kan vises." in str(block) for block in blocks)


def test_andeler_av_landet_kan_ikke_rope_et_lite_tall_til_en_enhet_som_vet_sitt_eget() -> None:
    none = np.zeros((0, 2), dtype=np.int64)
    assert not national.shown_to_all(none, SMALLEST).any()
    shares = np.array([[40, 40, 3], [40, 37, 40], [40, 3, 40]])
    assert national.shown_to_all(shares, SMALLEST).tolist() == [True, True, True]
    # Of the second answer all but three are the first unit's: it would learn the others' three.
    shares = np.array([[40, 40, 30], [40, 3, 30], [40, 0, 30]])
    shown = national.shown_to_all(shares, SMALLEST)
    assert not shown[1] and shown.sum() <= 1
    # All forløp are one unit's: the nation's share is its own.
    assert not national.shown_to_all(np.array([[40, 40], [0, 0]]), SMALLEST).any()


def test_periodene_som_er_publisert_legges_sammen_til_maanedene() -> None:
    assert national.tiles(YEAR.months) == [("år", date(2025, 1, 1))]
    assert national.tiles(SPRING.months) == [
        ("måned", date(2025, 3, 1)),
        ("måned", date(2025, 4, 1)),
        ("måned", date(2025, 5, 1)),
    ]
    longer = Period(date(2024, 12, 1), date(2026, 3, 31)).months
    assert [kind for kind, _ in national.tiles(longer)] == ["måned", "år", "kvartal"]
