"""`smertereg job …`: the scheduled jobs, started from cron, systemd or by hand. A running app does them when there is one."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import click

from app.commands.norsk_hjelp import Gruppe, Kommando
from app.ui.texts import count
from ingest import settings as configuration
from ingest.store import OSLO

MOMENT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"])
at_option = click.option(
    "--at", "at", type=MOMENT, metavar="TID", help="Som om klokken var TID (ÅÅÅÅ-MM-DDTT:MM, norsk tid). For øving."
)
WORDS = {"bestill": "sendes", "purr": "påminnes", "laas": "låses", "lukk": "lukkes", "stopp": "stoppes"}


@click.group(cls=Gruppe)
def job() -> None:
    """Kjør en planlagt jobb: det som skal gjøres og ikke er gjort."""


@job.command(cls=Kommando)
@at_option
def eprom(at: datetime | None) -> None:
    """Send pasientskjema som skal ut, og meldinger som venter."""
    _run("eprom", at)


@job.command(cls=Kommando)
@at_option
def reminders(at: datetime | None) -> None:
    """Send påminnelser om skjema som ikke er besvart etter tre dager."""
    _run("reminders", at)


@job.command(cls=Kommando)
@at_option
def lock(at: datetime | None) -> None:
    """Lås skjema som ikke er besvart eller plottet i tide."""
    _run("lock", at)


@job.command(cls=Kommando)
@at_option
def population(at: datetime | None) -> None:
    """Hent navn, adresse og dødsfall fra Folkeregisteret."""
    _run("population", at)


@job.command(cls=Kommando)
@at_option
def subscriptions(at: datetime | None) -> None:
    """Lag rapportene det abonneres på, når perioden er publisert, og si fra om dem."""
    _run("subscriptions", at)


@job.command(cls=Kommando)
def bounces() -> None:
    """Les e-post som er kommet i retur, i mappen SMERTEREG_RETUR."""
    _run("bounces", None)


@job.command(cls=Kommando)
def backup() -> None:
    """Skriv en sikkerhetskopi til SMERTEREG_BACKUP, og slett dem som er for gamle."""
    _run("backup", None)


@job.command(cls=Kommando)
@at_option
def due(at: datetime | None) -> None:
    """Vis hva jobbene ville gjort, uten å gjøre det."""
    waiting = _do("due", at)
    found, messages, lookups, reports = (waiting[name] for name in ("venter", "meldinger", "oppslag", "rapporter"))
    for one in found:
        when = datetime.fromisoformat(one["tid"]).astimezone(OSLO)
        reason = f", årsak {one['grunn']}" if one["grunn"] else ""
        click.echo(f"{when:%d.%m.%Y %H.%M}  {WORDS[one['hva']]:9} forløp {one['forlop_id']}  {one['skjema']}{reason}")
    if found:
        click.echo(f"{len(found)} skjema.")
    if messages:
        click.echo(f"{count(messages, 'melding', 'meldinger')} i utboksen sendes.")
    if lookups:
        click.echo(f"{count(lookups, 'pasient', 'pasienter')} slås opp i Folkeregisteret.")
    if reports:
        click.echo(f"{count(reports, 'rapport', 'rapporter')} det abonneres på, lages.")
    if not (found or messages or lookups or reports):
        click.echo("Ingenting er forfalt.")


@job.command(cls=Kommando)
def scheduled() -> None:
    """Kjør de jobbene det er tid for og som ikke er gjort. For cron og systemd."""
    outcomes = [_told(done) for done in _do("scheduled", None)["utfall"]]
    if not outcomes:
        click.echo("Ingen jobb skal kjøres nå.")
    if not all(outcomes):
        sys.exit(1)


def _run(name: str, at: datetime | None) -> None:
    if not _told(_do(name, at)):
        sys.exit(1)


def _told(done: dict[str, Any]) -> bool:
    """Print how a job went; whether it could do everything."""
    said = ", ".join(f"{what}: {number}" for what, number in done["gjort"].items()) or "ingenting å gjøre"
    click.echo(f"{done['jobb']}: {said}.")
    for wrong in done["feil"]:
        click.echo(f"Ikke gjort: {wrong}", err=True)
    return not done["feil"]


def _do(name: str, at: datetime | None) -> dict[str, Any]:
    from app.work import register_jobs, scheduled

    moment = at.replace(tzinfo=OSLO).astimezone(UTC).isoformat() if at else None
    return register_jobs.do(configuration.read(), scheduled.address(name), {"tid": moment})
