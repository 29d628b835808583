"""Every number made is read back as it was made, and single and swapped digits are caught."""

from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from checks.errors import RegisterError
from checks.identity import make, parse

TODAY = date(2031, 12, 31)
births = st.dates(date(1900, 1, 1), TODAY)
kinds = st.sampled_from(["fodselsnummer", "d-nummer"])


@given(births, st.sampled_from([1, 2]), st.integers(0, 40), kinds)
def test_made_numbers_are_read_back(born, sex, serial, kind) -> None:
    found = parse(make(born, sex, serial, kind=kind), test_persons=True, today=TODAY)
    assert (found.birth_date, found.sex, found.kind, found.synthetic) == (born, sex, kind, True)


@given(births, st.sampled_from([1, 2]), st.integers(0, 40))
def test_serials_give_different_numbers(born, sex, serial) -> None:
    assert make(born, sex, serial) != make(born, sex, serial + 1)


@given(births, st.sampled_from([1, 2]), st.integers(0, 10), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_caught_by_todays_rule(born, sex, serial, place, change) -> None:
    number = make(born, sex, serial)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    try:
        parse(wrong, test_persons=True, today=TODAY, regel="dagens")
    except RegisterError:
        return
    raise AssertionError(f"{place}: en tastefeil slapp gjennom")


@given(st.text(max_size=14), st.booleans())
def test_any_text_is_read_or_refused_with_a_sentence(text, test_persons) -> None:
    try:
        parse(text, test_persons=test_persons, today=TODAY)
    except RegisterError as error:
        assert error.code in {"REG-041", "REG-040", "REG-043", "REG-042", "REG-044", "REG-045", "REG-480"}
        assert str(error).endswith(".")


@given(births, st.sampled_from([1, 2]), st.integers(0, 10), st.dates(date(2032, 1, 1), date(2060, 1, 1)))
def test_the_true_date_is_always_among_the_possible_after_2032(born, sex, serial, today) -> None:
    assume(today.year - born.year <= 120)
    assert born in parse(make(born, sex, serial), test_persons=True, today=today).possible_dates
