"""The one reader of the codebook's files."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from checks.codebook import format as fmt
from checks.codebook.book import Codebook
from checks.codebook.builder import FormBuilder
from checks.codebook.editions_file import EditionsFile, in_use
from checks.codebook.model import TODAY, Skjema, Variabel
from checks.codebook.refusal import invalid, refuse
from checks.codebook.time import Utgave
from checks.codebook.uses import disagreements
from checks.conditions import Betingelse, variables

FOLDER = Path(__file__).parent  # of the codebook in use
EDITIONS = "utgaver.yml"
PARTS = ("forms", "lists", EDITIONS)
Taken = tuple[tuple[str, date], ...]
File = TypeVar("File", bound=BaseModel)


_taken: Taken = ()


def load() -> Codebook:
    """The codebook in use. Raises as ``read``."""
    return read(FOLDER, _taken)


def take_into_use(editions: Mapping[str, date]) -> None:
    """Let the codebook in use be the one where these editions, and no others than the file says, are in use from their day.

    It is the register that says which (ingest/registration/editions.py), to the whole process. Raises as ``read``.
    """
    global _taken
    taken = tuple(sorted(editions.items()))
    read(FOLDER, taken)
    _taken = taken


def editions_text() -> str:
    """The text of «utgaver.yml» as it would be if it said what the codebook in use says."""
    return in_use((FOLDER / EDITIONS).read_text(encoding="utf-8"), dict(_taken))


@cache
def read(folder: Path, taken: Taken = ()) -> Codebook:
    """Read the codebook in a folder: «forms», the code lists in «lists», and «utgaver.yml».

    The forms come in the order of the work. The editions in ``taken`` are in use from their day, whatever the file says.
    Raises RegisterError REG-084 naming the file, the variable and what is wrong.
    """
    forms, lists, editions = (folder / part for part in PARTS)
    for part in (forms, lists, editions):
        if not part.exists():
            raise refuse(folder.name, part.name, "finnes ikke")
    said = in_use(editions.read_text(encoding="utf-8"), dict(taken))
    of_file = _read(editions.name, said, EditionsFile)
    named = of_file.named()
    digest = hashlib.sha256(said.encode())
    at: dict[int, Skjema] = {}
    files: dict[str, str] = {}
    for path in sorted(forms.glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        digest.update(text.encode())
        for place, form in _forms(path, text, lists, named):
            if place in at or form.id in files:
                raise refuse(path.name, form.id, f"skjemaet, eller plassen {place} i arbeidet, er brukt før")
            at[place], files[form.id] = form, path.name
    skjema = {form.id: form for _, form in sorted(at.items(), key=lambda item: item[0])}
    for path in sorted(lists.glob("*.csv")):
        digest.update(path.read_bytes())
    index: dict[str, Variabel] = {}
    for form in skjema.values():
        for v in form.alle:
            if v.navn in index:
                raise refuse(files[form.id], v.navn, f"navnet er brukt også i {index[v.navn].skjema}")
            index[v.navn] = v
    _check_references(skjema, files)
    return Codebook(skjema, digest.hexdigest()[:12], of_file.versjon, named, _index=index)


def _check_references(skjema: dict[str, Skjema], files: dict[str, str]) -> None:
    for form_id, message in disagreements(skjema):
        raise refuse(files[form_id], form_id, message)
    for form in skjema.values():
        repeated = {v.navn for g in form.gjentatte for v in g.felt}
        known = form.variabler.keys() | repeated
        for v in (*form.variabler.values(), *(v for g in form.gjentatte for v in g.felt)):
            compared = (v.mykt_mot,) if v.mykt_mot else ()
            proposed = (v.foreslaas.dag,) if v.foreslaas and v.foreslaas.dag != TODAY else ()
            for name in (*compared, *proposed, *(n for c in _conditions(v) for n in variables(c))):
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


def _forms(path: Path, text: str, lists: Path, utgaver: Mapping[str, Utgave]) -> Iterator[tuple[int, Skjema]]:
    """The forms that one file defines, each with its place in the order of the work."""
    data = _read(path.name, text, fmt.FileFormat)
    for form_id, use in data.bruk.items():
        yield use.plass.arbeid, FormBuilder(path.name, data, lists, form_id, use, utgaver).build()


def _read(file: str, text: str, kind: type[File]) -> File:
    try:
        return kind.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise refuse(file, f"linje {mark.line + 1}" if mark else "filen", "er ikke gyldig YAML") from error
    except ValidationError as error:
        raise invalid(file, "filen", error) from error
