"""Whether HADS may be sent to patients: its wordings are licensed, and come from a file given by a setting."""

from __future__ import annotations

from checks import hads_texts
from ingest.settings import Settings


def of(settings: Settings) -> hads_texts.HadsTexts | None:
    """The licensed texts, or None when no file is set. Raises REG-175 for a file that is wrong."""
    return hads_texts.read(settings.hads_tekster) if settings.hads_tekster else None


def available(settings: Settings) -> bool:
    """Whether the licensed texts are there; without them HADS goes to test persons only."""
    return settings.hads_tekster is not None and settings.hads_tekster.is_file()
