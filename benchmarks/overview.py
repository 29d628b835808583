"""The server's time for the pages of figures over a published register: the first time a page is shown, and later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

from streamlit.testing.v1 import AppTest

from app.web import resources, session
from app.work.operations import publish_now
from benchmarks.figures import Figure, Sizes, percentile, register, seconds
from exports import published
from ingest.access import Actor
from ingest.services.folkeregister import LocalFolkeregister
from ingest.settings import Settings

FOLDER = Path(__file__).parent.parent / "app" / "pages"
UNIT, TIMES = "100082", 20
LC, SC = (Actor(f"bruker{n}", "", role, UNIT) for n, role in ((4, "LC"), (5, "SC")))
# (page's file, actor) -> the most milliseconds the page may take the first time, and later.
PAGES: dict[tuple[str, Actor], tuple[float | None, float | None]] = {
    ("lokal_oversikt", LC): (1500, 500),
    ("nasjonal_oversikt", SC): (1000, 1000),
    ("kvalitetsindikatorer", LC): (None, None),
    ("dekningsgrad", LC): (None, None),
    ("dekningsgrad", SC): (None, None),
    ("datakvalitet", LC): (None, None),
}


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Run whole pages with their charts; the first time the published files have not been opened yet.

    The time of the network and the browser is not measured. Raises AssertionError when a page could not be drawn.
    """
    settings = Settings(data=folder)
    store = register(settings.register, sizes.forlop)
    publish_now(store, settings, lambda _: None)
    held = resources.Resources(settings, store, LocalFolkeregister())
    with resources.holding(nullcontext(held)):
        for (page, actor), (cold, warm) in PAGES.items():
            published.close(folder)
            with mock.patch.object(session, "current_actor", lambda actor=actor: actor):
                shown = AppTest.from_file(str(FOLDER / f"{page}.py"), default_timeout=60)
                first, *later = [seconds(shown.run) * 1000 for _ in range(TIMES + 1)]
            assert not shown.exception, shown.exception
            name = f"{page.replace('_', ' ').capitalize()} for {actor.rolle}, {sizes.forlop} forløp"
            yield Figure(f"{name}, første gang", first, "ms", cold)
            yield Figure(f"{name}, siden, p95", percentile(later, 0.95), "ms", warm)
    store.close()
    published.close(folder)
