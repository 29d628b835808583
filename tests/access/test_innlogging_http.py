"""Every address of the app for everybody: anonymous, LU, LC, SC, statistikere and the program's own jobs, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from app import server
from app.eprom_page import callbacks, personvern
from app.signin import helseid
from app.ui import frame
from app.web import guard
from app.work import loopback, loopback_routes, operations
from exports.publish import PublishResult
from ingest.settings import Settings
from tests import support
from tests.accounts import ORIGIN, Browser, add, browser, serving
from tests.support import LC, LS, LU, MOMENT, NS, SC, Register

# Address -> what anybody gets without signing in, and with.
OPEN_GET = {
    "/health": (200, 200),
    "/ready": (503, 503),  # nothing has been published
    "/metrics": (403, 403),
    "/statisk/{name}": (404, 404),
    "/logg-inn": (200, 303),
    "/logg-inn/kode": (401, 401),
    **{f"/logg-inn/helseid{end}": (404, 404) for end in ("", "/koble", "/tilbake", "/ut")},
    "/ny-bruker": (200, 200),
    "/demo/utboks": (200, 200),
    "/e": (404, 404),
    "/e/{token:path}": (404, 404),
    "/{address:ukjent}": (404, 404),
    "/arbeidsliste": (307, 307),
    **{f"/logg-inn/oidc{end}": (404, 404) for end in ("", "/tilbake")},
}
# Address -> what anybody gets without signing in; with it, 200.
CLOSED_GET = {"/oppslag/icd10": 401, "/oppslag/ncsp": 401, "/bytt-passord": 303, "/prosjektoversikt": 303}
# Page -> the roles that have it in their menu.
PAGES = {
    "/": "LU LC SC",
    "/ny_registrering": "LU LC SC",
    "/pasientregistreringer": "LU LC SC",
    "/innleverte": "LC SC",
    "/pasientsok": "LU LC SC",
    "/lokal_oversikt": "LU LC SC",
    "/dekningsgrad": "LU LC SC",
    "/datakvalitet": "LC SC",
    "/avdelinger": "LC SC",
    "/lokasjoner": "LC SC",
    "/enheter": "SC",
    "/filarkiv": "LU LC SC LS NS",
    "/leveranser": "LC SC LS NS",
    "/sporring": "SC LS NS",
    "/brukere": "LC SC",
    "/rett_identitet": "LC SC",
    "/reservasjoner": "SC",
    "/logg": "LC SC",
    "/systeminfo": "SC",
    "/min_side": "LU LC SC LS NS",
    "/skjema": "LU LC SC",
    "/personopplysninger": "LU LC SC",
    "/pasienthistorikk": "LU LC SC",
    "/kvalitetsindikatorer": "LU LC SC",
    "/nasjonal_oversikt": "SC",
}
# File -> where one of them is, and the roles that get it; others are refused, and nobody is sent to sign in.
FILES = {
    "/innleverte.csv": ("/innleverte.csv?enhet=100082", "LC SC"),
    "/utskrift/skjema": ("/utskrift/skjema?forlop=10001&skjema=to", "LU LC SC"),
    "/utskrift/innsyn": ("/utskrift/innsyn?pasient=1001", "LC SC"),
    "/filarkiv/tekst/{navn}": ("/filarkiv/tekst/samtykkeskjema", "LU LC SC LS NS"),
    "/filarkiv/les/{navn}": ("/filarkiv/les/brukerveiledning", "LU LC SC LS NS"),
    "/filarkiv/papir/{navn}": ("/filarkiv/papir/eval", "LU LC SC LS NS"),
    "/filarkiv/bilder/{navn}": ("/filarkiv/bilder/veiledning-skjema.png", "LU LC SC LS NS"),
    "/filarkiv/start/{navn}": ("/filarkiv/start/indikatorer.R", "LU LC SC LS NS"),
    "/filarkiv/dokument/{nr}": ("/filarkiv/dokument/1", ""),
    "/filarkiv/rapport/{nr}": ("/filarkiv/rapport/1", ""),
    "/leveranser/fil": ("/leveranser/fil", ""),
    "/sporring/resultat/{navn}": ("/sporring/resultat/1.csv", ""),
}
# Files that are not there yet -> the roles that are told so; others are told that they may not.
NOT_THERE = {
    "/filarkiv/dokument/{nr}": "LC SC LS NS",
    "/filarkiv/rapport/{nr}": "LC SC",
    "/leveranser/fil": "LC SC LS NS",
    "/sporring/resultat/{navn}": "SC LS NS",
}
# Forms, sent empty but with their key: what somebody without a session gets, and somebody with.
FORMS = {
    "/logg-inn": (401, 401),
    "/logg-inn/kode": (401, 401),
    "/logg-inn/ny-kode": (401, 401),
    "/logg-inn/demo": (303, 303),
    "/logg-inn/helseid/koble-fra": (404, 404),  # the settings name no HelseID
    "/logg-ut": (303, 303),
    "/ny-bruker": (422, 422),
    "/bytt-passord": (303, 422),
    "/prosjektoversikt": (303, 403),
    "/utskrift/arbeidsliste": (303, 200),
}
# For programs on this machine that have the token.
JOBS = {
    "/jobb/publiser",
    "/jobb/kontroller",
    "/jobb/inngang",
    "/jobb/klar",
    "/jobb/eksportert",
    "/jobb/ingen-slettet",
    "/jobb/historikk",
    "/jobb/importer",
    "/jobb/dokumentert",
    "/jobb/eprom",
    "/jobb/reminders",
    "/jobb/lock",
    "/jobb/population",
    "/jobb/subscriptions",
    "/jobb/bounces",
    "/jobb/due",
    "/jobb/scheduled",
    "/jobb/backup",
    "/jobb/sikkerhetskopi",
    "/jobb/sammenlign",
}
# Of the jobs that answer something else: three need an order, one a register with a journal.
LACKING = {"/jobb/historikk": 400, "/jobb/importer": 400, "/jobb/dokumentert": 400, "/jobb/sammenlign": 409}
# The patient's page: its link is the key, whoever sends (tests/spec/test_pasientens_side.py).
LINKS = {"/e", "/e/{token:path}"}
# JSON from the form page, with the page's key in it (tests/access/test_svar_paa_skjema.py).
ANSWERS = {"/skjema/svar"}
BUILT = {address for address in PAGES if any(p.address == address and p.path.exists() for p in frame.PAGES)}
ROLES = {"": None, "LU": LU, "LC": LC, "SC": SC, "LS": LS, "NS": NS}
Visit = Callable[[str], Browser]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Register, Starlette, str]]:
    """A register and the app over it, and the token of its jobs."""
    folder = tmp_path_factory.mktemp("adresser")
    register = support.make(folder / "smertereg.duckdb")
    add(register)
    add(register, LS, NS)
    register.forlop()
    with register.store.write(SC) as tx:
        tx.run("update register.migrering set kjort = ?", MOMENT - timedelta(days=30))
    settings = Settings(data=folder)
    with serving(register, folder) as app, loopback_routes.open_for_jobs(settings):
        yield register, app, json.loads(loopback.token_file(settings).read_text())["token"]
    register.store.close()


@pytest.fixture
def visit(made: tuple[Register, Starlette, str]) -> Visit:
    """A browser with a new session of a role; without one for «»."""

    def opened(role: str) -> Browser:
        someone, actor = browser(made[1]), ROLES[role]
        if actor:
            someone.enter(made[0], actor)
        return someone

    return opened


def filled(address: str) -> str:
    return (
        address.replace("{address:ukjent}", "finnes/ikke")
        .replace("{name}", "..%2f..%2fetc%2fpasswd")
        .replace("{token:path}", "gjettet")
    )


def test_hver_adresse_har_en_rad() -> None:
    served = {(route.path, method) for route in server.routes() for method in route.methods or ()}
    expected = {(a, "GET") for a in {*OPEN_GET, *CLOSED_GET, *BUILT, *FILES}}
    expected |= {(a, "POST") for a in {*FORMS, *JOBS, *LINKS, *ANSWERS}}
    expected |= {(callbacks.ADDRESS, "PUT"), (personvern.ADDRESS, "PUT"), (helseid.OUT, "POST")}
    assert {pair for pair in served if pair[1] != "HEAD"} == expected
    assert {page.address for page in frame.PAGES} == set(PAGES)
    assert all(isinstance(route, Route) for route in server.routes())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("key", ["", "x"])
def test_ingen_rolle_forteller_som_eprom(visit: Visit, role: str, key: str) -> None:
    reply = visit(role).client.put(callbacks.ADDRESS, json={"apiKey": key, "formOrderStatus": "Completed"})
    assert (reply.status_code, reply.json()) == (401, {"success": False})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("key", ["", "Basic ", "Basic x"])
def test_ingen_rolle_forteller_om_reservasjoner(visit: Visit, role: str, key: str) -> None:
    call = {"nationalId": "01815049999", "status": "RES"}
    reply = visit(role).client.put(personvern.ADDRESS, json=call, headers={"Authorization": key})
    assert (reply.status_code, reply.json()) == (401, {"success": False})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", {**OPEN_GET, **CLOSED_GET})
def test_adresser_og_sikkerhetshoder(visit: Visit, role: str, address: str) -> None:
    reply = visit(role).open(filled(address))
    expected = OPEN_GET.get(address) or (CLOSED_GET[address], 200)
    assert reply.status_code == expected[bool(role)]
    if address in CLOSED_GET and reply.status_code == 303:
        assert reply.headers["location"].startswith("/logg-inn?til=%2F")
    for name, value in guard.headers_for(address).items():
        assert reply.headers[name] == value


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", sorted(BUILT))
def test_hver_side_for_hver_rolle(visit: Visit, role: str, address: str) -> None:
    reply = visit(role).open(address)
    if not role:
        assert (reply.status_code, reply.headers["location"][:14]) == (303, "/logg-inn?til=")
        return
    if address == "/" and role in ("LS", "NS"):
        assert (reply.status_code, reply.headers["location"]) == (303, "/leveranser")
        return
    assert reply.status_code == (200 if role in PAGES[address].split() else 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", FILES)
def test_hver_fil_for_hver_rolle_og_aldri_i_et_mellomlager(visit: Visit, role: str, address: str) -> None:
    asked, allowed = FILES[address]
    reply = visit(role).open(asked)
    refused = 404 if role in NOT_THERE.get(address, "").split() else 403
    assert reply.status_code == (303 if not role else 200 if role in allowed.split() else refused)
    assert not role or reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "name", ["..%2fpyproject.toml", "%2e%2e%2fnasjonal", "brukerveiledning.md", "hads", "1.5", "-1"]
)
@pytest.mark.parametrize("place", ["tekst", "les", "papir", "bilder", "start", "dokument", "rapport"])
def test_filarkivet_leser_aldri_en_sti_som_nettleseren_har_sendt(visit: Visit, place: str, name: str) -> None:
    assert visit("SC").open(f"/filarkiv/{place}/{name}").status_code == 404


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", FORMS)
def test_hvert_skjema_med_sin_nokkel(visit: Visit, address: str, role: str) -> None:
    someone = visit(role)
    someone.open("/ny-bruker")
    key = guard.form_key(someone.token or someone.client.cookies[guard.VISITOR])
    reply = someone.client.post(address, data={guard.FIELD: key}, headers={"Origin": ORIGIN}, follow_redirects=False)
    without = address == "/utskrift/arbeidsliste" and role in ("LS", "NS")
    assert reply.status_code == (403 if without else FORMS[address][bool(role)])


@pytest.mark.parametrize("shown", ["9" * 5000, "9" * 20, "1e9,-1,,x", "²", ","])
def test_arbeidslisten_skrives_ut_uten_det_som_ikke_er_nummer_pa_forlop(visit: Visit, shown: str) -> None:
    someone = visit("LU")
    data = {guard.FIELD: guard.form_key(someone.token), "forlop": shown}
    assert someone.client.post("/utskrift/arbeidsliste", data=data, headers={"Origin": ORIGIN}).status_code == 200


@pytest.mark.parametrize("origin", [None, "null", "http://annet.example", "https://testserver.annet.example", ORIGIN])
@pytest.mark.parametrize("address", sorted({*FORMS, *JOBS}))
@pytest.mark.parametrize("role", ROLES)
def test_csrf_ingen_endring_uten_skjemaets_nokkel(visit: Visit, role: str, address: str, origin: str | None) -> None:
    someone = visit(role)
    headers = {"Origin": origin} if origin else {}
    for key in ({}, {guard.FIELD: "0" * 64}, {guard.FIELD: guard.form_key("en annens")}):
        assert someone.client.post(address, data=key, headers=headers).status_code == 403
    if role:
        assert someone.open("/min_side").status_code == 200


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("origin", [None, "null", "http://annet.example"])
def test_csrf_riktig_nokkel_fra_et_annet_nettsted_avvises(visit: Visit, role: str, origin: str | None) -> None:
    someone = visit(role)
    fields = {guard.FIELD: guard.form_key(someone.token)}
    headers = {"Origin": origin} if origin else {}
    assert someone.client.post("/logg-ut", data=fields, headers=headers).status_code == 403


@pytest.mark.parametrize("address", sorted(JOBS))
@pytest.mark.parametrize(
    ("host", "right", "status"),
    [("127.0.0.1", True, 200), ("::1", True, 200), ("127.0.0.1", False, 403), ("10.0.0.7", True, 403)],
)
def test_jobber_er_for_den_som_har_noekkelen_paa_denne_maskinen(
    made: tuple[Register, Starlette, str], monkeypatch, address: str, host: str, right: bool, status: int
) -> None:
    monkeypatch.setattr(operations, "publish_now", lambda *_: PublishResult("20261123-100000", Path("x"), 4, 0, (), 0))
    client = TestClient(made[1], base_url=ORIGIN, client=(host, 50_000))
    if status == 200:
        status = LACKING.get(address, status)
    token = made[2] if right else "feil"
    assert client.post(address, headers={"Authorization": f"Bearer {token}"}).status_code == status
