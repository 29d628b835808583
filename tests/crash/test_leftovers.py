"""Proves that what a killed program left beside the register is taken away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest import disk
from ingest.safekeeping import restore as restoring
from ingest.safekeeping.opening import opened
from tests.crash.lived import lived_in, whole


class Stopped(BaseException):
    """A program that is killed here."""


def stop(*_: Any) -> None:
    raise Stopped


def test_what_a_killed_restore_left_is_gone_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the whole register, without a seal."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    with monkeypatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(disk, "swap", stop)
        patch.setattr(restoring.contents, "remove", lambda _: None)  # a kill cleans nothing up
        restoring.restore(settings, register.clock(), set_aside=True)
    [aside] = tmp_path.glob("smertereg.duckdb.2*")
    left = list(tmp_path.glob("smertereg.duckdb.gjenopprettet*"))
    assert left
    aside.rename(settings.register)
    opened(settings).close()
    assert not any(path.exists() for path in left)
    whole(settings)
