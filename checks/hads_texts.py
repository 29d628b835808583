"""The licensed wordings of HADS, read from a file that the licensee has; none of them stands in this repository.

The codebook has items, codes and scores with neutral placeholders. The file's format is in docs/hads-tekster.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from checks.codebook import Variabel, load
from checks.errors import RegisterError

FORM, ITEMS = "hads", 14
MISSING = (
    "Tekstene i HADS er lisensiert og er ikke lagt inn her. «HADS ledd 1», «Svar 1» og så videre står i stedet for "
    "spørsmål og svar."
)
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Item(_Strict):
    sporsmal: _Text
    svar: dict[int, _Text]


class _File(_Strict):
    rettighet: _Text
    innledning: _Text
    ledd: list[_Item]


@dataclass(frozen=True)
class HadsTexts:
    """``rettighet`` is the licence's notice and ``innledning`` the words to the patient; the items are by variable."""

    rettighet: str
    innledning: str
    sporsmal: dict[str, str]
    svar: dict[str, dict[int, str]]

    def worded(self, v: Variabel) -> Variabel:
        """The variable with the licensed question and answers, in the codebook's order; others as they are."""
        if v.navn not in self.sporsmal:
            return v
        codes = tuple(replace(k, tekst=self.svar[v.navn].get(int(k.kode), k.tekst)) for k in v.koder)
        return replace(v, ledetekst=self.sporsmal[v.navn], koder=codes)


@cache
def read(path: Path) -> HadsTexts:
    """The texts of the file. Raises RegisterError REG-175 that says what is wrong and where."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refused(path, "filen kan ikke leses") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _refused(path, f"filen er ikke YAML i UTF-8{_line(error)}") from error
    try:
        found = _File.model_validate(data)
    except ValidationError as error:
        raise _refused(path, _first(error)) from error
    items = [v for v in load().skjema[FORM].variabler.values() if v.besvares]
    if len(found.ledd) != ITEMS:
        raise _refused(path, f"«ledd» har {len(found.ledd)} ledd, men HADS har {ITEMS}")
    for number, (v, item) in enumerate(zip(items, found.ledd, strict=True), 1):
        codes = {int(k.kode) for k in v.koder if k.tilbys}
        if set(item.svar) != codes:
            raise _refused(path, f"ledd {number} må ha en svartekst for hver av kodene {sorted(codes)}")
    named = list(zip((v.navn for v in items), found.ledd, strict=True))
    return HadsTexts(
        found.rettighet, found.innledning, {n: i.sporsmal for n, i in named}, {n: dict(i.svar) for n, i in named}
    )


def _refused(path: Path, message: str) -> RegisterError:
    return RegisterError("REG-175", fil=path.name, melding=message)


def _line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", se linje {mark.line + 1}" if mark else ""


def _first(error: ValidationError) -> str:
    """The first thing that breaks the format, with its place («ledd 3, svar 2»); never what was written there."""
    first = error.errors()[0]
    place = []
    for part in first["loc"]:
        counted = isinstance(part, int) and place[-1:] == ["ledd"]
        place.append(str(int(part) + 1) if counted else str(part))
    what = {"extra_forbidden": "er en ukjent nøkkel", "missing": "mangler", "string_too_short": "er tom"}
    return f"«{' '.join(place)}» {what.get(first['type'], 'har feil form')}" if place else "filen har feil form"
