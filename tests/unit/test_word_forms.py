"""Proves which Norwegian words count as the same, and which are one letter from each other."""

import pytest

from checks.word_forms import fold, forms, one_letter_off, one_spelling, without_fillers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bukspyttkjertel", "bukspyttkjertelen"),
        ("nyre", "nyrene"),
        ("smerte", "smerter"),
        ("brudd", "bruddet"),
        ("hofte", "hofta"),
        ("akillessene", "akillessenen"),
        ("tykktarm", "tykktarms"),
        ("mage", "magen"),
    ],
)
def test_a_word_and_its_endings_have_a_form_in_common(one: str, other: str) -> None:
    assert forms(one) & forms(other)


@pytest.mark.parametrize(("one", "other"), [("hode", "hodgkin"), ("arr", "arm"), ("kne", "knehase")])
def test_different_words_have_no_form_in_common(one: str, other: str) -> None:
    assert not forms(one) & forms(other)


def test_no_form_is_shorter_than_three_letters() -> None:
    assert forms("tåen") == {"tåen"}
    assert forms("kneet") == {"kneet", "kne"}


@pytest.mark.parametrize("typed", ["migrne", "migreene", "migrane", "mirgene", "igrene", "migren", "migrenee"])
def test_one_letter_off(typed: str) -> None:
    assert one_letter_off(typed, "migrene") and one_letter_off("migrene", typed)


@pytest.mark.parametrize("typed", ["migrene", "migr", "imgrnee", "migrenene", "mugrane", "kolera"])
def test_the_same_word_or_two_letters_off_is_not_one_letter_off(typed: str) -> None:
    assert not one_letter_off(typed, "migrene")


def test_both_spellings_of_bokmaal_become_the_official_one() -> None:
    assert one_spelling("Gallestein i beinet") == "gallesten i benet"
    assert fold("Gallestein, ÅRE") == "gallestein åre"


def test_fillers_go_unless_nothing_else_is_left() -> None:
    assert without_fillers(["kreft", "i", "lunge"]) == ["kreft", "lunge"]
    assert without_fillers(["i"]) == ["i"]
