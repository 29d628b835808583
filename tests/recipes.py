"""Helpers for the last block of each recipe in docs/oppskrifter.md, which shows the result: a made and published register,
its charts and its pages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from streamlit.testing.v1 import AppTest

from app.results.charts.drawn import Drawn
from app.results.charts.lokal import Chart
from app.results.charts.look import LIGHT
from app.web import resources, session
from exports.figures.data import Choice, Period, read
from ingest.access import Actor
from ingest.services.folkeregister import LocalFolkeregister
from ingest.settings import Settings
from tests import support

ROOT = Path(__file__).parents[1]
ALWAYS = Period(date(2020, 1, 1), date(2030, 1, 1))


def published(name: str) -> duckdb.DuckDBPyConnection:
    """A published file of the register that SMERTEREG_DATA names: nasjonal, analyse, lokal-<RESH>."""
    return duckdb.connect(str(Path(os.environ["SMERTEREG_DATA"]) / "published" / f"{name}.duckdb"), read_only=True)


def drawn(sections: Mapping[str, Sequence[Chart]], key: str) -> Drawn:
    """The chart called ``key``, drawn from all that is published for the first unit."""
    con = published("analyse")
    (unit,) = con.sql('select min("AvdRESH") from oversikt_tall').fetchone() or ("",)
    chart = next(chart for charts in sections.values() for chart in charts if chart.key == key)
    found = chart.draw(read(con, Choice(unit), ALWAYS, 5), LIGHT)
    assert found is not None
    return found


@contextmanager
def register() -> Iterator[support.Register]:
    """An empty register with two units, which is deleted when the block ends."""
    with TemporaryDirectory() as folder:
        made = support.make(Path(folder) / "smertereg.duckdb")
        try:
            yield made
        finally:
            made.store.close()


def shown(page: str, actor: Actor) -> str:
    """All text on a page as ``actor`` sees it in an empty register."""

    @contextmanager
    def held(made: support.Register) -> Iterator[resources.Resources]:
        yield resources.Resources(Settings(data=made.store.path.parent), made.store, LocalFolkeregister())

    session.current_actor = lambda: actor
    with register() as made, resources.holding(held(made)):
        run = AppTest.from_file(str(ROOT / "app" / "pages" / f"{page}.py"), default_timeout=30).run()
    assert not run.exception, run.exception
    return " ".join(str(element.proto.body) for element in run.get("html"))
