"""The app for browser tests: as it is served, with a clock that a test turns by writing seconds to a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from app.server import serve
from app.web import resources
from ingest.settings import read
from ingest.store import Store


def main() -> None:
    """Serve until stopped. TEST_CLOCK names the file."""
    ahead = Path(os.environ["TEST_CLOCK"])

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(ahead.read_text(encoding="utf-8")))

    resources.Store = partial(Store, clock=clock)  # pyright: ignore[reportAttributeAccessIssue, reportPrivateImportUsage]
    serve(read())


if __name__ == "__main__":
    main()
