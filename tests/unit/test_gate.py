"""Proves that the gate refuses, with a sentence, what JSON can hold and no answer is, and columns it does not know."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pandera.polars as pa
import polars as pl
import pytest
from pandera.errors import SchemaError

from checks import derived, gate
from checks.answers import cleared, normalised, shape, typed, without_lapsed
from checks.codebook import load
from checks.errors import InvalidAnswers, Problem
from checks.validation import checker, judged_columns, outside_soft
from checks.values import dtype, quoted
from tests.support import B11, DIAGNOSIS, LU, Register

FORMS = sorted(load().skjema)
TODAY = date(2026, 11, 23)
NO_ANSWER: dict[str, Any] = {
    "true": True,
    "NaN": float("nan"),
    "uendelig": float("inf"),
    "minus uendelig": float("-inf"),
    "stort heltall": 10**400,
    "stort tall": 1e300,
    "halvt tegn": "\ud800",
    "liste": [1],
    "oppslag": {"a": 1},
    "tall i tekst": "1\udfff",
}


def sentences(problems: list[Problem]) -> str:
    """The sentences as they are sent: what cannot be encoded raises."""
    text = "\n".join(p.melding for p in problems)
    return text.encode().decode()


@pytest.mark.parametrize("value", NO_ANSWER.values(), ids=list(NO_ANSWER))
@pytest.mark.parametrize("skjema", FORMS)
def test_what_is_no_answer_is_refused_wherever_it_stands(skjema: str, value: Any) -> None:
    form = shape(skjema)
    for name in form.columns:
        answers = derived.derive(skjema, normalised(form, {name: value}), birth_date=date(1980, 1, 1))
        refused = {p.variabel for p in checker(skjema, "lagre").check([{**answers, name: value}])}
        assert name in refused
        assert sentences(checker(skjema, "lagre").check([answers], [dict.fromkeys(form.context, value)])) is not None
        assert cleared(form, answers)[0] is not None
        assert without_lapsed(form, answers, answers) == answers
        assert outside_soft(form, answers) is not None


@pytest.mark.parametrize("day", ["20260131", "2026-W05-6", "31.01.2026", "2026-02-30", "2026-01-31T00:00", 20260131])
def test_a_day_is_written_in_one_way(day: Any) -> None:
    (found,) = checker("to", "lagre").check([{"StartdatoTO": day}])
    assert (found.code, found.variabel) == ("REG-009", "StartdatoTO")
    assert not checker("to", "lagre").check([{"StartdatoTO": "2026-01-31"}])


def test_a_whole_number_is_a_code_and_true_is_none() -> None:
    assert not checker("to", "lagre").check([{"Tilsett": 1.0}])
    (found,) = checker("to", "lagre").check([{"Tilsett": True}])
    assert (found.code, found.melding) == (
        "REG-001",
        "Har pasienten fått tilsyn: «true» er ikke et av svaralternativene. Rett verdien.",
    )


@pytest.mark.parametrize("name", ["Ukjent", "smertediagnoser", "\ud800", ""])
def test_what_is_no_question_is_refused(name: str) -> None:
    (found,) = checker("to", "lagre").check([{name: 1}])
    assert (found.code, found.variabel) == ("REG-008", quoted(name))
    assert sentences([found])
    # One form has one row.
    assert typed(shape("to"), {name: 1})[1] == [found]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("tekst", "REG-001"),
        ({"SmerteKat": 1}, "REG-001"),
        ([DIAGNOSIS, "rad"], "REG-001"),
        ([{**DIAGNOSIS, "SmerteKat": True}], "REG-001"),
        ([{**DIAGNOSIS, "DiagKat": [2]}], "REG-001"),
        ([{**DIAGNOSIS, "ICD10Kode": 3}], "REG-001"),
        ([{**DIAGNOSIS, "Ukjent": 1}], "REG-008"),
    ],
)
def test_a_pain_diagnosis_is_a_row_of_known_columns(register: Register, rows: Any, code: str) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    with pytest.raises(InvalidAnswers) as refused:
        register.save(forlop_id, "b11", {**B11, "smertediagnoser": rows})
    assert [(p.code, p.variabel) for p in refused.value.problems] == [(code, "smertediagnoser")]


def test_a_save_passes_the_gate_once_and_a_refused_one_stores_nothing(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    forlop_id = register.forlop()
    judged: list[Any] = []
    validate = pa.DataFrameSchema.validate

    def counted(schema: pa.DataFrameSchema, check_obj: pl.DataFrame, *args: Any, **more: Any) -> Any:
        judged.append(check_obj)
        return validate(schema, check_obj, *args, **more)

    monkeypatch.setattr(pa.DataFrameSchema, "validate", counted)
    register.save(forlop_id, "to", {"Norsktalende": 1})
    with pytest.raises(InvalidAnswers):
        register.save(forlop_id, "to", {"Norsktalende": 7})
    first, second = judged
    with register.store.read(LU) as tx:
        (stored,) = tx.rows("select svar from register.skjemaversjon where forlop_id = ?", forlop_id)
    assert json.loads(stored["svar"]) == first["svar"][0]
    assert second["svar"][0]["Norsktalende"] == 7


def test_the_failure_cases_say_code_variable_and_row() -> None:
    found = [Problem("REG-003", "For høyt.", "B 1.2", "StSmRo12", 1), Problem("REG-020", "Endret.", "B 1.2", None, 2)]
    schema = gate.schema({"a": pl.Int64()}, lambda frame: found if frame["a"].sum() else [])
    with pytest.raises(SchemaError) as refused:
        schema.validate(pl.DataFrame({"a": [1]}))
    cases = refused.value.failure_cases
    assert isinstance(cases, pl.DataFrame)
    assert cases.select("code", "variabel", "rad").rows() == [("REG-003", "StSmRo12", 1), ("REG-020", None, 2)]
    assert gate.refused(schema, pl.DataFrame({"a": [1]})) == found
    assert gate.refused(schema, pl.DataFrame({"a": [0]})) == []
    # Of the many problems of an import only the last may have a variable.
    found[:0] = [Problem("REG-020", "Endret.", "B 1.2", None, row) for row in range(200)]
    assert gate.refused(schema, pl.DataFrame({"a": [1]})) == found


def test_an_error_inside_the_check_is_ours_and_not_the_users() -> None:
    def broken(_: pl.DataFrame) -> list[Problem]:
        raise ZeroDivisionError

    with pytest.raises(SchemaError):
        gate.refused(gate.schema({"a": pl.Int64()}, broken), pl.DataFrame({"a": [1]}))


@pytest.mark.parametrize(
    "other",
    [
        lambda frame: frame.with_columns(pl.lit(1).alias("Ukjent")),
        lambda frame: frame.drop("Tilsett"),
        lambda frame: frame.with_columns(pl.col("Tilsett").cast(pl.String)),
    ],
    ids=["ukjent", "mangler", "annen type"],
)
def test_columns_of_another_form_or_type_do_not_pass(other: Any) -> None:
    form = shape("to")
    right = judged_columns(form, pl.DataFrame(schema=form.dtypes), TODAY)
    assert checker("to", "lagre").problems(right) == []
    with pytest.raises(SchemaError):
        checker("to", "lagre").problems(other(right))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_in_a_column_is_a_number(value: float) -> None:
    form = shape("b22")
    number = next(n for n, v in form.columns.items() if dtype(v) == pl.Float64() and v.beregnes is None)
    row = pl.DataFrame({n: [value if n == number else None] for n in form.dtypes}, schema=form.dtypes)
    assert checker("b22", "lagre").problems(judged_columns(form, row, TODAY))[0].variabel == number
