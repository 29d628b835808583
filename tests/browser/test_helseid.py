"""A user links HelseID on Min side, signs in with it, and out from either side; whoever is at a lower level or unknown stays outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from checks.errors import CATALOGUE
from tests import support
from tests.accounts import PASSWORD
from tests.browser.conftest import make_register, served, visit
from tests.mocks import server
from tests.mocks.helseid_login import LOGIN_CLIENT, HelseIdLoginMock
from tests.national.world import OLD, number, write

HER = number().number


@dataclass
class Hospital:
    """A running app whose users may sign in with HelseID, and that HelseID; ``page`` opens a browser of its own at sign-in."""

    provider: HelseIdLoginMock
    page: Callable[[], Page]


@pytest.fixture
def hospital(tmp_path: Path, browser: Browser) -> Iterator[Hospital]:
    data = tmp_path / "data"
    make_register(data)
    write(tmp_path / "innlogging.jwk", OLD)
    with server.serving(HelseIdLoginMock(lambda: support.MOMENT, OLD)) as provider:
        settings = {
            "URL": provider.address,
            "INNLOGGING": LOGIN_CLIENT,
            "INNLOGGING_NOKKEL": f"{tmp_path}/innlogging.jwk",
        }
        with served(data, **{f"HELSEID_{name}": value for name, value in settings.items()}) as (base, clock):
            provider.clock, provider.pid = clock, HER
            opened = []

            def page() -> Page:
                opened.append(visit(browser, base))
                made = opened[-1].new_page()
                made.set_default_timeout(15_000)
                made.goto("/logg-inn")
                return made

            yield Hospital(provider, page)
            for context in opened:
                context.close()


def enter(page: Page) -> None:
    page.get_by_role("link", name="Logg inn med HelseID").click()


def inside(page: Page) -> None:
    expect(page.get_by_role("heading", name="Arbeidsliste")).to_be_visible()


def linked(hospital: Hospital) -> Page:
    """LU has signed in as always, and linked HelseID on Min side."""
    page = hospital.page()
    page.get_by_role("button", name=support.LU.navn).click()
    inside(page)
    page.get_by_role("link", name="Min side").click()
    section = page.get_by_test_id("stForm").filter(has_text="Koble til HelseID")
    section.get_by_label("Passordet ditt").fill("feil")
    section.get_by_role("button", name="Koble til HelseID").click()
    expect(page.get_by_role("alert").filter(has_text=CATALOGUE["REG-128"])).to_be_visible()
    section.get_by_label("Passordet ditt").fill(PASSWORD)
    section.get_by_role("button", name="Koble til HelseID").click()
    page.get_by_role("link", name="Gå videre til HelseID").click()
    expect(page.get_by_text("Du kan logge inn med HelseID.")).to_be_visible()
    return page


def test_helseid_kobles_til_og_slipper_inn_og_ut_begge_veier(hospital: Hospital) -> None:
    linked(hospital)
    page = hospital.page()
    enter(page)
    inside(page)
    page.get_by_role("button", name="Logg ut").click()
    expect(page.get_by_text("Du er logget ut av SmerteReg.")).to_be_visible()
    assert HER not in page.url and "id_token" not in page.url
    page.get_by_role("button", name="Logg ut av HelseID også").click()
    expect(page.get_by_text("Logget ut av HelseID")).to_be_visible()
    assert "id_token" not in page.url
    assert hospital.provider.ended[0]["id_token_hint"]

    page = hospital.page()
    enter(page)
    inside(page)
    told = hospital.provider.logout_token(sid=hospital.provider.sid)
    page.request.post("/api/helseid/utlogging", form={"logout_token": told})
    page.reload()
    expect(page.get_by_role("button", name="Logg inn", exact=True)).to_be_visible()


@pytest.mark.parametrize("spoil", ["nivå", "ukjent", "koblet fra"])
def test_feil_nivaa_ukjent_nummer_og_frakoblet_slipper_ikke_inn(hospital: Hospital, spoil: str) -> None:
    owner = linked(hospital)
    if spoil == "nivå":
        hospital.provider.level = "3"
    elif spoil == "ukjent":
        hospital.provider.pid = number(1).number
    else:
        owner.get_by_role("button", name="Koble fra").click()
        expect(owner.get_by_role("button", name="Koble til HelseID")).to_be_visible()
    page = hospital.page()
    enter(page)
    expect(page.get_by_role("alert")).to_have_text(CATALOGUE["REG-154"])
    page.goto("/")
    expect(page.get_by_role("button", name="Logg inn", exact=True)).to_be_visible()
