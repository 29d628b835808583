"""What may be typed in Personopplysninger, and its sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.forms.po_form import STORED, Po, sentence, variable
from checks.personopplysninger import wrong
from ingest.registration.drafts import Draft
from ingest.registration.patients import Pasient

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("typed", ["anna@eksempel.no", "a.b+c@sub.eksempel.no"])
def test_addresses_that_are_right(typed: str) -> None:
    assert sentence("Epost", typed, TODAY) is None


@pytest.mark.parametrize("typed", ["anna", "anna@", "anna@eksempel", "an na@eksempel.no", "a@b@c.no"])
def test_addresses_that_are_wrong(typed: str) -> None:
    assert "ikke en e-postadresse" in (sentence("Epost", typed, TODAY) or "")


@pytest.mark.parametrize("typed", ["99887766", "99 88 77 66", "+47 99887766", "0046 701234567"])
def test_telephones_that_are_right(typed: str) -> None:
    assert sentence("Telefon", typed, TODAY) is None


@pytest.mark.parametrize("typed", ["12", "1234567", "9988776x", "+0123456"])
def test_telephones_that_are_wrong(typed: str) -> None:
    assert "ikke et telefonnummer" in (sentence("Telefon", typed, TODAY) or "")


@pytest.mark.parametrize(("name", "value"), [("Telefon", "9988776x"), ("Epost", "anna"), ("Postnr", "99")])
def test_no_sentence_repeats_what_could_identify_the_patient(name: str, value: str) -> None:
    assert value not in typed(**{name: value}).problems(TODAY)[name]


def test_dates_may_not_lie_ahead() -> None:
    assert sentence("Fdato", date(2026, 11, 24), TODAY) == "24.11.2026 er fram i tid. Kontroller datoen."
    assert sentence("DatoinhOppl", TODAY, TODAY) is None
    told = wrong("Fdato", date(2026, 11, 24), TODAY)
    assert told and told.melding == "Fødselsdato: 24.11.2026 er fram i tid. Kontroller datoen."


def test_every_field_is_in_the_codebook() -> None:
    assert all(variable(name).ledetekst for name in STORED)


def typed(**answers: Any) -> Po:
    """A patient stored with an address, a postcode and a telephone that nobody would be let type, and what is typed now."""
    stored = dict.fromkeys(Pasient.__dataclass_fields__) | {
        "pasient_id": 1,
        "idtype": "fnr",
        "adressetype": 1,
        "postnr": "99",
        "telefon": "01234567",
    }
    new = {name: {"ny": value, "fra": None} for name, value in answers.items()}
    return Po(Pasient(**stored), Draft(0, new, datetime(2026, 11, 23, tzinfo=UTC)))  # pyright: ignore[reportArgumentType]


def test_what_was_stored_before_does_not_stop_another_answer_from_being_saved() -> None:
    assert typed(Adresse="Nygata 1").problems(TODAY) == {}


@pytest.mark.parametrize(
    ("answers", "refused"),
    [({"Telefon": "01234567"}, "Telefon"), ({"Postnr": "98"}, "Postnr"), ({"Adrtype": 1}, "Postnr")],
)
def test_what_is_typed_now_must_be_right_with_what_it_belongs_to(answers: dict[str, Any], refused: str) -> None:
    assert list(typed(**answers).problems(TODAY)) == [refused]
