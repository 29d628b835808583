"""Which hosts, origins, proxies and programs the way in lets through, and what everybody else is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from app import server
from app.web import guard, resources, session, streamlit_gate
from app.work import loopback_routes
from checks.errors import CATALOGUE
from ingest.access import GATE
from ingest.people import applications, sessions
from tests.accounts import ORIGIN, add, browser, serving
from tests.support import LC, OWN, Register

ADDRESS, NAME = "https://smertereg.example.no:8543", "smertereg.example.no"
PROXY = "127.0.0.1"
THROUGH = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
# How a proxy may send a request on: its headers, and what is wrong with it.
PROXIES = {
    "vert med port": ({"Host": f"{NAME}:8543", **THROUGH}, []),
    "vert uten port": ({"Host": NAME, **THROUGH}, []),
    "bare proxy_pass": ({"Host": "127.0.0.1:8501"}, ["REG-251", "REG-252"]),
    "uten X-Forwarded-Proto": ({"Host": NAME, "X-Forwarded-For": "192.0.2.7"}, ["REG-251"]),
}


@pytest.fixture
def behind(register: Register, tmp_path: Path) -> Iterator[TestClient]:
    """The app behind a proxy that is trusted, with https outside."""
    add(register)
    with serving(register, tmp_path, adresse=ADDRESS, proxyer=PROXY) as app:
        yield TestClient(app, base_url="http://127.0.0.1:8501", client=(PROXY, 50_000))


def told() -> list[str]:
    return resources.current().door.findings()


@pytest.mark.parametrize("way", PROXIES)
def test_innlogging_virker_bak_hver_slags_proxy_og_det_som_er_galt_blir_sagt(
    behind: TestClient, register: Register, way: str
) -> None:
    headers, wrong = PROXIES[way]
    page = behind.get("/logg-inn", headers=headers)
    assert page.status_code == 200 and "; Secure" in page.headers["set-cookie"]
    fields = {guard.FIELD: guard.form_key(page.cookies[guard.VISITOR])}
    cookie = {"Cookie": f"{guard.VISITOR}={page.cookies[guard.VISITOR]}"}
    sent = behind.post("/logg-ut", data=fields, headers=headers | cookie | {"Origin": ADDRESS}, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/logg-inn")
    assert told() == [CATALOGUE[code] for code in wrong]


def test_det_som_var_galt_med_proxyen_er_ikke_galt_lenger_naar_det_er_rettet(behind: TestClient) -> None:
    behind.get("/logg-inn", headers={"Host": NAME})
    assert told() == [CATALOGUE["REG-251"], CATALOGUE["REG-252"]]
    behind.get("/logg-inn", headers={"Host": NAME, **THROUGH})
    assert told() == []


def test_den_som_sitter_ved_maskinen_trenger_ingen_proxy(behind: TestClient) -> None:
    assert behind.get("/logg-inn", headers={"Host": "localhost:8501"}).status_code == 200
    assert told() == []


@pytest.mark.parametrize("header", [{}, {"Host": "annet.example"}], ids=["uten proxy", "med proxyens vert"])
@pytest.mark.parametrize(
    "host",
    ["annet.example", f"{NAME}.annet.example", f"{NAME}@annet.example", f"{NAME}:99999", "", "[", f"{NAME}/x", "127.1"],
)
def test_en_forfalsket_vert_avvises_og_foerer_ingen_steder(
    behind: TestClient, register: Register, host: str, header: dict[str, str]
) -> None:
    for address in ("/", "/arbeidsliste", "/health/", "/logg-inn", "/e/x", "/statisk/enkel.css"):
        reply = behind.get(address, headers=header | {"Host": host}, follow_redirects=False)
        assert (reply.status_code, reply.text) == (421, CATALOGUE["REG-246"])
        assert "location" not in reply.headers
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", [NAME, f"{NAME}:8543", "127.0.0.1:8501", "localhost"])
@pytest.mark.parametrize("address", ["/arbeidsliste?x=1", "/health/", "/", "/logg-ut/"])
def test_en_omadressering_er_en_sti_og_blir_der_brukeren_er(behind: TestClient, host: str, address: str) -> None:
    reply = behind.get(address, headers={"Host": host}, follow_redirects=False)
    assert reply.status_code in (303, 307)
    assert urlsplit(reply.headers["location"])[:2] == ("", "")


@pytest.mark.parametrize("origin", ["null", "https://annet.example", f"https://{NAME}", f"http://{NAME}:8543", None])
def test_et_skjema_fra_en_annen_adresse_avvises_med_det_driften_skal_gjoere(
    behind: TestClient, origin: str | None
) -> None:
    headers = {"Host": f"{NAME}:8543", **THROUGH} | ({"Origin": origin} if origin else {})
    reply = behind.post("/logg-inn", headers=headers)
    assert reply.status_code == 403
    assert CATALOGUE["REG-245"] in reply.text and "SMERTEREG_ADRESSE" in reply.text
    assert "annet.example" not in reply.text


def test_uten_adresse_er_appen_bare_for_denne_maskinen(register: Register, tmp_path: Path) -> None:
    with serving(register, tmp_path, adresse="") as app:
        client = TestClient(app, base_url="http://localhost:8501")
        assert client.get("/logg-inn").status_code == 200
        assert client.get("/logg-inn", headers={"Host": NAME}).status_code == 421
        refused = client.post("/logg-inn", headers={"Origin": f"https://{NAME}"})
        assert refused.status_code == 403 and CATALOGUE["REG-245"] in refused.text


def test_http_ut_av_maskinen_blir_sagt(register: Register, tmp_path: Path) -> None:
    with serving(register, tmp_path, adresse=f"http://{NAME}"):
        assert told() == [CATALOGUE["REG-253"]]
    with serving(register, tmp_path, adresse="http://localhost:8501"):
        assert told() == []


@pytest.mark.parametrize(("origin", "status"), [(None, 404), ("null", 404), (ORIGIN, 404), ("http://annet", 403)])
def test_pasientens_svar_trenger_ikke_origin_for_lenken_er_noekkelen(
    app: Starlette, origin: str | None, status: int
) -> None:
    headers = {"Origin": origin} if origin else {}
    client = browser(app).client
    assert client.post("/e/gjettet", data={"side": "1"}, headers=headers).status_code == status
    # The token is in the address of the form alone.
    assert client.post("/e", headers={"Origin": "null"}).status_code == 403
    assert client.post("/eprom", headers={"Origin": "null"}).status_code == 403


def test_jobber_er_ikke_for_den_som_kommer_gjennom_en_proxy(register: Register, tmp_path: Path) -> None:
    with (
        serving(register, tmp_path, adresse=ADDRESS) as app,
        loopback_routes.open_for_jobs(resources.current().settings),
    ):
        right = {"Authorization": f"Bearer {loopback_routes._token[-1]}"}
        client = TestClient(app, base_url="http://127.0.0.1:8501", client=("127.0.0.1", 1))
        assert client.post("/jobb/inngang", headers=right).json() == {"funn": []}
        for header in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"):
            assert client.post("/jobb/inngang", headers=right | {header: "127.0.0.1"}).status_code == 403


def applicant(number: int) -> dict[str, str]:
    hf, rhf = "Helse Bergen HF", "Helse Vest RHF"
    return {
        "navn": f"Nora Ny {number}",
        "brukernavn": f"nora.{number}",
        "mobil": f"9{number:07}",
        "epost": "nora@example.com",
        "stilling": "Sykepleier",
        "region": rhf,
        "organisasjon": hf,
        "klinikk": "Akuttklinikken",
        "avdeling": OWN,
        "prosjekt": applications.PROJECT,
        "sokt_organisasjon": hf,
        "rolle": "LU",
    }


def test_den_som_soeker_mange_ganger_stenger_bare_for_seg_selv(register: Register, tmp_path: Path) -> None:
    add(register)
    with serving(register, tmp_path) as app:
        here, there = browser(app), browser(app)
        here.client = TestClient(app, base_url=ORIGIN, client=("192.0.2.1", 1))
        there.client = TestClient(app, base_url=ORIGIN, client=("192.0.2.2", 1))
        replies = [here.send("/ny-bruker", "/ny-bruker", **applicant(n)) for n in range(12)]
        assert [r.status_code for r in replies] == [200] * 10 + [422] * 2
        assert CATALOGUE["REG-249"] in replies[-1].text
        assert there.send("/ny-bruker", "/ny-bruker", **applicant(50)).status_code == 200
        register.clock.turn(minutes=61)
        assert here.send("/ny-bruker", "/ny-bruker", **applicant(51)).status_code == 200


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
        *(Route(f"/{path}", _size) for path in ("media/x.png", "_stcore/metrics", "_stcore/script-health-check")),
        *(Route(f"/_stcore/{path}", _size) for path in ("health", "host-config")),
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


def test_streamlits_maalinger_er_stengt_for_alle(inside: TestClient, register: Register) -> None:
    for headers in ({}, cookie_of(register)):
        for name in ("metrics", "script-health-check"):
            assert inside.get(f"/_stcore/{name}", headers=headers).status_code == 404


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
    assert [r.levelname for r in caplog.records if "REG-247" in r.getMessage()] == ["WARNING"]
    with inside.websocket_connect("/_stcore/stream", headers=mine):
        assert CATALOGUE["REG-247"] not in told()


def test_kjeksene_er_secure_ogsaa_de_streamlit_setter(register: Register, tmp_path: Path) -> None:
    async def give(_request: Request) -> Response:
        reply = PlainTextResponse("")
        reply.raw_headers += [
            (b"set-cookie", b"_streamlit_xsrf=x; Path=/; SameSite=Lax"),
            (b"Set-Cookie", b"a=b; secure"),
        ]
        return reply

    with serving(register, tmp_path, adresse=ADDRESS):
        client = TestClient(Starlette(routes=[Route("/", give)], middleware=server.MIDDLEWARE), base_url=ADDRESS)
        given = client.get("/").headers.get_list("set-cookie")
    assert given == ["_streamlit_xsrf=x; Path=/; SameSite=Lax; Secure", "a=b; secure"]
