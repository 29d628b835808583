"""The server's time for Lokal oversikt over a published register: first time, and when it has been shown before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from app.charts import data, lokal, summary
from app.charts.period import YEAR, period
from app.charts.template import LIGHT
from app.work import publish_now
from benchmarks.figures import SYSTEM, TODAY, Figure, Sizes, percentile, register, seconds
from checks.small_numbers import SMALLEST
from exports import published
from ingest import waiting
from ingest.settings import Settings
from ingest.store import Store

COLD, WARM = 1500, 500
UNIT = "100082"


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """The figures, the figures' charts as they are sent, and what waits, for one unit; cold is a newly opened file.

    The largest of the page's four parts is measured. Streamlit's own work and the network are not in it.
    """
    settings = Settings(data=folder)
    store = register(settings.register, sizes.forlop)
    publish_now(store, settings, lambda _: None)
    published.close(folder)
    cold = seconds(lambda: _page(store, published.connect(folder))) * 1000
    warm = [seconds(lambda: _page(store, published.connect(folder))) * 1000 for _ in range(20)]
    store.close()
    published.close(folder)
    yield Figure(f"Lokal oversikt, {sizes.forlop} forløp, første gang", cold, "ms", COLD)
    yield Figure(f"Lokal oversikt, {sizes.forlop} forløp, siden, p95", percentile(warm, 0.95), "ms", WARM)


def _page(store: Store, con: duckdb.DuckDBPyConnection) -> None:
    choice, months = data.Choice(UNIT), period(YEAR, TODAY, date(2020, 1, 1))
    data.places(con, UNIT)
    summary.table(con, choice, TODAY)
    with store.read(SYSTEM) as tx:
        waiting.lists(tx, UNIT)
    section = next(iter(lokal.SECTIONS))
    for _, drawn, _ in lokal.drawn(section, data.read(con, choice, months, SMALLEST), months.months, LIGHT):
        if drawn is not None:
            drawn.figure.to_json()
