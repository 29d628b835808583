"""What the hospital may do with HADS: the licensed wordings that a setting names, and whether HADS may be sent to patients."""

from __future__ import annotations

from checks import hads_texts
from ingest.settings import Settings


def texts(settings: Settings) -> hads_texts.HadsTexts | None:
    """The licensed texts, or None when the settings name no file. Raises REG-175 for a wrong file."""
    return hads_texts.read(settings.hads_tekster) if settings.hads_tekster else None


def available(settings: Settings) -> bool:
    """Whether the settings name the licensed texts; without them HADS is sent to test persons only."""
    return settings.hads_tekster is not None and settings.hads_tekster.is_file()
