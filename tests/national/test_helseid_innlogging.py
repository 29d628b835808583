"""Proves that a user gets in with HelseID only as the account that the number is linked to, at the highest level, and out from
either side.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette

from app.signin import helseid as signin
from ingest.access import GATE
from ingest.people import accounts, helseid
from tests.accounts import browser, serving, session_of
from tests.mocks.helseid_login import LEVEL, NEXT, PID, SIGNING, HelseIdLoginMock
from tests.mocks.server import DOWN, Fault, Reply
from tests.national.helseid_world import HER, OTHER, enter, linked, refused, there_and_back
from tests.support import LC, LU, Register


def test_a_linked_number_gives_a_session_of_our_own(
    app: Starlette, register: Register, provider: HelseIdLoginMock
) -> None:
    linked(app, register)
    someone = browser(app)
    assert "Logg inn med HelseID" in someone.open("/logg-inn").text
    reply = enter(someone, "/dekningsgrad")
    assert (reply.status_code, reply.headers["location"]) == (303, "/dekningsgrad")
    found = session_of(register, someone.token)
    assert found is not None and found.actor == LU
    with register.store.read(GATE) as tx:
        logged = tx.row("select bruker, hendelse, detaljer from tilgang.logg order by nr desc limit 1")
    assert logged == {"bruker": LU.bruker, "hendelse": "logget inn", "detaljer": '{"med":"helseid"}'}


def test_the_request_is_pushed_and_the_browser_carries_only_its_name(
    app: Starlette, provider: HelseIdLoginMock
) -> None:
    sent = browser(app).open(signin.START)
    query = urlsplit(sent.headers["location"]).query
    assert sorted(part.partition("=")[0] for part in query.split("&")) == ["client_id", "request_uri"]
    (pushed,) = provider.pushed.values()
    assert {"code_challenge", "state", "nonce"} <= pushed.keys() and "identity/pid" in pushed["scope"]


def test_a_number_that_nobody_has_linked_gets_nobody_in(
    app: Starlette, register: Register, provider: HelseIdLoginMock
) -> None:
    someone = browser(app)
    assert refused(someone, enter(someone))
    linked(app, register)
    provider.pid = OTHER
    assert refused(someone, enter(someone))


@pytest.mark.parametrize("level", ["3", "2", None, "høyt", "44"])
def test_a_lower_level_gets_nobody_in(
    app: Starlette, register: Register, provider: HelseIdLoginMock, level: str | None
) -> None:
    linked(app, register)
    provider.claims = {LEVEL: level}
    someone = browser(app)
    assert refused(someone, enter(someone))


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "x"}, {"nonce": None}, {"aud": "x"}, {"iss": "https://x"}, {"exp": 1}, {"iat": None}, {PID: None}],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    app: Starlette, register: Register, provider: HelseIdLoginMock, claims: dict[str, Any]
) -> None:
    linked(app, register)
    provider.claims = claims
    someone = browser(app)
    assert refused(someone, enter(someone))


def test_a_token_signed_by_another_is_refused_and_a_new_key_of_helseids_is_fetched(
    app: Starlette, register: Register, provider: HelseIdLoginMock
) -> None:
    linked(app, register)
    provider.signs_with = NEXT
    someone = browser(app)
    assert refused(someone, enter(someone))
    provider.published = [SIGNING, NEXT]
    register.clock.turn(seconds=helseid.KEYS_FRESH.seconds + 1)
    assert enter(someone).status_code == 303


def test_false_logout_tokens_do_not_make_us_ask_helseid_each_time(
    app: Starlette, register: Register, provider: HelseIdLoginMock
) -> None:
    linked(app, register)
    register.clock.turn(seconds=helseid.KEYS_FRESH.seconds + 1)
    provider.signs_with = NEXT
    someone = browser(app)
    before = len(provider.asked)
    for sid in ("a", "b", "c"):
        told = provider.logout_token(sid=sid)
        assert someone.client.post(signin.OUT, data={"logout_token": told}).status_code == 400
    assert [asked.path for asked in provider.asked[before:]] == ["/jwks"]


def test_a_helseid_that_hangs_holds_few_of_the_apps_threads(app: Starlette, monkeypatch: pytest.MonkeyPatch) -> None:
    full = threading.BoundedSemaphore(1)
    monkeypatch.setattr(signin, "_asking", full)
    someone = browser(app)
    with full:
        assert refused(someone, someone.open(signin.START))
    assert someone.open(signin.START).status_code == 303


def test_a_cookie_that_we_sealed_for_something_else_is_refused(app: Starlette, register: Register) -> None:
    someone = browser(app)
    back = there_and_back(someone, someone.open(signin.START))
    for kept in (json.dumps({"tid": 0}), "[]", "x", json.dumps({"tid": register.clock.now.timestamp()})):
        someone.client.cookies.set(signin.COOKIE, register.store.vault.seal(kept), path=signin.START)
        assert refused(someone, someone.open(back))


@pytest.mark.parametrize("spoil", ["state=feil", "iss=https://en.annen", "iss=", "code=", "error=access_denied"])
def test_what_the_browser_brings_back_must_be_of_this_sign_in(
    app: Starlette, register: Register, provider: HelseIdLoginMock, spoil: str
) -> None:
    linked(app, register)
    someone = browser(app)
    back = there_and_back(someone, someone.open(signin.START))
    name = spoil.partition("=")[0]
    kept = [part for part in urlsplit(back).query.split("&") if not part.startswith(f"{name}=")]
    if name == "error":
        kept = [part for part in kept if not part.startswith("code=")]
    assert refused(someone, someone.open(f"{signin.BACK}?{'&'.join([*kept, spoil])}"))


def test_a_sign_in_is_finished_once_in_its_own_browser_and_within_ten_minutes(
    app: Starlette, register: Register, provider: HelseIdLoginMock
) -> None:
    linked(app, register)
    someone, thief = browser(app), browser(app)
    back = there_and_back(someone, someone.open(signin.START))
    assert refused(thief, thief.open(back))
    assert someone.open(back).status_code == 303
    again = browser(app)
    again.client.cookies = someone.client.cookies
    assert again.open(back).status_code == 401
    late = browser(app)
    back = there_and_back(late, late.open(signin.START))
    register.clock.turn(minutes=11)
    assert refused(late, late.open(back))


def test_a_closed_account_gets_nobody_in(app: Starlette, register: Register, provider: HelseIdLoginMock) -> None:
    linked(app, register)
    with register.store.write(LC) as tx:
        accounts.set_active(tx, LU.bruker, False)
    someone = browser(app)
    assert refused(someone, enter(someone))


def test_signing_out_here_offers_to_sign_out_there_and_the_token_is_in_no_address(
    app: Starlette, register: Register, provider: HelseIdLoginMock
) -> None:
    linked(app, register)
    someone = browser(app)
    enter(someone)
    assert someone.open("/logg-inn/helseid/ut").headers["location"] == "/logg-inn"  # without signing out
    assert someone.sign_out().headers["location"] == "/logg-inn/helseid/ut"
    page = someone.open("/logg-inn/helseid/ut")
    assert f'<form method="post" action="{provider.address}/connect/endsession">' in page.text
    assert f"form-action 'self' {provider.address}" in page.headers["Content-Security-Policy"]
    assert "id_token_hint" in page.text and HER not in page.text
    # The token has the number: the next person at the machine does not get the page.
    assert someone.open("/logg-inn/helseid/ut").headers["location"] == "/logg-inn"
    assert session_of(register, someone.token) is None


def test_a_session_that_began_with_a_password_signs_out_as_before(app: Starlette, register: Register) -> None:
    someone = browser(app)
    someone.enter(register, LU)
    assert someone.sign_out().headers["location"] == "/logg-inn"


def test_helseid_ends_the_sessions_that_began_there(
    app: Starlette, register: Register, provider: HelseIdLoginMock
) -> None:
    linked(app, register)
    someone, elsewhere = browser(app), browser(app)
    enter(someone)
    provider.sid = "okt-2"
    enter(elsewhere)
    wrong: list[dict[str, Any]] = [{"events": {}}, {"nonce": "x"}, {"aud": "en-annen"}, {"sid": None}]
    for bad in ("tull", *(provider.logout_token(**{"sid": "okt-1", **claims}) for claims in wrong)):
        assert someone.client.post(signin.OUT, data={"logout_token": bad}).status_code == 400
    assert session_of(register, someone.token) is not None
    for _ in range(2):
        told = provider.logout_token(sid="okt-1")
        assert someone.client.post(signin.OUT, data={"logout_token": told}).status_code == 200
    assert session_of(register, someone.token) is None
    assert session_of(register, elsewhere.token) is not None


@pytest.mark.parametrize("fault", [DOWN, Fault(Reply(500)), Fault(Reply(raw=b"<html>"))])
def test_a_helseid_that_is_down_gives_a_sentence_and_no_session(
    app: Starlette, provider: HelseIdLoginMock, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.services.national.calls.PAUSE", 0.0)
    provider.play(fault, fault, fault, at="/connect/par")
    someone = browser(app)
    assert refused(someone, someone.open(signin.START))


def test_without_the_setting_there_is_no_such_address(register: Register, tmp_path: Path) -> None:
    with serving(register, tmp_path) as made:
        someone = browser(made)
        assert "HelseID" not in someone.open("/logg-inn").text
        assert {
            someone.open(address).status_code for address in (signin.START, signin.BACK, "/logg-inn/helseid/ut")
        } == {404}
        assert someone.client.post(signin.OUT, data={"logout_token": "x"}).status_code == 404
