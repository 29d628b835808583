"""Browsers that go to HelseID and back, for the tests of signing in with it and of linking it."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette

from app.signin import helseid as signin
from app.web import guard
from checks.errors import RegisterError
from tests.accounts import ORIGIN, Browser, browser, session_of
from tests.national.world import number
from tests.support import LU, Register

HER, OTHER = number(0).number, number(1).number
REFUSED = str(RegisterError("REG-154"))


def there_and_back(someone: Browser, sent: httpx.Response) -> str:
    """From our answer to HelseID, and its address that the browser comes back to."""
    assert sent.status_code == 303, sent.text
    back = httpx.get(sent.headers["location"], follow_redirects=False).headers["location"]
    parts = urlsplit(back)
    assert (parts.netloc, parts.path) == (urlsplit(ORIGIN).netloc, signin.BACK)
    return f"{parts.path}?{parts.query}"


def post(someone: Browser, address: str) -> httpx.Response:
    fields = {guard.FIELD: guard.form_key(someone.token)}
    return someone.client.post(address, data=fields, headers={"Origin": ORIGIN}, follow_redirects=False)


def link(someone: Browser, register: Register) -> str:
    """The address to be linked at that the user gets who has just given the password on Min side."""
    found = session_of(register, someone.token)
    assert found is not None
    return signin.permission(found.nokkel)


def linked(app: Starlette, register: Register) -> None:
    """LU has linked the number on Min side."""
    someone = browser(app)
    someone.enter(register, LU)
    reply = someone.open(there_and_back(someone, someone.open(link(someone, register))))
    assert (reply.status_code, reply.headers["location"]) == (303, "/min_side")


def enter(someone: Browser, til: str = "/") -> httpx.Response:
    return someone.open(there_and_back(someone, someone.open(f"{signin.START}?til={til}")))


def refused(someone: Browser, reply: httpx.Response) -> bool:
    return reply.status_code == 401 and REFUSED in reply.text and not someone.token
