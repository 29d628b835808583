"""The ids that the results portal goes by, read from a file that a setting names: they are given by SKDE and change.

An indicator has an ind_id, a unit an orgnr with its level, and its health trust and region have theirs. A unit may have
several lines: the last that is valid by the end of the year holds.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from checks import yaml_file
from checks.errors import RegisterError
from checks.resultatportal.receiver import Portal

NATION = "nation"
LONGEST = 63  # what the portal has room for in an ind_id
_IND_ID = re.compile(rf"[^\s;\"']{{1,{LONGEST}}}")
_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_Text = Annotated[str, StringConstraints(strip_whitespace=True)]
_Given = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Indicator(_Strict):
    """``indikator`` is what the register calls it, or «dekningsgrad»; ``ind_id`` what the portal does."""

    indikator: _Given
    ind_id: _Text = ""


class Unit(_Strict):
    """``nivaa`` is the portal's level of ``orgnr``. A unit that is a whole health trust has no ``hf`` above it."""

    resh: _Given
    orgnr: _Text = ""
    nivaa: Literal["hospital", "hf"]
    hf: _Text = ""
    rhf: _Given
    fra: date


class Ids(_Strict):
    """The file. ``registeret`` is the registry as it is chosen on the portal's page, ``nasjon`` the orgnr of the nation there."""

    registeret: _Given
    nasjon: _Given
    indikatorer: tuple[Indicator, ...]
    enheter: tuple[Unit, ...]

    def units(self, year: int) -> dict[str, Unit]:
        """RESH-id -> the unit's line that holds for the year."""
        held = sorted((unit for unit in self.enheter if unit.fra <= date(year, 12, 31)), key=lambda unit: unit.fra)
        return {unit.resh: unit for unit in held}

    def portal(self, year: int, types: dict[str, str]) -> Portal:
        """What a file about the year is held against; ``types`` has the portal's type of each indicator of the register."""
        levels = {self.nasjon: NATION}
        for unit in self.units(year).values():
            levels |= {unit.rhf: "rhf"} | ({unit.hf: "hf"} if unit.hf else {}) | {unit.orgnr: unit.nivaa}
        return Portal(self.registeret, levels, {i.ind_id: types[i.indikator] for i in self.indikatorer})

    def trusts(self, year: int) -> dict[str, str]:
        """The orgnr of each hospital -> that of the health trust it is part of."""
        return {unit.orgnr: unit.hf for unit in self.units(year).values() if unit.hf}


def read(path: Path | None) -> Ids:
    """The ids of the file. Raises REG-350 when no file is named, and REG-351 that says what is wrong in it."""
    if path is None:
        raise RegisterError("REG-350")
    ids = yaml_file.read(path, Ids, lambda reason: _refused(path, reason))
    if wrong := _wrong(ids):
        raise _refused(path, wrong[0])
    return ids


def _refused(path: Path, message: str) -> RegisterError:
    return RegisterError("REG-351", fil=path.name, melding=message)


def is_orgnr(text: str) -> bool:
    """Whether a text has the nine digits of an orgnr, with its control digit."""
    if not (len(text) == 9 and text.isascii() and text.isdigit()):
        return False
    rest = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=False)) % 11
    return int(text[8]) == (11 - rest) % 11


def _wrong(ids: Ids) -> list[str]:
    """What is wrong with the ids, in words."""
    said: list[str] = []
    if not ids.indikatorer:
        said.append("«indikatorer» er tom")
    for name, values in (
        ("indikatoren", [i.indikator for i in ids.indikatorer]),
        ("ind_id-en", [i.ind_id for i in ids.indikatorer if i.ind_id]),
        ("RESH-id-en", [f"{unit.resh} fra {unit.fra:%d.%m.%Y}" for unit in ids.enheter]),
    ):
        said += [f"{name} {twice} står to ganger" for twice in dict.fromkeys(v for v in values if values.count(v) > 1)]
    without = [i.indikator for i in ids.indikatorer if not i.ind_id]
    if without:
        said.append(f"ind_id mangler for {', '.join(without)}. Få den av SKDE, eller fjern linjen")
    said += [
        f"«{i.ind_id}» er ikke en ind_id: høyst {LONGEST} tegn, uten mellomrom, semikolon og anførselstegn"
        for i in ids.indikatorer
        if i.ind_id and not _IND_ID.fullmatch(i.ind_id)
    ]
    if not ids.nasjon.isdigit():
        said.append(f"«{ids.nasjon}» er ikke landets nummer i portalen")
    for unit in ids.enheter:
        if not unit.orgnr:
            said.append(f"RESH {unit.resh} mangler orgnr")
        if unit.nivaa == "hospital" and not unit.hf:
            said.append(f"RESH {unit.resh} er et sykehus og mangler hf")
        said += [f"«{number}» (RESH {unit.resh}) er ikke et orgnr" for number in _numbers(unit) if not is_orgnr(number)]
    return said + _clashes(ids)


def _numbers(unit: Unit) -> list[str]:
    return [number for number in (unit.orgnr, unit.hf, unit.rhf) if number]


def _clashes(ids: Ids) -> list[str]:
    """Where two units would be taken for one, or for parts of each other, in a year when a line begins."""
    said: list[str] = []
    for year in sorted({unit.fra.year for unit in ids.enheter}):
        held = list(ids.units(year).values())
        numbers = [unit.orgnr for unit in held if unit.orgnr]
        said += [f"orgnr {n} er brukt om to enheter i {year}" for n in dict.fromkeys(numbers) if numbers.count(n) > 1]
        said += [
            f"orgnr {unit.orgnr} og helseforetaket {unit.hf} er begge enheter i {year}, og forløpene ville blitt talt to ganger"
            for unit in held
            if unit.hf in numbers
        ]
    return said
