"""What may be typed in Personopplysninger, and its sentences."""

from __future__ import annotations

from datetime import date

import pytest

from app.po_form import STORED, sentence, variable

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


def test_dates_may_not_lie_ahead() -> None:
    assert sentence("Fdato", date(2026, 11, 24), TODAY) == "24.11.2026 er fram i tid. Kontroller datoen."
    assert sentence("DatoinhOppl", TODAY, TODAY) is None


def test_every_field_is_in_the_codebook() -> None:
    assert all(variable(name).ledetekst for name in STORED)
