"""Streamlit's own addresses: who gets a socket, an upload or a file, and how many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import config
from streamlit.web.server.starlette.starlette_routes import create_host_config_routes

from app import server
from app.web import resources, session, streamlit_gate
from checks.errors import CATALOGUE
from ingest.access import GATE
from ingest.people import sessions
from tests.access.test_inngangen import ADDRESS, NAME, PROXY, told
from tests.accounts import add, serving
from tests.support import LC, Register


async def _greet(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(f"{socket.client.host} {socket.headers['host']}" if socket.client else "")
    await socket.receive()


async def _size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def inside(register: Register, tmp_path: Path) -> Iterator[TestClient]:
    """Streamlit's addresses behind what every request passes, each with a stand-in that only answers."""
    add(register)
    open_to_all = [
        Route("/_stcore/upload_file/{session}/{file}", _size, methods=["PUT", "DELETE"]),
        Route("/media/x.png", _size),
        *(Route(f"/_stcore/{path}", _size) for path in ("health", "host-config", *CLOSED)),
        WebSocketRoute("/_stcore/stream", _greet),
    ]
    with serving(register, tmp_path, adresse=ADDRESS, proxyer=PROXY):
        yield TestClient(Starlette(routes=open_to_all, middleware=server.MIDDLEWARE), base_url=f"http://{NAME}")


def cookie_of(register: Register) -> dict[str, str]:
    with register.store.write(GATE) as tx:
        token = sessions.start(tx, LC.bruker)
    return {"Cookie": f"{session.COOKIE}={token}", "Origin": ADDRESS, "Host": NAME}


@pytest.mark.parametrize("cookie", [{}, {"Cookie": f"{session.COOKIE}=gjettet"}], ids=["ingen", "ukjent"])
def test_uten_okt_finnes_verken_sokkel_opplasting_eller_media(inside: TestClient, cookie: dict[str, str]) -> None:
    headers = {"Origin": ADDRESS, "Host": NAME} | cookie
    assert inside.put("/_stcore/upload_file/a/b", content=b"x", headers=headers).status_code == 401
    assert inside.delete("/_stcore/upload_file/a/b", headers=headers).status_code == 401
    assert inside.get("/media/x.png", headers=headers).status_code == 401
    with pytest.raises(WebSocketDisconnect), inside.websocket_connect("/_stcore/stream", headers=headers):
        pass
    assert [inside.get(f"/_stcore/{name}").status_code for name in ("health", "host-config")] == [200, 200]


CLOSED = (
    "metrics",
    "script-health-check",
    "bidi-components",
    "bidi-components/x/y.js",
    "allowed-message-origins",
    "agent/mcp",
    "",
)


def test_det_av_streamlits_egne_adresser_som_ingen_side_trenger_er_stengt_for_alle(
    inside: TestClient, register: Register
) -> None:
    for headers in ({}, cookie_of(register)):
        for name in CLOSED:
            reply = inside.get(f"/_stcore/{name}", headers=headers)
            assert (reply.status_code, reply.text) == (404, "Ikke funnet")


def test_ingen_nettsteder_faar_styre_siden_som_ramme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "get_option", (server.CONFIG | {"global.developmentMode": False}).get)
    reply = TestClient(Starlette(routes=create_host_config_routes(None))).get("/_stcore/host-config")
    assert reply.json()["allowedOrigins"] == []


def test_en_okt_faar_sokkel_og_opplasting_med_en_grense_for_stoerrelsen(inside: TestClient, register: Register) -> None:
    mine = cookie_of(register)
    with inside.websocket_connect("/_stcore/stream", headers=mine) as socket:
        assert socket.receive_text().endswith(f" {NAME}:8543")
    assert inside.get("/media/x.png", headers=mine).status_code == 200
    assert inside.put("/_stcore/upload_file/a/b", content=b"x" * 10_000_000, headers=mine).text == "10000000"
    assert inside.put("/_stcore/upload_file/a/b", content=b"x" * 10_200_000, headers=mine).status_code == 413
    chunks = iter([b"x" * 1_000_000] * 11)
    assert inside.put("/_stcore/upload_file/a/b", content=chunks, headers=mine).status_code == 413


