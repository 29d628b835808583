"""`smertereg import …`: earlier registrations in the OQR form, with a report of every line that is refused."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from app.commands.norsk_hjelp import Kommando
from checks.errors import RegisterError
from ingest import settings as configuration

REPORT = Path("importrapport.csv")
COLUMNS = ("resultat", "fil", "linje", "kolonne", "verdi", "forlop", "variabel", "kode", "melding")
VERDICTS = {"stopped": "stopper alt", "refused": "avvist", "changed": "regnet på nytt", "unread": "ikke lest"}
_MOST_GROUPS = 20
Findings = list[dict[str, Any]]


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
    from app.work import register_jobs

    settings = configuration.read()
    order = {"filer": [str(path.resolve()) for path in filer], "prove": trial, "godta": accept}
    done = register_jobs.do(settings, register_jobs.IMPORT, order)
    _report(report, done)
    stopped, refused, changed, unread = (done[kind] for kind in VERDICTS)
    for file, note in done["notes"]:
        click.echo(f"{file}: {note}")
    if stopped or refused or changed:
        click.echo(f"{len(stopped) + len(refused)} feil og {len(changed)} verdier regnet på nytt står i {report}.")
    _groups(stopped + refused)
    if unread:
        columns = "én kolonne" if len(unread) == 1 else f"{len(unread)} kolonner"
        click.echo(f"Pakken har {columns} som kodeboken ikke har, og som ikke ble lest. Også det står i {report}.")
        for table in dict.fromkeys(one["tabell"] for one in unread):
            click.echo(f"  {table}: {', '.join(one['kolonne'] for one in unread if one['tabell'] == table)}")
    if stopped:
        raise RegisterError("REG-503", antall=len(stopped), fil=report, melding=stopped[0]["melding"])
    forlop = len({finding["forlop"] for finding in refused})
    if refused and not trial and not accept:
        raise RegisterError("REG-202", antall=forlop, fil=report)
    click.echo(
        f"{done['imported']} forløp {'kan importeres' if trial else 'importert'}, {done['known']} fantes fra før, "
        f"{forlop} avvist."
    )


def _report(report: Path, done: dict[str, Findings]) -> None:
    """Write the report, sorted so that what is alike stands together; or take away an earlier one when there is nothing to say."""
    import polars as pl

    from exports.lists import csv_bytes
    from exports.whole import whole_file

    rows = [
        {"resultat": verdict, **finding}
        for kind, verdict in VERDICTS.items()
        for finding in sorted(done[kind], key=lambda one: (one["fil"], one["kode"], one["kolonne"], one["linje"]))
    ]
    if rows:
        content = csv_bytes(pl.DataFrame(rows, infer_schema_length=None).select(COLUMNS))
        with whole_file(report) as unfinished:
            unfinished.write_bytes(content)
    elif _is_report(report):
        report.unlink()


def _is_report(file: Path) -> bool:
    try:
        with file.open(encoding="utf-8-sig") as opened:
            return opened.readline().rstrip("\r\n") == ";".join(COLUMNS)
    except (OSError, UnicodeDecodeError):
        return False


def _groups(found: Findings) -> None:
    """Say which errors there are, the most frequent first: what the same column of a file is refused for is one."""
    groups = Counter((one["fil"], one["kolonne"], one["kode"]) for one in found)
    first = {(one["fil"], one["kolonne"], one["kode"]): one for one in reversed(found)}
    for key, count in groups.most_common(_MOST_GROUPS):
        one = first[key]
        where = " ".join([one["fil"] or one["tabell"], *([f"linje {one['linje']}"] if one["linje"] else [])])
        said = one["melding"] if one["fil"] and one["melding"].startswith(one["fil"]) else f"{where}: {one['melding']}"
        click.echo(f"  {count} × {one['kode']} {said}")
    if len(groups) > _MOST_GROUPS:
        click.echo(f"  … og {len(groups) - _MOST_GROUPS} slag til.")
