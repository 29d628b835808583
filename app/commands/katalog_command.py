"""`smertereg export katalog`: the register described for data users."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.export_commands import log, published, stoppable, to_folder
from app.commands.norsk_hjelp import Kommando
from ingest import settings as configuration


@click.command(cls=Kommando)
@to_folder
def katalog(folder: Path) -> None:
    """Skriv beskrivelsen av registeret for databrukere, som HealthDCAT-AP og DCAT-AP-NO (Turtle og JSON-LD)."""
    from checks import katalog as described
    from exports.katalog.writing import write
    from exports.tables import NATIONAL

    settings = configuration.read()
    description = described.read(settings.katalog)
    with stoppable(), published(NATIONAL, None) as file:
        written = write(file, folder, description, settings.minste_celle)
    log({"hva": "katalog", **written.details})
    for sentence in written.told:
        click.echo(sentence)
    click.echo(f"Skrevet til {folder}: {', '.join(written.names)}.")
