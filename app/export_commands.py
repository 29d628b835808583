"""`smertereg export …`: what leaves the register as files, from the command line."""

from __future__ import annotations

import getpass
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from app.norsk_hjelp import Gruppe, Kommando
from ingest import settings as configuration
from ingest.store import OSLO

DAY = click.DateTime(["%Y-%m-%d"])
to_folder = click.option("--to", "folder", required=True, metavar="MAPPE", help="Hvor filene skal ligge.",
                         type=click.Path(file_okay=False, path_type=Path))  # fmt: skip
unit_only = click.option("--unit", "unit", metavar="RESH", help="Bare denne enheten: alle dens egne forløp.")
nationally = click.option("--national", "national", is_flag=True,
                          help="Det nasjonale datasettet. Gjelder når ikke annet er sagt.")  # fmt: skip


@click.group(cls=Gruppe)
def export() -> None:
    """Skriv filer av det som er publisert."""


@export.command(cls=Kommando)
@to_folder
@unit_only
@nationally
@click.option("--date", "moment", type=DAY, metavar="DATO", help="Datoen i navnene, ÅÅÅÅ-MM-DD. I dag hvis ikke annet er sagt.")  # fmt: skip
def datadump(folder: Path, unit: str | None, national: bool, moment: datetime | None) -> None:
    """Skriv Klokeboken og datadumpen: en datert mappe med csv-filer i registerets uttrekksformat."""
    from exports.package import make_package

    scope = chosen_scope(unit, national)
    settings = configuration.read()
    with stoppable():
        written = make_package(settings.data, folder, scope, day_of(moment), click.echo)
    log({"hva": "datadump", "utvalg": scope})
    click.echo(f"Skrevet til {written}.")


@export.command(cls=Kommando)
@to_folder
def klokebok(folder: Path) -> None:
    """Skriv Klokeboken som nettside og som Excel-bok."""
    from exports.klokebok_files import klokebok_name, write_klokebok_excel, write_klokebok_html
    from exports.tables import NATIONAL, published_file

    file, day = published_file(configuration.read().data, NATIONAL), day_of(None)
    with stoppable():
        write_klokebok_html(file, folder / klokebok_name(day, "html"))
        write_klokebok_excel(file, folder / klokebok_name(day, "xlsx"))
    click.echo(f"Skrevet til {folder}.")


def chosen_scope(unit: str | None, national: bool) -> str:
    """«nasjonal», or the unit's RESH; both at once is a mistake."""
    from exports.tables import NATIONAL

    if unit and national:
        raise click.UsageError("--unit og --national kan ikke brukes sammen.")
    return unit or NATIONAL


def day_of(moment: datetime | None) -> date:
    """The day that was given, or today in Norway."""
    return moment.date() if moment else datetime.now(OSLO).date()


def log(details: dict[str, Any]) -> None:
    """Log what left, and which user of this machine took it."""
    from app import export_jobs

    export_jobs.log_export(
        configuration.read(), {"av": "kommandolinjen", "bruker": getpass.getuser()} | details
    )


@contextmanager
def stoppable() -> Iterator[None]:
    """Stop as if by Ctrl+C when the process is told to end, so that nothing half-written is left."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
