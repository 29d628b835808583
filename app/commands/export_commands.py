"""`smertereg export …`: writing files of what is published, from the command line."""

from __future__ import annotations

import getpass
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from app.commands.norsk_hjelp import Gruppe, Kommando
from checks.errors import RegisterError
from ingest import settings as configuration
from ingest import wall_clock
from ingest.store import OSLO

DAY = click.DateTime(["%Y-%m-%d"])
to_folder = click.option(
    "--to",
    "folder",
    required=True,
    metavar="MAPPE",
    help="Hvor filene skal ligge.",
    type=click.Path(file_okay=False, path_type=Path),
)
unit_only = click.option("--unit", "unit", metavar="RESH", help="Bare denne enheten: alle dens egne forløp.")
nationally = click.option(
    "--national", "national", is_flag=True, help="Det nasjonale datasettet. Gjelder når ikke annet er sagt."
)

as_it_was = click.option(
    "--as-of",
    "as_of",
    metavar="TID",
    help="Slik registeret var da en dag (2026-10-01) sluttet, eller på et tidspunkt (2026-10-01T14:30); trukne samtykker og slettede er ute.",
)


@click.group(cls=Gruppe)
def export() -> None:
    """Skriv filer av det som er publisert."""


@export.command(cls=Kommando)
@to_folder
@unit_only
@nationally
@click.option(
    "--date", "moment", type=DAY, metavar="DATO", help="Datoen i navnene, ÅÅÅÅ-MM-DD. I dag hvis ikke annet er sagt."
)
@as_it_was
def datadump(folder: Path, unit: str | None, national: bool, moment: datetime | None, as_of: str | None) -> None:
    """Skriv Klokeboken og datadumpen: en datert mappe med csv-filer i registerets uttrekksformat."""
    from exports.moments import read_moment
    from exports.package import write_package

    scope = chosen_scope(unit, national)
    then = read_moment(as_of) if as_of is not None else None
    with stoppable(), published(scope, then) as file:
        written = write_package(file, folder, day_of(moment or then), click.echo)
    log({"hva": "datadump", "utvalg": scope, "slik_det_var": then and then.isoformat()})
    click.echo(f"Skrevet til {written}.")


@export.command(cls=Kommando)
@to_folder
@unit_only
@nationally
@click.option("--from", "first", type=DAY, metavar="DATO", help="Første startdato, ÅÅÅÅ-MM-DD.")
@click.option("--until", "last", type=DAY, metavar="DATO", help="Siste startdato.")
@click.option("--type", "kinds", type=int, multiple=True, metavar="1|2|3", help="Bare denne forløpstypen; kan gjentas.")
@click.option(
    "--variables",
    metavar="NAVN,NAVN",
    help="Bare disse variablene, fra hver av tabellene som har dem, i tillegg til numre og enhet.",
)
@click.option(
    "--tables",
    metavar="NAVN,NAVN",
    help="Uttrekkene: allevarnum (hvis ikke annet er sagt), allevar, forlopsoversikt, skjemaoversikt, smertediagnosernum, smertediagnoser. "
    "Ferdig talt: kvalitetsindikatorer, dekningsgrad, indikatordefinisjoner.",
)
@click.option(
    "--format", "formats", metavar="NAVN,NAVN", help="csv (hvis ikke annet er sagt), parquet, duckdb, sav, dta, xlsx."
)
@click.option(
    "--recipe",
    "recipe_file",
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="Les valgene fra en oppskrift; valg her går foran.",
)
@click.option(
    "--save-recipe", "save_to", type=click.Path(path_type=Path), metavar="FIL", help="Lagre valgene som en oppskrift."
)
@click.option(
    "--new-numbers",
    "key_file",
    type=click.Path(path_type=Path),
    metavar="NØKKELFIL",
    help="Gi pasienter og forløp nye numre, laget med en hemmelig nøkkel.",
)
@as_it_was
def data(
    folder: Path,
    unit: str | None,
    national: bool,
    first: datetime | None,
    last: datetime | None,
    as_of: str | None,
    kinds: tuple[int, ...],
    variables: str | None,
    tables: str | None,
    formats: str | None,
    recipe_file: Path | None,
    save_to: Path | None,
    key_file: Path | None,
) -> None:
    """Skriv et utvalg i valgte formater, med oppskrift og Klokebok."""
    from exports.delivery import deliver
    from exports.moments import read_moment
    from exports.selection import read_recipe, recipe, save_recipe
    from exports.whole import whole_file

    given: dict[str, Any] = {
        "utvalg": chosen_scope(unit, national) if unit or national else None,
        "fra": first and first.date(),
        "til": last and last.date(),
        "forlopstyper": kinds,
        "variabler": _names(variables),
        "tabeller": _names(tables),
        "formater": _names(formats),
        "nye_numre": bool(key_file),
        "slik_det_var": read_moment(as_of) if as_of is not None else None,
    }
    read = read_recipe(recipe_file) if recipe_file else {}
    chosen = recipe(read | {k: v for k, v in given.items() if v}, recipe_file.name if recipe_file else "valgene")
    key = _key(chosen.nye_numre, key_file)
    with stoppable(), published(chosen.utvalg, chosen.slik_det_var) as source:
        warnings = deliver(source, chosen, folder, key, click.echo, configuration.read().minste_celle)
    log({"hva": "utvalg", "oppskrift": chosen.model_dump(mode="json", exclude_defaults=True)})
    if save_to:
        with whole_file(save_to) as unfinished:
            save_recipe(chosen, unfinished)
    for sentence in warnings:
        click.echo(f"Små grupper: {sentence}", err=True)
    click.echo(f"Skrevet til {folder}.")


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip()) if text else ()


