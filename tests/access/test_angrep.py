"""The attacks a login must stand, over HTTP."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app import server
from app.web import guard, session
from ingest.access import GATE
from ingest.people import accounts, passwords
from ingest.store import DEMO, DRIFT
from tests import support
from tests.accounts import NEW_PASSWORD, ORIGIN, PASSWORD, add, browser, last_code, serving, session_of
from tests.support import LC, LU, OTHER, SC, Register


def test_hele_innloggingen_og_kjeksen(app: Starlette, register: Register) -> None:
    someone = browser(app)
    reply = someone.sign_in(register, LU, til="/skjema?forlop=1&skjema=b11")
    assert (reply.status_code, reply.headers["location"]) == (303, "/skjema?forlop=1&skjema=b11")
    cookie = next(c for c in reply.headers.get_list("set-cookie") if c.startswith(session.COOKIE))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie
    secure = browser(app)
    secure.client = TestClient(app, base_url="https://testserver")
    made = secure.open("/logg-inn")
    assert "Secure" in made.headers["set-cookie"] and "Strict-Transport-Security" in made.headers


def test_sesjonsfiksering_nytt_symbol_ved_innlogging(app: Starlette, register: Register) -> None:
    someone = browser(app)
    someone.client.cookies.set(session.COOKIE, "valgt-av-en-angriper", domain="testserver.local", path="/")
    someone.sign_in(register, LU)
    assert session_of(register, "valgt-av-en-angriper") is None
    first = someone.token
    someone.open("/logg-inn")
    again = browser(app)
    again.sign_in(register, LU)
    assert again.token != first


def test_stjalet_kjeks_er_verdilos_etter_utlogging(app: Starlette, register: Register) -> None:
    someone, thief = browser(app), browser(app)
    someone.sign_in(register, LU)
    thief.client.cookies.set(session.COOKIE, someone.token)
    assert thief.open("/").status_code == 200
    assert someone.sign_out().status_code == 303
    assert thief.open("/").status_code == 303


@pytest.mark.manual("Bruker 4")
def test_passordet_alene_aapner_ingenting(app: Starlette, register: Register) -> None:
    someone = browser(app)
    someone.send("/logg-inn", "/logg-inn", brukernavn=LU.bruker, passord=PASSWORD)
    assert someone.open("/").status_code == 303
    step = someone.client.cookies["smertereg_steg"]
    thief = browser(app)
    thief.client.cookies.set(session.COOKIE, step)
    assert thief.open("/").status_code == 303


def test_en_kode_brukes_bare_en_gang(app: Starlette, register: Register) -> None:
    someone = browser(app)
    someone.sign_in(register, LU)
    code = last_code(register)
    replay = browser(app)
    replay.send("/logg-inn", "/logg-inn", brukernavn=LU.bruker, passord=PASSWORD)
    assert replay.send("/logg-inn/kode", "/logg-inn/kode", kode=code).status_code == 401 or code == last_code(register)


def test_ukjent_og_kjent_bruker_faar_samme_side(app: Starlette) -> None:
    pages = [
        browser(app).send("/logg-inn", "/logg-inn", brukernavn=name, passord="feil")
        for name in (LU.bruker, "finnes.ikke")
    ]
    assert len({(p.status_code, _without_key(p.text)) for p in pages}) == 1


def _without_key(text: str) -> str:
    return "".join(part for part in text.split('"') if len(part) != 64)


@pytest.mark.parametrize(
    "til", ["//annet.example", "https://annet.example", "/\\annet.example", "/\n//annet.example", "x"]
)
def test_veien_tilbake_fører_aldri_ut_av_appen(app: Starlette, register: Register, til: str) -> None:
    assert browser(app).sign_in(register, LU, til=til).headers["location"] == "/"


@pytest.mark.manual("Bruker 6")
def test_forstegangspassordet_maa_byttes_for_noe_annet(app: Starlette, register: Register) -> None:
    first = passwords.make_first()
    with register.store.write(LC) as tx:
        accounts.send_first_password(tx, LU.bruker, first)
    someone = browser(app)
    reply = someone.sign_in(register, LU, first.text, til="/min_side")
    assert reply.headers["location"] == "/bytt-passord?til=%2Fmin_side"
    assert someone.open("/").headers["location"].startswith("/bytt-passord")
    assert someone.open("/oppslag/icd10?q=rygg").status_code == 401
    fields = {"naavaerende": first.text, "nytt": NEW_PASSWORD, "til": "/min_side"}
    assert someone.send("/bytt-passord", "/bytt-passord", **fields, gjenta="noe annet").status_code == 422
    assert (
        someone.send("/bytt-passord", "/bytt-passord", **fields, gjenta=NEW_PASSWORD).headers["location"] == "/min_side"
    )
    assert someone.open("/").status_code == 200


def test_en_enhet_man_ikke_har_kan_ikke_velges(app: Starlette, register: Register) -> None:
    someone = browser(app)
    someone.sign_in(register, LU)
    for enhet, rolle in ((OTHER, "LU"), (LU.enhet, "SC"), ("", "")):
        reply = someone.send("/prosjektoversikt", "/prosjektoversikt", enhet=enhet, rolle=rolle)
        assert reply.status_code == 403
    found = session_of(register, someone.token)
    assert found is not None and found.actor == LU


@pytest.mark.manual("Bruker 5")
def test_flere_roller_gir_prosjektoversikt_for_alt_annet(app: Starlette, register: Register) -> None:
    with register.store.write(GATE) as tx:
        tx.run("insert into tilgang.tildeling values (?, ?, 'LC')", LU.bruker, OTHER)
    someone = browser(app)
    assert (
        someone.sign_in(register, LU, til="/dekningsgrad").headers["location"]
        == "/prosjektoversikt?til=%2Fdekningsgrad"
    )
    assert someone.open("/").headers["location"].startswith("/prosjektoversikt")
    reply = someone.send(
        "/prosjektoversikt?til=/dekningsgrad", "/prosjektoversikt", enhet=OTHER, rolle="LC", til="/dekningsgrad"
    )
    assert reply.headers["location"] == "/dekningsgrad"
    assert someone.open("/dekningsgrad").status_code == 200


@pytest.mark.parametrize(
    ("slag", "options"),
    [
        (DRIFT, {"test_persons": True, "demo": True}),
        (DRIFT, {}),
        (DEMO, {"demo": False}),
        (DEMO, {"test_persons": False}),
    ],
)
def test_utenfor_demoen_finnes_verken_utboks_eller_snarvei(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slag: str, options: dict[str, bool]
) -> None:
    monkeypatch.setattr("app.work.messages.post", lambda _: None)
    register = support.make(tmp_path / "smertereg.duckdb", slag)
    add(register)
    with serving(register, tmp_path, sms_url="https://sms.invalid", **options) as app:
        someone = browser(app)
        page = someone.open("/logg-inn").text
        assert LU.navn not in page and PASSWORD not in page and "/logg-inn/demo" not in page
        assert ("demo" in page.lower()) is (slag == DEMO)
        assert someone.open("/demo/utboks").status_code == 404
        fields = {"bruker": LU.bruker, "rolle": LU.rolle, "enhet": LU.enhet}
        assert someone.send("/logg-inn", "/logg-inn/demo", **fields).status_code == 404
        assert not someone.token
        someone.send("/logg-inn", "/logg-inn", brukernavn=LU.bruker, passord=PASSWORD)
        assert last_code(register) not in someone.open("/logg-inn/kode").text
    register.store.close()


def test_uten_sms_i_drift_sies_det_i_stedet_for_at_koden_er_sendt(tmp_path: Path) -> None:
    register = support.make(tmp_path / "smertereg.duckdb", DRIFT)
    add(register)
    with serving(register, tmp_path) as app:
        someone = browser(app)
        someone.send("/logg-inn", "/logg-inn", brukernavn=LU.bruker, passord=PASSWORD)
        page = someone.open("/logg-inn/kode")
        assert "SMS er ikke satt opp i dette registeret" in page.text and "Vi har sendt" not in page.text
    register.store.close()


def test_innloggingen_sier_hva_den_som_har_glemt_passordet_gjor(app: Starlette) -> None:
    page = browser(app).open("/logg-inn").text
    assert "Glemt passordet?" in page and "Be lokal koordinator (LC)" in page


@pytest.mark.parametrize("address", ["/foo/bar", "/skjema/x", "/index.html", "/foo.bar", "/a/_stcore/health"])
def test_en_ukjent_adresse_faar_vaar_egen_side(app: Starlette, address: str) -> None:
    reply = browser(app).open(address)
    assert reply.status_code == 404
    assert "<title>Siden finnes ikke · SmerteReg</title>" in reply.text


def test_skript_i_soknaden_vises_som_tekst(app: Starlette) -> None:
    attack = '"><script>alert(1)</script>'
    fields = dict.fromkeys(("navn", "brukernavn", "mobil", "epost", "stilling", "klinikk", "avdeling"), attack)
    reply = browser(app).send("/ny-bruker", "/ny-bruker", **fields)
    assert reply.status_code == 422 and "<script>alert" not in reply.text and "&lt;script&gt;" in reply.text


NAMED = [r.path for r in server.routes() if isinstance(r, Route) and r.param_convertors]
ELSEWHERE = (
    "../server.py",
    "..%2f..%2fpyproject.toml",
    "%2e%2e/server.py",
    "..%5cserver.py",
    "..\\server.py",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "~/.ssh/id_rsa",
    "smertereg.duckdb",
    "../../smertereg.nokkel",
    "brukerveiledning%00.png",
    "a" * 5000,
    "-1",
    "1e9",
    "١",
)


@pytest.mark.parametrize("route", NAMED)
def test_ingen_filer_utenfor_mappen(app: Starlette, register: Register, route: str) -> None:
    someone = browser(app)
    someone.enter(register, SC)
    for elsewhere in ELSEWHERE:
        reply = someone.open(re.sub(r"\{.*\}", lambda _, name=elsewhere: name, route))
        assert reply.status_code in (303, 400, 403, 404), elsewhere
        assert not any(word in reply.text for word in ("import ", "root:", "[project]", "DUCK")), elsewhere


ASKED = ("til", "skjema", "prefiks", "q", "side", "fra", "v", "forlop", "pasient")


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_ingen_filer_og_ingen_feil_ved_angrep_i_sporrestrengen(
    app: Starlette, register: Register, elsewhere: str
) -> None:
    someone = browser(app)
    someone.enter(register, SC)
    query = "&".join(f"{name}={elsewhere}" for name in ASKED)
    for route in (r for r in server.routes() if isinstance(r, Route) and "GET" in (r.methods or ())):
        reply = someone.open(f"{re.sub(r'{.*}', '1', route.path)}?{query}")
        assert reply.status_code < 500, route.path
        assert urljoin(ORIGIN, reply.headers.get("location", "/")).startswith(f"{ORIGIN}/"), route.path
        assert not any(word in reply.text for word in ("import ", "root:", "[project]", "DUCK")), route.path


@pytest.mark.parametrize(
    ("origin", "allowed"), [(None, False), ("null", False), ("http://annet.example", False), (ORIGIN, True)]
)
def test_websocket_bare_fra_egen_side(app: Starlette, origin: str | None, allowed: bool) -> None:
    async def greet(socket) -> None:
        await socket.accept()
        await socket.close()

    client = TestClient(guard.Guard(Starlette(routes=[WebSocketRoute("/strøm", greet)])), base_url=ORIGIN)
    headers = {"Origin": origin} if origin else {}
    if allowed:
        with client.websocket_connect("/strøm", headers=headers):
            return
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/strøm", headers=headers):
        pass


TAKES_FORMS = sorted({r.path for r in server.routes() if isinstance(r, Route) and "POST" in (r.methods or ())})
