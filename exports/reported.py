"""The yearly report as a generated document: that of the own unit, or of the nation for those who may have its data; of any unit for
whoever sees them all.
"""

from __future__ import annotations

from collections.abc import Callable

from checks.errors import RegisterError
from exports.documents import YEARLY, keep, workplace
from exports.publish import published_id
from exports.reports.report import Kind, Period, make
from exports.scope import require_none_erased, scope_of
from exports.tables import NATIONAL
from ingest.access import Actor
from ingest.settings import Settings
from ingest.store import Store


def make_yearly(
    store: Store, actor: Actor, settings: Settings, year: int, progress: Callable[[str], None], resh: str | None = None
) -> int:
    """Make the report of a year from what is published now, and return its number as a document: that of the actor's scope, or of the
    unit ``resh``.

    ``progress`` gets a Norwegian sentence. Raises REG-060, REG-420, and as exports.reports.report.make; no document is left
    then.
    """
    with store.read(actor) as tx:
        scope, day = scope_of(tx, resh), tx.today
        require_none_erased(tx, settings.data)
    current = published_id(settings.data)
    if current is None:
        raise RegisterError("REG-085")
    with workplace(settings.data) as work:
        progress("Setter årsrapporten …")
        unit = None if scope == NATIONAL else int(scope)
        folder = settings.data / "publishing" / current
        made = make(folder, Kind.AARSRAPPORT, unit, Period.year(year), smallest=settings.minste_celle)
        file = work / made.name
        file.write_bytes(made.pdf)
        about = {"aar": year, "publisering": made.publication}
        return keep(store, actor, settings.data, YEARLY, file, day, about, resh)
