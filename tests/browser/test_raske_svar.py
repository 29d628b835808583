"""Rapid random answers beside a colleague, a job and a publishing: what the screen showed last is what the draft holds, and no
click is ignored. A failure names its seed.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.skjema import Skjema
from tests.sizes import FULL, size
from tests.support import COLLEAGUE

SHOWN = """() => Object.fromEntries([...document.querySelectorAll('[data-felt]')].map((field) => [field.dataset.felt,
  [...field.querySelectorAll('[aria-checked]')].map((one) => one.getAttribute('aria-checked')).concat(
    [...field.querySelectorAll('input[type=text]')].map((one) => one.value).filter(Boolean))]))"""
# Whether the click was seen: an answer that can be chosen is chosen, or chosen no more.
CLICK = """(share) => {
  const found = [...document.querySelectorAll('.sr-skjema [data-felt] .sr-svar button:not([disabled])')].filter((one) => one.checkVisibility());
  const chosen = found[Math.floor(share * found.length)], before = chosen.getAttribute('aria-checked');
  chosen.click();
  return before === null || chosen.getAttribute('aria-checked') !== before || !chosen.isConnected ? '' : chosen.textContent;
}"""


@contextmanager
def beside(server: Server) -> Iterator[None]:
    """Jobs, and in a long run a publishing too, while the block runs."""
    commands = [["job", "eprom"], *([["publish"]] if FULL else [])]
    environment = {**os.environ, "SMERTEREG_DATA": str(server.data), "SMERTEREG_PORT": server.base.rpartition(":")[2]}
    words = [sys.executable, "-m", "tests.browser.served", *server.clock.arguments]
    running = [subprocess.Popen([*words, *command], env=environment, stdout=subprocess.DEVNULL) for command in commands]
    try:
        yield
    finally:
        assert [process.wait(timeout=300) for process in running] == [0] * len(running)


@pytest.mark.parametrize(("skjema_navn", "seed"), [("to", 7), ("b22", 8)])
def test_raske_svar_i_tilfeldig_rekkefolge_staar_slik_de_sist_ble_gitt(
    server: Server, sign_in: Callable[..., Page], skjema: Skjema, skjema_navn: str, seed: int
) -> None:
    """Clicks that wait for nothing, with a save now and then, while a colleague answers the same form."""
    chance, page = random.Random(seed), skjema.page
    if skjema_navn == "b22":
        skjema.to().samtykke().ferdigstill().go("b22", "B 2.2")
    title = "TO" if skjema_navn == "to" else "B 2.2"
    theirs = sign_in(COLLEAGUE.navn, f"/skjema?forlop={skjema.forlop}&skjema={skjema_navn}")
    for one in (page, theirs):
        expect(one.locator(".sr-skjema .sr-svar button").first).to_be_visible()
    with beside(server):
        for number in range(size(60, 500)):
            assert page.evaluate(CLICK, chance.random()) == "", f"frø {seed}, klikk {number} ble ikke sett"
            if number % 4 == 0:
                theirs.evaluate(CLICK, chance.random())
            if number % 15 == 14:
                page.get_by_role("button", name="Lagre", exact=True).click()
    for one in (page, theirs):
        _same_after_reload(one, Skjema(one, skjema.forlop), title, f"frø {seed}")


def _answer_conflict(page: Page) -> None:
    """Say which answers are to hold, when the colleague's page has saved by itself meanwhile; a long run takes that long."""
    settled = page.locator(".sr-linje .sr-hoved:not([aria-disabled=true])").or_(page.get_by_role("dialog"))
    expect(settled.first).to_be_visible(timeout=60_000)
    if (choose := page.get_by_role("button", name="Lagre valgene")).is_visible():
        choose.click()
        expect(page.get_by_role("dialog")).to_have_count(0)


def _same_after_reload(page: Page, form: Skjema, title: str, seed: str) -> None:
    expect(form.tilstand).to_have_text(re.compile("utkastet er beholdt|Lagret"))
    page.wait_for_function("() => !Object.keys(sessionStorage).some((key) => key.startsWith('smertereg-svar:'))")
    page.wait_for_load_state("networkidle")
    before = page.evaluate(SHOWN)
    page.reload()
    form.ready(title)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHOWN) == before, seed
