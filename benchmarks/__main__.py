"""Measure the figures that SmerteReg promises: ``python -m benchmarks``, or ``--quick`` for a small run.

These are no tests: how fast a machine is says nothing about whether the program is right.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from benchmarks import (
    arbeidsliste,
    demo_register,
    edits,
    eprom,
    eprom_answers,
    export,
    indicators,
    journal,
    keystrokes,
    log,
    login,
    overview,
    patient_page,
    publishing,
    restoring,
    save,
    search,
    slow_line,
)
from benchmarks.figures import Figure, Sizes, machine
from ingest import wall_clock

MEASUREMENTS = {
    "lagring": save.measure,
    "journal": journal.measure,
    "svar": edits.measure,
    "trykk": keystrokes.measure,
    "arbeidsliste": arbeidsliste.measure,
    "sok": search.measure,
    "innlogging": login.measure,
    "logg": log.measure,
    "pasientside": patient_page.measure,
    "demo": demo_register.measure,
    "publisering": publishing.measure,
    "indikatorer": indicators.measure,
    "oversikt": overview.measure,
    "eksport": export.measure,
    "eprom": eprom.measure,
    "eprom-ordre": eprom.ordered,
    "eprom-svar": eprom_answers.measure,
    "gjenoppretting": restoring.measure,
    "treg linje": slow_line.measure,
}


@click.command()
@click.option("--forlop", default=30_000, help="Forløp i demo og publisering.")
@click.option("--snapshot", default=100_000, help="Forløp mens øyeblikksbilde tas.")
@click.option("--saves", default=100, help="Lagringer av hvert skjema.")
@click.option("--active", default=500, help="Aktive forløp på arbeidslisten.")
@click.option("--log", "log_rows", default=1_000_000, help="Hendelser i innsynsloggen.")
@click.option("--quick", is_flag=True, help="Små størrelser.")
@click.option("--only", multiple=True, type=click.Choice(list(MEASUREMENTS)), help="Bare disse målingene.")
def main(
    forlop: int, snapshot: int, saves: int, active: int, log_rows: int, quick: bool, only: tuple[str, ...]
) -> None:
    """Mål og skriv en tabell."""
    sizes = (
        Sizes(1000, 2000, 20, 100, 20_000, quick=True) if quick else Sizes(forlop, snapshot, saves, active, log_rows)
    )
    click.echo(f"{wall_clock.now().astimezone():%Y-%m-%d %H:%M}  {machine()}")
    click.echo(f"{'måling':68} {'verdi':>10}  {'mål':>8}")
    for name in only or MEASUREMENTS:
        with tempfile.TemporaryDirectory() as folder:
            for figure in MEASUREMENTS[name](Path(folder), sizes):
                click.echo(_line(figure))


def _line(figure: Figure) -> str:
    target = "" if figure.target is None else f"≤ {figure.target:g}{'' if figure.met else '  ikke nådd'}"
    decimals = 2 if figure.unit == "×" else 1
    return f"{figure.name:68} {figure.value:7.{decimals}f} {figure.unit:3} {target}"


if __name__ == "__main__":
    main()
