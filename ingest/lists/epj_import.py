"""Read a hospital's csv or Excel file as a table of texts, in memory only, or say in a sentence what is wrong with it."""

from __future__ import annotations

import polars as pl

from checks.epj_file import is_a_referral, is_heading
from checks.errors import RegisterError
from ingest.tables.table import Limits, read

MOST_BYTES = 10_000_000
MOST_ROWS, MOST_COLUMNS = 50_000, 200
_LIMITS = Limits(MOST_BYTES, MOST_ROWS, MOST_COLUMNS)


def read_table(content: bytes) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The file's list, every value as text, and what its user should know of how it was read.

    Row n of the list is line n + 2 of the file; what stands above the heading is empty. Raises REG-214 (empty, too large
    or too wide), REG-215 (not csv or Excel that can be read), REG-216 (one column only), REG-560 (a referral where the heading
    should be, which would be lost).
    """
    found = read(content, is_heading, _LIMITS)
    if not is_heading(found.frame.columns) and is_a_referral(found.frame.columns):
        raise RegisterError("REG-560")
    if found.broken:
        others = len(found.broken) - 1
        more = f" Også {others} {'annen linje' if others == 1 else 'andre linjer'} er slik." if others else ""
        raise RegisterError("REG-215", melding=found.broken[0].hva + more)
    if found.cut:
        cut = f"Siste linje ({found.cut}) er kortere enn overskriften. Filen kan være kuttet; hent den på nytt."
        return found.frame, (*found.notes, cut)
    return found.frame, found.notes
