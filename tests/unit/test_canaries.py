"""Proves that the canaries of the suite sing: what must be in no line of the log is found there, and the rest is not."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest

from app.web.logs import OWN
from checks import identity
from tests import canaries

NUMBER = identity.make(date(1960, 3, 14), 2, 0)


@pytest.mark.parametrize(
    "secret",
    [
        NUMBER,
        f"{NUMBER[:6]} {NUMBER[6:]}",
        "q2Zr-7Xw_LkP0aVbN5tYhGcJ8mDfSeU1oQiRzTxKyWE",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIx",
        *canaries.SECRETS,
    ],
)
def test_what_is_secret_is_found_wherever_it_stands(secret: str) -> None:
    assert canaries.found(f'{{"sted": "forlop={secret}&", "nr": 3}}')


def test_what_tells_of_nobody_is_not() -> None:
    line = '{"tid": "2026-11-23T10:00:00.000+00:00", "hendelse": "jobben er kjørt", "varighet": 0.016, "nummer": 10000000001}'
    assert not canaries.found(line)


def test_a_line_of_the_log_with_something_secret_is_written_down(tmp_path: Path) -> None:
    own, file = logging.getLogger(f"{OWN}.kanarifugl"), tmp_path / "linjer"
    own.propagate = False
    own.addHandler(canaries.Canary(file))
    own.warning("jobben er kjørt", extra={"jobb": "population"})
    assert not file.exists()
    own.warning("jobben er kjørt", extra={"hvor": NUMBER})
    assert NUMBER in file.read_text(encoding="utf-8")
