"""`smertereg backup`, `restore` and `key`: keeping the register, and getting it back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from app.commands.norsk_hjelp import Gruppe, Kommando
from app.ui.texts import count
from checks.errors import RegisterError
from ingest import disk, wall_clock
from ingest import settings as configuration
from ingest.store import OSLO
from ingest.vault import FILE, Vault

# With or without the difference from UTC.
MOMENT = click.DateTime([f"%Y-%m-%dT%H:%M{end}" for end in (":%S", "", ":%S%z", "%z")])


@click.command(cls=Kommando)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="MAPPE",
    help="Hvor kopien skal ligge. SMERTEREG_BACKUP hvis ikke annet er sagt.",
)
@click.option("--new-journal", "new_journal", is_flag=True, help="Begynn journalen på nytt, når den gamle er tapt.")
def backup(folder: Path | None, new_journal: bool) -> None:
    """Skriv en sikkerhetskopi mens folk arbeider, og prøv den. Kjører appen, er det den som gjør det."""
    from app.work import register_jobs

    order = {"mappe": str(folder.resolve()) if folder else None, "ny_journal": new_journal}
    done = register_jobs.do(configuration.read(), register_jobs.BACKUP, order)
    click.echo(f"Sikkerhetskopien er skrevet og prøvd: {done['fil']}.")


@click.command(cls=Kommando)
@click.option(
    "--to",
    "until",
    type=MOMENT,
    metavar="TID",
    help="Slik registeret var da (ÅÅÅÅ-MM-DDTT:MM, norsk tid). Siste lagring hvis ikke annet er sagt.",
)
@click.option(
    "--set-aside", "set_aside", is_flag=True, help="Legg registeret som ligger der, til side med et annet navn."
)
@click.option(
    "--accept-loss", "accept_loss", is_flag=True, help="Godta at det som kommer etter en skade i journalen, er tapt."
)
def restore(until: datetime | None, set_aside: bool, accept_loss: bool) -> None:
    """Gjenopprett registeret fra den nyeste hele sikkerhetskopien og journalen. Stopp appen først."""
    from ingest.safekeeping.restore import restore as get_back

    done = get_back(
        configuration.read(),
        wall_clock.now(),
        until=_moment(until) if until else None,
        set_aside=set_aside,
        accept_loss=accept_loss,
        progress=click.echo,
    )
    for sentence in done.forbigaatt:
        click.echo(f"Forbigått: {sentence}", err=True)
    if done.skade:
        click.echo(f"Ikke alt er med: {done.skade}", err=True)
    if done.slettet_igjen:
        click.echo(f"{count(len(done.slettet_igjen), 'pasient', 'pasienter')} som er slettet siden, er slettet igjen.")
    if done.lagt_til_side:
        click.echo(f"Lagt til side: {', '.join(done.lagt_til_side)}.")
    last = (done.fra_journal.tid or done.kopiert).astimezone(OSLO)
    click.echo(f"Registeret er tilbake, til og med {last:%d.%m.%Y %H.%M.%S}. Kjør «smertereg check».")
    if done.uten_kopi:
        raise RegisterError("REG-330", melding=done.uten_kopi)


def _moment(typed: datetime) -> datetime:
    """The moment that was typed, in Norway unless it says otherwise. Raises REG-338 for an hour that is twice or not at all,
    because clocks are changed: a guess could leave out an hour of saves.
    """
    if typed.tzinfo:
        return typed
    earlier, later = (typed.replace(tzinfo=OSLO, fold=fold) for fold in (0, 1))
    if earlier.utcoffset() != later.utcoffset():
        summer, winter = sorted((earlier, later), key=datetime.timestamp)
        raise RegisterError("REG-338", tid=typed.isoformat(), sommer=summer.isoformat(), normal=winter.isoformat())
    return earlier


@click.group(cls=Gruppe)
def key() -> None:
    """Nøkkelen som forsegler journalen, sikkerhetskopiene og hemmelighetene i registeret."""


@key.command(cls=Kommando)
@click.option(
    "--to",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FIL",
    help="Hvor kopien av nøkkelen skal ligge.",
)
def copy(file: Path) -> None:
    """Skriv en kopi av nøkkelfilen, til hvelvet. Uten nøkkelen kan ingen lese sikkerhetskopiene."""
    settings = configuration.read()
    vault = Vault(settings.register.with_name(FILE), settings.nokkel.get_secret_value())
    try:
        vault.copy(file)
    except OSError as error:
        raise RegisterError("REG-292", fil=file, melding=disk.cause(error)) from error
    click.echo(
        f"Nøkkelen «{vault.name}» er kopiert til {file}. Legg den et annet sted enn registeret og sikkerhetskopiene."
    )


@key.command(cls=Kommando)
def change() -> None:
    """Bytt nøkkel: den nye forsegler fra nå, de gamle leser det de forseglet. Stopp appen først."""
    from app.work import operations
    from ingest.safekeeping.opening import opened

    settings = configuration.read()
    store = opened(settings)
    try:
        file = operations.change_key(store, settings)
    finally:
        store.close()
    click.echo(
        f"Nøkkelen er nå «{store.vault.name}». Ny sikkerhetskopi: {file}. Kopier nøkkelen til hvelvet: «smertereg key copy --to FIL»."
    )


COMMANDS = (backup, restore, key)
