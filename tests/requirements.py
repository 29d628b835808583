"""What the tests need from the machine. It is checked before they start, so that no test is skipped in silence."""

from __future__ import annotations

import shutil
import sys

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The path of the browser that the browser tests use, or None without one."""
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


if __name__ == "__main__" and chromium() is None:
    sys.exit("Nettlesertestene trenger Chromium. Debian/Ubuntu: apt-get install chromium")
