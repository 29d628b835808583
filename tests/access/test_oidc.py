"""Login through an identity provider, against one on localhost: over real HTTP, with signed tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc.jwk import OctKey
from pydantic import SecretStr
from starlette.applications import Starlette

from checks.errors import RegisterError
from ingest import settings as configuration
from ingest.access import GATE
from ingest.people import accounts, passwords
from tests import oidc_provider
from tests.accounts import Browser, add, browser, serving, session_of
from tests.oidc_provider import CLIENT, SECRET, Provider
from tests.support import LC, LU, Register

REFUSED = str(RegisterError("REG-154"))


@pytest.fixture
def provider(register: Register) -> Iterator[Provider]:
    with oidc_provider.serving(register.clock().timestamp()) as made:
        yield made


@pytest.fixture
def app(register: Register, provider: Provider, tmp_path: Path) -> Iterator[Starlette]:
    add(register)
    options = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    with serving(register, tmp_path, **options, oidc_navn="Helse Vest-kontoen") as made:
        yield made


def out(someone: Browser, til: str = "/") -> str:
    """To the provider and as far as its answer: the address it sends the browser back to."""
    sent = someone.open(f"/logg-inn/oidc?til={til}")
    assert sent.status_code == 303
    back = httpx.get(sent.headers["location"], follow_redirects=False).headers["location"]
    parts = urlsplit(back)
    assert (parts.netloc, parts.path) == ("testserver", "/logg-inn/oidc/tilbake")
    return f"{parts.path}?{parts.query}"


def refused(someone: Browser, back: str) -> bool:
    reply = someone.open(back)
    return reply.status_code == 401 and REFUSED in reply.text and not someone.token


def test_hele_veien_gir_vaar_egen_sesjon(app: Starlette, register: Register, provider: Provider) -> None:
    someone = browser(app)
    assert "Logg inn med Helse Vest-kontoen" in someone.open("/logg-inn").text
    reply = someone.open(out(someone, "/dekningsgrad"))
    assert (reply.status_code, reply.headers["location"]) == (303, "/dekningsgrad")
    found = session_of(register, someone.token)
    assert found is not None and found.actor == LU
    assert provider.asked[0]["response_type"] == "code" and "openid" in provider.asked[0]["scope"]
    with register.store.read(GATE) as tx:
        logged = tx.row("select bruker, hendelse, detaljer from tilgang.logg order by nr desc limit 1")
    assert logged == {"bruker": LU.bruker, "hendelse": "logget inn", "detaljer": '{"med":"oidc"}'}


@pytest.mark.parametrize("state", ["ukjent", "stengt"])
def test_bare_en_godkjent_og_aapen_konto_og_uten_aa_si_hvorfor(
    app: Starlette, register: Register, provider: Provider, state: str
) -> None:
    if state == "ukjent":
        provider.username = "finnes.ikke"
    else:
        with register.store.write(LC) as tx:
            accounts.set_active(tx, LU.bruker, False)
    someone = browser(app)
    assert refused(someone, out(someone))


@pytest.mark.parametrize(
    "cheat",
    [
        {"claims": {"nonce": "en annens"}},
        {"claims": {"nonce": None}},
        {"claims": {"aud": "en annen"}},
        {"claims": {"azp": "en annen"}},
        {"claims": {"iss": "https://annet.example"}},
        {"claims": {"exp": 1}},
        {"claims": {"exp": None}},
        {"claims": {"preferred_username": None}},
        {"key": oidc_provider.FOREIGN_KEY},
        {"algorithm": "none"},
        {"algorithm": "HS256", "key": OctKey.import_key("a" * 32)},
        {"other_issuer": "https://annet.example"},
    ],
    ids=[
        "annen nonce",
        "uten nonce",
        "aud",
        "azp",
        "iss",
        "utløpt",
        "uten exp",
        "uten brukernavn",
        "fremmed nøkkel",
        "uten signatur",
        "HS256",
        "annen utsteder",
    ],
)
def test_et_falskt_svar_avvises(app: Starlette, provider: Provider, cheat: dict) -> None:
    someone = browser(app)
    back = out(someone)
    for name, value in cheat.items():
        setattr(provider, name, value)
    assert refused(someone, back)


def test_svaret_hoerer_til_nettleseren_som_spurte_og_gjelder_en_gang(app: Starlette, register: Register) -> None:
    someone, thief = browser(app), browser(app)
    back = out(someone)
    assert refused(thief, back)
    out(thief)
    assert refused(thief, back)
    assert someone.open(back).status_code == 303
    again = browser(app)
    out(again)
    assert refused(again, back)
    late = browser(app)
    back = out(late)
    register.clock.turn(minutes=11)
    assert refused(late, back)


def test_brukeren_som_avbryter_eller_en_leverandor_som_er_borte(app: Starlette, provider: Provider) -> None:
    someone = browser(app)
    back = out(someone)
    assert refused(someone, back.split("?")[0] + "?error=access_denied&state=x")
    provider.other_issuer = "https://annet.example"
    assert someone.open("/logg-inn/oidc").status_code == 401


def test_et_ubrukt_forstegangspassord_legges_bort(app: Starlette, register: Register) -> None:
    first = passwords.make_first()
    with register.store.write(LC) as tx:
        accounts.send_first_password(tx, LU.bruker, first)
    someone = browser(app)
    assert someone.open(out(someone)).headers["location"] == "/"
    assert browser(app).send("/logg-inn", "/logg-inn", brukernavn=LU.bruker, passord=first.text).status_code == 401


@pytest.mark.parametrize(
    ("issuer", "client"),
    [
        ("http://ola:hemmelig@annet.example", "x"),
        ("https://annet.example", ""),
        ("https://", "x"),
        ("https://[annet", "x"),
    ],
)
def test_en_halv_eller_utrygg_innstilling_stopper_oppstarten(
    monkeypatch: pytest.MonkeyPatch, issuer: str, client: str
) -> None:
    monkeypatch.setenv("SMERTEREG_OIDC_ISSUER", issuer)
    monkeypatch.setenv("SMERTEREG_OIDC_CLIENT_ID", client)
    with pytest.raises(RegisterError, match=r"SMERTEREG_OIDC_ISSUER .* Utstederen må") as error:
        configuration.read()
    assert error.value.code == "REG-083" and "hemmelig" not in str(error.value)
