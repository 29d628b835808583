"""SmerteReg behind a real nginx with TLS: with the file that comes with it, and with the ways operators get it wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.work import loopback
from checks.errors import CATALOGUE
from tests import support
from tests.browser.conftest import ARGUMENTS, CHROMIUM, make_register, served, visit
from tests.browser.nginx import NAME, Nginx, Ports, ports, proxying
from tests.browser.skjema import Skjema
from tests.browser.test_innlogging import save
from tests.browser.test_pasientens_svar import answer, open_form

HOST = "proxy_set_header Host              $http_host;"
PROTO = "proxy_set_header X-Forwarded-Proto $scheme;"
FOR = "proxy_set_header X-Forwarded-For   $remote_addr;"
UPGRADE = "proxy_set_header Upgrade           $http_upgrade;"
CONNECTION = "proxy_set_header Connection        $smertereg_connection;"
BARE = {HOST: "", PROTO: "", FOR: "", "proxy_pass http://smertereg;": "proxy_pass http://127.0.0.1:8501;"}
# What an operator has in place of the file's lines, and what the app then says is wrong.
WAYS = {
    "vert uten port": ({HOST: "proxy_set_header Host $host;"}, []),
    "bare proxy_pass": (BARE, ["REG-251", "REG-252"]),
    "uten X-Forwarded-Proto": ({PROTO: ""}, ["REG-251"]),
}


@pytest.fixture(scope="module")
def chromium(browser: Browser) -> Iterator[Browser]:
    """A Chromium that finds the app's name on this machine."""
    rules = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    opened = browser.browser_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, rules])
    yield opened
    opened.close()


@dataclass(frozen=True)
class App:
    """A running app that has been told of its address, with nginx to come at ``at``; the numbers of forløp as in
    `make_register`.
    """

    port: int
    data: Path
    at: Ports
    forlop: list[int]
    ordered: list[int]

    def behind(self, folder: Path, changes: dict[str, str] | None = None) -> AbstractContextManager[Nginx]:
        return proxying(folder / "nginx", self.port, self.at, changes)


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[App]:
    at = ports()
    forlop, ordered, _ = make_register(data)
    settings = {"ADRESSE": f"https://{NAME}:{at.tls}", "PROXYER": "127.0.0.1", **settings}
    with served(data, **settings) as (base, _clock):
        yield App(urlsplit(base).port or 0, data, at, forlop, ordered)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with serving(tmp_path_factory.mktemp("bak") / "data") as running:
        yield running


def findings(app: App) -> list[str]:
    """What the running app says is wrong with the proxy."""
    known = json.loads((app.data / "app.token").read_text(encoding="utf-8"))
    address = f"http://127.0.0.1:{app.port}{loopback.DOOR}"
    return httpx.post(address, headers={"Authorization": f"Bearer {known['token']}"}).json()["funn"]


@contextmanager
def visiting(chromium: Browser, proxy: Nginx) -> Iterator[BrowserContext]:
    context = visit(chromium, proxy.address, ignore_https_errors=True)
    context.set_default_timeout(15_000)
    yield context
    context.close()


def sign_in(context: BrowserContext, address: str = "/") -> Page:
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name=support.LU.navn).click()
    return page


def ask(proxy: Nginx, address: str, method: str = "GET", host: str = "", **options) -> httpx.Response:
    """Ask nginx with TLS, without a browser."""
    headers = {"Host": host or f"{NAME}:{proxy.tls}"} | options.pop("headers", {})
    with httpx.Client(verify=False) as client:
        url = f"https://127.0.0.1:{proxy.tls}{address}"
        return client.request(method, url, headers=headers, extensions={"sni_hostname": NAME}, **options)