def test_en_okt_som_tiden_har_avsluttet_faar_sokkel_og_blir_fortalt_det_der(
    inside: TestClient, register: Register
) -> None:
    mine = cookie_of(register)
    register.clock.turn(minutes=31)
    with inside.websocket_connect("/_stcore/stream", headers=mine) as socket:
        assert socket.receive_text()
    assert inside.put("/_stcore/upload_file/a/b", content=b"x", headers=mine).status_code == 401
    with register.store.write(GATE) as tx:
        sessions.end(tx, mine["Cookie"].partition("=")[2])
    with pytest.raises(WebSocketDisconnect), inside.websocket_connect("/_stcore/stream", headers=mine):
        pass


def test_en_okt_har_et_tak_paa_faner_og_en_lukket_fane_gir_plass(
    inside: TestClient, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamlit_gate, "MOST_OF_SESSION", 2)
    mine, other = cookie_of(register), cookie_of(register)
    with inside.websocket_connect("/_stcore/stream", headers=mine):
        with inside.websocket_connect("/_stcore/stream", headers=mine):
            with pytest.raises(WebSocketDisconnect), inside.websocket_connect("/_stcore/stream", headers=mine):
                pass
            assert inside.get("/_stcore/stream", headers=mine).text == CATALOGUE["REG-248"]
            with inside.websocket_connect("/_stcore/stream", headers=other):
                pass
        with inside.websocket_connect("/_stcore/stream", headers=mine) as socket:
            assert socket.receive_text()


def test_en_nettadresse_har_et_tak_paa_faner(
    inside: TestClient, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamlit_gate, "MOST_OF_ADDRESS", 1)
    client = TestClient(inside.app, base_url=f"http://{NAME}", client=(PROXY, 1))
    mine, other = cookie_of(register), cookie_of(register)
    here, there = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
    with client.websocket_connect("/_stcore/stream", headers=mine | here) as socket:
        assert socket.receive_text().startswith("192.0.2.1 ")
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream", headers=other | here):
            pass
        with client.websocket_connect("/_stcore/stream", headers=other | there) as second:
            assert second.receive_text().startswith("192.0.2.2 ")


def test_for_mange_opplastinger_maa_vente(inside: TestClient, register: Register) -> None:
    mine, most = cookie_of(register), resources.current().rates.uploads.most

    def upload(headers: dict[str, str]) -> int:
        return inside.put("/_stcore/upload_file/a/b", content=b"x", headers=headers).status_code

    assert [upload(mine) for _ in range(most + 1)] == [200] * most + [429]
    assert upload(cookie_of(register)) == 200
    register.clock.turn(minutes=11)
    assert upload(mine) == 200


def test_bare_saa_mange_lastes_opp_samtidig(
    inside: TestClient, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamlit_gate, "MOST_UPLOADING", 1)
    mine, seen = cookie_of(register), []

    def while_uploading() -> Iterator[bytes]:
        yield b"x"
        seen.append(inside.put("/_stcore/upload_file/a/c", content=b"x", headers=mine).status_code)

    reply = inside.put("/_stcore/upload_file/a/b", content=while_uploading(), headers=mine)
    assert (reply.status_code, seen) == (200, [429])


def test_en_sokkel_uten_oppgradering_blir_sagt_paa_siden_og_i_funnene(
    inside: TestClient, register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    mine = cookie_of(register)
    asked = inside.get("/_stcore/stream", headers=mine)
    assert (asked.status_code, asked.text) == (426, CATALOGUE["REG-247"])
    assert CATALOGUE["REG-247"] not in told()
    inside.get("/_stcore/stream", headers=mine | {"Sec-WebSocket-Key": "x"})
    assert CATALOGUE["REG-247"] in told()
    assert [r.levelname for r in caplog.records if vars(r).get("kode") == "REG-247"] == ["WARNING"]
    with inside.websocket_connect("/_stcore/stream", headers=mine):
        assert CATALOGUE["REG-247"] not in told()
