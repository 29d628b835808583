"""ICD-10 and NCSP: finds their codes the way a clinician types them (code, word or fragment), and knows which are codes.

ICD-10 ships with the house (`codebook/icd10/`, Norwegian edition of 2026). NCSP may not be shipped: the
official file is imported with `read_ncsp`, and the same search works on what was imported.
"""

import csv
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from checks.errors import RegisterError

ICD10_FILE = Path(__file__).parent / "codebook" / "icd10" / "icd10.csv"

# NOMESCO Classification of Surgical Procedures, introduction: three letters and two digits; main chapters
# A–Q, supplementary chapters T, U, X and Y, qualifiers Z; I and O are left out as they look like digits.
NCSP_CODE = re.compile(r"[A-HJ-NPQTUXYZ][A-HJ-NP-Z]{2}[0-9]{2}")
# The official file also holds chapter headings and the sister classifications NCMP and NCRP.
NOT_NCSP = re.compile(r"[A-Z]{1,3}|[A-Z]{4}[0-9]{2}|[A-Z]{3}[0-9][A-Z]{2}")
LOOKS_LIKE_CODE = re.compile(r"[a-z][0-9][0-9a-z.]*")
HIGHEST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Kode:
    """One code of a classification, written as it is stored (`M79.7`, `AAA00`), with its Norwegian text."""

    kode: str
    tekst: str


def fold(text: str) -> str:
    """Lower case without accents or punctuation; æ, ø and å stay letters of their own."""
    text = text.casefold().translate({ord("ö"): "ø", ord("ä"): "æ", ord("å"): "\ue000"})
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() or c == "\ue000" else " " for c in plain).split()).replace("\ue000", "å")


class Kodeindeks:
    """Free text search over codes held in memory."""

    def __init__(self, koder: Iterable[Kode]) -> None:
        self._koder = sorted(koder, key=lambda kode: _flat(kode.kode))
        self._flat = [_flat(kode.kode) for kode in self._koder]
        self._texts = [fold(kode.tekst) for kode in self._koder]
        # A leading space before each word lets one substring test mean «a word starts with».
        self._words = [f" {flat} {text}" for flat, text in zip(self._flat, self._texts, strict=True)]
        self._by_text = sorted(zip(self._texts, range(len(self._texts)), strict=True))

    def search(self, text: str, limit: int = 20, prefix: str | None = None) -> list[Kode]:
        """At most `limit` codes that match every word of `text`; none for an empty text.

        Order: code starts with the text; Norwegian text starts with it; every word starts a word, first where
        one of them opens the text; every word occurs as a fragment. In code order within each. `prefix` keeps
        only codes that start with it.
        """
        words = _query_words(text)
        if not words:
            return []
        low, high = self._range(_flat(prefix or ""))
        found = dict.fromkeys(islice(self._ranked(words, _flat(text), low, high), limit * 5))
        return [self._koder[i] for i in islice(found, limit)]

    def _ranked(self, words: Sequence[str], as_code: str, low: int, high: int) -> Iterator[int]:
        first, last = self._range(as_code)
        yield from range(max(first, low), min(last, high))
        start = " ".join(words)
        for text, i in islice(self._by_text, bisect_left(self._by_text, (start, -1)), None):
            if not text.startswith(start):
                break
            if low <= i < high:
                yield i
        longest = max(words, key=len)
        hits = [i for i in range(low, high) if longest in self._words[i]]
        if len(words) > 1:
            hits = [i for i in hits if all(word in self._words[i] for word in words)]
        starts = [f" {word}" for word in words]
        at_word = [i for i in hits if all(start in self._words[i] for start in starts)]
        first_words = tuple(words)
        yield from (i for i in at_word if self._texts[i].startswith(first_words))
        yield from at_word
        yield from hits

    def _range(self, prefix: str) -> tuple[int, int]:
        return bisect_left(self._flat, prefix), bisect_left(self._flat, prefix + HIGHEST)


def search_icd10(text: str, limit: int = 20, prefix: str | None = None) -> list[Kode]:
    """Search Norwegian ICD-10 (2026) on code with or without dot, text, or fragments of several words.

    `prefix="C"` gives C-diagnoses only. See `Kodeindeks.search` for the order.
    """
    return _icd10_index().search(text, limit, prefix)


def icd10_text(kode: str) -> str | None:
    """Official text of a code in the 2026 edition, with or without dot; None when the code is not in it."""
    return _icd10_texts().get(_flat(kode))


def with_text(kode: str) -> str:
    """The code and its official text, as people read it; the code alone when it is not in the edition."""
    return f"{kode} {icd10_text(kode) or ''}".strip()


def is_c_diagnosis(kode: str) -> bool:
    """True for a malignant neoplasm, a code C00–C97 that exists (manual, B 1.1 question 3b, kreftsmerte)."""
    return _flat(kode).startswith("c") and icd10_text(kode) is not None


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


def _flat(kode: str) -> str:
    return kode.replace(".", "").replace(" ", "").casefold()


def _query_words(text: str) -> list[str]:
    """Words to look for; a word that looks like a code keeps together when its dot goes."""
    raw = text.casefold().split()
    return " ".join(word.replace(".", "") if LOOKS_LIKE_CODE.fullmatch(word) else fold(word) for word in raw).split()


@lru_cache(maxsize=1)
def _icd10() -> tuple[Kode, ...]:
    with ICD10_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Kode(row["kode"], row["tekst"]) for row in csv.DictReader(file))


@lru_cache(maxsize=1)
def _icd10_index() -> Kodeindeks:
    return Kodeindeks(_icd10())


@lru_cache(maxsize=1)
def _icd10_texts() -> dict[str, str]:
    return {_flat(kode.kode): kode.tekst for kode in _icd10()}
