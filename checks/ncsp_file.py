"""Reads the official file of NCSP's codes: alone, or together with its sisters NCMP (medical) and NCRP (radiological)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.errors import RegisterError, problem
from checks.kodeindeks import Kode
from checks.kodeverk import valid_ncsp
from checks.values import quoted
from checks.word_forms import fold

SYSTEMS = ("NCSP", "NCMP", "NCRP")
# Codes of the sisters as they stand in a joint list that does not say which system a code is of.
_SISTER = re.compile(r"[A-Z]{4}[0-9]{2}|[A-Z]{3}[0-9][A-Z]{2}|[A-Z][0-9]{4}[A-Z]?")
_CHAPTER = re.compile(r"[A-Z]{1,3}|.*[^A-Z0-9].*", re.DOTALL)
_TEXTS = ("tekst", "beskrivelse", "navn", "term")


@dataclass(frozen=True)
class Codes:
    """The codes of NCSP in file order, and how many codes of NCMP and NCRP stood among them."""

    codes: tuple[Kode, ...]
    sisters: int


def has_code(cells: list[str]) -> bool:
    """Whether a row of a file has a code of NCSP."""
    return any(valid_ncsp(cell.strip().upper()) for cell in cells)


def read(rows: Sequence[Sequence[str]]) -> Codes:
    """The codes in the rows of a file, from its first line on. Headings, and codes of NCMP and NCRP, are passed over.

    Raises REG-090, naming the line, for a code that is none, has no text, or stands twice with different texts; and REG-507,
    whose ``problems`` name each line, when there are several.
    """
    lines = [(number, [" ".join(cell.split()) for cell in row]) for number, row in enumerate(rows, start=1)]
    lines = [(number, cells) for number, cells in lines if any(cells)]
    place = _most_codes(lines)
    if place is None:
        raise _no_codes(lines)
    first = next(n for n, (_, cells) in enumerate(lines) if len(cells) > place and _a_code(cells[place].upper()))
    text = _named([cells for _, cells in lines[:first]], place)
    codes: dict[str, str] = {}
    wrong: list[tuple[int, str]] = []
    sisters: set[str] = set()
    for line, cells in lines[first:]:
        code = cells[place].upper() if place < len(cells) else ""
        system = next((cell.upper() for cell in cells if cell.upper() in SYSTEMS), "")
        if not code or _CHAPTER.fullmatch(code):
            continue
        if system not in ("", "NCSP") or (not system and _SISTER.fullmatch(code)):
            sisters.add(code)
            continue
        wrong += ((line, why) for why in _take(codes, code, cells[text] if text < len(cells) else ""))
    if wrong:
        raise _all_wrong(wrong)
    if not codes:
        raise _no_codes(lines)
    return Codes(tuple(Kode(code, text) for code, text in codes.items()), len(sisters))


def _a_code(code: str) -> bool:
    return valid_ncsp(code) or _SISTER.fullmatch(code) is not None


def _most_codes(lines: Sequence[tuple[int, list[str]]]) -> int | None:
    """The column that has most codes of NCSP."""
    found = Counter(place for _, cells in lines for place, cell in enumerate(cells) if valid_ncsp(cell.upper()))
    return min(found, key=lambda place: (-found[place], place), default=None)


def _named(headings: Sequence[list[str]], code: int) -> int:
    """The column of the codes' texts: by its heading, else the one after the codes."""
    for cells in headings:
        for place, cell in enumerate(cells):
            if place != code and fold(cell).endswith(_TEXTS):
                return place
    return code + 1


def _take(codes: dict[str, str], code: str, text: str) -> Iterator[str]:
    """Add the code to ``codes``, or say what is wrong with it."""
    if not valid_ncsp(code):
        yield f"«{quoted(code)}» er ikke en NCSP-kode (tre bokstaver og to sifre)."
    elif not text:
        yield f"koden {code} mangler tekst."
    elif codes.setdefault(code, text) != text:
        yield f"koden {code} står to ganger med ulik tekst."


def _all_wrong(wrong: list[tuple[int, str]]) -> RegisterError:
    told = tuple(problem("REG-090", rad=line, linje=line, melding=why) for line, why in wrong)
    if len(told) == 1:
        return _refused(*wrong[0])
    return RegisterError("REG-507", problems=told, antall=len(told))


def _no_codes(lines: Sequence[tuple[int, list[str]]]) -> RegisterError:
    if len(lines) < 2:
        return _refused(1, "filen inneholder ingen NCSP-koder.")
    return _refused(lines[1][0], "fant ingen NCSP-kode (tre bokstaver og to sifre) der eller under.")


def _refused(line: int, why: str) -> RegisterError:
    return RegisterError("REG-090", linje=line, melding=why)
