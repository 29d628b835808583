"""The frame and the single-row form of each calculation give the same, and exact decimals decide OMEQ."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.calculations import age, hads, inclusion, omeq
from checks.code_lists import read

FACTORS = {row["stamme"]: row["faktor"] for row in read("omeq_faktorer")}
SUBLINGUAL = {(row["stamme"], Decimal(row["dose_mg"])): Decimal(row["sublingval_mg"]) for row in read("buvidal")}
doses = st.integers(0, 99999).map(lambda tenths: tenths / 10)


def columns(*names: str) -> list[pl.Expr]:
    return [pl.col(name) for name in names]


def test_inclusion_expressions_equal_the_functions_for_every_answer() -> None:
    names = ["tilsett", "norsktalende", "alder", "kognitivt_svekket"]
    answers = list(product([None, 1, 2, 3, 4, 5, 6], [None, 0, 1, 9], [None, 0, 17, 18, 90], [None, 0, 1, 9]))
    frame = pl.DataFrame(answers, schema=dict.fromkeys(names, pl.Int16), orient="row")
    for function, expression in [
        (inclusion.inklusjonskriterier, inclusion.inklusjonskriterier_expr),
        (inclusion.forlopstype, inclusion.forlopstype_expr),
    ]:
        found = frame.select(expression(*columns(*names))).to_series().to_list()
        assert found == [function(*row) for row in answers]


def test_criteria_met_always_means_forlopstype_3() -> None:
    for answers in product([None, 1, 2], [None, 0, 1], [None, 17, 18], [None, 0, 1]):
        if inclusion.inklusjonskriterier(*answers) == 1:
            assert inclusion.forlopstype(*answers) == 3


@given(st.dates(date(1900, 1, 1), date(2050, 1, 1)), st.dates(date(1900, 1, 1), date(2050, 1, 1)))
def test_age_grows_by_one_each_birthday_and_the_frame_agrees(birth, day) -> None:
    found = age.age_at(birth, day)
    shown = pl.DataFrame({"f": [birth], "d": [day]}).select(age.age_expr(pl.col("f"), pl.col("d"))).item()
    assert shown == found
    assert age.age_at(birth, day.replace(year=day.year + 4)) == found + 4 or (day.month, day.day) == (2, 29)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(omeq.STEMS), doses, max_size=8))
def test_omeq_is_the_exact_decimal_product_rounded_half_up(given_doses) -> None:
    result = omeq.omeq_row({f"DD{stem}": dose for stem, dose in given_doses.items()})
    expected: dict[str, Decimal | None] = {}
    for stem, dose in given_doses.items():
        exact = Decimal(str(dose))
        if not FACTORS[stem]:
            exact = SUBLINGUAL.get((stem, exact))
        factor = Decimal(FACTORS[stem] or FACTORS["BuTbl"])
        expected[stem] = None if exact is None else (exact * factor).quantize(Decimal("0.1"), ROUND_HALF_UP)
    for stem in omeq.STEMS:
        wanted = expected.get(stem)
        assert result[f"OMEQ{stem}"] == (None if wanted is None else float(wanted))
    known = [value for value in expected.values() if value is not None]
    whole = bool(known) and len(known) == len(expected)
    assert result["MoEkvivalens"] == (float(sum(known)) if whole else None)


@settings(max_examples=25)
@given(
    st.lists(st.fixed_dictionaries({f"DD{s}22": st.none() | doses for s in ("MoTbl", "BuvMDepIn", "FePl")}), min_size=1)
)
def test_omeq_of_a_frame_is_row_for_row_the_same(rows) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.Float64))
    found = omeq.omeq_columns(frame, "22").drop(frame.columns).rows(named=True)
    assert found == [omeq.omeq_row(row, suffiks="22") for row in rows]


@given(st.fixed_dictionaries({f"HADSSpm{i}": st.none() | st.sampled_from([0, 1, 2, 3, 9]) for i in range(1, 15)}))
def test_hads_stays_between_0_and_21_and_needs_four_answers(answers) -> None:
    result = hads.hads_row(answers)
    for name, column in hads.SCORES.items():
        given_answers = [answers[item] for item in hads.ITEMS[name] if answers[item] not in (None, 9)]
        if len(given_answers) < 4:
            assert result[column] is None
        else:
            exact = Decimal(sum(given_answers)) * 7 / len(given_answers)
            assert result[column] == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
            assert result[column] in range(22)
