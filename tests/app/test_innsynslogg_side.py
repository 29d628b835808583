"""Proves that the page of the Innsynslogg stands whatever number its address has."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.accounts import add
from tests.app.test_brukere_side import signed_in
from tests.support import LC, Register

PAGE = Path(__file__).parents[2] / "app" / "pages" / "logg.py"


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 10, "-1", "x"])
def test_et_nummer_ingen_pasient_kan_ha_blir_ikke_sokt_etter(
    register: Register, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    add(register)
    with signed_in(register, monkeypatch, LC):
        run = AppTest.from_file(str(PAGE), default_timeout=30)
        run.query_params["pasient"] = number
        run.run()
    assert not run.exception
    assert run.text_input[0].value == ""
