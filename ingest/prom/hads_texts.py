"""Whether HADS may be sent to patients: its wordings are licensed, and come from a file given by a setting."""

from __future__ import annotations

from ingest.settings import Settings


def available(settings: Settings) -> bool:
    """Whether the licensed texts are there; without them HADS goes to test persons only."""
    return settings.hads_tekster is not None and settings.hads_tekster.is_file()
