"""Names fold the same however they are written, and each is found by its letters, by its parts, and in any order."""

import unicodedata

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from checks.names import LETTERS, finds, fold, openings, patterns, words

ALPHABET = "abdeinorstuzABDEORSTUæøåÆØÅéèüÜöäáčđŋšŧžĐŠŽİıňłńễịỳßñçÖ"
JOINS = [" ", "-", "'", "’", "\u2011", "\u00a0", "  ", " - "]
parts = st.text(ALPHABET, min_size=1, max_size=7)
names = st.lists(parts, min_size=1, max_size=4).flatmap(
    lambda found: st.lists(st.sampled_from(JOINS), min_size=len(found), max_size=len(found)).map(
        lambda joins: "".join(map("".join, zip(found, joins, strict=True)))
    )
)
anything = st.text(st.characters(codec="utf-8"), max_size=30)
database = duckdb.connect()


def matched(search: str, name: str) -> bool:
    """Whether the register's query would find the name."""
    asked = patterns(search)
    return bool(asked) and all(
        database.execute("select regexp_matches(?, ?)", [name, one]).fetchall()[0][0] for one in asked
    )


@given(anything)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(names)
def test_case_composition_and_accents_change_nothing(name: str) -> None:
    for other in (name.upper(), name.lower(), unicodedata.normalize("NFD", name), unicodedata.normalize("NFC", name)):
        assert fold(other) == fold(name)


@given(names)
def test_a_name_is_found_by_its_bare_letters(name: str) -> None:
    plain = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(LETTERS.get(letter, letter) for letter in plain if not unicodedata.combining(letter))
    bare = bare.translate(dict.fromkeys(map(ord, "’\u2010"), "'"))
    assert bare.isascii()
    assert matched(bare, name)
    assert finds(bare, name)


@given(names, st.randoms())
def test_a_name_is_found_by_each_part_and_by_all_in_any_order(name: str, rng) -> None:
    found = [part for part in name.replace("-", " ").replace("\u2011", " ").split() if fold(part)]
    rng.shuffle(found)
    for search in (*found, " ".join(found), ", ".join(found)):
        assert matched(search, name)
        assert finds(search, name)


@given(st.lists(parts, min_size=1, max_size=3), st.lists(parts, max_size=2), st.sampled_from([" ", "-", "\u2011"]))
def test_a_part_is_found_when_it_is_written_as_several(written: list[str], others: list[str], between: str) -> None:
    name = " ".join(["".join(written), *others])
    search = " ".join([between.join(written), *others])
    assert matched(search, name)
    assert finds(search, name)


@given(names, names)
def test_two_names_find_each_other_when_one_is_the_other_in_another_way_of_writing(one: str, other: str) -> None:
    if openings(one) == openings(other):
        assert matched(one, other)
        assert matched(other, one)


@given(names, names)
def test_the_query_finds_what_the_folding_says(search: str, name: str) -> None:
    assert matched(search, name) == finds(search, name)


@given(names, st.integers(1, 4))
def test_the_beginning_of_a_name_finds_it_while_it_is_typed(name: str, letters: int) -> None:
    typed = name[:letters]
    assert not words(typed) or finds(typed, name)


@given(parts, st.sampled_from("ﬁﬂﬀﬃﬄĳǉǌǆ"), parts, st.integers(1, 16))
def test_letters_that_are_written_as_one_are_found_by_each(before: str, one: str, after: str, letters: int) -> None:
    name = before + one + after
    assert fold(name) == fold(unicodedata.normalize("NFKC", name))
    for search in (name, unicodedata.normalize("NFKC", name), unicodedata.normalize("NFKC", name)[:letters]):
        assert matched(search, name) == finds(search, name)
    assert matched(unicodedata.normalize("NFKC", name), name)
