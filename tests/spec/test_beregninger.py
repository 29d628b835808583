"""Manualens regler for beregnede felt: alder, inklusjonskriterier, forløpstyper, morfinekvivalenter, HADS."""

from datetime import date

import polars as pl
import pytest

from checks.calculations.age import age_at, age_expr
from checks.calculations.hads import ITEMS, hads_columns, hads_row
from checks.calculations.inclusion import forlopstype, inklusjonskriterier
from checks.calculations.omeq import CURRENT_FACTOR_SET, buvidal_doses, omeq_columns, omeq_row
from checks.code_lists import read
from tests.support import LU, Register

# --- Alder settes inn automatisk -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2008, 11, 23), date(2026, 11, 22), 17),
        (date(2008, 11, 23), date(2026, 11, 23), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
        (date(2026, 1, 2), date(2026, 1, 1), -1),
    ],
)
def test_alder_er_hele_aar_paa_startdato(birth, day, age) -> None:
    assert age_at(birth, day) == age
    frame = pl.DataFrame({"f": [birth, None], "d": [day, day]})
    assert frame.select(age_expr(pl.col("f"), pl.col("d"))).to_series().to_list() == [age, None]


# --- Inklusjonskriterier -------------------------------------------------------------------------------------


def test_alle_fire_kriterier_maa_vaere_oppfylt() -> None:
    assert inklusjonskriterier(tilsett=1, norsktalende=1, alder=18, kognitivt_svekket=0) == 1


@pytest.mark.parametrize("tilsett", [2, 3, 4, 5, 6])
def test_pasient_som_ikke_er_tilsett_oppfyller_ikke_kriteriene(tilsett) -> None:
    assert inklusjonskriterier(tilsett, None, None, None) == 0


def test_pasienten_maa_vaere_fylt_18_aar() -> None:
    assert inklusjonskriterier(1, 1, 17, 0) == 0
    assert inklusjonskriterier(1, None, 17, None) == 0


@pytest.mark.manual("TO 9")
def test_ikke_norsktalende_eller_kognitivt_svekket_oppfyller_ikke_kriteriene() -> None:
    assert inklusjonskriterier(1, 0, 40, None) == 0
    assert inklusjonskriterier(1, 1, 40, 1) == 0


def test_kognitiv_svekkelse_trenger_ikke_besvares_ved_forste_tilsyn_og_feltet_staar_da_tomt() -> None:
    assert inklusjonskriterier(1, 1, 40, None) is None
    assert inklusjonskriterier(1, 1, 40, 9) is None
    assert inklusjonskriterier(None, 1, 40, 0) is None


# --- Forløpstyper --------------------------------------------------------------------------------------------


def test_uten_svar_paa_tilsyn_er_forlopstypen_ukjent() -> None:
    assert forlopstype(None, 1, 40, 0) is None


@pytest.mark.manual("TO 5")
def test_forlop_1_pasient_blir_ikke_tilsett() -> None:
    assert {forlopstype(tilsett, 1, 40, 0) for tilsett in (2, 3, 4, 5, 6)} == {1}


@pytest.mark.manual("TO 6")
@pytest.mark.parametrize("answers", [(0, 40, 0), (1, 17, 0), (1, 40, 1), (None, 40, 0), (9, 40, 0), (1, None, 0)])
def test_forlop_2_pasient_blir_tilsett_men_oppfyller_ikke_inklusjonskriteriene(answers) -> None:
    assert forlopstype(1, *answers) == 2


@pytest.mark.manual("TO 7")
@pytest.mark.parametrize("kognitivt_svekket", [0, None])
def test_forlop_3_pasient_blir_tilsett_og_oppfyller_inklusjonskriteriene(kognitivt_svekket) -> None:
    assert forlopstype(1, 1, 18, kognitivt_svekket) == 3


# --- Kalkulatoren regner automatisk om til per orale morfinekvivalenter --------------------------------------


@pytest.mark.manual("B 1.1 20")
@pytest.mark.parametrize("row", read("opioider"), ids=lambda row: row["stamme"])
def test_hver_rad_i_opioidtabellen_regnes_om(row) -> None:
    stem = row["stamme"]
    dose = {"BuvWDepIn": 8.0, "BuvMDepIn": 64.0}.get(stem, 10.0)
    factor = next(line["faktor"] for line in read("omeq_faktorer") if line["stamme"] == stem)
    expected = {"BuvWDepIn": 192.0, "BuvMDepIn": 432.0}.get(stem) or round(10 * float(factor), 1)
    result = omeq_row({f"DD{stem}": dose})
    assert result[f"OMEQ{stem}"] == result["MoEkvivalens"] == expected


@pytest.mark.manual("B 1.1 23")
@pytest.mark.parametrize(("dose", "sublingual"), [(128, 20), (96, 14), (64, 9)])
def test_maanedlig_buvidal_tilsvarer_daglig_sublingualdose(dose, sublingual) -> None:
    as_depot = omeq_row({"DDBuvMDepIn22": dose}, suffiks="22")
    as_tablets = omeq_row({"DDBuTbl22": sublingual}, suffiks="22")
    assert as_depot["OMEQBuvMDepIn22"] == as_tablets["OMEQBuTbl22"] == as_depot["MoEkvivalens22"]


