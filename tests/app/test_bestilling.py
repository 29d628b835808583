"""Proves what the star's dialog of Pasientregistreringer asks of outside services while it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.eprom import order_dialogs
from app.web import resources, session
from ingest.prom import outside
from ingest.prom.outside import Services
from ingest.registration import population
from ingest.services.kontaktregister import Contact, LocalKontaktregister
from ingest.settings import Settings
from ingest.store import OSLO
from tests.channels import LocalChannel
from tests.support import LU, Register


class Counting(LocalKontaktregister):
    asked = 0

    def find(self, number: str) -> Contact:
        self.asked += 1
        return Contact(digital=True)


@pytest.fixture
def kontaktregister(register: Register, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    found = Counting()
    ways = {"sikker": LocalChannel(), "sms": LocalChannel()}
    monkeypatch.setattr(session, "current_actor", lambda: LU)
    monkeypatch.setattr(outside, "services", lambda _: Services(found, ways, ""))
    settings = Settings(data=register.store.path.parent)
    held = resources.Resources(settings, register.store, population.folkeregister(register.store, settings))
    with resources.holding(nullcontext(held)):
        yield found


def redrawn(forlop_id: int, *, opened: bool) -> None:
    """The dialog drawn again, as a choice in it does; ``opened`` by a click on the star first."""
    from app.eprom import order_dialogs
    from app.web import resources
    from ingest.prom import open_forms
    from tests.support import LU

    with resources.current().store.read(LU) as tx:
        row = open_forms.row(tx, forlop_id)
    assert row is not None
    if opened:
        order_dialogs.star(LU, row, "eval")
    else:
        order_dialogs._star(LU, row, row.skjema["eval"])


def test_kontaktregisteret_sporres_en_gang_hver_gang_dialogen_aapnes(
    register: Register, kontaktregister: Counting
) -> None:
    forlop_id = register.completed_forlop()
    with register.store.write(LU) as tx:
        tx.run("update identitet.person set telefon = '90000000'")
    page = AppTest.from_function(redrawn, default_timeout=30, args=(forlop_id,), kwargs={"opened": True})
    for times in (1, 2):
        page.kwargs = {"opened": True}
        page.run()
        page.kwargs = {"opened": False}
        page.run()
        page.radio(key="eprom_kanal_eval").set_value("sms").run()
        assert not page.exception and kontaktregister.asked == times


def test_er_sikker_kanal_ikke_satt_opp_tilbys_bare_de_andre(
    register: Register, kontaktregister: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    del kontaktregister
    monkeypatch.setattr(outside, "services", lambda _: Services(None, {"sms": LocalChannel()}, ""))
    forlop_id = register.completed_forlop()
    page = AppTest.from_function(redrawn, default_timeout=30, args=(forlop_id,), kwargs={"opened": True})
    page.run()
    assert not page.radio and any(
        "Sikker kanal er ikke satt opp her, og Kontaktregisteret er ikke koblet til." in c.value for c in page.caption
    )
    with register.store.write(LU) as tx:
        tx.run("update identitet.person set telefon = '90000000'")
    page.run()
    assert page.radio(key="eprom_kanal_eval").options == ["Usikret – SMS"]


@pytest.mark.parametrize(
    ("hour", "minute", "day"), [(10, 0, "i dag"), (16, 30, "i dag"), (16, 31, "i morgen"), (23, 30, "i morgen")]
)
def test_stopp_sier_naar_skjemaene_ellers_gaar(hour: int, minute: int, day: str) -> None:
    said = order_dialogs.stop_early(datetime(2026, 11, 23, hour, minute, tzinfo=OSLO).astimezone(UTC))
    assert said.endswith(f"sendes skjemaene automatisk {day} kl. 16.30.")
