"""What a unit of the registry is called, and the csv file with which a register is begun.

A unit has a RESH-id, its own name, its health trust (HF) and its region (RHF).
"""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields
from io import StringIO

from checks.errors import Problem, RegisterError, problem

LABELS = {"resh": "RESH-id", "navn": "Navn", "hf": "Helseforetak (HF)", "rhf": "Region (RHF)"}
LONGEST = {"resh": 10, "navn": 100, "hf": 100, "rhf": 100}


@dataclass(frozen=True)
class Unit:
    resh: str
    navn: str
    hf: str
    rhf: str

    @property
    def tidy(self) -> Unit:
        """The unit without spaces at the ends of its fields, or several in a row."""
        return Unit(**{name: " ".join(value.split()) for name, value in asdict(self).items()})


COLUMNS = tuple(field.name for field in fields(Unit))


def problems(unit: Unit, others: list[Unit]) -> list[Problem]:
    """What is wrong with a (tidy) unit among ``others``: REG-100, REG-101, REG-236 and REG-237, each with its field."""
    found = []
    for name, value in asdict(unit).items():
        same = any(value.casefold() == getattr(other, name).casefold() for other in others)
        if not value:
            found.append(problem("REG-100", variabel=name, felt=LABELS[name], hva="enheten"))
        elif len(value) > LONGEST[name]:
            found.append(
                problem("REG-101", variabel=name, felt=LABELS[name], verdi=value[: LONGEST[name]], grense=LONGEST[name])
            )
        elif name == "resh" and not (value.isascii() and value.isdigit()):
            found.append(problem("REG-236", variabel=name, verdi=value))
        elif name in ("resh", "navn") and same:
            found.append(problem("REG-237", variabel=name, felt=LABELS[name], verdi=value))
    return found


def read(name: str, raw: bytes) -> list[Unit]:
    """The units of a csv file called ``name``: UTF-8, comma or semicolon between fields, and the columns of COLUMNS.

    Raises REG-234; its ``problems`` have one sentence for everything that is wrong, each with its line number (REG-235).
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(name, [(1, "filen er ikke i tegnsettet UTF-8. Lagre den som csv UTF-8.")]) from error
    heading = next(iter(text.splitlines()), "")
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=";" if ";" in heading else ",")
    try:
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise _refused(name, [(1, f"kolonnen {', '.join(missing)} mangler. Overskriften skal være {_heading()}.")])
        return _units(name, rows)
    except csv.Error as error:
        raise _refused(name, [(rows.line_num, "linjen kan ikke leses som csv.")]) from error


def _units(name: str, rows: csv.DictReader[str]) -> list[Unit]:
    found: list[Unit] = []
    wrong: list[tuple[int, str]] = []
    for row in rows:
        if None in row:
            wrong.append((rows.line_num, "linjen har flere felt enn overskriften."))
            continue
        unit = Unit(**{column: row[column] or "" for column in COLUMNS}).tidy
        wrong += [(rows.line_num, told.melding) for told in problems(unit, found)]
        found.append(unit)
    if not found and not wrong:
        wrong.append((1, "filen har ingen enheter. Skriv én linje for hver."))
    if wrong:
        raise _refused(name, wrong)
    return found


def _heading() -> str:
    return ";".join(COLUMNS)


def _refused(name: str, wrong: list[tuple[int, str]]) -> RegisterError:
    told = tuple(problem("REG-235", rad=line, linje=line, melding=words) for line, words in wrong)
    return RegisterError("REG-234", problems=told, fil=name, antall=len(told))
