"""The app for browser tests: served as for users, but at a moment that the tests choose.

`python -m tests.browser.served MOMENT BEGUN FILE`: the clock shows MOMENT when the machine's monotonic clock is at BEGUN,
and goes on from there; a test sets it ahead by writing seconds to FILE. With words after FILE, they are a command of
`smertereg`, run by that clock instead of serving.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.commands import cli
from app.server import serve
from ingest import settings, wall_clock
from tests import canaries


@dataclass(frozen=True)
class Clock:
    """The clock of the served app. The tests that started the app have a clock of the same kind, which shows the same
    time.
    """

    moment: datetime
    begun: float
    file: Path

    def __call__(self) -> datetime:
        ahead = float(self.file.read_text(encoding="utf-8"))
        return self.moment + timedelta(seconds=time.monotonic() - self.begun + ahead)

    def turn(self, seconds: float) -> None:
        """Set the clock so many seconds ahead. The file is replaced in one step, because the server may be reading it."""
        fresh = self.file.with_suffix(".ny")
        fresh.write_text(str(float(seconds)), encoding="utf-8")
        fresh.replace(self.file)

    @property
    def arguments(self) -> list[str]:
        return [self.moment.isoformat(), repr(self.begun), str(self.file)]


if __name__ == "__main__":
    _, moment, begun, file, *words = sys.argv
    if canaries.FILE in os.environ:
        canaries.listen()
    wall_clock.now = Clock(datetime.fromisoformat(moment), float(begun), Path(file))
    if words:
        sys.argv = ["smertereg", *words]
        cli.main()
    else:
        serve(settings.read())
