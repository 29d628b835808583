"""Proves that `smertereg doctor --tjenester` says which service answers, and in plain words what is wrong with one that does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.work import doctor_services
from app.work.doctor import NOTE, OK, WRONG
from checks.errors import RegisterError
from ingest import settings as configuration
from ingest.services.national import connected
from ingest.settings import Settings
from tests.mail_server import listening
from tests.mocks import helseid
from tests.mocks import maskinporten as mp
from tests.mocks.server import Fault, Reply
from tests.national.world import NEW, SCOPE, World, write
from tests.oidc_provider import CLIENT, SECRET, serving


@pytest.fixture(autouse=True)
def own_clock(national: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connected, "_now", national.ours.clock)


def settings(national: World, **more: object) -> Settings:
    return Settings(
        helseid_url=national.helseid.address,
        helseid_klient=helseid.CLIENT,
        helseid_nokkel=national.key,
        persontjenesten_url=national.people.address,
        maskinporten_url=national.maskinporten.issuer,
        maskinporten_klient=mp.CLIENT,
        maskinporten_nokkel=national.key,
        krr_url=national.contacts.address,
        krr_tilgang=SCOPE,
        **more,  # pyright: ignore[reportArgumentType]
    )


def test_services_that_answer_are_in_order(national: World) -> None:
    found = {told.om: (told.tilstand, told.melding) for told in doctor_services.tried(settings(national))}
    assert found == {
        "helseid": (OK, "gir tilgang til Persontjenesten"),
        "persontjenesten": (OK, "svarer"),
        "maskinporten": (OK, "gir tilgang til KRR"),
        "kontaktregisteret": (OK, "svarer"),
    }


@pytest.mark.parametrize(
    ("spoil", "name", "said"),
    [
        (lambda n: write(n.key, NEW), "helseid", "HelseID ga ingen tilgang: 400 invalid_client."),
        (lambda n: n.key.unlink(), "maskinporten", "kan ikke leses"),
        (lambda n: setattr(n.people, "forbidden", True), "persontjenesten", "gir ikke denne klienten tilgang (403)."),
        (lambda n: setattr(n.helseid, "less", (n.people.scope,)), "helseid", "avtalen eller klienten mangler den."),
        (lambda n: setattr(n.maskinporten, "refuses", "MP-250"), "kontaktregisteret", "MP-250."),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(
    national: World, spoil: Callable[[World], None], name: str, said: str
) -> None:
    spoil(national)
    found = {told.om: told for told in doctor_services.tried(settings(national))}
    assert found[name].tilstand == WRONG
    assert said in found[name].melding


@pytest.mark.parametrize("access", ["full-access", "restricted-access"])
@pytest.mark.parametrize("reply", [Reply(403), Reply(404, raw=b"<html>"), Reply(404)])
def test_persontjenesten_is_asked_whatever_access_we_have(national: World, access: str, reply: Reply) -> None:
    national.people.scope = f"nhn:hgd-persontjenesten-api/{access}"
    national.people.play(Fault(reply), Fault(reply), at="/person/")
    kept = settings(national, persontjenesten_tilgang=access)
    found = {told.om: told for told in doctor_services.tried(kept)}
    assert found["persontjenesten"].tilstand == WRONG


def test_where_nothing_is_set_up_it_says_so() -> None:
    assert [(told.om, told.tilstand) for told in doctor_services.tried(Settings())] == [("tjenester", NOTE)]


def test_the_mail_server_is_greeted_and_no_mail_sent() -> None:
    with listening(None) as server:
        told = list(doctor_services.tried(Settings(smtp_host="localhost", smtp_port=server.port, smtp_tls=False)))
    assert [(one.om, one.tilstand) for one in told] == [("e-post", OK)]
    assert server.mail == []


def test_the_identity_provider_is_asked_who_it_is(national: World) -> None:
    with serving(national.ours.seconds()) as provider:
        kept = Settings(oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET)  # pyright: ignore[reportArgumentType]
        assert [told.tilstand for told in doctor_services.tried(kept)] == [OK]
        provider.other_issuer = "https://en.annen"
        assert [told.tilstand for told in doctor_services.tried(kept)] == [WRONG]


@pytest.mark.parametrize(
    ("given", "name", "said"),
    [
        ({"helseid_url": "http://helseid.no"}, "SMERTEREG_HELSEID_URL", "https-adresse"),
        ({"helseid_innlogging": "x"}, "SMERTEREG_HELSEID_URL", "Sett SMERTEREG_HELSEID_URL også"),
        ({"krr_url": "https://krr.no"}, "SMERTEREG_MASKINPORTEN_URL", "eller ta bort SMERTEREG_KRR_URL"),
        ({"helseid_forelder": "12345678"}, "SMERTEREG_HELSEID_FORELDER", "ni siffer"),
        ({"eprom_nokkel": "nøkkel"}, "SMERTEREG_EPROM_NOKKEL", "uten mellomrom"),
        ({"eprom_nokkel": "en to"}, "SMERTEREG_EPROM_NOKKEL", "uten mellomrom"),
        ({"persontjenesten_tilgang": "alt"}, "SMERTEREG_PERSONTJENESTEN_TILGANG", "restricted-access"),
    ],
)
def test_a_service_that_is_half_set_up_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], name: str, said: str
) -> None:
    for one, value in given.items():
        monkeypatch.setenv(f"SMERTEREG_{one.upper()}", value)
    with pytest.raises(RegisterError) as told:
        configuration.given()
    assert name in str(told.value) and said in str(told.value)
