"""How long a user waits on a slow line: an answer comes 400 ms after the question, whatever is asked.

The line is a relay between Chromium and the app that holds back every piece of data for half of that each way. A new
connection waits for itself first, as TCP does.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.figures import Figure, Sizes
from tests import support
from tests.browser.conftest import ARGUMENTS, CHROMIUM, free_port, make_register, served, visit
from tests.browser.skjema import Skjema

ROUND_TRIP = 0.4
SIGNING_IN = 6.0
TO_LIST, TO_FORM = 5.0, 1.5


@contextmanager
def slow(base: str, round_trip: float) -> Iterator[str]:
    """The address of a relay to `base`, an address of http, whose answers take `round_trip` seconds longer."""
    port, target = free_port(), int(base.rsplit(":", 1)[1])
    loop = asyncio.new_event_loop()

    async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while (piece := await due.get())[1]:
                await asyncio.sleep(piece[0] - loop.time())
                sink.write(piece[1])
                await sink.drain()
            sink.close()

        delivery = asyncio.ensure_future(deliver())
        data = b"-"
        while data:
            try:
                data = await source.read(65536)
            except ConnectionError:
                data = b""
            due.put_nowait((loop.time() + round_trip / 2, data))
        await asyncio.gather(delivery, return_exceptions=True)

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(round_trip)
        there, back = await asyncio.open_connection("127.0.0.1", target)
        with suppress(asyncio.CancelledError):
            await asyncio.gather(carry(reader, back), carry(there, writer))

    server = loop.run_until_complete(asyncio.start_server(relay, "127.0.0.1", port))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(_ended(), loop).result(timeout=5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()


async def _ended() -> None:
    """End all that the loop still carries."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """From the sign-in to the arbeidsliste in browsers that have never been here, and on to a form and between its tabs.

    The first user is as quick as a password manager; the second takes SIGNING_IN seconds for name and password.
    """
    forlop, *_ = make_register(folder / "data")
    with served(folder / "data") as (base, _clock), slow(base, ROUND_TRIP) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page, took = _signed_in(browser, address, 0)
        yield Figure("Innlogging til arbeidsliste, 400 ms, uten å dvele ved innloggingen", took, "s")
        page.context.close()
        page, took = _signed_in(browser, address, SIGNING_IN)
        yield Figure("Innlogging til arbeidsliste, 400 ms", took, "s", TO_LIST)
        skjema = Skjema(page, forlop[0])
        start = time.perf_counter()
        page.locator(f'a[href*="/skjema?forlop={forlop[0]}"]').first.click()
        skjema.ready("TO")
        yield Figure("Arbeidsliste til skjema, 400 ms", time.perf_counter() - start, "s", TO_FORM)
        start = time.perf_counter()
        page.reload()
        skjema.ready("TO")
        yield Figure("Skjema lastet på nytt, 400 ms", time.perf_counter() - start, "s")
        browser.close()


def _signed_in(browser: Browser, address: str, after: float) -> tuple[Page, float]:
    """(the arbeidsliste, seconds from the click) of a new visitor who signs in `after` seconds after the page has come."""
    page = visit(browser, address).new_page()
    page.set_default_timeout(60_000)
    page.goto("/")
    page.wait_for_timeout(1000 * after)
    start = time.perf_counter()
    page.get_by_role("button", name=support.LU.navn).click()
    expect(page.get_by_label("Søk i arbeidslisten")).to_be_visible(timeout=60_000)
    return page, time.perf_counter() - start
