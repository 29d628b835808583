"""`smertereg export aarsrapport`: the yearly report of a unit or the nation."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.export_commands import as_it_was, chosen_scope, log, published, stoppable, to_folder
from app.commands.norsk_hjelp import Kommando
from ingest import settings as configuration


@click.command(cls=Kommando)
@to_folder
@click.option(
    "--year", "year", required=True, type=click.IntRange(1900, 9999), metavar="ÅÅÅÅ", help="Året rapporten gjelder."
)
@click.option("--unit", "unit", metavar="RESH", help="Rapporten til denne enheten, til internt bruk: små tall er med.")
@click.option(
    "--national", "national", is_flag=True, help="Landets rapport, uten små tall. Gjelder når ikke annet er sagt."
)
@as_it_was
def aarsrapport(folder: Path, year: int, unit: str | None, national: bool, as_of: str | None) -> None:
    """Skriv årsrapporten som PDF, av det som er publisert."""
    from exports.moments import read_moment
    from exports.reports.report import Kind, Period, make
    from exports.tables import NATIONAL
    from exports.whole import whole_file

    scope, smallest = chosen_scope(unit, national), configuration.read().minste_celle
    with stoppable(), published(scope, read_moment(as_of) if as_of is not None else None) as file:
        whose = None if scope == NATIONAL else int(scope)
        made = make(file.parent, Kind.AARSRAPPORT, whose, Period.year(year), smallest=smallest)
        with whole_file(folder / made.name) as unfinished:
            unfinished.write_bytes(made.pdf)
    log({"hva": "årsrapport", "aar": year, "utvalg": scope, "publisering": made.publication})
    click.echo(f"Skrevet til {folder}: {made.name}.")
