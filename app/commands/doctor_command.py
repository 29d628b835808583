"""`smertereg doctor`: what is missing or wrong around the app."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from app.commands.norsk_hjelp import Kommando
from checks.errors import RegisterError


@click.command(cls=Kommando)
@click.option("--json", "as_json", is_flag=True, help="Skriv svaret som JSON.")
@click.option(
    "--tjenester", "services", is_flag=True, help="Prøv hver tjeneste som er satt opp, med et kall som ikke endrer noe."
)
def doctor(as_json: bool, services: bool) -> None:
    """Se over innstillingene og maskinen, og si hva som mangler. Ingenting endres."""
    from app.work.doctor import NOTE, WRONG, examine
    from app.work.doctor_services import tried
    from ingest import settings as configuration

    found = list(examine())
    if services and not any(told.om == "innstillinger" and told.tilstand == WRONG for told in found):
        found += tried(configuration.read())
    if as_json:
        click.echo(json.dumps([asdict(told) for told in found], ensure_ascii=False, indent=1))
    else:
        for told in sorted(found, key=lambda told: (told.tilstand != WRONG, told.tilstand != NOTE)):
            click.echo(f"{told.tilstand.upper():4}  {told.om}: {told.melding}")
    wrong = sum(told.tilstand == WRONG for told in found)
    if wrong:
        raise RegisterError("REG-266", antall=wrong)
