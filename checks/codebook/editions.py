"""A form as it is in one edition: which of its questions and codes are asked of a forløp that starts on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from checks.codebook.model import Behandlere, Felt, Flervalg, Gjentatt, Opioidtabell, Skjema, Variabel


def changes(form: Skjema) -> Iterator[date]:
    """The days on which something of the form comes in or goes out."""
    for v in form.alle:
        yield from v.tid.skifter
        for code in v.koder:
            yield from (*code.tid.skifter, *code.tilbys_tid.skifter)


def in_force(form: Skjema, dag: date) -> Skjema:
    """The form with every question and code marked as asked or not; nothing is taken away, as columns stay."""
    sections = tuple(replace(s, felt=tuple(_block(felt, dag) for felt in s.felt)) for s in form.seksjoner)
    return replace(form, seksjoner=sections)


def _block(felt: Felt, dag: date) -> Felt:
    match felt:
        case Variabel():
            return _variable(felt, dag)
        case Flervalg(alternativer=boxes):
            return replace(felt, alternativer=tuple(_variable(v, dag) for v in boxes))
        case Behandlere(rader=rows):
            return replace(felt, rader=tuple((_variable(box, dag), _variable(count, dag)) for box, count in rows))
        case Opioidtabell(rader=rows):
            dated = (replace(r, dose=_variable(r.dose, dag), omeq=_variable(r.omeq, dag)) for r in rows)
            return replace(felt, rader=tuple(dated), sum=_variable(felt.sum, dag))
        case Gjentatt(felt=fields):
            return replace(felt, felt=tuple(_variable(v, dag) for v in fields))


def _variable(v: Variabel, dag: date) -> Variabel:
    codes = tuple(
        replace(k, aktiv=valid, tilbys=k.tilbys and valid and k.tilbys_tid.gjelder(dag))
        for k in v.koder
        for valid in (k.tid.gjelder(dag),)
    )
    return replace(v, koder=codes, aktiv=v.gjelder(dag))
