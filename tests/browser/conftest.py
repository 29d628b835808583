"""A running SmerteReg with a small register, and a Chromium that uses it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from checks.forlop import PATIENT_FORMS
from ingest.prom import orders
from tests import accounts, requirements, support
from tests.browser.served import Clock
from tests.browser.skjema import Skjema

CHROMIUM = requirements.chromium()
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The page's clock is moved to the tests' moment; its timers run as always.
AT_MOMENT = """(() => {
  const Real = Date, ahead = %f - Real.now();
  globalThis.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
})();"""
# As long as a click may wait: how fast a machine draws a page is not what these tests are about.
expect.set_options(timeout=15_000)
FORLOP = 120  # enough for every file, should one process get them all
ORDERED, COMPLETED = 4, 1


@dataclass(frozen=True)
class Server:
    """A running app: `base` is its address, `data` its folder. Each number of a forløp is for one test to take.

    `forlop` are new, empty forløp. `besvares` are completed forløp whose four patient forms have been ordered, with links
    in the demo's outbox; `ferdige` are completed forløp without orders. `clock` is the server's clock; a test that sets
    it takes the fixture `clock`, which sets it back.
    """

    base: str
    forlop: Iterator[int]
    besvares: Iterator[int]
    ferdige: Iterator[int]
    clock: Clock
    data: Path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app in a process of its own on a free port, over a register with two units, five users and empty forløp."""
    data = tmp_path_factory.mktemp("data")
    forlop, ordered, completed = make_register(data)
    with served(data) as (base, clock):
        yield Server(base, iter(forlop), iter(ordered), iter(completed), clock, data)


@contextmanager
def served(data: Path, **settings: str) -> Iterator[tuple[str, Clock]]:
    """Serve the register in `data` until the block ends, from 10 o'clock on a Monday; yields the address and the server's
    clock. ``settings`` are environment variables, without SMERTEREG_.
    """
    program = Program(data, free_port(), settings)
    try:
        program.start()
        yield program.base, program.clock
    finally:
        program.process.terminate()
        program.process.wait(timeout=20)


class Program:
    """The app in a process of its own, over the register in ``data``; it may be killed, and started again at the same
    address.
    """

    process: subprocess.Popen[bytes]

    def __init__(self, data: Path, port: int, settings: Mapping[str, str]) -> None:
        self.base, self.clock = f"http://127.0.0.1:{port}", Clock(support.MOMENT, time.monotonic(), data / "klokke")
        self.clock.turn(0)
        self._environment = {**os.environ, "SMERTEREG_DATA": str(data), "SMERTEREG_PORT": str(port)}
        self._environment |= {f"SMERTEREG_{name}": value for name, value in settings.items()}

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.browser.served", *self.clock.arguments]
        self.process = subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL)
        _wait(self.process, f"{self.base}/health")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=20)


def command(data: Path, *words: str) -> str:
    """Run a command over the register in `data`, at the tests' moment, and return what it printed."""
    data.mkdir(parents=True, exist_ok=True)
    clock = Clock(support.MOMENT, time.monotonic(), data.with_suffix(".klokke"))
    clock.turn(0)
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.served", *clock.arguments, *words],
        env={**os.environ, "SMERTEREG_DATA": str(data)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def make_register(data: Path) -> tuple[list[int], list[int], list[int]]:
    """A register with two units, five users, new forløp, completed ones with ordered forms, and completed ones without."""
    data.mkdir(exist_ok=True)
    register = support.make(data / "smertereg.duckdb")
    accounts.add(register, support.LU, support.COLLEAGUE, support.LC, support.SC, support.OTHER_LU)
    forlop = [register.forlop() for _ in range(FORLOP)]
    ordered = [register.completed_forlop() for _ in range(ORDERED)]
    for forlop_id in ordered:
        with register.store.write(support.LU) as tx:
            for form in PATIENT_FORMS:
                orders.order(tx, forlop_id, form, "sikker")
    completed = [register.completed_forlop() for _ in range(COMPLETED)]
    register.store.close()
    return forlop, ordered, completed


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for_port(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a process that was started listens on the port."""
    for _ in range(600):
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else "prosessen stoppet"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("ingen svarte på porten")


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    """Wait until the server answers. It is polled, because nothing can be listened to before that."""
    for _ in range(600):
        assert process.poll() is None, "serveren stoppet"
        try:
            with urllib.request.urlopen(address, timeout=0.1):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            try:
                process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
    raise AssertionError("serveren svarte ikke")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    assert CHROMIUM, requirements.BROWSER
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield opened
        opened.close()


def visit(browser: Browser, base: str, **options: Any) -> BrowserContext:
    """A new visitor in Norway, with no cookies, whose clock is at the tests' moment each time a page is opened."""
    options = {"viewport": {"width": 1366, "height": 768}} | options
    context = browser.new_context(base_url=base, locale="nb-NO", timezone_id="Europe/Oslo", **options)
    context.add_init_script(AT_MOMENT % (support.MOMENT.timestamp() * 1000))
    return context


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a list of Streamlit's once the page stands still: a list closes when what it is in is scrolled or drawn."""
    asked = page.get_by_role("combobox", name=label, exact=True)
    asked.scroll_into_view_if_needed()
    expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)
    page.evaluate("new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))")
    asked.click()
    page.get_by_role("option", name=option).click()


@pytest.fixture
def clock(server: Server) -> Iterator[Clock]:
    """The server's clock, for a test that sets it ahead; it is set back when the test ends."""
    yield server.clock
    server.clock.turn(0)


@pytest.fixture(scope="session")
def visitors() -> list[BrowserContext]:
    """Visitors that a test has been done with. What the browser has fetched of the app's scripts is all they remember, as for
    one who was here yesterday: to read the scripts anew for every test is a quarter of a page's processor time.
    """
    return []


def forgotten(context: BrowserContext, base: str) -> bool:
    """Close a visitor's pages, and take away all that a page or the server has left in the browser, so that another test can
    have it; False when the test closed the last page itself, and nothing can be asked to do it.
    """
    if not context.pages:
        context.close()
        return False
    context.set_offline(False)
    context.unroute_all()
    context.clear_cookies()
    stored = {"origin": base, "storageTypes": "local_storage,indexeddb,service_workers"}
    context.new_cdp_session(context.pages[0]).send("Storage.clearDataForOrigin", stored)
    for page in context.pages:
        page.close()
    return True


@pytest.fixture
def sign_in(server: Server, browser: Browser, visitors: list[BrowserContext]) -> Iterator[Callable[..., Page]]:
    """`sign_in(name, address)` opens the address for a visitor without cookies, signed in as a demo user, or not signed in
    when `name` is empty.

    The test fails on an error on the page and on anything that the CSP stops.
    """
    contexts, errors = [], []

    def make(name: str = support.LU.navn, address: str = "/") -> Page:
        context = visitors.pop() if visitors else visit(browser, server.base)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(address)
        if name:
            page.get_by_role("button", name=name).click()
        return page

    yield make
    visitors += [context for context in contexts if forgotten(context, server.base)]
    assert errors == []


@pytest.fixture
def forlop(server: Server) -> int:
    """A new, empty forløp that no other test uses."""
    return next(server.forlop)


@pytest.fixture
def skjema(sign_in: Callable[..., Page], forlop: int) -> Skjema:
    """TO of a new forløp, opened by LU."""
    return Skjema(sign_in(address=f"/skjema?forlop={forlop}&skjema=to"), forlop).ready("TO")
