"""`smertereg import …`: earlier registrations in the OQR form, with a report of every line that is refused."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.norsk_hjelp import Kommando
from checks.errors import RegisterError
from ingest import settings as configuration

REPORT = Path("importrapport.csv")


@click.command("import", cls=Kommando)
@click.argument("filer", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", "trial", is_flag=True, help="Bare kontroller; skriv ingenting i registeret.")
@click.option(
    "--accept-valid", "accept", is_flag=True, help="Importer forløpene som er i orden, også når andre avvises."
)
@click.option(
    "--report",
    "report",
    type=click.Path(path_type=Path),
    default=REPORT,
    metavar="FIL",
    help=f"Hvor rapporten skal ligge. {REPORT} hvis ikke annet er sagt.",
)
def import_files(filer: tuple[Path, ...], trial: bool, accept: bool, report: Path) -> None:
    """Importer tidligere registreringer fra en datadump (mappen, eller filene i den).

    Dumpen har ingen navn eller fødselsnummer: pasientene importeres uten. Navn skrives i Personopplysninger, og SC gir nummer i «Rett identitet».
    """
    import polars as pl

    from app.work import register_jobs
    from exports.lists import csv_bytes
    from exports.whole import whole_file

    settings = configuration.read()
    order = {"filer": [str(path.resolve()) for path in filer], "prove": trial, "godta": accept}
    done = register_jobs.do(settings, register_jobs.IMPORT, order)
    refused, changed, unread = done["refused"], done["changed"], done["unread"]
    if refused or changed or unread:
        verdicts = {"avvist": refused, "regnet på nytt": changed, "ikke lest": unread}
        rows = [{"resultat": verdict, **finding} for verdict, found in verdicts.items() for finding in found]
        with whole_file(report) as unfinished:
            unfinished.write_bytes(csv_bytes(pl.DataFrame(rows, infer_schema_length=None)))
        click.echo(f"{len(refused)} feil og {len(changed)} verdier regnet på nytt står i {report}.")
    if unread:
        columns = "én kolonne" if len(unread) == 1 else f"{len(unread)} kolonner"
        click.echo(f"Pakken har {columns} som kodeboken ikke har, og som ikke ble lest. Også det står i {report}.")
    forlop = len({finding["forlop"] for finding in refused})
    if refused and not trial and not accept:
        raise RegisterError("REG-202", antall=forlop, fil=report)
    click.echo(
        f"{done['imported']} forløp {'kan importeres' if trial else 'importert'}, {done['known']} fantes fra før, "
        f"{forlop} avvist."
    )
