"""Says what the tests need from the machine before they start, so that none is ever skipped in silence."""

from __future__ import annotations

import shutil
import sys

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Path of the browser that the browser tests drive, or None."""
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


if __name__ == "__main__" and chromium() is None:
    sys.exit("Nettlesertestene trenger Chromium. Debian/Ubuntu: apt-get install chromium")
