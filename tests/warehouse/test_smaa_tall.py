"""What the national file shows of forløp that are in none of its rows, and that no count under the limit can be had from it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from exports.disclosure import MARK, WHY, suppress_dekningsgrad, suppress_indicators
from exports.selection import Recipe, choose
from tests.property.test_small_numbers_property import LIMIT, Attacker, small
from tests.sizes import size
from tests.support import OWN
from tests.warehouse.conftest import Register

# What is known of each forløp: in a row of the file, consented with a form to complete, not included, not meeting the criteria.
NATIONAL, WAITING, LEFT_OUT, UNMET = range(4)


def mart(built: tuple[Path, Path], name: str, forlop: pl.DataFrame) -> pl.DataFrame:
    """The mart as its model makes it of these forløp."""
    sql = (built[0].parent / f"target/compiled/smertereg/models/marts/{name}.sql").read_text(encoding="utf-8")
    with duckdb.connect() as con:
        con.register("forlopene", forlop)
        for model in ("int_forlop", "int_dekning"):
            sql = sql.replace(f'"warehouse"."main"."{model}"', "forlopene")
        return con.sql(sql).pl()


def random_forlop(draw: random.Random) -> pl.DataFrame:
    """Forløp of up to four units in a year, in which the edition with reservation begins in some month, or not at all."""
    units, reserves_from = draw.randint(1, 4), draw.choice((1, 4, 7, 13))
    rows = []
    for number in range(draw.choice((5, 40, 150, 400, 1500))):
        kind = draw.choices((NATIONAL, WAITING, LEFT_OUT, UNMET), (5, 1, 3, 2))[0]
        included, month = kind in (NATIONAL, WAITING), draw.randint(1, 12)
        reserves = month >= reserves_from
        rows.append(
            {
                "forlops_id": number,
                "pasient_id": number,
                "avd_resh": str(draw.randint(1, units)),
                "sykehus_navn": "A",
                "startdato": date(2025, month, draw.randint(1, 28)),
                "slag": kind,
                "inkl_krit_oppf": draw.choice((0, None)) if kind == UNMET else 1,
                "inklusjon_status": int(included),
                "nasjonal": kind == NATIONAL,
                "tilsynsanmodning": 1 if included and not reserves else draw.choice((0, 1)),
                "samtykke": None if reserves else 1 if included else draw.choice((0, None)),
                "samtykke_type": None if included or reserves else draw.choice((1, 2, 5)),
                "under_reservasjon": reserves,
                "reservasjon": 0 if included else draw.choice((1, None)),
            }
        )
    return pl.DataFrame(rows)


def spans(row: dict[str, Any]) -> slice:
    """The months of the year that a row of a mart counts."""
    first = row["fra"].month - 1
    return slice(first, first + {"år": 12, "kvartal": 3, "måned": 1}[row["periode"]])


def places(rows: pl.DataFrame, units: list[str]) -> Iterator[tuple[Any, slice, dict[str, Any]]]:
    for row in rows.iter_rows(named=True):
        yield slice(None) if row["nivaa"] == "nasjon" else units.index(row["AvdRESH"]), spans(row), row


def test_dekningsgraden_i_filen_roeper_ingen_som_ikke_er_i_den(built: tuple[Path, Path]) -> None:
    draw, shown = random.Random(11), 0
    for _ in range(size(25, 500)):
        forlop = random_forlop(draw)
        units = sorted(forlop["avd_resh"].unique())
        cells = np.zeros((len(units), 12, 4), dtype=np.int64)
        for unit, day, kind in forlop.select("avd_resh", "startdato", "slag").iter_rows():
            cells[units.index(unit), day.month - 1, kind] += 1
        rows = suppress_dekningsgrad(mart(built, "dekningsgrad", forlop), LIMIT)
        attacker = Attacker(cells)
        for unit in range(len(units)):
            for month in range(12):
                attacker.know((unit, month, NATIONAL))
        published = {(str(unit), when.start, when.stop) for unit, when, _ in places(rows, units)}
        for unit, when, row in places(rows, units):
            if row["n_forlop"] is not None:
                attacker.know((unit, when))
            if row["n_inkl_krit_oppf"] is not None:
                shown += 1
                attacker.know((unit, when, slice(NATIONAL, LEFT_OUT)))
                attacker.know((unit, when, slice(NATIONAL, UNMET)))
        for unit in range(len(units)):
            for month in range(12):
                # A month without a row has none, for who knows that every month with forløp has one.
                if (str(unit), month, month + 1) not in published:
                    attacker.know((unit, month))
            # And a unit with a row of the year has forløp in it.
            attacker.know_there_is_one((unit,))
        for unit, when, row in places(rows, units):
            for kind in (LEFT_OUT, UNMET):
                if small(int(cells[unit, when, kind].sum())):
                    assert row["n_inkl_krit_oppf"] is None or (kind == UNMET and row["n_forlop"] is None)
                    assert attacker.highest((unit, when, kind)) >= LIMIT - 0.5, (cells, row)
    assert shown > 100


def test_en_skjult_periode_uten_forlop_ser_ut_som_en_med(dekningsgrad: pl.DataFrame) -> None:
    """Found: a row that was put in had no n_nasjonal, where one with local forløp only had 0."""
    assert dekningsgrad["n_nasjonal"].is_not_null().all()
    hidden = dekningsgrad.filter(pl.col("n_forlop").is_null(), nivaa="enhet", periode="måned", n_nasjonal=0)
    assert hidden.drop("fra", "AvdRESH", "SykehusNavn").unique().height == 1 < hidden.height


@pytest.fixture(scope="module")
def dekningsgrad(demo: Register) -> pl.DataFrame:
    return pl.DataFrame(demo.query("nasjonal.duckdb", "select * from dekningsgrad"), infer_schema_length=None)


def test_delene_av_dekningsgraden_er_heller_ikke_smaa(dekningsgrad: pl.DataFrame) -> None:
    for whole, part in (
        ("n_inkl_krit_oppf", "n_inklusjon_status"),
        ("n_forlop", "n_inkl_krit_oppf"),
        ("n_formelt_henvist", "n_inklusjon_status"),
        ("n_inkl_krit_oppf", "n_formelt_henvist"),
    ):
        assert not (dekningsgrad[whole] - dekningsgrad[part]).is_between(1, LIMIT - 1).any(), (whole, part)
    for name in ("n_krit_ubesvart", "n_avventer", "n_nei_aktivt", "n_tilbaketrukket"):
        assert not dekningsgrad[name].is_between(1, LIMIT - 1).any(), name


def test_merket_er_med_i_en_leveranse_av_noen_av_tallene(demo: Register) -> None:
    """Found: a delivery of chosen figures had empty cells, and nothing that said why."""
    with duckdb.connect(str(demo.data / "published" / "nasjonal.duckdb"), read_only=True) as con:
        queries = choose(con, Recipe(tabeller=("dekningsgrad",), variabler=("n_inklusjon_status",)), None)
        columns = con.sql(queries["dekningsgrad"]).columns
    assert columns[-3:] == ["n_inklusjon_status", MARK, WHY]


def test_pasienter_som_ikke_er_i_filen_kan_ikke_telles(demo: Register, dekningsgrad: pl.DataFrame) -> None:
    """Six forløp of two patients are enough to show, but the two patients are not: the rows tell which patients are in the file."""
    assert [name for name in dekningsgrad.columns if "pasient" in name] == ["n_pasienter_inkludert"]
    own = demo.query(f"lokal-{OWN}.duckdb", "select * from dekningsgrad limit 1")[0]
    assert {"n_pasienter", "n_pasienter_krit", "n_pasienter_inkludert"} < own.keys()


def test_forlop_som_dekningsgraden_skjuler_kan_ikke_regnes_ut_av_indikatorene(
    demo: Register, dekningsgrad: pl.DataFrame
) -> None:
    """Found: nevner + ekskludert of an indicator was the n_forlop that was hidden, and without n_inkl_krit_oppf two were left."""
    rows = pl.DataFrame(demo.query("nasjonal.duckdb", "select * from kvalitetsindikatorer"), infer_schema_length=None)
    every, ours = rows.filter(populasjon="alle", status="beregnet"), rows.filter(populasjon="nasjonal")
    hidden = dekningsgrad.filter(pl.col("n_forlop").is_null() & pl.col("n_inkl_krit_oppf").is_not_null())
    assert hidden.height
    assert every["ekskludert"].is_null().all() and every["nevner"].is_not_null().any()
    assert ours.filter(status="beregnet")["ekskludert"].is_not_null().all()


def test_filen_sier_ikke_hvor_mange_forlop_som_ikke_er_i_den(demo: Register) -> None:
    """Found: n_forlop of the whole register, less the years that are shown, was the year that is hidden."""
    for file in ("nasjonal", f"lokal-{OWN}"):
        ((told, there),) = [
            tuple(row.values())
            for row in demo.query(
                f"{file}.duckdb", "select n_forlop, (select count(*) from allevarnum) from publisering"
            )
        ]
        assert told == there


def test_det_som_er_tomt_er_merket_og_sier_hvorfor(dekningsgrad: pl.DataFrame) -> None:
    counts = [name for name in dekningsgrad.columns if name.startswith("n_")]
    empty = dekningsgrad.select(pl.any_horizontal(pl.col(name).is_null() for name in counts)).to_series()
    assert dekningsgrad[MARK].to_list() == empty.to_list()
    assert dekningsgrad[WHY].is_not_null().to_list() == empty.to_list()


def test_landets_aar_og_maaneder_staar_hele(demo: Register, dekningsgrad: pl.DataFrame) -> None:
    """Found on ad0e55f: an exact national dekningsgrad could not be had from the file (38/43 where 1367/2082 was true)."""
    whole = pl.DataFrame(demo.query("analyse.duckdb", "select * from dekningsgrad"), infer_schema_length=None)
    keys, figures = ["nivaa", "periode", "fra"], ["n_inklusjon_status", "n_inkl_krit_oppf"]
    large = whole.filter(nivaa="nasjon", periode="år").filter(pl.col("n_forlop") >= 100)
    found = large.join(dekningsgrad, on=keys, suffix="_vist")
    assert large.height >= 2 and found.height == large.height
    for name in figures:
        assert found[name].to_list() == found[f"{name}_vist"].to_list()


def test_indikatorene_av_alle_forlop_roeper_ingen(demo: Register) -> None:
    rows = pl.DataFrame(demo.query("nasjonal.duckdb", "select * from kvalitetsindikatorer"), infer_schema_length=None)
    ours, every = (rows.filter(populasjon=name) for name in ("nasjonal", "alle"))
    assert not ours[MARK].any()
    assert every.filter((pl.col("nivaa") == "enhet") & (pl.col("periode") != "år")).is_empty()
    keys = ["indikator", "nivaa", "periode", "fra", "AvdRESH"]
    both = every.filter(pl.col("nevner").is_not_null()).join(ours, on=keys, how="left", suffix="_n", nulls_equal=True)
    rest = {name: both[name] - both[f"{name}_n"].fill_null(0) for name in ("teller", "nevner")}
    of_share = both["maal"] == "andel"
    for counts in (rest["nevner"], (rest["nevner"] - rest["teller"]).filter(of_share)):
        assert not counts.is_between(1, LIMIT - 1).any()
    assert not rest["teller"].filter(of_share).is_between(1, LIMIT - 1).any()
    years = every.filter(nivaa="nasjon", periode="år", status="beregnet")
    assert years["nevner"].is_not_null().sum() > 0.6 * years.height
    # The few forløp with 0 tilsyn do not hide I1 and I2 of all forløp; they are counted among the national ones only.
    assert not {"I1-n", "I2-n"} & set(every["indikator"]) and {"I1-n", "I2-n"} < set(ours["indikator"])


def test_en_enhet_ser_sine_egne_tall_hele(published: Register) -> None:
    own = published.query("lokal-100001.duckdb", "select * from dekningsgrad where n_forlop between 1 and 4")
    assert own
    unit = published.query("lokal-100001.duckdb", "select * from kvalitetsindikatorer where populasjon = 'alle'")
    assert {row["periode"] for row in unit} == {"måned", "kvartal", "år"}
    assert {row["nivaa"] for row in unit} == {"enhet"}


def test_en_hoyere_grense_skjuler_mer(demo: Register) -> None:
    for table_name, suppress in (
        ("dekningsgrad", suppress_dekningsgrad),
        ("kvalitetsindikatorer", suppress_indicators),
    ):
        frame = pl.DataFrame(
            demo.query("analyse.duckdb", f"select * from {table_name} order by all"), infer_schema_length=None
        )
        hidden = [suppress(frame, limit)[MARK].sum() for limit in (2, 5, 20)]
        assert hidden == sorted(hidden) and hidden[0] < hidden[-1]
