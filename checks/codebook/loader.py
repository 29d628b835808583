"""The one reader of the codebook's files."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from checks.codebook import format as fmt
from checks.codebook.builder import FormBuilder, invalid, refuse
from checks.codebook.model import Codebook, Skjema, Variabel
from checks.codebook.uses import disagreements
from checks.conditions import Betingelse, variables

HERE = Path(__file__).parent


@cache
def load(forms: Path = HERE / "forms", lists: Path = HERE / "lists") -> Codebook:
    """Read every form of the codebook; the forms come in the order of the work.

    Raises RegisterError REG-084 naming the file, the variable and what is wrong.
    """
    digest = hashlib.sha256()
    at: dict[int, Skjema] = {}
    files: dict[str, str] = {}
    for path in sorted(forms.glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        digest.update(text.encode())
        for place, form in _forms(path, text, lists):
            if place in at or form.id in files:
                raise refuse(path.name, form.id, f"skjemaet, eller plassen {place} i arbeidet, er brukt før")
            at[place], files[form.id] = form, path.name
    skjema = {form.id: form for _, form in sorted(at.items(), key=lambda item: item[0])}
    for path in sorted(lists.glob("*.csv")):
        digest.update(path.read_bytes())
    index: dict[str, Variabel] = {}
    for form in skjema.values():
        for v in (*form.variabler.values(), *(v for g in form.gjentatte for v in (g.noekkel, *g.felt))):
            if v.navn in index:
                raise refuse(files[form.id], v.navn, f"navnet er brukt også i {index[v.navn].skjema}")
            index[v.navn] = v
    _check_references(skjema, files)
    return Codebook(skjema, digest.hexdigest()[:12], index)


def _check_references(skjema: dict[str, Skjema], files: dict[str, str]) -> None:
    for form_id, message in disagreements(skjema):
        raise refuse(files[form_id], form_id, message)
    for form in skjema.values():
        repeated = {v.navn for g in form.gjentatte for v in g.felt}
        known = form.variabler.keys() | repeated
        for v in (*form.variabler.values(), *(v for g in form.gjentatte for v in g.felt)):
            for name in (n for c in _conditions(v) for n in variables(c)):
                _check_name(form, files, known, skjema, v.navn, name)
        for rule in form.regler:
            for name in (*rule.variabler, *((rule.mot,) if rule.mot else ())):
                _check_name(form, files, known, skjema, f"regel {rule.id}", name)


def _conditions(v: Variabel) -> tuple[Betingelse | None, ...]:
    required = None if isinstance(v.paakrevd, bool) else v.paakrevd
    return v.vises_naar, required, v.forhaandsvalg.naar if v.forhaandsvalg else None


def _check_name(
    form: Skjema, files: dict[str, str], known: Collection[str], skjema: dict[str, Skjema], where: str, name: str
) -> None:
    other, dot, variable = name.partition(".")
    if dot and (other not in skjema or variable not in skjema[other].variabler):
        raise refuse(files[form.id], where, f"viser til «{name}», som ikke finnes")
    if not dot and name not in known:
        raise refuse(files[form.id], where, f"viser til «{name}», som ikke finnes i skjemaet")


def _forms(path: Path, text: str, lists: Path) -> Iterator[tuple[int, Skjema]]:
    """The forms that one file defines, each with its place in the order of the work."""
    try:
        data = fmt.FileFormat.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise refuse(path.name, f"linje {mark.line + 1}" if mark else "filen", "er ikke gyldig YAML") from error
    except ValidationError as error:
        raise invalid(path.name, "filen", error) from error
    for form_id, use in data.bruk.items():
        yield use.plass.arbeid, FormBuilder(path.name, data, lists, form_id, use).build()
