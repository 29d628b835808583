"""`smertereg export aarsrapport`: the yearly report of a unit or the nation."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.export_commands import chosen_scope, log, nationally, stoppable, to_folder
from app.commands.norsk_hjelp import Kommando
from ingest import settings as configuration


@click.command(cls=Kommando)
@to_folder
@click.option(
    "--year", "year", required=True, type=click.IntRange(1900, 9999), metavar="ÅÅÅÅ", help="Året rapporten gjelder."
)
@click.option("--unit", "unit", metavar="RESH", help="Rapporten til denne enheten, til internt bruk: små tall er med.")
@nationally
def aarsrapport(folder: Path, year: int, unit: str | None, national: bool) -> None:
    """Skriv årsrapporten som PDF, av det som er publisert nå."""
    from exports.reports.report import Kind, Period, make
    from exports.tables import NATIONAL, published_file
    from exports.whole import whole_file

    settings = configuration.read()
    scope = chosen_scope(unit, national)
    published = published_file(settings.data, scope).parent
    with stoppable():
        whose = None if scope == NATIONAL else int(scope)
        made = make(published, Kind.AARSRAPPORT, whose, Period.year(year), smallest=settings.minste_celle)
        with whole_file(folder / made.name) as unfinished:
            unfinished.write_bytes(made.pdf)
    log({"hva": "årsrapport", "aar": year, "utvalg": scope, "publisering": made.publication})
    click.echo(f"Skrevet til {folder}: {made.name}.")
