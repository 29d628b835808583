"""Proves that a kill in the middle of saves loses no committed save and leaves a register that is whole."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from exports.integrity import check_register
from ingest.store import Store
from tests import support
from tests.sizes import size

KILLS = size(5, 1000)
MOST_SAVES = 12


def test_no_committed_save_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "smertereg.duckdb"
    register = support.make(path)
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    register.store.close()
    chance, said = random.Random(1), 0
    for _ in range(KILLS):
        before, said = said, _save_until_killed(path, forlop_id, chance.randint(1, MOST_SAVES))
        store = Store(path)
        with store.read(support.SC) as tx:
            versions = [
                r["versjon"] for r in tx.rows("select versjon from register.skjemaversjon where skjema = 'b12'")
            ]
            assert [finding for finding in check_register(tx) if finding.feil] == []
        store.close()
        # Equal when the first save said is the one that the killed process made and had no time to say.
        assert said >= before
        # A save may have been committed that the process had no time to say.
        assert sorted(versions) in (list(range(1, said + 1)), list(range(1, said + 2)))
        said = len(versions)


def _save_until_killed(path: Path, forlop_id: int, saves: int) -> int:
    """Let a process save until it has said ``saves`` commits, kill it there, and return the last it said."""
    command = [sys.executable, "-m", "tests.crash.saving", str(path), str(forlop_id)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(saves)]
        process.kill()
        said += [int(line) for line in process.stdout.read().splitlines()]
    return said[-1]
