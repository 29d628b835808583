"""The indicators against the same rules in plain Python, on random registers, and what the national file shows of them."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from statsmodels.stats.proportion import proportion_confint

from exports.build import build_anew
from tests.sizes import size
from tests.warehouse.conftest import Register
from tests.warehouse.synthetic import Generator

Row = dict[str, Any]
PROFESSIONS = ("AntTilsLege", "AntTilsSykPleier", "AntTilsPsyk", "AntTilsFysioT", "AntTilsSosio")
PAIN = {"I4a": "StSmBev", "I4b": "SvSmBev", "I4c": "StSmRo", "I4d": "SvSmRo"}
LATER = ("AkseptabelSmerte12", "AkseptabelSmerte21", "Funksjon12", "Funksjon21")


def said(row: Row) -> dict[str, bool | Decimal | None]:
    """What a forløp gives each indicator: hit or not, the value of a mean, None outside the denominator.

    Source: the registry's published report scripts, with the choices told in the model's yml.
    """
    seen, visits = row["Tilsett"] == 1, (row["AntPasTils"] or 0) > 0
    drug_free = row["IkkeMedBeh"]
    first, last = row["AngiNRS12"], row["AngiNRS21"]
    tapering = row["VidereOppf"] == 1 and row["BehNedtrappAvsluttTils"] == 1
    asked_nrs = seen and None not in (first, last) and 2 not in (first, last)
    found: dict[str, bool | Decimal | None] = {
        "I1": sum(row[name] is not None for name in PROFESSIONS) >= 2 if visits else None,
        "I2": row["HenvistDato"] == row["StartdatoTO"] if visits and row["HenvistDato"] else None,
        "I3": None if row["EvalSpm3"] is None else row["EvalSpm3"] in (4, 5),
        "I5": None if drug_free not in (0, 1) else drug_free == 1,
        "I5-t": None if drug_free is None or not seen else drug_free == 1,
        "I6": row["Journalnotat"] == 1 if tapering else None,
        "I9": (first, last) == (1, 1) if asked_nrs else None,
        "I10": row["MoEkvivalens22"],
    }
    for name, measure in PAIN.items():
        pair = row[f"{measure}12"], row[f"{measure}21"]
        known = None not in pair and 99 not in pair
        found[name] = pair[0] > pair[1] if known else None
        found[f"{name}-e"] = found[name] if known and pair[0] != pair[1] else None
    return found


def expected(rows: list[Row], national: set[int]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """KEYS -> (teller, kvadratsum, nevner, ekskludert), of the forløp and of those among them that are national."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        start = row["StartdatoTO"]
        if not start:
            continue
        month = start.replace(day=1)
        periods = {"måned": month, "kvartal": month.replace(month=(month.month - 1) // 3 * 3 + 1)}
        for whose in ("alle", "nasjonal") if row["ForlopsID"] in national else ("alle",):
            for period, first in {**periods, "år": month.replace(month=1)}.items():
                groups.setdefault((whose, "enhet", period, first, row["AvdRESH"]), []).append(row)
                groups.setdefault((whose, "nasjon", period, first, None), []).append(row)
    result = {}
    for place, members in groups.items():
        answers = [said(row) for row in members]
        for name in answers[0]:
            values = [value for a in answers if (value := a[name]) is not None]
            squares = sum((Decimal(v) ** 2 for v in values), Decimal(0)) if name == "I10" else None
            total = sum((Decimal(v) for v in values), Decimal(0))
            result[name, *place] = (total, squares, len(values), len(members) - len(values))
    return result


def table(frame: pl.DataFrame) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    keys = ("indikator", "populasjon", "nivaa", "periode", "fra", "AvdRESH")
    figures = ("teller", "kvadratsum", "nevner", "ekskludert")
    rows = frame.filter(pl.col("status") == "beregnet").to_dicts()
    return {tuple(row[k] for k in keys): tuple(row[f] for f in figures) for row in rows}


def random_register(draw: random.Random) -> pl.DataFrame:
    """The columns of allevarnum that the indicators look at, any value in any of them."""
    answers: dict[str, tuple[Any, ...]] = (
        {
            "Tilsett": (1, 1, 2, None),
            "AntPasTils": (0, 1, 4, None),
            "IkkeMedBeh": (0, 1, 9, None),
            "EvalSpm3": (1, 2, 3, 4, 5, 9, None),
            "VidereOppf": (0, 1, None),
            "BehNedtrappAvsluttTils": (0, 1, 9, None),
            "Journalnotat": (0, 1, None),
            "AngiNRS12": (0, 1, 2, 3, None),
            "AngiNRS21": (0, 1, 2, 3, None),
            "MoEkvivalens22": (None, Decimal("0.0"), Decimal("12.5"), Decimal("240.0")),
            "HenvistDato": (None, date(2025, 1, 30), date(2025, 2, 1)),
            "StartdatoTO": (None, date(2025, 1, 30), date(2025, 2, 1), date(2025, 2, 28)),
            "AvdRESH": ("1", "2"),
        }
        | dict.fromkeys(PROFESSIONS, (None, 0, 3))
        | {f"{name}{suffix}": (None, 0, 3, 7, 99) for name in PAIN.values() for suffix in ("12", "21")}
    )
    types = {
        "MoEkvivalens22": pl.Decimal(10, 1),
        "HenvistDato": pl.Date(),
        "StartdatoTO": pl.Date(),
        "AvdRESH": pl.String(),
    }
    rows = [{name: draw.choice(choices) for name, choices in answers.items()} for _ in range(draw.choice((1, 9, 60)))]
    schema = {name: types.get(name, pl.Int8()) for name in answers}
    return pl.DataFrame(rows, schema=schema).with_columns(SykehusNavn=pl.lit("A")).with_row_index("ForlopsID")


def test_tilfeldige_registre_mot_en_uavhengig_beregning(built: tuple[Path, Path]) -> None:
    compiled = built[0].parent / "target/compiled/smertereg/models/marts/kvalitetsindikatorer.sql"
    sql = compiled.read_text(encoding="utf-8").replace('"warehouse"."main"."allevarnum"', "register")
    sql = sql.replace('"warehouse"."main"."int_forlop"', "forlopene")
    draw = random.Random(6)
    with duckdb.connect() as con:
        for _ in range(size(20, 200)):
            register = random_register(draw)
            national = {number for number in register["ForlopsID"] if draw.random() < 0.5}
            con.register("register", register)
            whose = [(number, number in national) for number in register["ForlopsID"]]
            con.register("forlopene", pl.DataFrame(whose, schema=["forlops_id", "nasjonal"], orient="row"))
            assert table(con.sql(sql).pl()) == expected(register.to_dicts(), national)


def test_det_publiserte_registeret_mot_en_uavhengig_beregning(demo: Register) -> None:
    rows = demo.query("analyse.duckdb", "select * from allevarnum")
    found = pl.DataFrame(demo.query("analyse.duckdb", "select * from kvalitetsindikatorer"), infer_schema_length=None)
    national = {row["ForlopsID"] for row in demo.query("nasjonal.duckdb", 'select "ForlopsID" from allevarnum')}
    assert national and table(found) == expected(rows, national)


def test_den_nasjonale_populasjonen_er_radene_i_den_nasjonale_filen(demo: Register) -> None:
    """Found on ad0e55f: the national file counted all forløp beside the rows of the national ones (I1 1462/2438 for 799/1313)."""
    rows = demo.query("nasjonal.duckdb", "select * from allevarnum")
    sql = "select * exclude (undertrykt, undertrykt_fordi) from kvalitetsindikatorer where populasjon = 'nasjonal'"
    found = pl.DataFrame(demo.query("nasjonal.duckdb", sql), infer_schema_length=None)
    wanted = expected(rows, {row["ForlopsID"] for row in rows})
    assert table(found) == {key: figures for key, figures in wanted.items() if key[1] == "nasjonal"}


def test_andel_og_intervall_er_som_i_statsmodels(demo: Register) -> None:
    rows = demo.query("analyse.duckdb", "select * from kvalitetsindikatorer where maal = 'andel' and nevner > 0")
    for row in rows:
        interval: Any = proportion_confint(int(row["teller"]), row["nevner"], method="wilson")
        assert (row["nedre"], row["ovre"]) == pytest.approx(interval, abs=1e-12)
        assert row["andel"] == pytest.approx(int(row["teller"]) / row["nevner"])
    empty = (
        "select count(*) as n from kvalitetsindikatorer where nevner = 0 and coalesce(andel, nedre, ovre) is not null"
    )
    assert rows and demo.query("analyse.duckdb", empty) == [{"n": 0}]


def test_i7_og_i8_er_ikke_aktuelle_foer_senere_utgave_er_tatt_i_bruk(published: Register) -> None:
    rows = published.query(
        "analyse.duckdb", "select distinct indikator, status, nevner, andel from kvalitetsindikatorer"
    )
    off = {row["indikator"]: row for row in rows if row["status"] == "ikke aktuelt"}
    assert set(off) == {"I7", "I8"}
    assert all(row["nevner"] is None and row["andel"] is None for row in off.values())


def test_i7_og_i8_regnes_naar_utgaven_er_tatt_i_bruk(tmp_path: Path) -> None:
    Generator(3).make(tmp_path / "snapshot.duckdb", 60)
    names = ", ".join(f"'{name}'" for name in LATER)
    with duckdb.connect(str(tmp_path / "snapshot.duckdb")) as con:
        con.execute(f"update kodebok_variabel set aktiv = true where navn in ({names})")
        for form, suffix, level in (("b12", "12", 2), ("b21", "21", 4)):
            new = f'{{"AkseptabelSmerte{suffix}": 1, "Funksjon{suffix}": {level}}}'
            con.execute("update skjemaversjon set svar = json_merge_patch(svar, ?) where skjema = ?", [new, form])
    build_anew(tmp_path)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as con:
        rows = con.sql(
            "select indikator, sum(teller) as teller, sum(nevner) as nevner from kvalitetsindikatorer"
            " where indikator in ('I7', 'I8') and populasjon = 'alle' and nivaa = 'nasjon' and periode = 'år' group by all"
        ).fetchall()
    assert {row[0] for row in rows} == {"I7", "I8"}
    assert all(hits == whole > 10 for _, hits, whole in rows)


def test_definisjonene_staar_i_hver_fil_i_rapportens_rekkefolge(published: Register) -> None:
    sql = "select * from indikatordefinisjoner order by nr"
    rows = published.query("analyse.duckdb", sql)
    for file in ("nasjonal.duckdb", "lokal-100001.duckdb"):
        assert published.query(file, sql) == rows
    counted = {r["indikator"] for r in published.query("analyse.duckdb", "select indikator from kvalitetsindikatorer")}
    assert {row["indikator"] for row in rows} == counted
    assert all(row["teller_tekst"] and row["nevner_tekst"] and row["utelatt_tekst"] for row in rows)
