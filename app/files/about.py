"""Facts about this installation: version, history, contacts, and the licences of the packages it uses."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from importlib import metadata
from pathlib import Path

from app.ui import texts
from ingest.safekeeping import shelf
from ingest.settings import Settings

NAME = "smertereg"
HISTORY = Path(__file__).resolve().parents[2] / "docs" / "versjoner.md"
CONTACT_FILE = "kontakt.txt"
_REQUIRED = re.compile(r"[A-Za-z0-9._-]+")


def version() -> str:
    """The version of the installed program."""
    return metadata.version(NAME)


def history() -> str:
    """The version history as Markdown, without its title; empty when the file is not installed."""
    try:
        text = HISTORY.read_text(encoding="utf-8")
    except OSError:
        return ""
    return text.partition("\n")[2].strip()


def contacts(settings: Settings) -> str:
    """Whom users can turn to: the setting, or else the text file in the data folder; empty without both."""
    if settings.kontakt.strip():
        return settings.kontakt.strip()
    try:
        return (settings.data / CONTACT_FILE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def last_backup(settings: Settings, now: datetime) -> str:
    """When the newest backup was taken, and how long ago that is."""
    taken = shelf.newest(settings.backup_folder, now)
    if taken is None:
        return "ingen"
    hours = int((now - taken).total_seconds() // 3600)
    return f"{texts.moment(taken)}, for {texts.count(hours, 'time', 'timer')} siden"


@cache
def licences() -> tuple[tuple[str, str, str], ...]:
    """(package, version, licence) of every package that we depend on, directly or not, by name."""
    found: dict[str, tuple[str, str, str]] = {}
    waiting = _requirements(NAME)
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in found:
            continue
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # a package that is needed only on another operating system
        found[key] = (about["Name"], about["Version"], _licence(about))
        waiting += _requirements(name)
    return tuple(found[key] for key in sorted(found))


def _requirements(name: str) -> list[str]:
    """The names of the packages that a package needs, without its optional parts."""
    needed = (text for text in metadata.requires(name) or () if "extra ==" not in text)
    return [match.group() for text in needed if (match := _REQUIRED.match(text))]


def _licence(about: metadata.PackageMetadata) -> str:
    """The licence's short name, from the newest of the three places where a package may state it."""
    if "License-Expression" in about:
        return about["License-Expression"]
    listed = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or () if c.startswith("License :: ")]
    named = [c for c in listed if c != "OSI Approved"]
    if named:
        return ", ".join(named)
    lines = about["License"].strip().splitlines() if "License" in about else []
    return lines[0] if lines else "ikke oppgitt"
