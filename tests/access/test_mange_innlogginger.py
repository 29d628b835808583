"""Proves that one address cannot sign in, or guess, without end, and that it keeps none of its own users out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.web import resources
from app.work import figures
from ingest.access import GATE
from ingest.people import passwords
from tests.accounts import ORIGIN, Browser, add, browser, serving
from tests.support import LU, Register


@pytest.fixture
def app(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Starlette]:
    add(register)
    with serving(register, tmp_path) as served:
        assert resources.current().rates.failed_sign_ins.most == 100
        monkeypatch.setattr(resources.current().rates.failed_sign_ins, "most", 4)
        yield served


def guess(app: Starlette, number: int, host: str = "10.0.0.7") -> int:
    client = TestClient(app, base_url=ORIGIN, client=(host, 50_000))
    fields = {"brukernavn": f"ukjent{number}", "passord": "feil"}
    return Browser(client).send("/logg-inn", "/logg-inn", **fields).status_code


def refused(register: Register) -> int:
    with register.store.read(GATE) as tx:
        return len(tx.rows("select 1 from tilgang.logg where hendelse = 'innlogging avvist'"))


def test_an_address_that_has_failed_too_often_is_refused_unheard_and_logged_once(
    app: Starlette, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [guess(app, number) for number in range(4)] == [401] * 4
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "verify", lambda *_: pytest.fail("the password was looked at"))
        assert [guess(app, number) for number in range(10)] == [429] * 10
    assert refused(register) == 5
    assert guess(app, 1, "10.0.0.8") == 401
    figures.text(resources.current())
    counted = resources.current().metrics.logins.labels(utfall="sperret")._value.get()  # pyright: ignore[reportPrivateUsage]
    assert counted == 10
    register.clock.turn(minutes=11)
    assert guess(app, 1) == 401


def test_who_has_logged_in_from_the_browser_before_is_let_in_all_the_same(app: Starlette, register: Register) -> None:
    mine = browser(app)
    assert mine.sign_in(register, LU).status_code == 303
    mine.sign_out()
    for number in range(6):
        guess(app, number, "testclient")
    assert browser(app).send("/logg-inn", "/logg-inn", brukernavn=LU.bruker, passord="x").status_code == 429
    register.clock.turn(minutes=1)
    assert mine.sign_in(register, LU).status_code == 303
