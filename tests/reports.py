"""Reports that are subscribed to, in tests of everything but what stands in them: a stand-in for the maker, and publications."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from exports import publish, subscribed
from exports.reports.report import Kind, Period, Report
from ingest.services import sending
from ingest.store import OSLO
from tests.channels import LocalChannel
from tests.support import Register


def made_up(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Let reports be made up until the test ends; what is asked for comes in the list."""
    asked: list[tuple[Any, ...]] = []

    def make(published: Path, kind: Kind, enhet: int | None, period: Period, *, smallest: int) -> Report:
        asked.append((kind, enhet, period.fra, period.til, smallest))
        return Report(f"smertereg_{kind}.pdf", f"%PDF {kind} {enhet} {period.til}".encode(), published.name)

    monkeypatch.setattr(subscribed, "make", make)
    return asked


def mail(monkeypatch: pytest.MonkeyPatch) -> LocalChannel:
    """The e-mail that jobs send until the test ends."""
    channel = LocalChannel()
    monkeypatch.setattr(sending, "channels", lambda _settings: {sending.SMS: channel, sending.EMAIL: channel})
    return channel


def published(register: Register, moment: datetime) -> None:
    """Let the newest publication be of this moment."""
    data = register.store.path.parent
    folder = data / "publishing" / f"{moment.astimezone(OSLO):{publish.NAME}}"
    folder.mkdir(parents=True, exist_ok=True)
    link = data / "published"
    link.unlink(missing_ok=True)
    link.symlink_to(folder)
