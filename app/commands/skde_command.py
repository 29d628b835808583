"""`smertereg export skde`: the file of a year for the national results portal."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.export_commands import log, stoppable, to_folder
from app.commands.norsk_hjelp import Kommando
from ingest import settings as configuration


@click.command(cls=Kommando)
@to_folder
@click.option(
    "--year", "year", required=True, type=click.IntRange(1900, 9999), metavar="ÅÅÅÅ", help="Året forløpene startet."
)
def skde(folder: Path, year: int) -> None:
    """Skriv årets fil til den nasjonale resultatportalen, og siden om stadiekravene som hører til."""
    from app.work import register_jobs
    from checks.resultatportal import ids
    from exports.resultatportal.handing_over import hand_over
    from exports.tables import NATIONAL, published_file
    from ingest.results.documented import HANDED_ON

    settings = configuration.read()
    register_jobs.do(settings, register_jobs.UNERASED, {})
    known = ids.read(settings.skde)
    file = published_file(settings.data, NATIONAL).with_name("analyse.duckdb")
    register = register_jobs.do(settings, register_jobs.DOCUMENTED, {"aar": year})
    name = settings.skde.name if settings.skde else ""
    with stoppable():
        handed = hand_over(file, folder, year, known, name, register, settings.minste_celle)
    log({"hva": HANDED_ON, **handed.details})
    for sentence in handed.told:
        click.echo(sentence)
    click.echo(f"Skrevet til {folder}: {', '.join(handed.names)}.")
