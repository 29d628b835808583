"""A body larger than any form of ours is refused at every address, before it is read."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from app import server
from app.web import body_limit, guard, session
from checks.errors import CATALOGUE
from ingest.lists import epj_import
from tests.accounts import ORIGIN, browser
from tests.support import SC, Register

TAKES_FORMS = sorted({r.path for r in server.routes() if isinstance(r, Route) and "POST" in (r.methods or ())})
TOO_MUCH = body_limit.MOST_BYTES + 1
FORM = {"Origin": ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}


def _address(route: str) -> str:
    return re.sub(r"\{.*\}", "x" * 43, route)


@pytest.mark.parametrize("route", TAKES_FORMS)
def test_et_for_stort_skjema_avvises_paa_alle_adresser(app: Starlette, register: Register, route: str) -> None:
    someone = browser(app)
    someone.enter(register, SC)
    reply = someone.client.post(_address(route), content=b"a=" + b"x" * TOO_MUCH, headers=FORM)
    assert (reply.status_code, reply.text) == (413, CATALOGUE["REG-141"])
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("kind", [FORM["Content-Type"], "multipart/form-data; boundary=b"])
@pytest.mark.parametrize("route", TAKES_FORMS)
def test_en_strøm_uten_lengde_leses_ikke_lenger_enn_grensen(
    app: Starlette, register: Register, route: str, kind: str
) -> None:
    """Chunks without Content-Length that go on and on: what is read, and so kept in memory, has an end."""
    someone = browser(app)
    someone.enter(register, SC)
    size, given, replies = 64_000, 0, []
    begin = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n' if "boundary" in kind else b"a="

    async def receive() -> Message:
        nonlocal given
        assert given <= TOO_MUCH + size
        given += size
        return {"type": "http.request", "body": begin if given == size else b"x" * size, "more_body": True}

    async def send(message: Message) -> None:
        replies.append(message)

    headers = FORM | {
        "Host": urlsplit(ORIGIN).netloc,
        "Content-Type": kind,
        "Cookie": f"{session.COOKIE}={someone.token}",
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": _address(route),
        "raw_path": _address(route).encode(),
        "query_string": b"",
        "root_path": "",
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
    }
    # In a thread of its own: the browser tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, app(scope, receive, send)).result()  # pyright: ignore[reportArgumentType]
    if route.startswith("/jobb/"):  # refused for want of the token, before anything is read
        assert (replies[0]["status"], given) == (403, 0)
    else:
        assert (replies[0]["status"], replies[1]["body"].decode()) == (413, CATALOGUE["REG-141"])


def test_et_langt_skjema_innenfor_grensen_slipper_inn_og_opplasting_har_sin_egen(app: Starlette) -> None:
    long = b"a=" + b"x" * (body_limit.MOST_BYTES - 2)
    assert browser(app).client.post("/logg-inn", content=long, headers=FORM).status_code == 403

    async def size(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    upload = body_limit.UPLOADS + "okt/fil"
    bare = guard.Guard(Starlette(routes=[Route(upload, size, methods=["PUT"])]))
    reply = TestClient(bare, base_url=ORIGIN).put(upload, content=b"x" * TOO_MUCH, headers={"Origin": ORIGIN})
    assert reply.text == str(TOO_MUCH)
    assert server.CONFIG["server.maxUploadSize"] * 1_000_000 == epj_import.MOST_BYTES


def test_den_som_gaar_midt_i_noe_er_ingen_feil(app: Starlette) -> None:
    """A body that is cut off, at any address and by anybody, raises nothing: each would be an error in the log."""
    replies: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        replies.append(message)

    for method, path in (("PUT", "/api/PromsFormOrder"), ("POST", "/logg-inn")):
        headers = [(b"host", urlsplit(ORIGIN).netloc.encode()), (b"origin", ORIGIN.encode())]
        headers += [(b"content-type", FORM["Content-Type"].encode()), (b"content-length", b"100")]
        scope = {"type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path}
        scope |= {"raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers}
        scope |= {"client": ("127.0.0.1", 1), "server": ("testserver", 80)}
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, app(scope, receive, send)).result()  # pyright: ignore[reportArgumentType]
    assert replies == []
