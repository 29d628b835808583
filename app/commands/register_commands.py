"""`smertereg init`, `demo` and `unlock`: a new register, in operation or a demo, and a way in for who has none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app.commands.norsk_hjelp import Kommando
from checks import code_lists
from checks import units as unit_file
from checks.errors import RegisterError
from checks.reservasjon import REGIMES
from checks.units import Unit
from ingest import settings as configuration
from ingest import wall_clock
from ingest.access import MAKER
from ingest.people import accounts, applications, founding, passwords, users
from ingest.people.founding import Person, SignIn
from ingest.safekeeping.opening import opened, require_no_traces
from ingest.settings import Settings
from ingest.store import DEMO, DRIFT, OSLO, Store, Tx, create
from ingest.vault import FILE, SHORTEST, can_be_guessed

DEMO_FORLOP, DEMO_SEED = 600, 1
UNFINISHED = "smertereg.ny-"
NO_SMS = "Ingen SMS-tjeneste er satt opp (SMERTEREG_SMS_URL): engangskoder kommer ikke fram."


@click.command(cls=Kommando)
@click.option(
    "--units",
    "file",
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="Enhetene som deltar: csv med resh, navn, hf og rhf. Uten den foreslås de 13 som deltar nå.",
)
@click.option("--unit", "resh", metavar="RESH", help="Enheten hans eller hennes. Den første hvis ikke annet er sagt.")
@click.option("--name", "navn", metavar="NAVN", help="Navnet til den første nasjonale koordinatoren (SC).")
@click.option("--mobile", "mobil", metavar="NUMMER", help="Mobilen som engangskoder går til.")
@click.option("--email", "epost", metavar="ADRESSE", help="E-postadressen på jobb.")
def init(file: Path | None, resh: str | None, navn: str | None, mobil: str | None, epost: str | None) -> None:
    """Lag et tomt register i drift. Det som ikke er oppgitt, blir du spurt om."""
    settings = configuration.read()
    _require_may_be_made(settings)
    listed = _units(file)
    unit = _unit(listed, resh)
    person = _person({"navn": navn, "mobil": mobil, "epost": epost})
    first = passwords.make_first()
    with _new_register(settings, DRIFT) as store:
        store.vault.ready()
        with store.write(MAKER) as tx:
            way_in = founding.begin(tx, listed, unit, person, first)
    click.echo(f"Registeret ligger i {settings.register}: tomt, i drift, med {len(listed)} enheter.")
    # Before what may fail: the register is made, and nobody gets into it without this.
    _show(settings, way_in, first, f"{person.navn}, nasjonal koordinator (SC) ved {unit.navn}")
    opened(settings).close()
    _show_next(settings)


def _units(file: Path | None) -> list[Unit]:
    """The units of the file, or the suggested ones. What is wrong in the file is printed, one sentence each, before
    REG-234 is raised.
    """
    if file is None:
        return [Unit(**row) for row in code_lists.read("enheter")]
    try:
        return unit_file.read(file.name, file.read_bytes())
    except OSError as error:
        raise RegisterError("REG-301", fil=file) from error
    except RegisterError as error:
        for told in error.problems:
            click.echo(told.melding, err=True)
        raise


def _unit(listed: list[Unit], resh: str | None) -> Unit:
    """The unit with this RESH-id, the first without one. Raises REG-244 when none of them has it."""
    found = next((unit for unit in listed if resh in (None, unit.resh)), None)
    if found is None:
        raise RegisterError("REG-244", verdi=resh)
    return found


def _person(given: dict[str, str | None]) -> Person:
    """The person whom the options name, or who is asked about. Raises REG-131 for an option that cannot be right."""
    found = {}
    for field, value in given.items():
        while True:
            typed = click.prompt(f"{applications.LABELS[field]} ({_expected(field)})") if value is None else value
            found[field] = applications.normalised({field: typed})[field]
            if applications.fits(field, found[field]):
                break
            refusal = RegisterError("REG-131", felt=applications.LABELS[field], forventet=_expected(field))
            if value is not None:
                raise refusal
            click.echo(str(refusal), err=True)
    return Person(**found)


def _expected(field: str) -> str:
    return applications.PATTERNS[field][1]


def _show(settings: Settings, way_in: SignIn, first: passwords.FirstPassword, who: str) -> None:
    from app.web.session import SIGN_IN

    hours = int(passwords.KEY_LIFE.total_seconds() // 3600)
    click.echo(f"\nEngangsinnlogging for {who}. Den vises bare nå, og gjelder én gang innen {hours} timer:")
    for label, value in (
        ("Adresse", settings.public_address + SIGN_IN),
        ("Brukernavn", way_in.brukernavn),
        ("Førstegangspassord", first.text),
        ("Engangsnøkkel", way_in.nokkel),
    ):
        click.echo(f"  {label:20}{value}")
    if not settings.sends_sms:
        click.echo(
            f"\n{NO_SMS}\nEngangsnøkkelen er i stedet for koden denne ene gangen. Sett opp kode fra app på Min side før du "
            "logger ut: uten den kommer du ikke inn igjen. De andre brukerne trenger SMS-tjenesten."
        )


def _show_next(settings: Settings) -> None:
    key = "SMERTEREG_NOKKEL" if settings.nokkel.get_secret_value() else f"nøkkelfilen {settings.data / FILE}"
    click.echo(
        f"\nSlik går du videre:\n  1. Kopier {key} til hvelvet («smertereg key copy --to FIL»). Uten nøkkelen kan ingen "
        "lese sikkerhetskopiene og journalen.\n"
        f"  2. Journalen ligger i {settings.journal_folder}, sikkerhetskopiene i {settings.backup_folder}. Legg dem på en "
        "annen disk enn registeret (SMERTEREG_JOURNAL, SMERTEREG_BACKUP).\n"
        "  3. Start appen med «smertereg serve», logg inn og bytt passord.\n  4. Legg inn lokasjoner og avdelinger, og "
        "godkjenn søknadene som kommer fra «Ny bruker»."
    )


@click.command(cls=Kommando)
@click.argument("brukernavn")
def unlock(brukernavn: str) -> None:
    """Lag en engangsinnlogging for en bruker som ingen koordinator kan slippe inn. Stopp appen først."""
    settings = configuration.read()
    first = passwords.make_first()
    store = opened(settings)
    try:
        with store.write(MAKER) as tx:
            name = brukernavn.strip().casefold()
            user = _user_called(tx, name)
            way_in = SignIn(name, accounts.let_in_once(tx, user, first))
    finally:
        store.close()
    _show(settings, way_in, first, name)


def _user_called(tx: Tx, name: str) -> str:
    """The id of the user with the username. Raises REG-309 when nobody has it."""
    try:
        return users.with_username(tx, name)
    except RegisterError as error:
        raise RegisterError("REG-309", navn=name) from error


@click.command(cls=Kommando)
@click.option(
    "--forlop",
    type=click.IntRange(1),
    default=DEMO_FORLOP,
    metavar="ANTALL",
    help=f"Hvor mange forløp. {DEMO_FORLOP} hvis ikke annet er sagt.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=DEMO_SEED,
    metavar="TALL",
    help=f"Samme tall gir samme register. {DEMO_SEED} hvis ikke annet er sagt.",
)
@click.option(
    "--utgave",
    type=click.Choice(list(REGIMES.values())),
    default=REGIMES[False],
    help="Med «reservasjon» krysser registeret dagen da registerets utgave med reservasjon begynner.",
)
def demo(forlop: int, seed: int, utgave: str) -> None:
    """Lag et demoregister med oppdiktede pasienter."""
    make_demo(configuration.read(), forlop, seed, crosses=utgave == REGIMES[True])


def make_demo(settings: Settings, forlop: int, seed: int, *, crosses: bool = False) -> None:
    """Write a demo register in the data folder, which with `crosses` goes over to the edition with reservation. Raises REG-088 when
    there is a register already.
    """
    from ingest.demo import make

    _require_may_be_made(settings)
    with _new_register(settings, DEMO) as store:
        today = wall_clock.now().astimezone(OSLO).date()
        make(store, forlop=forlop, seed=seed, today=today, progress=click.echo, crosses=crosses)
    click.echo(f"Demoregisteret ligger i {settings.register}.")


def _require_may_be_made(settings: Settings) -> None:
    """Refuse a key that can be guessed (REG-308), and to make a register where there is one."""
    if can_be_guessed(settings.nokkel.get_secret_value()):
        raise RegisterError("REG-308", antall=SHORTEST)
    _refuse_existing(settings)


def _refuse_existing(settings: Settings) -> None:
    if settings.register.exists():
        raise RegisterError("REG-088", fil=str(settings.register))
    require_no_traces(settings)


@contextmanager
def _new_register(settings: Settings, slag: str) -> Iterator[Store]:
    """A new register to fill, which gets its name when the block ends; a command that is killed meanwhile leaves none."""
    settings.make_data_folder()
    _remove_abandoned(settings.data)
    unfinished = settings.data / f"{UNFINISHED}{os.getpid()}.duckdb"
    store = create(unfinished, slag, key=settings.nokkel.get_secret_value())
    try:
        yield store
    except BaseException:
        store.close()
        unfinished.unlink()
        raise
    store.close()
    _refuse_existing(settings)
    unfinished.rename(settings.register)


def _remove_abandoned(data: Path) -> None:
    """Delete what killed commands left behind, but not a register that is being made now."""
    for left in data.glob(f"{UNFINISHED}*"):
        try:
            os.kill(int(left.name.removeprefix(UNFINISHED).split(".")[0]), 0)
        except (ProcessLookupError, ValueError):
            left.unlink()
