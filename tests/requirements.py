"""What the tests need from the machine. It is checked before they start, so that no test is skipped in silence."""

from __future__ import annotations

import shutil
import subprocess
import sys

# The shell draws pages as the whole Chromium does, with half the work.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser")
BROWSER = "Nettlesertestene trenger Chromium. Debian/Ubuntu: apt-get install chromium-headless-shell"
R_PACKAGES = ("readr", "haven", "data.table", "rmarkdown")
STATISTICS = (
    "Testene av programmene for statistikere trenger R og pandoc. Debian/Ubuntu: apt-get install --no-install-recommends "
    f"r-base-core {' '.join(f'r-cran-{name}' for name in R_PACKAGES)} pandoc"
)
# A user's PATH may lack the folder where Debian puts nginx.
SYSTEM = "/usr/sbin:/usr/local/sbin"


def chromium() -> str | None:
    """The path of the browser that the browser tests use, or None without one."""
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


def nginx() -> str | None:
    """The path of the proxy that deploy/nginx.conf is tried with, or None without one."""
    return shutil.which("nginx") or shutil.which("nginx", path=SYSTEM)


def statistics() -> bool:
    """Whether R, its packages and pandoc are there."""
    if shutil.which("Rscript") is None or shutil.which("pandoc") is None:
        return False
    return all(has_r(name) for name in R_PACKAGES)


def has_r(package: str) -> bool:
    """Whether R has the package."""
    return subprocess.run(["Rscript", "-e", f"packageVersion('{package}')"], capture_output=True).returncode == 0


def missing() -> list[str]:
    """What is missing, as sentences that say how to get it."""
    needed = {
        BROWSER: chromium(),
        "Testene av deploy/nginx.conf trenger nginx. Debian/Ubuntu: apt-get install nginx-light": nginx(),
        STATISTICS: statistics() or None,
    }
    return [sentence for sentence, found in needed.items() if found is None]


if __name__ == "__main__" and missing():
    sys.exit("\n".join(missing()))
