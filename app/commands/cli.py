"""The command line: make a register, serve, publish, export, check. A command that fails says why in one sentence and exits
with status 1.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands import (
    codebook_commands,
    doctor_command,
    export_commands,
    import_command,
    job_commands,
    katalog_command,
    keeping_commands,
    register_commands,
    report_command,
    skde_command,
)
from app.commands.norsk_hjelp import Gruppe, Kommando, complaint
from checks.errors import RegisterError
from ingest import disk
from ingest import settings as configuration
from ingest.safekeeping import rights
from ingest.safekeeping.opening import opened
from ingest.settings import Settings
from ingest.store import Store

if TYPE_CHECKING:
    from exports.integrity import Finding


@click.group(cls=Gruppe)
def smertereg() -> None:
    """SmerteReg – register for sykehusenes smerteteam."""


def main() -> None:
    """Run a command, and print one Norwegian sentence instead of a stack trace when it goes wrong."""
    os.umask(rights.UMASK)
    try:
        smertereg.main(prog_name="smertereg", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        _fail(complaint(error), 2)
    except RegisterError as error:
        _fail(str(error))
    except PermissionError as error:
        _fail(str(RegisterError("REG-315", fil=error.filename)))
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _fail(str(RegisterError("REG-337", melding=disk.cause(error), fil=where)))


def _fail(sentence: str, status: int = 1) -> None:
    click.echo(sentence, err=True)
    sys.exit(status)


@smertereg.command(cls=Kommando)
def serve() -> None:
    """Start appen med registeret som finnes."""
    _serve(configuration.read())


@smertereg.command(cls=Kommando)
def run() -> None:
    """Start demoen, og lag den først og publiser hvis det ikke er gjort."""
    from app.work import operations
    from exports.publish import published_id
    from ingest.access import JOB
    from ingest.demo.places import PASSWORD
    from ingest.people import users

    settings = configuration.read()
    if not settings.register.exists():
        register_commands.make_demo(settings, register_commands.DEMO_FORLOP, register_commands.DEMO_SEED)
    with _store(settings) as store:
        if not store.demo:
            raise RegisterError("REG-242", fil=str(settings.register))
        if published_id(settings.data) is None:
            operations.publish_now(store, settings, click.echo)
        with store.read(JOB) as tx:
            people = users.actors(tx)
    click.echo("Du kan logge inn som blant andre:")
    for actor in (
        people[0],
        next(a for a in people if a.rolle == "LC"),
        next((a for a in people if a.rolle == "SC"), people[-1]),
    ):
        click.echo(f"  {actor.navn} ({actor.bruker}, {actor.rolle}, enhet {actor.enhet})")
    if settings.demo:
        click.echo(f"Passordet til alle i demoen: {PASSWORD}. Engangskoden vises på skjermen.")
    _serve(settings)


def _serve(settings: Settings) -> None:
    from app import server
    from app.web.resources import Resources

    def ready(held: Resources) -> None:
        if not (held.settings.demo or settings.sends_sms):
            click.echo(register_commands.NO_SMS)
        click.echo(f"SmerteReg kjører på http://localhost:{settings.port} – stopp med Ctrl+C.")

    server.serve(settings, ready)


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    store = opened(settings)
    try:
        yield store
    finally:
        store.close()


@smertereg.command(cls=Kommando)
def publish() -> None:
    """Publiser datasettene. Kjører appen, er det den som gjør det."""
    from app.work import loopback, operations
    from exports.publish import in_words

    settings = configuration.read()
    try:
        with _store(settings) as store:
            operations.publish_now(store, settings, click.echo)
    except RegisterError as error:
        done = loopback.ask(settings, loopback.PUBLISH) if error.code == "REG-082" else None
        if done is None:
            raise
        click.echo(f"Publisert av appen: {in_words(done['n_forlop'], done['n_nasjonal'], done['n_aside'])}")


@smertereg.command(cls=Kommando)
@click.option(
    "--journal", "journal", is_flag=True, help="Bygg også registeret opp igjen av journalen, og sammenlign hver tabell."
)
def check(journal: bool) -> None:
    """Kontroller at registeret og de publiserte filene er hele."""
    from app.work import loopback, operations, register_jobs
    from exports.integrity import Finding

    settings = configuration.read()
    try:
        with _store(settings) as store:
            found = list(operations.check_store(store))
    except RegisterError as error:
        done = loopback.ask(settings, loopback.CHECK) if error.code == "REG-082" else None
        if done is None:
            raise
        found = [Finding(**finding) for finding in done["funn"]]
    found += operations.check_files(settings)
    if journal:
        done = register_jobs.do(settings, register_jobs.COMPARE, {})
        found.append(Finding("Tabeller som ikke er som journalen sier", len(done["ulike"]), _unlike(done["ulike"])))
        found.append(Finding("Skadde sikkerhetskopier", len(done["skadde"]), " ".join(done["skadde"])))
    _report(found)


def _unlike(tables: list[str]) -> str:
    """What to do about tables that someone has changed without the program, or that the disk has."""
    said = (
        "Noe annet enn SmerteReg har endret dem. Det som er lagret, kommer tilbake med «smertereg restore --set-aside»."
    )
    return f"{', '.join(tables)}. {said}" if tables else ""


def _report(found: list[Finding]) -> None:
    for finding in found:
        verdict, why = ("FEIL", f" – {finding.feil}") if finding.feil else ("OK  ", "")
        click.echo(f"{verdict}  {finding.hva}: {finding.antall}{why}")
    wrong = [f"{f.hva}: {f.feil}" for f in found if f.feil]
    if wrong:
        raise RegisterError("REG-091", melding="; ".join(wrong))


@smertereg.command(cls=Kommando)
@click.argument("fil", type=click.Path(path_type=Path))
def ncsp(fil: Path) -> None:
    """Importer operasjonskodene (NCSP) fra den offisielle filen, Excel eller csv.

    Filen kan ha NCMP og NCRP også; bare NCSP tas med.
    """
    from ingest.access import JOB
    from ingest.lists import ncsp as codes

    try:
        raw = fil.read_bytes()
    except OSError as error:
        raise RegisterError("REG-301", fil=fil) from error
    try:
        found, notes = codes.read(raw)
    except RegisterError as error:
        for told in error.problems:
            click.echo(told.melding, err=True)
        raise
    settings = configuration.read()
    with _store(settings) as store, store.write(JOB) as tx:
        count = codes.replace(tx, found.codes)
    click.echo(f"{count} operasjonskoder importert.")
    if found.sisters:
        click.echo(f"{found.sisters} koder fra NCMP og NCRP er ikke tatt med.")
    for note in notes:
        click.echo(note)


smertereg.add_command(codebook_commands.codebook)
smertereg.add_command(doctor_command.doctor)
smertereg.add_command(export_commands.export)
export_commands.export.add_command(katalog_command.katalog)
export_commands.export.add_command(report_command.aarsrapport)
export_commands.export.add_command(skde_command.skde)
smertereg.add_command(import_command.import_files)
for kept in keeping_commands.COMMANDS:
    smertereg.add_command(kept)
smertereg.add_command(job_commands.job)
smertereg.add_command(register_commands.init)
smertereg.add_command(register_commands.demo)
smertereg.add_command(register_commands.unlock)
job_commands.job.add_command(publish)


if __name__ == "__main__":
    main()
