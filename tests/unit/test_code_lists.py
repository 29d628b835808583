"""Proves that the code lists are whole and agree with each other."""

import pytest

from checks.code_lists import FOLDER, read
from checks.codebook import load
from checks.kodeverk import icd10_text

NAMES = sorted(path.stem for path in FOLDER.glob("*.csv"))


@pytest.mark.parametrize("name", NAMES)
def test_file_is_utf8_with_lf_and_plain_lower_case_heading(name: str) -> None:
    content = (FOLDER / f"{name}.csv").read_bytes()
    heading = content.decode("utf-8").splitlines()[0]
    assert b"\r" not in content and not content.startswith(b"\xef\xbb\xbf")
    assert heading == heading.lower() and heading.replace(",", "").replace("_", "").isascii()


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_every_column(name: str) -> None:
    for row in read(name):
        assert None not in row and None not in row.values()


def test_opioid_table_has_27_rows_with_one_stem_each() -> None:
    rows = read("opioider")
    assert [row["rad"] for row in rows] == [str(number) for number in range(1, 28)]
    assert len({row["stamme"] for row in rows}) == len({row["fysisk"] for row in rows}) == 27


def test_every_factor_set_has_every_opioid_and_buvidal_a_table() -> None:
    stems = [row["stamme"] for row in read("opioider")]
    for factor_set in {row["faktorsett"] for row in read("omeq_faktorer")}:
        rows = [row for row in read("omeq_faktorer") if row["faktorsett"] == factor_set]
        assert [row["stamme"] for row in rows] == stems
        tables = {row["stamme"] for row in read("buvidal") if row["faktorsett"] == factor_set}
        assert {row["stamme"] for row in rows if not row["faktor"]} == tables


def test_offered_short_list_codes_are_valid_today_or_the_unspecified_answer() -> None:
    for row in read("kortlister"):
        if row["utgatt"] == "0":
            assert row["kode"] == "0" or icd10_text(row["kode"]), row


def test_retired_short_list_codes_are_not_in_the_2026_edition_and_have_a_successor() -> None:
    rows = read("kortlister")
    offered = {(row["variabel"], row["kode_registeret"]) for row in rows if row["utgatt"] == "0"}
    codes = {(row["variabel"], row["kode"]) for row in rows if row["utgatt"] == "0"}
    for row in rows:
        if row["utgatt"] == "1":
            assert icd10_text(row["kode"]) is None
            family = any(variable == row["variabel"] and kode.startswith(row["kode"]) for variable, kode in codes)
            assert (row["variabel"], row["kode"]) in offered or family, row


def test_no_code_is_offered_twice_in_a_short_list() -> None:
    pairs = [(row["variabel"], row["kode"]) for row in read("kortlister")]
    assert len(pairs) == len(set(pairs))


def test_every_short_list_belongs_to_a_subcategory_of_its_category() -> None:
    subcategories = {row["variabel"]: row["diagnosekat"] for row in read("diagnosesubkategori")}
    assert [row["bokstav"] for row in read("diagnosesubkategori")] == list("abcdefghijklmno")
    assert {row["variabel"] for row in read("kortlister")} == set(subcategories) - {"Kreftsmertediag"}
    assert all(row["diagnosekat"] == subcategories[row["variabel"]] for row in read("kortlister"))


def test_regions_point_to_lists_that_exist() -> None:
    named = {row["underliste"] for row in read("anatomi_region")} - {""}
    assert named == {name for name in NAMES if name.startswith("anatomi_")} - {"anatomi_region"}


def test_hads_has_seven_items_in_each_subscale() -> None:
    scales = [row["delskala"] for row in read("hads")]
    assert scales.count("angst") == scales.count("depresjon") == 7


def test_an_unknown_list_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        read("finnes_ikke")


def test_the_same_block_and_analgesic_have_the_same_words_at_the_first_and_the_last_visit() -> None:
    variable = load().variabel
    for first, last in (
        ("PopliteaB11", "Popliteal"),
        ("EDAB11", "EDA"),
        ("Opioid4a", "Opioid4b"),
        ("Opioid4b", "Op22"),
    ):
        assert variable(first).ledetekst == variable(last).ledetekst
    blocks = {row["kode"]: row for row in read("blokader")}
    for row in blocks.values():
        assert not row["under"] or blocks[row["under"]]["slag"] == row["slag"]
