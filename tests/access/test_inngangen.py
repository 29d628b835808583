"""Which hosts, origins, proxies and programs the way in lets through, and what everybody else is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app import server
from app.web import guard, resources, shell, static_files
from app.work import loopback_routes
from checks.errors import CATALOGUE
from tests.access.test_brukere import FORM
from tests.accounts import ORIGIN, add, browser, serving
from tests.support import Register

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


@pytest.mark.parametrize("header", [{}, {"X-Forwarded-Host": NAME}], ids=["", "med X-Forwarded-Host"])
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


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(vars(record)["kode"], vars(record)["hvor"]) for record in caplog.records if "hvor" in vars(record)]


def test_en_annen_vert_blir_sagt_til_den_rette_er_sett_og_logget_en_gang_for_hvert_slag(
    behind: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    for host in ("annet.example", "10.0.0.7", "", "[", "tredje.example", "10.0.0.8"):
        behind.get("/logg-inn", headers={"Host": host})
    assert told() == [CATALOGUE["REG-246"]]
    behind.get("/logg-inn", headers={"Host": "localhost:8501"})
    assert told() == [CATALOGUE["REG-246"]]
    behind.get("/logg-inn", headers={"Host": NAME, **THROUGH})
    assert told() == []
    behind.get("/logg-inn", headers={"Host": "annet.example"})
    assert told() == [CATALOGUE["REG-246"]]
    assert logged(caplog) == [
        ("REG-246", "Host er et annet navn"),
        ("REG-246", "Host er en IP-adresse"),
        ("REG-246", "Host mangler eller er ingen vert"),
    ]
    assert "annet.example" not in caplog.text


def test_en_annen_opprinnelse_blir_sagt_til_den_rette_er_sett_og_logget_en_gang_for_hvert_slag(
    behind: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"Host": NAME, **THROUGH}
    behind.get("/logg-inn", headers=headers | {"Origin": "https://annet.example"})
    assert told() == []
    for origin in ("https://annet.example", "http://[", "null", f"https://{NAME}", f"http://{NAME}:8543", None):
        behind.post("/logg-inn", headers=headers | ({"Origin": origin} if origin else {}))
    assert told() == [CATALOGUE["REG-245"]]
    behind.post("/logg-ut", headers=headers | {"Origin": ADDRESS})
    assert told() == []
    with pytest.raises(WebSocketDisconnect), behind.websocket_connect("/x", headers=headers | {"Origin": "null"}):
        pass
    assert told() == [CATALOGUE["REG-245"]]
    assert logged(caplog) == [
        ("REG-245", "Origin er et annet nettsted"),
        ("REG-245", "Origin er null"),
        ("REG-245", "Origin har annen port eller protokoll"),
        ("REG-245", "Origin mangler"),
    ]
    assert "annet.example" not in caplog.text


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
    return FORM | {"brukernavn": f"nora{number}"}


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


def test_mens_man_logger_inn_henter_nettleseren_det_sidene_trenger_og_beholder_det(
    register: Register, tmp_path: Path
) -> None:
    add(register)
    with serving(register, tmp_path) as app:
        visitor = TestClient(app, base_url=ORIGIN)
        ahead = re.findall(r'<link rel="prefetch" href="([^"]+)">', visitor.get("/logg-inn").text)
        needed = set(re.findall(r'(?:href|src)="\.?(/sta[^"]+(?:\.js|\.css)[^"]*)"', shell.html()))
        assert needed and needed <= set(ahead)
        ours = {address: visitor.get(address) for address in ahead if address.startswith(static_files.BASE)}
    assert {(reply.status_code, reply.headers["cache-control"][-9:]) for reply in ours.values()} == {(200, "immutable")}
    streamlits = Path(streamlit.__file__).parent / "static"
    scripts = {address: reply.text for address, reply in ours.items() if ".js" in address}
    scripts |= {a: (streamlits / a[1:]).read_text("utf-8") for a in ahead if a not in ours and a.endswith(".js")}
    imported = {
        urljoin(address, name) for address, text in scripts.items() for name in re.findall(r'from ?"([./][^"]+)"', text)
    }
    assert imported and imported <= set(ahead)
