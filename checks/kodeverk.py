"""ICD-10 and NCSP: finds their codes the way a clinician types them (code or words), and knows which are codes.

ICD-10 ships with the house (`codebook/icd10/`, Norwegian edition of 2026), and so do the everyday words that clinicians
use for its diagnoses. NCSP may not be shipped: the official file is imported with `read_ncsp`, and the same search
works on what was imported.
"""

import csv
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from checks.errors import RegisterError
from checks.kodeindeks import Kode, Kodeindeks, flat
from checks.word_forms import fold

ICD10_FOLDER = Path(__file__).parent / "codebook" / "icd10"

# NOMESCO Classification of Surgical Procedures, introduction: three letters and two digits; main chapters
# A–Q, supplementary chapters T, U, X and Y, qualifiers Z; I and O are left out as they look like digits.
NCSP_CODE = re.compile(r"[A-HJ-NPQTUXYZ][A-HJ-NP-Z]{2}[0-9]{2}")
# The official file also holds chapter headings and the sister classifications NCMP and NCRP.
NOT_NCSP = re.compile(r"[A-Z]{1,3}|[A-Z]{4}[0-9]{2}|[A-Z]{3}[0-9][A-Z]{2}")


def search_icd10(text: str, limit: int = 20, prefix: str | None = None) -> list[Kode]:
    """Search Norwegian ICD-10 (2026) on code with or without dot, official text, or everyday words («brystkreft»).

    `prefix="C"` gives C-diagnoses only. See `Kodeindeks.search` for the order.
    """
    return _icd10_index().search(text, limit, prefix)


def icd10_text(kode: str) -> str | None:
    """Official text of a code in the 2026 edition, with or without dot; None when the code is not in it."""
    return _icd10_texts().get(flat(kode))


def with_text(kode: str) -> str:
    """The code and its official text, as people read it; the code alone when it is not in the edition."""
    return f"{kode} {icd10_text(kode) or ''}".strip()


def is_c_diagnosis(kode: str) -> bool:
    """True for a malignant neoplasm, a code C00–C97 that exists (manual, B 1.1 question 3b, kreftsmerte)."""
    return flat(kode).startswith("c") and icd10_text(kode) is not None


def valid_ncsp(kode: str) -> bool:
    """True when the code has NCSP's pattern: a chapter letter, two letters and two digits, upper case."""
    return NCSP_CODE.fullmatch(kode) is not None


def read_ncsp(text: str) -> list[Kode]:
    """The codes of the official NCSP file, in file order.

    Accepts semicolon, tab or comma; a heading line; further columns, also before the code. Headings of
    chapters and codes of NCMP and NCRP are passed over. Raises REG-090 naming the line otherwise.
    """
    rows = _rows(text)
    codes: dict[str, str] = {}
    code_column = text_column = None
    for number, (line, fields) in enumerate(rows):
        if code_column is None:
            code_column = next((i for i, field in enumerate(fields) if valid_ncsp(field.upper())), None)
            if code_column is None:
                if number == 0 or NOT_NCSP.fullmatch(fields[0].upper()):
                    text_column = text_column or _named_column(fields)
                    continue
                raise RegisterError("REG-090", linje=line, melding="fant ingen NCSP-kode (tre bokstaver og to sifre).")
            if text_column is None:
                text_column = code_column + 1
        kode = fields[code_column].upper() if code_column < len(fields) else ""
        if NOT_NCSP.fullmatch(kode):
            continue
        tekst = fields[text_column] if text_column is not None and text_column < len(fields) else ""
        if not valid_ncsp(kode):
            raise RegisterError(
                "REG-090", linje=line, melding=f"«{kode}» er ikke en NCSP-kode (tre bokstaver og to sifre)."
            )
        if not tekst:
            raise RegisterError("REG-090", linje=line, melding=f"koden {kode} mangler tekst.")
        if codes.setdefault(kode, tekst) != tekst:
            raise RegisterError("REG-090", linje=line, melding=f"koden {kode} står to ganger med ulik tekst.")
    if not codes:
        raise RegisterError("REG-090", linje=1, melding="filen inneholder ingen NCSP-koder.")
    return [Kode(kode, tekst) for kode, tekst in codes.items()]


def _rows(text: str) -> list[tuple[int, list[str]]]:
    lines = text.lstrip("\ufeff").splitlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = max("\t;,", key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    return [(reader.line_num, [f.strip() for f in row]) for row in reader if any(f.strip() for f in row)]


def _named_column(fields: Sequence[str]) -> int | None:
    names = [fold(field) for field in fields]
    return next((i for i, name in enumerate(names) if name.endswith(("tekst", "beskrivelse"))), None)


def everyday_words() -> list[tuple[str, tuple[str, ...]]]:
    """Everyday words and phrases, each with the ICD-10 codes or categories it means, best first (`hverdagsord.csv`).

    Our own list: a category («C50») means every code in it.
    """
    return [(row["ord"], tuple(row["kode"].split())) for row in _icd10_file("hverdagsord.csv")]


def _icd10_file(name: str) -> list[dict[str, str]]:
    with (ICD10_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def _icd10() -> tuple[Kode, ...]:
    return tuple(Kode(row["kode"], row["tekst"]) for row in _icd10_file("icd10.csv"))


@lru_cache(maxsize=1)
def _icd10_index() -> Kodeindeks:
    return Kodeindeks(_icd10(), everyday_words())


@lru_cache(maxsize=1)
def _icd10_texts() -> dict[str, str]:
    return {flat(kode.kode): kode.tekst for kode in _icd10()}
