"""Proves what Filarkiv offers and says of subscriptions, and what Min side says when one has stopped by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.files.subscriptions import NO_MAIL
from app.web import resources, session
from app.work import scheduled
from checks import abonnement
from checks.timetable import SUBSCRIPTIONS
from exports import subscribed
from ingest.access import Actor
from ingest.people import accounts, subscriptions
from ingest.services import sending
from ingest.services.folkeregister import LocalFolkeregister
from ingest.services.sending import LocalOutbox, NotSetUp
from tests import reports
from tests.accounts import add
from tests.support import LC, LU, OWN, SC, Register

PAGES = Path(__file__).parents[2] / "app" / "pages"
ABONNER, SLAG = "abonnement_begynn", "abonnement_slag"


@pytest.fixture
def users(register: Register) -> Register:
    add(register)
    return register


@pytest.fixture(params=[LC])
def actor(request: pytest.FixtureRequest) -> Actor:
    return request.param


@pytest.fixture
def served(users: Register, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """The app's resources over the register, with the actor signed in."""
    with signed_in(users, actor, monkeypatch):
        yield users


def signed_in(register: Register, actor: Actor, monkeypatch: pytest.MonkeyPatch, *, mail: bool = True):
    monkeypatch.setattr(session, "current_actor", lambda: actor)
    ways = {sending.SMS: LocalOutbox(), sending.EMAIL: LocalOutbox() if mail else NotSetUp()}
    return resources.holding(
        nullcontext(resources.Resources(register.settings(), register.store, LocalFolkeregister(), ways))
    )


def opened(page: str = "filarkiv") -> AppTest:
    run = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=30).run()
    assert not run.exception
    return run


def said(run: AppTest) -> str:
    return " ".join(str(html.proto.body) for html in run.get("html")) + " ".join(e.value for e in run.error)  # pyright: ignore[reportAttributeAccessIssue]


def own(register: Register, actor: Actor = LC) -> list[tuple[str, str, str]]:
    with register.store.read(actor) as tx:
        return [(found.omfang, found.slag, found.hyppighet) for found in subscriptions.own(tx)]


def test_abonner_endre_og_stopp(served: Register) -> None:
    run = opened()
    run.selectbox(key=SLAG).select("datakvalitet")
    run.button(key=ABONNER).click().run()
    assert own(served) == [(OWN, "datakvalitet", "maaned")]
    assert "Du abonnerer på Datakvalitet, hver måned." in said(run)
    assert "Neste: november 2026, når den er slutt og publisert." in said(run)
    run.button(key="abonnement_endre_1").click().run()
    assert own(served) == [(OWN, "datakvalitet", "kvartal")]
    assert "Neste: oktober–desember 2026" in said(run)
    run.button(key="abonnement_stopp_1").click().run()
    assert own(served) == [] and "er stoppet. Det som er laget, kan fortsatt hentes." in said(run)


def test_en_fane_som_er_eldre_enn_stoppet_gjor_ingenting(served: Register) -> None:
    run = opened()
    run.button(key=ABONNER).click().run()
    with served.store.write(LC) as tx:
        subscriptions.stop(tx, 1)
    run.button(key="abonnement_endre_1").click().run()
    assert not run.exception and own(served) == []


@pytest.mark.parametrize("actor", [SC], indirect=True)
@pytest.mark.usefixtures("actor")
def test_sc_velger_enhet_og_landet_har_bare_det_som_er_landets(served: Register) -> None:
    run = opened()
    assert run.selectbox(key="abonnement_omfang").options[0] == "Hele landet"
    assert run.selectbox(key=SLAG).options == ["Kvalitetsindikatorer og dekningsgrad"]
    run.selectbox(key="abonnement_omfang").select(OWN).run()
    assert run.selectbox(key=SLAG).options == list(abonnement.KINDS.values())
    run.button(key=ABONNER).click().run()
    assert own(served, SC)[0][0] == OWN


@pytest.mark.parametrize("actor", [LU], indirect=True)
@pytest.mark.usefixtures("served", "actor")
def test_lu_har_ikke_abonnement() -> None:
    assert "Abonnement" not in said(opened())


def test_det_sies_naar_e_post_ikke_er_satt_opp(users: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    with signed_in(users, LC, monkeypatch, mail=False):
        assert NO_MAIL in said(opened())
    with signed_in(users, LC, monkeypatch):
        assert NO_MAIL not in said(opened())


def test_det_som_er_laget_staar_med_hent_og_det_som_ikke_kunne_lages_med_grunnen(
    served: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = reports.mail(monkeypatch)
    sent.bounces = {f"{LC.bruker}@example.com"}
    reports.made_up(monkeypatch)
    run = opened()
    run.button(key=ABONNER).click().run()
    assert "Det er ingen rapporter å hente ennå." in said(run)
    served.clock.now = datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert "Neste: november 2026, lages når perioden er publisert." in said(run.run())
    reports.published(served, served.clock.now)
    scheduled.run(served.store, served.settings(), SUBSCRIPTIONS)
    shown = said(run.run())
    assert "/filarkiv/rapport/1" in shown and "E-posten kom ikke fram." in shown
    assert "Neste: desember 2026" in shown
    with served.store.write(LC) as tx:
        tx.run("update register.abonnement_rapport set dokument_id = null, feil = 'Fordi <b>'")
    shown = said(run.run())
    assert "Fordi &lt;b&gt;" in shown and "/filarkiv/rapport" not in shown
    assert "Neste: november 2026" in shown


@pytest.mark.usefixtures("served")
def test_at_det_har_stoppet_av_seg_selv_staar_paa_min_side(users: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    with users.store.write(LC) as tx:
        subscriptions.begin(tx, OWN, "oversikt", "maaned")
    assert "stoppet" not in said(opened("min_side"))
    with users.store.write(SC) as tx:
        accounts.give_role(tx, LC.bruker, OWN, "LU")
        accounts.take_role(tx, LC.bruker, OWN, "LC")
    monkeypatch.setattr(session, "current_actor", lambda: Actor(LC.bruker, LC.navn, "LU", OWN))
    shown = said(opened("min_side"))
    assert "Abonnementet på Lokal oversikt (Haukeland universitetssjukehus) stoppet 23.11.2026 kl. 10:00 fordi" in shown
    with users.store.read(SC) as tx:
        assert subscribed.due(tx) == []
