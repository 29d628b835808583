"""The link of the mail about a report: to sign-in, then to the page; the report itself for its subscriber in the role of now."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette

from app.work import scheduled
from checks.timetable import SUBSCRIPTIONS
from exports import subscribed
from ingest.people import accounts, subscriptions
from ingest.store import Tx
from tests import reports
from tests.accounts import Browser, browser
from tests.support import LC, LU, OTHER, OTHER_LC, OWN, SC, Register


@pytest.fixture
def link(app: Starlette, register: Register, monkeypatch: pytest.MonkeyPatch) -> str:
    """The link of a mail about LC's report."""
    sent = reports.mail(monkeypatch)
    reports.made_up(monkeypatch)
    with register.store.write(LC) as tx:
        subscriptions.begin(tx, OWN, "indikatorer", "maaned")
    register.clock.now = datetime(2026, 12, 1, 5, tzinfo=UTC)
    reports.published(register, register.clock.now)
    scheduled.run(register.store, register.settings(adresse="https://smertereg.example.com"), SUBSCRIPTIONS)
    ((_, text),) = sent.delivered.values()
    found = re.search(r"https://smertereg\.example\.com(\S*)", text)
    assert found
    return found.group(1)


def address(register: Register) -> str:
    with register.store.read(LC) as tx:
        document = subscribed.listed(tx)[0].dokument
    assert document is not None
    return f"/filarkiv/rapport/{document.dokument_id}"


def entered(app: Starlette, register: Register, actor) -> Browser:
    someone = browser(app)
    someone.enter(register, actor)
    return someone


def test_lenken_gaar_til_innlogging_og_saa_til_siden(app: Starlette, register: Register, link: str) -> None:
    someone = browser(app)
    for asked in (link, address(register)):
        reply = someone.open(asked)
        assert reply.status_code == 303 and reply.headers["location"].startswith("/logg-inn?til=%2Ffilarkiv")
    assert someone.sign_in(register, LC, til=link).headers["location"] == link
    assert someone.open(link).status_code == 200
    got = someone.open(address(register))
    assert (got.status_code, got.headers["content-type"]) == (200, "application/pdf")
    assert got.content.startswith(b"%PDF") and got.headers["cache-control"] == "no-store"


def test_ingen_annen_faar_den(app: Starlette, register: Register, link: str) -> None:
    del link
    for actor, status in ((LC, 200), (OTHER_LC, 404), (SC, 404), (LU, 403)):
        assert entered(app, register, actor).open(address(register)).status_code == status


@pytest.mark.usefixtures("link")
@pytest.mark.parametrize(
    "end",
    [lambda tx: accounts.take_role(tx, LC.bruker, OWN, "LC"), lambda tx: accounts.set_active(tx, LC.bruker, False)],
    ids=["rollen", "kontoen"],
)
def test_naar_rollen_eller_kontoen_er_borte_faas_den_ikke(app: Starlette, register: Register, end) -> None:
    where, someone = address(register), entered(app, register, LC)
    assert someone.open(where).status_code == 200
    with register.store.write(SC) as tx:
        end(tx)
    assert someone.open(where).status_code == 303


@pytest.mark.usefixtures("link")
def test_i_en_annen_rolle_faas_den_ikke(app: Starlette, register: Register) -> None:
    where = address(register)

    def choose(tx: Tx) -> None:
        tx.run("update tilgang.sesjon set enhet = ? where bruker_id = ?", OTHER, LC.bruker)

    someone = entered(app, register, LC)
    with register.store.write(SC) as tx:
        accounts.give_role(tx, LC.bruker, OTHER, "LC")
        choose(tx)
    assert someone.open(where).status_code == 404
