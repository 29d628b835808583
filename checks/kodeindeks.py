"""Search in the codes of a classification: by code, official text, everyday words, and words with a wrong letter."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import TypeVar

from checks.ordregister import HIGHEST, Likhet, Ordregister
from checks.word_forms import forms, one_spelling, without_fillers

LOOKS_LIKE_CODE = re.compile(r"[a-z][0-9][0-9a-z.]*")
# One or two letters begin too many everyday words to mean one of them.
SHORTEST_EVERYDAY_START = 3
# The words that a mistyped one may be; each costs a search.
MOST_CORRECTIONS = 3

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Kode:
    """One code of a classification, written as it is stored (`M79.7`, `AAA00`), with its Norwegian text."""

    kode: str
    tekst: str


class Kodeindeks:
    """Free text search over codes held in memory. Build it once; a search takes a few milliseconds at most."""

    def __init__(self, koder: Iterable[Kode], everyday_words: Iterable[tuple[str, Sequence[str]]] = ()) -> None:
        """`everyday_words`: a word or phrase, and the codes or beginnings of codes that it means, best first."""
        self._koder = sorted(koder, key=lambda kode: flat(kode.kode))
        self._flat = [flat(kode.kode) for kode in self._koder]
        self._texts = [one_spelling(kode.tekst) for kode in self._koder]
        self._by_text = sorted(zip(self._texts, range(len(self._texts)), strict=True))
        meanings = ((one_spelling(words), self._meant(codes)) for words, codes in everyday_words)
        self._everyday = sorted(meanings, key=itemgetter(0))
        self._everyday_forms = [_forms_of(words.split()) for words, _ in self._everyday]
        everyday_texts = ((i, words) for words, meant in self._everyday for i in meant)
        self._register = Ordregister(chain(enumerate(self._texts), everyday_texts))

    def search(self, text: str, limit: int = 20, prefix: str | None = None) -> list[Kode]:
        """At most `limit` codes that match every word of `text`, best first; none for an empty text.

        Order: the code starts with the text; everyday words that are the text; official texts that start with it;
        everyday words that start with it; every word is or starts a word (official or everyday), first where one of
        them opens the official text; fragments of words; the same again with a mistyped word corrected. In code
        order within each, but in the order of the list for everyday words. `prefix` keeps only codes that start
        with it.
        """
        words = _query_words(text)
        if not words:
            return []
        low, high = self._range(flat(prefix or ""))
        hits = (i for i in self._ranked(words, flat(text)) if low <= i < high)
        return [self._koder[i] for i in islice(_once(hits), limit)]

    def _ranked(self, words: Sequence[str], as_code: str) -> Iterator[int]:
        yield from range(*self._range(as_code))
        yield from self._as_typed(words)
        for at, word in enumerate(words):
            for right in islice(self._register.corrected(word), MOST_CORRECTIONS):
                yield from self._as_typed([*words[:at], right, *words[at + 1 :]])

    def _as_typed(self, words: Sequence[str]) -> Iterator[int]:
        start, telling = " ".join(words), without_fillers(words)
        yield from self._everyday_hits(telling)
        yield from (i for _, i in _starting_with(self._by_text, start))
        if len(start) >= SHORTEST_EVERYDAY_START:
            yield from chain.from_iterable(meant for _, meant in _starting_with(self._everyday, start))
        yield from self._word_hits(telling)

    def _everyday_hits(self, words: Sequence[str]) -> Iterator[int]:
        typed = _forms_of(words)
        for (_, meant), known in zip(self._everyday, self._everyday_forms, strict=True):
            if len(known) == len(typed) and all(any(same & word for word in known) for same in typed):
                yield from meant

    def _word_hits(self, words: Sequence[str]) -> Iterator[int]:
        in_all = self._find(words[0])
        for word in words[1:]:
            if not in_all[Likhet.FRAGMENT]:
                return
            in_all = [both & numbers for both, numbers in zip(in_all, self._find(word), strict=True)]
        by_level = [sorted(numbers) for numbers in in_all]
        openings = tuple(words)
        for hits in by_level[: Likhet.FRAGMENT]:
            yield from (i for i in hits if self._texts[i].startswith(openings))
        yield from chain.from_iterable(by_level)

    def _find(self, word: str) -> list[set[int]]:
        as_code = range(*self._range(word)) if LOOKS_LIKE_CODE.fullmatch(word) else ()
        return [numbers.union(as_code) for numbers in self._register.find(word)]

    def _meant(self, codes: Iterable[str]) -> tuple[int, ...]:
        return tuple(_once(i for code in codes for i in range(*self._range(flat(code)))))

    def _range(self, prefix: str) -> tuple[int, int]:
        return bisect_left(self._flat, prefix), bisect_left(self._flat, prefix + HIGHEST)


def flat(kode: str) -> str:
    """A code as codes are compared: lower case, without dot and spaces."""
    return kode.replace(".", "").replace(" ", "").casefold()


def _query_words(text: str) -> list[str]:
    """Words to look for; a word that looks like a code keeps together when its dot goes."""
    raw = text.casefold().split()
    plain = (word.replace(".", "") if LOOKS_LIKE_CODE.fullmatch(word) else one_spelling(word) for word in raw)
    return " ".join(plain).split()


def _forms_of(words: Sequence[str]) -> list[set[str]]:
    return [forms(word) for word in without_fillers(words)]


def _once(numbers: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for number in numbers:
        if number not in seen:
            seen.add(number)
            yield number


def _starting_with(rows: Sequence[tuple[str, Row]], start: str) -> Iterator[tuple[str, Row]]:
    for at in range(bisect_left(rows, start, key=itemgetter(0)), len(rows)):
        if not rows[at][0].startswith(start):
            return
        yield rows[at]
