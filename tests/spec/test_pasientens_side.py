"""The patient's page over HTTP: what a link opens, which answers are kept, and the answer to a wrong link or bad input."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.eprom_page import steps
from app.web import resources
from checks import eprom
from checks.answers import shape
from checks.codebook import load
from ingest.prom import links, orders, patient_answers
from tests.accounts import ORIGIN, serving
from tests.support import LU, SC, Register

PASREG = {"PRSpm1": "2", "PRSpm2": "9", "PRSpm3": "12", "PRSpm4": "0", "PRSpm5": "3", "PRSpm6": "6"}


@pytest.fixture
def client(register: Register, tmp_path: Path) -> Iterator[TestClient]:
    with serving(register, tmp_path) as app:
        yield TestClient(app, base_url=ORIGIN)


def link(register: Register, skjema: str = "pasreg", forlop_id: int | None = None) -> str:
    """A live link to a form of a patient who has consented."""
    if forlop_id is None:
        register.complete(forlop_id := register.forlop(), "to")
    with register.store.write(LU) as tx:
        return links.make(tx, orders.order(tx, forlop_id, skjema, "sikker"))


def post(client: TestClient, token: str, **fields: str):
    return client.post(f"/e/{token}", data=fields, headers={"Origin": ORIGIN}, follow_redirects=False)


def answer_all(client: TestClient, token: str, given: dict[str, str]) -> None:
    for nr, (name, value) in enumerate(given.items(), 1):
        assert post(client, token, side=str(nr), handling="neste", **{name: value}).status_code == 303


def forlop_of(register: Register, token: str) -> int:
    with register.store.read(SC) as tx:
        found = links.find(tx, token)
    assert found
    return found.forlop_id


def saved(register: Register, token: str, skjema: str = "pasreg"):
    return register.open(forlop_of(register, token), skjema)


def test_svarene_lagres_laases_og_lenken_er_brukt(client: TestClient, register: Register) -> None:
    token = link(register)
    answer_all(client, token, PASREG)
    assert "Se over og send inn" in client.get(f"/e/{token}?side=send").text
    assert post(client, token, handling="send").status_code == 303
    form = saved(register, token)
    assert form.status == 1
    assert form.svar == {n: int(v) for n, v in PASREG.items()} | {"DatoUfylPR": "2026-11-23", "PasDelUfylPR": 1}
    assert form.sist_lagret_av == "pasient"
    with register.store.read(SC) as tx:
        assert tx.rows("select tilstand from prom.bestilling") == [{"tilstand": eprom.ANSWERED}]
        assert tx.rows("select * from register.utkast") == []
    assert "Takk for svarene" in client.get(f"/e/{token}").text


def test_aa_sende_inn_to_ganger_er_som_en_gang(client: TestClient, register: Register) -> None:
    token = link(register)
    answer_all(client, token, PASREG)
    assert [post(client, token, handling="send").status_code for _ in range(2)] == [303, 303]
    assert saved(register, token).versjon == 1


def test_aa_sende_inn_mange_ganger_samtidig_er_som_en_gang(client: TestClient, register: Register) -> None:
    token = link(register)
    answer_all(client, token, PASREG)
    with ThreadPoolExecutor(6) as impatient:
        replies = impatient.map(lambda _: post(client, token, handling="send").status_code, range(6))
        assert list(replies) == [303] * 6
    assert saved(register, token).versjon == 1
    with register.store.read(SC) as tx:
        assert len(tx.rows("select versjon from register.skjemaversjon where skjema = 'pasreg'")) == 1
    assert "Takk for svarene" in client.get(f"/e/{token}").text


def test_den_som_bare_leser_venter_ikke_bak_dem_som_lagrer(client: TestClient, register: Register) -> None:
    tokens = [link(register) for _ in range(12)]
    with ThreadPoolExecutor(12) as patients:
        with register.store.write(SC):
            typed = {"side": "1", "handling": "neste", "PRSpm1": "4"}
            answering = [patients.submit(post, client, token, **typed) for token in tokens[1:]]
            reading = patients.submit(client.get, f"/e/{tokens[0]}")
            assert reading.result(timeout=30).status_code == 200
            assert not any(answer.done() for answer in answering)
        assert [answer.result().status_code for answer in answering] == [303] * 11


def test_svar_etter_innsending_endrer_ingenting(client: TestClient, register: Register) -> None:
    token = link(register)
    answer_all(client, token, PASREG)
    post(client, token, handling="send")
    before = saved(register, token).svar
    assert "Takk for svarene" in post(client, token, side="1", handling="neste", PRSpm1="5").text
    assert saved(register, token).svar == before


def test_svarene_beholdes_underveis_og_kan_tas_opp_igjen(client: TestClient, register: Register) -> None:
    token = link(register)
    post(client, token, side="1", handling="neste", PRSpm1="4")
    page = TestClient(client.app, base_url=ORIGIN).get(f"/e/{token}").text
    assert "Velkommen tilbake" in page and 'href="?side=2"' in page
    assert re.search(r'value="4" checked', client.get(f"/e/{token}?side=1").text)


def test_pasienten_kan_hoppe_over_alt_men_ikke_sende_inn_et_tomt_skjema(client: TestClient, register: Register) -> None:
    token = link(register)
    for nr in range(1, 7):
        assert post(client, token, side=str(nr), handling="hopp").status_code == 303
    reply = post(client, token, handling="send")
    assert reply.status_code == 422 and "Du har ikke svart på noe ennå" in reply.text
    post(client, token, side="6", handling="neste", PRSpm6="0")
    assert post(client, token, handling="send").status_code == 303
    assert saved(register, token).svar["PRSpm6"] == 0


def test_fristen_er_seks_dager_etter_utsendelsen(client: TestClient, register: Register) -> None:
    token = link(register)
    assert "søndag 29. november kl. 16.30" in client.get(f"/e/{token}").text
    register.clock.now = eprom.run_on(register.clock.now.date()) + eprom.LOCK_AFTER
    reply = post(client, token, side="1", handling="neste", PRSpm1="4")
    assert reply.status_code == 410 and "ikke lenger mulig å svare" in reply.text
    assert saved(register, token).status == -1


def test_stoppet_utsending_dreper_lenken(client: TestClient, register: Register) -> None:
    token = link(register)
    with register.store.write(LU) as tx:
        orders.stop(tx, forlop_of(register, token), eprom.UNABLE)
    assert client.get(f"/e/{token}").status_code == 410


def test_hver_ukjent_lenke_faar_samme_side(client: TestClient, register: Register) -> None:
    token = link(register)
    wrong = [
        token[:-1] + ("a" if token[-1] != "a" else "b"),
        "x",
        "A" * 43,
        "%00",
        "æøå",
        "1 or 1=1",
        "",
        f"{token[:-1]})",
    ]
    assert len({(r.status_code, r.text) for r in (client.get(f"/e/{w}") for w in wrong)}) == 1
    assert client.get("/e").text == client.get(f"/e/{wrong[0]}").text
    sent = [post(client, wrong[0], side="1", handling="neste", PRSpm1="4"), post(client, wrong[0], handling="send")]
    assert {(r.status_code, r.text) for r in sent} == {(404, client.get(f"/e/{wrong[0]}").text)}
    assert saved(register, token).versjon == 0


def test_mange_feil_lenker_maa_vente_men_rett_trafikk_telles_ikke(client: TestClient, register: Register) -> None:
    token = link(register)
    most = resources.current().rates.wrong_links.most
    for _ in range(most + 5):
        assert client.get(f"/e/{token}").status_code == 200
    assert [client.get("/e/feil").status_code for _ in range(most + 1)] == [404] * most + [429]
    # Who has a link that works is not kept out by others at the same address.
    assert client.get(f"/e/{token}").status_code == 200
    register.clock.turn(minutes=11)
    assert client.get(f"/e/{token}").status_code == 200


@pytest.mark.parametrize(
    ("side", "fields", "sentence"),
    [
        ("1", {"PRSpm1": "7"}, "Svaret ble ikke forstått"),
        ("1", {"PRSpm1": "<script>"}, "Svaret ble ikke forstått"),
        ("1", {}, "Velg et av svarene, eller trykk"),
        ("3", {"PRSpm3": "mange"}, "Skriv et helt tall"),
        ("3", {"PRSpm3": "128"}, "Skriv et tall fra 0 til 127"),
        ("3", {"PRSpm3": "nan"}, "Skriv et helt tall"),
        ("3", {"PRSpm3": "4", "PRSpm3Mangler": "1"}, "både skrevet et tall og krysset av"),
    ],
)
def test_et_svar_utenfor_kodene_spoerres_det_vennlig_om_igjen(
    client: TestClient, register: Register, side: str, fields: dict[str, str], sentence: str
) -> None:
    token = link(register)
    reply = post(client, token, side=side, handling="neste", **fields)
    assert reply.status_code == 422 and sentence in reply.text and "<script>" not in reply.text
    with register.store.read(SC) as tx:
        assert tx.rows("select * from register.utkast") == []


def test_en_feil_hos_oss_beholder_svaret_og_sier_ikke_hva_det_var(
    client: TestClient, register: Register, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = link(register)

    def busy(*_args: object) -> None:
        raise OSError("opptatt: hemmelig svar")

    with monkeypatch.context() as patched, caplog.at_level(logging.DEBUG):
        patched.setattr(patient_answers, "keep", busy)
        reply = post(client, token, side="1", handling="neste", PRSpm1="4")
    assert reply.status_code == 503 and 'name="PRSpm1" value="4"' in reply.text
    # The test's own HTTP client logs addresses; what counts is what the app says.
    said = "".join(str(r.getMessage()) + str(r.exc_text) for r in caplog.records if not r.name.startswith("http"))
    assert "uventet feil" in said and "hemmelig" not in said and token not in said
    assert post(client, token, side="1", handling="neste", PRSpm1="4").status_code == 303


def test_vilkaar_i_kodeboken_gjelder(client: TestClient, register: Register) -> None:
    forlop_id = register.completed_forlop()
    token = link(register, "opioid", forlop_id)
    reply = post(client, token, side="1", handling="neste", Utskrevetsykehus="0")
    assert reply.headers["location"] == "?side=send"
    reply = post(client, token, side="1", handling="neste", fra="send", Utskrevetsykehus="1")
    assert reply.headers["location"] == "?side=2&fra=send"


def test_framdriften_sier_ikke_at_det_er_siste_spoersmaal_foer_det_er_avgjort(
    client: TestClient, register: Register
) -> None:
    token = link(register, "opioid", register.completed_forlop())
    for side, name in enumerate(("Utskrevetsykehus", "Smstilletterutskrivelse"), 1):
        page = client.get(f"/e/{token}?side={side}").text
        assert (
            f"<span>Spørsmål {side}</span>" in page
            and f'value="{side}" max="{len(steps.steps(shape("opioid")))}"' in page
        )
        post(client, token, side=str(side), handling="neste", **{name: "1"})
    assert re.search(r"<span>Spørsmål 3 av \d", client.get(f"/e/{token}?side=3").text)
    assert "<span>Spørsmål 6 av 6</span>" in client.get(f"/e/{link(register)}?side=6").text


def test_siden_sier_ingenting_om_hvem_pasienten_er(client: TestClient, register: Register) -> None:
    token = link(register)
    forlop_id = forlop_of(register, token)
    with register.store.read(SC) as tx:
        person = tx.row(
            "select p.* from identitet.person p join register.forlop using (pasient_id) where forlop_id = ?", forlop_id
        )
    assert person
    pages = [client.get(f"/e/{token}{q}") for q in ("", "?side=1", "?side=3", "?side=send")]
    known = [str(v) for k, v in person.items() if k not in ("idtype", "oppdatert", "pasient_id") and v]
    for page in pages:
        assert not [v for v in known if v in page.text]
        assert token not in page.text and str(forlop_id) not in page.text
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "strict-origin"
        assert "script-src" not in page.headers["content-security-policy"]
        assert '<html lang="nb">' in page.text and "<script" not in page.text


def test_hads_uten_lisensierte_tekster_sier_det(client: TestClient, register: Register) -> None:
    token = link(register, "hads")
    page = client.get(f"/e/{token}?side=1").text
    assert "HADS ledd 1" in page and "Svar 4" in page and "lisensiert" in page


def test_svar_fra_et_annet_nettsted_avvises(client: TestClient, register: Register) -> None:
    foreign, fields = {"Origin": "http://annet.example"}, {"side": "1", "PRSpm1": "1"}
    assert client.post(f"/e/{link(register)}", data=fields, headers=foreign).status_code == 403


@pytest.mark.parametrize("origin", [{}, {"Origin": "null"}], ids=["ingen", "null"])
def test_svar_uten_opphav_tas_imot(client: TestClient, register: Register, origin: dict[str, str]) -> None:
    token, fields = link(register), {"side": "1", "handling": "neste", "PRSpm1": "4"}
    assert client.post(f"/e/{token}", data=fields, headers=origin, follow_redirects=False).status_code == 303
    assert re.search(r'value="4" checked', client.get(f"/e/{token}?side=1").text)


@pytest.mark.parametrize("skjema", ["pasreg", "hads", "eval", "opioid"])
def test_hvert_spoersmaal_i_kodeboken_kan_besvares(client: TestClient, register: Register, skjema: str) -> None:
    forlop_id = register.completed_forlop()
    token = link(register, skjema, forlop_id)
    at, seen = "1", set()
    while at != "send":
        page = client.get(f"/e/{token}?side={at}").text
        offered = re.findall(r'type="(radio|checkbox)" name="(\w+)" value="(\w+)"', page)
        fields = {n: v for kind, n, v in offered if n != "PRSpm3Mangler" and (kind == "checkbox" or v == "1")}
        for name in re.findall(r'id="felt" name="(\w+)"', page):
            fields[name] = "3"
        seen |= fields.keys()
        reply = post(client, token, side=at, handling="neste", **fields)
        assert reply.status_code == 303, page
        at = reply.headers["location"].removeprefix("?side=")
    assert post(client, token, handling="send").status_code == 303
    asked = {v.navn for v in load().skjema[skjema].variabler.values() if v.besvares} - {"PRSpm3Mangler"}
    assert (stored := register.open(forlop_id, skjema)).status == 1 and seen == asked
    assert all(stored.svar[name] is not None for name in asked)
