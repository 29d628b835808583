"""ICD-10 and NCSP: finds their codes the way a clinician types them (code or words), and knows which are codes.

ICD-10 ships with the house (`codebook/icd10/`, Norwegian edition of 2026), and so do the everyday words that clinicians
use for its diagnoses. NCSP may not be shipped: the official file is read by `ncsp_file.py`, and the same search
works on what was imported.
"""

import csv
import re
from functools import lru_cache
from pathlib import Path

from checks.kodeindeks import Kode, Kodeindeks, flat

ICD10_FOLDER = Path(__file__).parent / "codebook" / "icd10"

# NOMESCO Classification of Surgical Procedures, introduction: three letters and two digits; main chapters
# A–Q, supplementary chapters T, U, X and Y, qualifiers Z; I and O are left out as they look like digits.
NCSP_CODE = re.compile(r"[A-HJ-NPQTUXYZ][A-HJ-NP-Z]{2}[0-9]{2}")


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
