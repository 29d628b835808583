"""`smertereg doctor`: what is missing or wrong around the app."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from app.commands.norsk_hjelp import Kommando
from checks.errors import RegisterError


@click.command(cls=Kommando)
@click.option("--json", "as_json", is_flag=True, help="Skriv svaret som JSON.")
def doctor(as_json: bool) -> None:
    """Se over innstillingene og maskinen, og si hva som mangler. Ingenting endres."""
    from app.work.doctor import NOTE, WRONG, examine

    found = list(examine())
    if as_json:
        click.echo(json.dumps([asdict(told) for told in found], ensure_ascii=False, indent=1))
    else:
        for told in sorted(found, key=lambda told: (told.tilstand != WRONG, told.tilstand != NOTE)):
            click.echo(f"{told.tilstand.upper():4}  {told.om}: {told.melding}")
    wrong = sum(told.tilstand == WRONG for told in found)
    if wrong:
        raise RegisterError("REG-266", antall=wrong)
