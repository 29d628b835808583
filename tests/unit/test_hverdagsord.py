"""Proves that the list of everyday words is whole, and that diagnoses are found by the words clinicians use."""

import pytest

from checks.kodeindeks import Kode, Kodeindeks
from checks.kodeverk import everyday_words, search_icd10
from checks.word_forms import one_spelling

WORDS = everyday_words()


def codes(text: str, **options) -> list[str]:
    return [kode.kode for kode in search_icd10(text, **options)]


def everyday(*koder: tuple[str, str], words: dict[str, str]) -> Kodeindeks:
    return Kodeindeks([Kode(*kode) for kode in koder], [(word, tuple(meant.split())) for word, meant in words.items()])


def test_every_everyday_word_means_codes_or_categories_of_the_edition() -> None:
    for word, meant in WORDS:
        assert meant, word
        for code in meant:
            hits = codes(code, limit=1)
            assert hits == [code] or ("." not in code and hits and hits[0].startswith(code)), (word, code)


def test_every_everyday_word_gives_its_best_code_first() -> None:
    wrong = {word: hits for word, meant in WORDS if not (hits := codes(word, limit=1))[0].startswith(meant[0])}
    assert wrong == {}


def test_everyday_words_are_sorted_and_none_stands_twice() -> None:
    words = [word for word, _ in WORDS]
    assert words == sorted(words, key=str.casefold)
    assert len({one_spelling(word) for word in words}) == len(words)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("brystkreft", "C50.9"),
        ("prostata", "C61"),
        ("kreft i prostata", "C61"),
        ("prostatakreft", "C61"),
        ("kreft i bukspyttkjertelen", "C25.9"),
        ("tykktarmskreft", "C18.9"),
        ("lungekreft", "C34.9"),
        ("ca mammae", "C50.9"),
        ("hoftebrudd", "S72.0"),
        ("fractura colli femoris", "S72.0"),
        ("beinbrudd", "S82.2"),
        ("gikt", "M10.9"),
        ("leddgikt", "M06.9"),
        ("ryggsmerter", "M54.9"),
        ("smerter i ryggen", "M54.9"),
        ("isjias", "M54.3"),
        ("prolaps", "M51.2"),
        ("slag", "I64"),
        ("hjerneslag", "I64"),
        ("hodepine", "R51"),
        ("migrene", "G43.9"),
        ("nervesmerter", "M79.2"),
        ("fantomsmerter", "G54.6"),
        ("helvetesild", "B02.9"),
        ("CRPS", "G90.5"),
        ("MS", "G35"),
        ("KOLS", "J44.9"),
        ("blindtarm", "K35.8"),
        ("appendicitt", "K35.8"),
        ("galleStein", "K80.2"),
        ("leversvikt", "K72.9"),
        ("nyrestein", "N20.0"),
        ("postspinal hodepine", "G97.1"),
    ],
)
def test_a_diagnosis_is_found_by_the_word_a_clinician_types(typed: str, code: str) -> None:
    assert codes(typed)[0] == code


def test_breast_comes_before_what_only_begins_with_the_word() -> None:
    hits = codes("bryst")
    assert hits[0] == "C50.9"
    # Brystsmerte, brysthinne and brystkasse.
    assert not [code for code in hits[:6] if code.startswith(("R07", "J9", "S2"))]


@pytest.mark.parametrize(
    "typed", ["bryst", "brystkreft", "prostata", "smerte", "kreft", "metastase i rygg", "hodepien"]
)
def test_only_codes_with_the_prefix_are_found_also_by_everyday_words(typed: str) -> None:
    assert all(code.startswith("C") for code in codes(typed, prefix="C", limit=100))
    assert codes("prostata", prefix="C") == ["C61"]


def test_the_cancer_of_an_organ_needs_no_row_of_its_own() -> None:
    listed = {word for word, _ in WORDS}
    for typed, code in {"tolvfingertarmkreft": "C17.0", "binyrekreft": "C74", "ørespyttkjertelkreft": "C07"}.items():
        assert typed not in listed
        assert codes(typed)[0].startswith(code)


def test_ranks_code_then_everyday_word_then_text_start_then_everyday_start_then_words() -> None:
    index = everyday(
        ("SLAG1", "Annet"),
        ("X5", "Apopleksi"),
        ("X4", "Slag mot hode"),
        ("X3", "Lammelse"),
        ("X2", "Et slag"),
        ("X1", "Hjerneslag"),
        words={"slag": "X5", "slagpasient": "X3"},
    )
    assert [kode.kode for kode in index.search("slag")] == ["SLAG1", "X5", "X4", "X3", "X2", "X1"]


def test_a_word_stands_for_its_codes_together_with_other_words_in_any_order() -> None:
    index = everyday(("C1", "Svulst i lunge"), ("C2", "Svulst i nyre"), ("D1", "Cyste i lunge"), words={"kreft": "C"})
    for typed in ("kreft i lunge", "lunge kreft", "lungekreft", "kreften i lungen"):
        assert [kode.kode for kode in index.search(typed)] == ["C1"], typed


def test_the_codes_of_an_everyday_word_come_in_the_order_of_the_list() -> None:
    index = everyday(("A1", "En"), ("A2", "To"), ("B1", "Tre"), words={"vondt": "B1 A2 A"})
    assert [kode.kode for kode in index.search("vondt")] == ["B1", "A2", "A1"]


@pytest.mark.parametrize("typed", ["migrnee", "migrenne", "migene", "migrane", "Migreme"])
def test_one_wrong_letter_still_finds(typed: str) -> None:
    assert "G43.9" in codes(typed)[:5]


def test_a_word_of_the_texts_is_not_corrected_and_another_only_after_what_it_says() -> None:
    index = everyday(("X1", "Bruski"), ("X2", "Bruskoring"), ("X3", "Bruskir"), words={})
    assert [kode.kode for kode in index.search("bruski")] == ["X1", "X3"]
    assert [kode.kode for kode in index.search("brusko")] == ["X2", "X1", "X3"]


def test_a_short_word_is_not_corrected() -> None:
    assert everyday(("X1", "Nyre"), words={}).search("nyrx") == []
