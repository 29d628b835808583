"""A link to a patient form, as mail programs and people pass it on, and when its patient is erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ingest.registration import erasure, forlop
from tests.accounts import ORIGIN, serving
from tests.spec.test_pasientens_side import forlop_of, link
from tests.support import SC, Register


@pytest.fixture
def client(register: Register, tmp_path: Path) -> Iterator[TestClient]:
    with serving(register, tmp_path) as app:
        yield TestClient(app, base_url=ORIGIN)


@pytest.mark.parametrize(
    "form",
    [
        "{}.",
        "{})",
        "{},",
        "{}/",
        "{}%3E",
        "{}%3E.",
        "%3C{}",
        "{}%20",
        "%20{}",
        "{}%C2%A0",
        "{}?utm_source=mail",
        "{}%3Futm_source=mail",
        "{}Har",
    ],
)
def test_det_som_e_postprogrammer_legger_til_en_lenke_gjor_ingenting(
    client: TestClient, register: Register, form: str
) -> None:
    token = link(register)
    reply = client.get(f"/e/{form.format(token)}")
    assert reply.status_code == 200 and reply.text == client.get(f"/e/{token}").text
    sent = client.post(
        f"/e/{form.format(token)}",
        data={"side": "1", "handling": "neste", "PRSpm1": "4"},
        headers={"Origin": ORIGIN},
        follow_redirects=True,
    )
    assert sent.status_code == 200 and "Spørsmål 2" in sent.text


def test_en_lenke_til_en_slettet_pasient_sier_noe_sant(client: TestClient, register: Register) -> None:
    token = link(register)
    found = forlop_of(register, token)
    with register.store.write(SC) as tx:
        pid = forlop.get(tx, found).pasient_id
        erasure.erase(tx, pid, str(pid), "Pasienten ba om det")
    reply = client.get(f"/e/{token}")
    assert reply.status_code == 404 and reply.text == client.get("/e/x").text
    assert "skjemaet ikke lenger i bruk" in reply.text
