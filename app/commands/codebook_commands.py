"""`smertereg codebook …`: what is different in two codebooks, and what came and went when."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import click

from app.commands.norsk_hjelp import Gruppe, Kommando
from checks.codebook import Codebook, Tid, load, read
from checks.codebook.changelog import changelog, undated
from checks.codebook.difference import difference
from checks.codebook.words import day

FOLDER = click.Path(path_type=Path)


@click.group(cls=Gruppe)
def codebook() -> None:
    """Kodebokens endringer."""


@codebook.command(cls=Kommando)
@click.argument("gammel", type=FOLDER)
@click.argument("ny", type=FOLDER, required=False)
def diff(gammel: Path, ny: Path | None) -> None:
    """Si hva som er forskjellig i to kodebøker (mapper med forms, lists og utgaver.yml).

    Uten den nye mappen sammenlignes det med kodeboken som er i bruk.
    """
    old, new = read(gammel), read(ny) if ny else load()
    said = difference(old, new)
    click.echo(f"{old.navn} → {new.navn}")
    for sentence in said:
        click.echo(sentence)
    if not said:
        alike = "Filene er like." if old.versjon == new.versjon else "Bare filenes form er endret; det spørres likt."
        click.echo(alike)


@codebook.command(cls=Kommando)
def log() -> None:
    """Vis når spørsmål og svar kom til og gikk ut, etter datoene i kodeboken."""
    book = load()
    click.echo(f"Kodebok {book.navn}")
    for dag, entries in groupby(changelog(book), key=lambda e: e.dag):
        click.echo(day(dag))
        for entry in entries:
            click.echo(f"  {'inn' if entry.inn else 'ut '}  {entry.hva}{_edition(entry.tid)}")
    _without_date(book)


def _without_date(book: Codebook) -> None:
    found = undated(book)
    if found:
        click.echo("uten kjent dato")
    for what, tid in found:
        click.echo(f"  inn  {what}{_edition(tid)}")


def _edition(tid: Tid) -> str:
    if tid.utgave is None:
        return ""
    return f" – {tid.utgave.navn}" + ("" if tid.i_bruk else " (ikke i bruk)")
