"""Proves that whatever a document or a value holds, it is refused with a sentence or stored as the codebook knows it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.answers import shape
from checks.codebook import load
from checks.errors import Problem, RegisterError
from checks.validation import checker
from ingest.registration import drafts, forms
from tests import support
from tests.property.odd_answers import DEEP, JSON, ODD, documents, odd, outside
from tests.sizes import size
from tests.support import LU, Register

NOWHERE: dict[str, Any] = {
    "true": True,
    "NaN": float("nan"),
    "stort heltall": 10**400,
    "NUL": "\x00",
    "halvt tegn": "\ud800",
    "bunnløs": DEEP,
    "liste i liste": [[["x"]]],
    "lang tekst": "x" * 4001,
}
FORMS = sorted(load().skjema)
TODAY = support.MOMENT.date()
ANY = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
)


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Register, int]]:
    """A register with a forløp that has every behandler form open."""
    with tempfile.TemporaryDirectory() as folder:
        register = support.make(Path(folder) / "smertereg.duckdb")
        forlop_id = register.forlop()
        register.save(forlop_id, "to", support.TO)
        yield register, forlop_id
        register.store.close()


def sentences(problems: list[Problem]) -> list[str]:
    """The sentences as they are sent: what cannot be encoded raises."""
    return [p.melding.encode().decode() for p in problems]


@settings(ANY, max_examples=size(300, 30_000))
@given(st.data(), st.sampled_from(FORMS), st.sampled_from(["lagre", "ferdigstill"]))
def test_the_gate_answers_every_document_with_sentences(data: st.DataObject, skjema: str, level: Any) -> None:
    answers, around = data.draw(documents(skjema)), data.draw(st.none() | odd())
    found = checker(skjema, level).check([answers], [dict.fromkeys(shape(skjema).context, around)], TODAY)
    assert all(sentences(found))


@settings(ANY, max_examples=size(120, 12_000))
@given(
    st.data(), st.sampled_from(list(support.COMPLETE)), st.sampled_from([forms.SAVE, forms.AUTOSAVE, forms.COMPLETE])
)
def test_a_saved_document_has_only_what_the_codebook_knows(
    opened: tuple[Register, int], data: st.DataObject, skjema: str, hendelse: str
) -> None:
    register, forlop_id = opened
    svar = data.draw(documents(skjema))
    confirmed = {name: data.draw(odd()) for name in data.draw(st.lists(st.sampled_from([*svar]), max_size=2))}
    before = register.open(forlop_id, skjema)
    try:
        with register.store.write(support.LC) as tx:
            forms.consequences(tx, forlop_id, svar)
            forms.save(
                tx,
                forlop_id,
                skjema,
                svar,
                grunnversjon=before.versjon - data.draw(st.sampled_from([0, 0, 0, 1])),
                hendelse=hendelse,
                bekreftet=confirmed,
                grunn=data.draw(st.sampled_from([None, "retting", "\x00", "\ud800"])),
            )
    except RegisterError as refused:
        assert str(refused).encode()
        assert all(sentences(list(refused.problems)))
        assert register.open(forlop_id, skjema).versjon == before.versjon
        return
    after = register.open(forlop_id, skjema)
    assert list(outside(skjema, after.svar, TODAY)) == []
    assert json.loads(json.dumps(after.bekreftet, allow_nan=False)) == after.bekreftet


@settings(ANY, max_examples=size(120, 10_000))
@given(st.data(), st.sampled_from(list(support.COMPLETE)))
def test_a_draft_is_read_back_as_it_was_kept_or_is_refused(
    opened: tuple[Register, int], data: st.DataObject, skjema: str
) -> None:
    register, forlop_id = opened
    typed = data.draw(documents(skjema))
    try:
        with register.store.write(LU) as tx:
            drafts.keep(tx, forlop_id, skjema, 0, typed)
    except RegisterError as refused:
        assert refused.code == "REG-255"
        return
    with register.store.read(LU) as tx:
        kept = drafts.get(tx, forlop_id, skjema)
    assert kept is not None
    assert kept.svar == typed
    assert json.dumps(typed, allow_nan=False).encode()


@pytest.mark.parametrize("given", NOWHERE.values(), ids=list(NOWHERE))
def test_what_no_field_sends_is_kept_in_no_draft(opened: tuple[Register, int], given: Any) -> None:
    register, forlop_id = opened
    with register.store.write(LU) as tx, pytest.raises(RegisterError, check=lambda e: e.code == "REG-255"):
        drafts.keep(tx, forlop_id, "to", 0, {"Tilsett": given})


@settings(ANY, max_examples=size(300, 20_000))
@given(st.data())
def test_one_odd_value_anywhere_is_refused_at_its_question(data: st.DataObject) -> None:
    skjema = data.draw(st.sampled_from(FORMS))
    name, v = data.draw(st.sampled_from([*shape(skjema).columns.items()]))
    value = data.draw(st.sampled_from(ODD) | JSON)
    found = checker(skjema, "lagre").check([{name: value}], today=date(2026, 11, 23))
    if value in (None, "") and not isinstance(value, bool):
        return
    if v.beregnes is None and list(outside(skjema, {name: value} if _is_json(value) else {name: True}, TODAY)):
        assert v.oppslag or name in {p.variabel for p in found}
    assert all(sentences(found))


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    return True
