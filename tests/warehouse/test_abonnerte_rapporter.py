"""The reports that are subscribed to, made of a real publication by the job, for a unit and for the nation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.work import scheduled
from checks import abonnement
from checks.abonnement import MONTHLY, NATION, QUARTERLY
from checks.timetable import SUBSCRIPTIONS
from exports import subscribed
from ingest.people import subscriptions
from tests import support
from tests.accounts import add
from tests.support import LC, OWN, SC
from tests.warehouse.conftest import MOMENT, Register


@pytest.fixture
def register(demo: Register, tmp_path: Path) -> Iterator[support.Register]:
    """A small register with users, whose folder has the demo's publishing."""
    (tmp_path / "publishing").symlink_to(demo.data / "publishing")
    (tmp_path / "published").symlink_to((demo.data / "published").readlink())
    made = support.make(tmp_path / "smertereg.duckdb")
    add(made)
    made.clock.now = datetime(2025, 12, 20, 10, tzinfo=UTC)
    yield made
    made.store.close()


def test_hver_rapport_det_kan_abonneres_paa_lages_av_det_som_er_publisert(register: support.Register) -> None:
    wanted = [(LC, OWN, kind, MONTHLY) for kind in abonnement.KINDS]
    wanted += [(SC, NATION, kind, QUARTERLY) for kind in abonnement.OF_THE_NATION]
    for actor, *choice in wanted:
        with register.store.write(actor) as tx:
            subscriptions.begin(tx, *choice)
    register.clock.now = MOMENT
    with register.store.write(LC) as tx:
        subscriptions.begin(tx, OWN, "oversikt", QUARTERLY)  # from now on: not yet
    done = scheduled.run(register.store, register.settings(), SUBSCRIPTIONS)
    assert (done.feil, done.gjort) == ([], {"laget": 3, "e-post sendt": 3})
    names = {LC: set[str](), SC: set[str]()}
    for actor in names:
        with register.store.write(actor) as tx:
            for one in subscribed.listed(tx):
                assert one.dokument is not None
                found, content = subscribed.fetch(tx, register.store.path.parent, one.dokument.dokument_id)
                assert content.startswith(b"%PDF") and len(content) == found.storrelse
                names[actor].add(found.filnavn)
    assert names[LC] == {f"smertereg_{kind}_{OWN}_2026-01.pdf" for kind in ("indikatorer", "datakvalitet")}
    assert names[SC] == {"smertereg_indikatorer_nasjonal_2025-10_2025-12.pdf"}
