"""What dbt derives and what plain Python derives from the same documents are the same, forløp for forløp."""

from collections import Counter
from typing import Any

import pytest

from tests.warehouse import independent as rules
from tests.warehouse.conftest import Register, as_date


@pytest.fixture(params=["published", "demo"])
def register(request: pytest.FixtureRequest) -> Register:
    """Random documents, and what the store wrote of the demo register."""
    return request.getfixturevalue(request.param)


def derived(forlop: dict[str, Any]) -> dict[str, Any]:
    """Age, criteria, type, effective consent, inclusion and completeness of one forløp."""
    to = forlop["svar"].get("to", {})
    start = as_date(to.get("StartdatoTO"))
    years = rules.age(forlop["fodselsdato"], start)
    seen, norwegian, impaired = to.get("Tilsett"), to.get("Norsktalende"), to.get("KognSvekket")
    met = rules.criteria(seen, norwegian, years, impaired)
    kind = rules.forlopstype(seen, norwegian, years, impaired)
    samtykke = 0 if forlop["trukket_dato"] else to.get("SkriftligSamtyk")
    included = rules.included(met, samtykke, to.get("Tilsynsanmodnin"))
    return {
        "start": start,
        "alder": years,
        "krit": met,
        "type": kind,
        "samtykke": samtykke,
        "inkludert": included,
        "nasjonal": bool(included) and rules.complete(kind, forlop["status"]),
    }


def test_alder_kriterier_samtykke_og_inklusjon(register: Register) -> None:
    rows = register.query("analyse.duckdb", "select * from allevarnum")
    assert len(rows) == len(register.forlop)
    for row in rows:
        expected = derived(register.forlop[row["ForlopsID"]])
        found = {
            "start": row["StartdatoTO"],
            "alder": row["alder"],
            "krit": row["InklKritOppf"],
            "samtykke": row["SkriftligSamtyk"],
            "inkludert": row["InklusjonStatus"],
        }
        assert found == {name: expected[name] for name in found}, row["ForlopsID"]


def test_trukket_samtykke_er_nei_tilbaketrukket_og_dato(register: Register) -> None:
    withdrawn = {number: forlop["trukket_dato"] for number, forlop in register.forlop.items() if forlop["trukket_dato"]}
    rows = register.query(
        "analyse.duckdb",
        'select "ForlopsID", "SkrSamtykke", "ManglSamt", "TypeManglSamt", "DatoTrektSamt" from allevarnum'
        ' where "DatotrekSamt" is not null',
    )
    assert {row["ForlopsID"]: row["DatoTrektSamt"] for row in rows} == withdrawn
    assert all((row["SkrSamtykke"], row["ManglSamt"], row["TypeManglSamt"]) == (0, 5, 5) for row in rows)


@pytest.mark.manual("TO 2")
def test_nasjonalt_utvalg(register: Register) -> None:
    expected = {number for number, forlop in register.forlop.items() if derived(forlop)["nasjonal"]}
    assert expected
    for table in ("allevarnum", "forlopsoversikt", "skjemaoversikt"):
        rows = register.query("nasjonal.duckdb", f'select distinct "ForlopsID"::integer as id from {table}')
        assert {row["id"] for row in rows} == expected, table
    diagnoses = register.query("nasjonal.duckdb", 'select distinct "ForlopsID" as id from smertediagnosernum')
    assert {row["id"] for row in diagnoses} <= expected


def test_lokal_fil_har_alle_enhetens_egne_forlop_og_ingen_andres(register: Register) -> None:
    units = {forlop["enhet"] for forlop in register.forlop.values()}
    for unit in units:
        rows = register.query(f"lokal-{unit}.duckdb", 'select "ForlopsID" as id from allevarnum')
        assert {row["id"] for row in rows} == {n for n, forlop in register.forlop.items() if forlop["enhet"] == unit}
        others = register.query(f"lokal-{unit}.duckdb", f"""select * from dekningsgrad where "AvdRESH" <> '{unit}'""")
        assert not others