def test_buvidal_har_bare_tabellens_doser() -> None:
    assert buvidal_doses("BuvMDepIn") == (64, 96, 128, 160)
    assert buvidal_doses("BuvWDepIn") == (8, 16, 24, 32)


def test_ukjent_buvidaldose_gir_ingen_omregning_og_ingen_for_lav_sum() -> None:
    result = omeq_row({"DDBuvMDepIn": 50, "DDMoTbl": 10})
    assert result["OMEQBuvMDepIn"] is None
    assert result["OMEQMoTbl"] == 10
    assert result["MoEkvivalens"] is None


def test_uten_doser_er_summen_tom_og_null_mg_er_en_dose() -> None:
    assert omeq_row({})["MoEkvivalens"] is None
    assert omeq_row({"DDMoTbl": 0})["MoEkvivalens"] == 0


def test_morfinekvivalenter_avrundes_oppover_fra_fem_med_en_desimal() -> None:
    # 12,5 × 2,22 = 27,75 and 0,5 × 0,1 = 0,05: binary fractions would round one of them down
    result = omeq_row({"DDBuPl": 12.5, "DDCoTbl": 0.5, "DDTrKps": 0.3})
    assert (result["OMEQBuPl"], result["OMEQCoTbl"], result["OMEQTrKps"]) == (27.8, 0.1, 0.0)
    assert result["MoEkvivalens"] == 27.9


def test_en_ukjent_faktorutgave_er_en_feil() -> None:
    with pytest.raises(ValueError, match="1999-1"):
        omeq_row({"DDMoTbl": 10}, "1999-1")


def test_andre_kolonner_og_rekkefolgen_beholdes() -> None:
    frame = pl.DataFrame({"ForlopsID": [7, 8], "DDMoTbl": [10.0, None]})
    result = omeq_columns(frame)
    assert result.select("ForlopsID", "DDMoTbl", "OMEQMoTbl", "MoEkvivalens").rows() == [
        (7, 10.0, 10.0, 10.0),
        (8, None, None, None),
    ]


# --- HADS ----------------------------------------------------------------------------------------------------


def test_hads_summerer_hver_delskala() -> None:
    answers = dict.fromkeys(ITEMS["angst"], 3) | dict.fromkeys(ITEMS["depresjon"], 1)
    assert hads_row(answers) == {"HADSScoreAngst": 21, "HADSScoreDepresjon": 7}


def test_hads_fire_av_sju_er_nok_og_tre_er_for_faa() -> None:
    four = dict.fromkeys(ITEMS["angst"][:4], 2)
    three = dict.fromkeys(ITEMS["depresjon"][:3], 2)
    assert hads_row(four | three) == {"HADSScoreAngst": 14, "HADSScoreDepresjon": None}


def test_hads_gjennomsnittet_ganges_med_sju_og_rundes_av_oppover_fra_fem() -> None:
    # sum 2 of 4 answers is 3.5 → 4; sum 1 of 6 is 1.17 → 1
    first = dict(zip(ITEMS["angst"], [2, 0, 0, 0], strict=False))
    second = dict(zip(ITEMS["depresjon"], [1, 0, 0, 0, 0, 0], strict=False))
    assert hads_row(first | second) == {"HADSScoreAngst": 4, "HADSScoreDepresjon": 1}


def test_hads_vet_ikke_er_et_ledd_som_mangler() -> None:
    """Found on ad0e55f: 9 was added to the sum."""
    four = dict.fromkeys(ITEMS["angst"][:4], 2) | dict.fromkeys(ITEMS["angst"][4:], 9)
    three = dict.fromkeys(ITEMS["depresjon"][:3], 2) | dict.fromkeys(ITEMS["depresjon"][3:], 9)
    assert hads_row(four | three) == {"HADSScoreAngst": 14, "HADSScoreDepresjon": None}


def test_hads_paa_en_hel_ramme_er_som_rad_for_rad() -> None:
    items = [item for group in ITEMS.values() for item in group]
    rows = [{item: [0, 1, 2, 3, None, 9][(i * j) % 6] for j, item in enumerate(items)} for i in range(9)]
    frame = hads_columns(pl.DataFrame(rows, schema=dict.fromkeys(items, pl.Int8)))
    scores = frame.select("HADSScoreAngst", "HADSScoreDepresjon").rows(named=True)
    assert scores == [hads_row(row) for row in rows]


def test_hver_lagret_versjon_sier_hvilke_faktorer_opioidene_er_regnet_med(register: Register) -> None:
    forlop_id = register.forlop()
    for skjema in ("to", "b11"):
        register.save(forlop_id, skjema, {})
    with register.store.read(LU) as tx:
        found = tx.rows("select skjema, faktorsett from register.skjemaversjon where forlop_id = ?", forlop_id)
    assert {row["skjema"]: row["faktorsett"] for row in found} == {"to": None, "b11": CURRENT_FACTOR_SET}
