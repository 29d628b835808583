"""Proves that HelseID is linked only to the account of whoever gives its password, by one number, which lies sealed."""

from __future__ import annotations

import logging

import pytest
from starlette.applications import Starlette

from app.signin import helseid as signin
from checks.errors import CATALOGUE
from ingest.access import GATE
from ingest.people import helseid
from tests.accounts import ORIGIN, browser
from tests.mocks.helseid_login import LEVEL, HelseIdLoginMock
from tests.national.helseid_world import HER, enter, link, linked, post, refused, there_and_back
from tests.support import LC, LU, Register


def test_only_the_password_given_just_now_in_this_session_lets_a_number_be_linked(
    app: Starlette, register: Register, provider: HelseIdLoginMock
) -> None:
    """Whoever finds a machine where somebody is signed in must not be able to sign in as them for ever after."""
    someone, other = browser(app), browser(app)
    someone.enter(register, LU)
    other.enter(register, LC)
    late = link(someone, register)
    register.clock.turn(seconds=signin.PERMITTED.seconds + 1)
    started = someone.open(signin.START).cookies[signin.COOKIE]
    for address in (
        signin.LINK,
        f"{signin.LINK}?bevis=x",
        f"{signin.LINK}?bevis={started}",
        late,
        link(other, register),
    ):
        reply = someone.open(address)
        assert (reply.status_code, reply.headers["location"]) == (303, "/min_side"), address
    assert someone.open(link(someone, register)).headers["location"].startswith(provider.address)


@pytest.mark.parametrize("pid", ["", " ", "1234567890", "x" * 11])
def test_what_is_no_number_is_linked_to_nobody(
    app: Starlette, register: Register, provider: HelseIdLoginMock, pid: str
) -> None:
    provider.pid = pid
    someone = browser(app)
    someone.enter(register, LU)
    assert someone.open(there_and_back(someone, someone.open(link(someone, register)))).status_code == 401
    with register.store.read(LU) as tx:
        assert not helseid.linked(tx)


def test_a_number_is_linked_to_one_user_only_and_can_be_unlinked(
    app: Starlette, register: Register, provider: HelseIdLoginMock
) -> None:
    linked(app, register)
    colleague = browser(app)
    colleague.enter(register, LC)
    reply = colleague.open(there_and_back(colleague, colleague.open(link(colleague, register))))
    assert reply.status_code == 401 and CATALOGUE["REG-580"] in reply.text
    owner = browser(app)
    owner.enter(register, LU)
    assert post(owner, signin.UNLINK).status_code == 303
    someone = browser(app)
    assert refused(someone, enter(someone))


def test_nobody_links_without_a_session_or_from_another_page(app: Starlette, register: Register) -> None:
    stranger = browser(app)
    for origin in ("https://en.annen", ORIGIN):
        assert (
            stranger.client.post(signin.UNLINK, headers={"Origin": origin}, follow_redirects=False).status_code == 403
        )
    assert stranger.open(signin.LINK).headers["location"].startswith("/logg-inn?til=")
    someone = browser(app)
    someone.enter(register, LU)
    back = there_and_back(someone, someone.open(link(someone, register)))
    someone.sign_out()
    assert someone.open(back).status_code == 401
    with register.store.read(LU) as tx:
        assert not helseid.linked(tx)


def test_the_number_lies_sealed_and_is_never_told(
    app: Starlette, register: Register, provider: HelseIdLoginMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    linked(app, register)
    someone = browser(app)
    enter(someone)
    provider.claims = {LEVEL: "3"}
    enter(browser(app))
    with register.store.write(GATE) as tx:
        helseid.reseal(tx)
        kept = str([tx.rows(f"select * from tilgang.{table}") for table in ("helseid", "helseid_okt", "logg")])
    with register.store.read(LU) as tx:
        assert helseid.linked(tx)
    assert HER not in kept and HER not in caplog.text
    assert enter(browser(app)).status_code == 401
    provider.claims = {}
    assert enter(browser(app)).status_code == 303