def test_skjema_og_pasientside_gjennom_nginx_med_tls_og_uten_noekler_i_loggen(
    app: App, chromium: Browser, tmp_path: Path
) -> None:
    with app.behind(tmp_path) as proxy, visiting(chromium, proxy) as context:
        page = context.new_page()
        page.goto(f"http://{NAME}:{proxy.plain}/skjema?forlop={app.forlop[0]}&skjema=to")
        assert page.url.startswith(f"{proxy.address}/logg-inn")
        page.get_by_role("button", name=support.LU.navn).click()
        form = Skjema(page, app.forlop[0]).ready("TO")
        form.velg("Tilsynsanmodnin", "Tilsynsanmodning")
        save(page)
        assert context.cookies() and all(cookie.get("secure") for cookie in context.cookies())

        patient = context.new_page()
        open_form(patient, app.ordered[0], "pasreg")
        token = urlsplit(patient.url).path.removeprefix("/e/")
        assert len(token) > 30
        answer(patient)

        assert findings(app) == []
        for inside in ("/jobb/inngang", "/metrics", "/ready", "/ready%0a", "/_stcore/metrics"):
            assert ask(proxy, inside).status_code == 404
        assert ask(proxy, f"/e/{token}?side=1").status_code == 200
        assert ask(proxy, f"/%65/{token}").status_code in (200, 404)
        # Larger than a form may be, but no larger than a hospital's list: nginx lets it through to the app, which asks who.
        upload = ask(
            proxy, "/_stcore/upload_file/a/b", "PUT", content=b"x" * 2_000_000, headers={"Origin": proxy.address}
        )
        assert upload.status_code == 401
        with pytest.raises(httpx.RemoteProtocolError):
            ask(proxy, "/logg-inn", host="annet.example")
        log = proxy.log()
    with proxying(tmp_path / "alene", 9, ports()) as alone:
        away = ask(alone, f"/e/{token}")
        assert away.status_code == 503 and "SmerteReg er ikke oppe" in away.text
        log += alone.log()
        errors = alone.errors() + proxy.errors()
    assert re.search(r'POST "/e/\.\.\." 303', log) and '"/skjema" 200' in log
    assert token not in log + errors and "forlop" not in log


@pytest.mark.parametrize("way", WAYS)
def test_innlogging_og_sokkel_virker_ogsaa_bak_en_annen_nginx_og_det_som_er_galt_blir_sagt(
    app: App, chromium: Browser, tmp_path: Path, way: str
) -> None:
    changes, wrong = WAYS[way]
    with app.behind(tmp_path, changes) as proxy, visiting(chromium, proxy) as context:
        page = sign_in(context)
        expect(page.get_by_role("heading", name="Arbeidsliste")).to_be_visible()
        assert all(cookie.get("secure") for cookie in context.cookies())
        assert findings(app) == [CATALOGUE[code] for code in wrong]


def test_uten_oppgradering_av_sokkelen_sier_siden_hva_driften_skal_gjoere(
    app: App, chromium: Browser, tmp_path: Path
) -> None:
    with app.behind(tmp_path, {UPGRADE: "", CONNECTION: ""}) as proxy, visiting(chromium, proxy) as context:
        page = sign_in(context)
        expect(page.get_by_role("alert")).to_have_text(CATALOGUE["REG-247"], timeout=20_000)
        assert findings(app) == [CATALOGUE["REG-247"]]


def test_uten_adressen_sier_siden_at_den_maa_settes(chromium: Browser, tmp_path: Path) -> None:
    with (
        serving(tmp_path / "data", ADRESSE="") as app,
        app.behind(tmp_path, BARE) as proxy,
        visiting(chromium, proxy) as context,
    ):
        page = sign_in(context)
        expect(page.get_by_role("alert")).to_have_text(CATALOGUE["REG-245"])


def test_uten_fungerende_nginx_sier_proven_hva_som_mangler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("tests.requirements.SYSTEM", str(tmp_path))
    with pytest.raises(AssertionError, match="apt-get install nginx-light"), proxying(tmp_path / "n", 9, ports()):
        pass
