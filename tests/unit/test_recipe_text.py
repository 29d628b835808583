"""Proves that a recipe that somebody uploads is read quickly, or refused with a sentence, whatever is in it."""

from __future__ import annotations

import pytest

from checks.errors import RegisterError
from exports.recipe_text import MOST_RECIPE, words_of
from exports.selection import recipe


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # Reading this to its end took the app's process 20 seconds.
        (b"[" * (MOST_RECIPE - 1), "den har lister i lister"),
        (b"{" * (MOST_RECIPE - 1), "den har lister i lister"),
        (b"- " * 20_000, "den har lister i lister"),
        # A number of so many digits cannot be written out again in the sentence that refuses it.
        (b"utvalg: 0x" + b"f" * 40_000, "er for langt"),
        (b"forlopstyper: [0x" + b"f" * 40_000 + b"]", "er for langt"),
        (b"utvalg: " + b"1:" * 20_000 + b"1", "er for langt"),
        (b"tabeller: []", "tabeller: «[]» kan ikke brukes"),
        (b"formater:", "formater: «None» kan ikke brukes"),
    ],
)
def test_en_oppskrift_som_ikke_er_en_avvises_med_en_setning(text: bytes, said: str) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-193" and said in str(e) and len(str(e)) < 300):
        recipe(words_of(text, "min.yaml"), "min.yaml")


def test_et_format_som_staar_mange_ganger_skrives_en_gang() -> None:
    text = b"formater: [" + b"csv," * 10_000 + b"parquet]\ntabeller: [allevar, allevar]"
    chosen = recipe(words_of(text, "min.yaml"))
    assert (chosen.formater, chosen.tabeller) == (("csv", "parquet"), ("allevar",))
