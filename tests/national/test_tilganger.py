"""Proves that many who need a token at once wait for one question, also when there is no token to have, and that none is shown."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from ingest.services.national import tokens
from ingest.services.national.calls import Answer, NotUnderstood
from ingest.services.national.keys import KeyFile
from ingest.services.national.tokens import Kept, Token
from ingest.standin import Refused, ServiceDown
from tests.national.world import NEW, OLD, write

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TOKEN = Token("hemmelig", "DPoP", NOW + timedelta(minutes=5))
MANY = 20


class Issuer:
    """Answers when everybody waits: with ``outcome``, or by raising it."""

    def __init__(self, outcome: Token | ServiceDown) -> None:
        self.outcome, self.asked, self.waiting = outcome, 0, threading.Semaphore(0)

    def fetch(self, scope: str) -> Token:
        del scope
        self.asked += 1
        if self.asked == 1:
            for _ in range(MANY):
                assert self.waiting.acquire(timeout=30)
        if isinstance(self.outcome, ServiceDown):
            raise self.outcome
        return self.outcome


def at_once(kept: Kept, issuer: Issuer) -> list[Token | ServiceDown]:
    """What each of many threads gets, when all have come before the first is answered."""

    class Counted:
        """A lock that tells when somebody is about to wait for it."""

        def __init__(self) -> None:
            self.lock = threading.Lock()

        def __enter__(self) -> None:
            issuer.waiting.release()
            self.lock.acquire()

        def __exit__(self, *_: object) -> None:
            self.lock.release()

    def get() -> Token | ServiceDown:
        try:
            return kept.get("scope", issuer.fetch)
        except ServiceDown as error:
            return error

    kept._lock = Counted()  # type: ignore[assignment] # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    with ThreadPoolExecutor(MANY) as pool:
        return [one.result() for one in [pool.submit(get) for _ in range(MANY)]]


@pytest.mark.parametrize("outcome", [TOKEN, ServiceDown("HelseID svarte ikke i tide")])
def test_many_who_wait_for_the_same_token_are_answered_together(outcome: Token | ServiceDown) -> None:
    issuer, kept = Issuer(outcome), Kept(lambda: NOW)
    assert at_once(kept, issuer) == [outcome] * MANY
    assert issuer.asked == 1


def test_who_comes_after_a_failure_asks_again() -> None:
    kept, issuer = Kept(lambda: NOW), Issuer(ServiceDown("nede"))
    for _ in range(MANY):
        issuer.waiting.release()
    for _ in range(2):
        with pytest.raises(ServiceDown):
            kept.get("scope", issuer.fetch)
    issuer.outcome = TOKEN
    assert kept.get("scope", issuer.fetch) is TOKEN
    assert issuer.asked == 3


@pytest.mark.parametrize(
    "spoil",
    [
        *(f'"expires_in": {said}' for said in ("1e999", "NaN", "-Infinity", '"snart"', "null", "1e12", "[]")),
        *(f'"access_token": {said}' for said in ('"a\\nb"', '"æ"', '"\\ud800"', '""', "null", '"a b"')),
    ],
)
def test_an_answer_that_is_no_token_is_not_understood(spoil: str) -> None:
    text = f'{{"access_token": "a.b-c", "token_type": "Bearer", "expires_in": 300, {spoil}}}'
    with pytest.raises(NotUnderstood):
        tokens.read(Answer(200, "x", httpx.Headers(), text.encode()), "HelseID", "scope", NOW)


def test_an_answer_that_lies_too_deep_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        Answer(200, "x", httpx.Headers(), b"[" * 100_000).json("KRR")


def test_a_token_and_an_answer_do_not_show_themselves() -> None:
    answer = Answer(200, "x", httpx.Headers({"DPoP-Nonce": "hemmelig"}), b"hemmelig")
    assert "hemmelig" not in f"{TOKEN} {answer}"


def test_a_key_that_is_being_replaced_is_used_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "nokkel.jwk"
    write(path, OLD)
    key, new = KeyFile(path), json.dumps(NEW.as_dict(private=True))
    assert key.signer().kid == "gammel"
    for part in ("", new[: len(new) // 2], new[:-1]):
        path.write_text(part, encoding="utf-8")
        assert key.signer().kid == "gammel"
    path.write_text(new, encoding="utf-8")
    assert key.signer().kid == "ny"
    path.unlink()
    with pytest.raises(Refused):
        key.signer()