def _key(wanted: bool, file: Path | None) -> bytes | None:
    """The key that makes the new numbers, read from ``file``, when new numbers are ``wanted``; otherwise None.

    A recipe that asks for new numbers does not hold the key, so it must be given here too.
    """
    from exports.selection import read_key

    return read_key(file or Path("--new-numbers")) if wanted else None


@export.command(cls=Kommando)
@to_folder
def klokebok(folder: Path) -> None:
    """Skriv Klokeboken som nettside og som Excel-bok."""
    from exports.klokebok_files import klokebok_name, write_klokebok_excel, write_klokebok_html
    from exports.tables import NATIONAL, published_file

    file, day = published_file(configuration.given().data, NATIONAL), day_of(None)
    with stoppable():
        write_klokebok_html(file, folder / klokebok_name(day, "html"))
        write_klokebok_excel(file, folder / klokebok_name(day, "xlsx"))
    click.echo(f"Skrevet til {folder}.")


@contextmanager
def published(scope: str, as_of: date | datetime | None) -> Iterator[Path]:
    """The published file of a scope: the present one, or one rebuilt as of a moment or the end of a day (`as_of`).

    Raises REG-197 (the time has not come yet), REG-222 (nothing was registered by then) or REG-420 (a patient was erased since).
    """
    from app.work import register_jobs
    from exports.history import rebuilt
    from exports.moments import in_words, moment_of
    from exports.tables import published_file, scope_file

    settings = configuration.read()
    if as_of is None:
        _in_the_register(register_jobs.UNERASED, {})
        yield published_file(settings.data, scope)
        return
    moment = moment_of(as_of, wall_clock.now().astimezone(OSLO))
    click.echo(f"Bygger datasettene slik de var {in_words(moment)} …")

    def take(path: Path) -> None:
        order = {"tid": moment.isoformat(), "fil": str(path.relative_to(settings.data))}
        register_jobs.do(settings, register_jobs.AS_OF, order)

    with rebuilt(settings.data, take, moment, settings.minste_celle) as folder:
        yield scope_file(folder, scope)


def chosen_scope(unit: str | None, national: bool) -> str:
    """The unit's RESH-id, or «nasjonal» without one. Raises click.ClickException when both are asked for."""
    from exports.tables import NATIONAL

    if unit and national:
        raise click.ClickException("--unit og --national kan ikke brukes sammen. Velg én av dem.")
    return unit or NATIONAL


def day_of(given: date | datetime | None) -> date:
    """The day that was given, the day of the moment that was given, or else today in Norway."""
    if isinstance(given, datetime):
        return given.astimezone(OSLO).date() if given.tzinfo else given.date()
    return given or wall_clock.now().astimezone(OSLO).date()


def log(details: dict[str, Any]) -> None:
    """Log what left the register, and which user of this machine took it."""
    from app.work import register_jobs

    who = {"av": "kommandolinjen", "bruker": getpass.getuser()}
    _in_the_register(register_jobs.EXPORTED, who | details)


def _in_the_register(address: str, order: dict[str, Any]) -> None:
    """Let the register do a job; where there is none, the published files were copied here without it, and nothing is done."""
    from app.work import register_jobs

    try:
        register_jobs.do(configuration.read(), address, order)
    except RegisterError as error:
        if error.code != "REG-081":
            raise


@contextmanager
def stoppable() -> Iterator[None]:
    """Stop in good order at Ctrl+C or SIGTERM: remove what is half-written, and tell the user so."""
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except BaseException as error:
        # Code that is interrupted may raise an error of its own instead, as DuckDB does.
        if not stopped:
            raise
        click.echo("Avbrutt. Ingenting er skrevet.", err=True)
        raise click.Abort from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
