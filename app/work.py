"""The work that both the command line and the running app can do: publish and check, with an open store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from checks.codebook import load
from exports.codebook_tables import codebook_tables
from exports.integrity import Finding, check_published, check_register
from exports.publish import PublishResult, publish
from exports.snapshot import take
from ingest.access import Actor
from ingest.settings import Settings
from ingest.store import OSLO, Store

__all__ = ["PublishResult", "check_files", "check_store", "publish_now"]

SYSTEM = Actor("system", "SmerteReg", "SC", "")


def publish_now(store: Store, settings: Settings, progress: Callable[[str], None]) -> PublishResult:
    """Publish the register as it is now. Raises REG-086 or REG-087; the earlier files then stay."""
    codebook = load()

    def snapshot(path: Path) -> None:
        with store.cursor() as con:
            take(con, path, codebook_tables(codebook))

    def moment() -> datetime:
        return store.clock().astimezone(OSLO)

    return publish(
        take_snapshot=snapshot,
        data=settings.data,
        clock=moment,
        progress=progress,
        codebook_version=codebook.versjon,
    )


def check_store(store: Store) -> Iterator[Finding]:
    """The controls of the capture file."""
    with store.read(SYSTEM) as tx:
        yield from check_register(tx)


def check_files(settings: Settings) -> Iterator[Finding]:
    """The controls of what is published now; none when nothing is."""
    folder = settings.data / "published"
    if folder.exists():
        yield from check_published(folder)
