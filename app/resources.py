"""What the running app holds open (the store and what comes with it), one for each process.

Opened by the server's lifespan and reached from pages, which Streamlit runs as scripts and which
therefore cannot be handed anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

_open: list[Any] = []


@contextmanager
def holding(opened: AbstractContextManager[Any]) -> Iterator[Any]:
    """Keep what `opened` gives as the process's resources until the block ends."""
    with opened as held:
        _open.append(held)
        try:
            yield held
        finally:
            _open.remove(held)


def current() -> Any:
    """The resources of this process. RuntimeError when nothing is open."""
    if not _open:
        raise RuntimeError("Ingen ressurser er åpne: appen er ikke startet")
    return _open[-1]
