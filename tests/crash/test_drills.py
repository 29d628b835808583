"""Proves that a register whose file or log is destroyed while people work comes back with every acknowledged save."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ingest import migrations
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from tests.crash import work
from tests.crash.lived import lived_in, whole
from tests.crash.told import Told
from tests.sizes import size

DRILLS = size(10, 100)


def test_nothing_acknowledged_is_lost_with_the_file_or_its_log(tmp_path: Path, workshop: work.Workshop) -> None:
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    forlop_id, chance, told, destroyed = register.forlop(), random.Random(17), Told(), 0
    register.store.close()
    order = work.Order("tap", settings, 0, register.clock(), migrations.HERE, forlop_id)
    number = 0
    # On a busy machine more are killed before they have destroyed anything.
    while number < DRILLS or destroyed <= DRILLS // 3:
        number += 1
        assert number < 5 * DRILLS
        now = register.clock() + timedelta(hours=number)
        facts, _ = workshop.run(replace(order, number=number, now=now, after=chance.uniform(0.3, 2.5)))
        told.hear(facts)
        destroyed += ("ødelagt",) in facts
        done = restore(settings, now, set_aside=True)
        assert done.skade == "", number
        store = opened(settings, clock=lambda now=now: now)
        assert told.missing(store) == set(), number
        store.close()
        for aside in tmp_path.glob("smertereg.duckdb.2*"):
            aside.unlink()
    whole(settings)