def test_dekningsgrad_per_maaned_og_enhet(register: Register) -> None:
    expected: Counter[tuple[Any, ...]] = Counter()
    for forlop in register.forlop.values():
        values = derived(forlop)
        if values["start"]:
            key = (values["start"].replace(day=1), forlop["enhet"])
            expected[(*key, "n_forlop")] += 1
            expected[(*key, "n_inkl_krit_oppf")] += values["krit"] == 1
            expected[(*key, "n_inklusjon_status")] += values["inkludert"]
            expected[(*key, "n_avventer")] += values["krit"] == 1 and values["samtykke"] is None
            expected[(*key, "n_ja")] += values["krit"] == 1 and values["samtykke"] == 1
    found: Counter[tuple[Any, ...]] = Counter()
    sql = "select * from dekningsgrad where nivaa = 'enhet' and periode = 'måned'"
    for row in register.query("analyse.duckdb", sql):
        for name in {key[2] for key in expected}:
            found[row["fra"], row["AvdRESH"], name] += row[name]
    assert found == expected


@pytest.mark.parametrize(("periode", "trinn"), [("kvartal", "quarter"), ("år", "year")])
def test_lengre_perioder_og_landet_er_summen_av_enhetenes_maaneder(
    register: Register, periode: str, trinn: str
) -> None:
    counts = "columns(c -> starts_with(c, 'n_') and not starts_with(c, 'n_pasienter'))"
    months = "from dekningsgrad where nivaa = 'enhet' and periode = 'måned'"
    for unit, level in (('"AvdRESH"', "enhet"), ("null", "nasjon")):
        first = f"date_trunc('{trinn}', fra)::date as fra, {unit} as enhet"
        summed = f"from (select {first}, sum({counts})::int {months} group by 1, 2) order by all"
        of = f"nivaa = '{level}' and periode = '{periode}'"
        shown = f"""select fra, "AvdRESH", {counts} from dekningsgrad where {of} order by all"""
        wanted, found = (
            [list(row.values()) for row in register.query("analyse.duckdb", sql)] for sql in (summed, shown)
        )
        assert wanted and found == wanted


def test_hver_tilstand_av_samtykke_er_talt_en_gang(register: Register) -> None:
    states = (
        "avventer",
        "ja",
        "nei_aktivt",
        "nei_passivt",
        "ikke_aktuelt",
        "nei_ikke_spurt",
        "tilbaketrukket",
        "nei_uten_type",
    )
    for row in register.query("analyse.duckdb", "select * from dekningsgrad"):
        assert sum(row[f"n_{state}"] for state in states) == row["n_inkl_krit_oppf"]
        assert sum(row[f"n_formelt_{state}"] for state in states) == row["n_formelt_henvist"]
        assert row["n_inklusjon_status"] <= row["n_formelt_ja"]


def test_morfinekvivalenter(register: Register) -> None:
    checked = 0
    for row in register.query("analyse.duckdb", "select * from allevarnum"):
        forlop = register.forlop[row["ForlopsID"]]
        kind = derived(forlop)["type"] or 1
        for form, suffix, least in (("b11", "", 1), ("b22", "22", 2)):
            answers = forlop["svar"].get(form, {}) if kind >= least else {}
            doses = {name[2:].removesuffix(suffix): dose for name, dose in answers.items() if name.startswith("DD")}
            expected = rules.omeq(doses, forlop["faktorsett"].get(form) or "")
            total = rules.total(expected.values())
            assert row[f"MoEkvivalens{suffix}"] == total
            for stem, value in expected.items():
                assert row[f"OMEQ{stem}{suffix}"] == value
                checked += 1
    assert checked > 100


def test_hads_regnes_opp_fra_fire_svar(register: Register) -> None:
    for row in register.query("analyse.duckdb", 'select * from allevarnum where "DatoUtfHADS" is not null'):
        items = {number: row[f"HADSSpm{number}"] for number in range(1, 15)}
        assert row["HADSScoreAngst"] == rules.hads(items, "angst")
        assert row["HADSScoreDepresjon"] == rules.hads(items, "depresjon")


def test_skjema_som_forlopstypen_stenger_er_tomt_i_uttrekket(published: Register) -> None:
    closed = [n for n, f in published.forlop.items() if (derived(f)["type"] or 1) < 2 and "b12" in f["svar"]]
    assert closed, "the generator must make forløp with closed forms"
    rows = published.query("analyse.duckdb", 'select "ForlopsID", "Regdato12", "AngiNRS12" from allevarnum')
    assert all(row["Regdato12"] is None and row["AngiNRS12"] is None for row in rows if row["ForlopsID"] in closed)
