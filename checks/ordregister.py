"""The words of many texts, and which texts have them: as typed, as the start of a word, or as a fragment of one."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import accumulate, chain

from checks.word_forms import SHORTEST_MISTYPED, forms, one_letter_off

HIGHEST = "\U0010ffff"
SHORTEST_FRAGMENT = 3
SHORTEST_START = 4
# The parts of a compound (lår + brudd): shorter ones are found in words that have nothing to do with them.
SHORTEST_FIRST, SHORTEST_LAST = 3, 5


class Likhet(IntEnum):
    """How near a typed word is to one of the text, nearest first; each includes those before."""

    WHOLE = 0
    START = 1
    FRAGMENT = 2


class Ordregister:
    """Finds numbered texts by their words. Built once, from texts in `one_spelling`."""

    def __init__(self, texts: Iterable[tuple[int, str]]) -> None:
        self._texts_with: dict[str, array[int]] = {}
        for number, text in texts:
            for word in text.split():
                self._texts_with.setdefault(word, array("I")).append(number)
        self._words = sorted(self._texts_with)
        self._backwards = sorted(word[::-1] for word in self._words)

    def find(self, typed: str) -> list[set[int]]:
        """Numbers of the texts that have the word, one set for each `Likhet`.

        A word that no text has is also read as a compound of two: «eggstokkreft» is eggstokk and kreft.
        """
        whole = self._same(typed)
        # What looks like an ending is one only when the rest is a word: «hodepien» is not hodepi + en.
        start = _start(typed) if whole else typed
        fragments = [word for word in self._words if start in word] if len(start) >= SHORTEST_FRAGMENT else []
        found = map(self._numbers, (whole, self._starting_with(start), fragments))
        parts = (set[int](), set[int](), set[int]()) if whole else self._compound(typed)
        return list(accumulate((one | other for one, other in zip(found, parts, strict=True)), set.union))

    def corrected(self, typed: str) -> list[str]:
        """Words of the texts that the word is one letter from, those in most texts first; none if it is one itself.

        A word of fewer than `SHORTEST_MISTYPED` letters is taken as it stands.
        """
        if len(typed) < SHORTEST_MISTYPED or not self._texts_with.keys().isdisjoint(forms(typed)):
            return []
        near = {word for form in forms(typed) if len(form) >= SHORTEST_MISTYPED for word in self._near(form)}
        return sorted(near, key=lambda word: (-len(self._texts_with[word]), word))

    def _near(self, typed: str) -> Iterator[str]:
        # One wrong letter, or two that are swapped, leave one of the ends as it is.
        end = (len(typed) - 1) // 2
        backwards = _starting_with(self._backwards, typed[: -end - 1 : -1])
        for word in chain(self._starting_with(typed[:end]), (word[::-1] for word in backwards)):
            if one_letter_off(typed, word):
                yield word

    def _compound(self, typed: str) -> tuple[set[int], set[int], set[int]]:
        whole, start = set[int](), set[int]()
        for cut in range(SHORTEST_FIRST, len(typed) - SHORTEST_LAST + 1):
            first, last = typed[:cut], typed[cut:]
            with_last = self._numbers(self._same(last))
            if not with_last:
                continue
            same = self._same(first)
            if first[-1] == last[0]:
                # Three equal consonants are written as two: eggstokk + kreft.
                same += self._same(first + first[-1])
            whole |= with_last & self._numbers(same)
            start |= with_last & self._numbers(self._starting_with(first))
        return whole, start, set()

    def _same(self, typed: str) -> list[str]:
        same = forms(typed)
        # A form in common is the beginning of both words.
        return [word for word in self._starting_with(min(same, key=len)) if not same.isdisjoint(forms(word))]

    def _starting_with(self, start: str) -> list[str]:
        return _starting_with(self._words, start)

    def _numbers(self, words: Iterable[str]) -> set[int]:
        return set().union(*(self._texts_with[word] for word in words))


def _starting_with(words: list[str], start: str) -> list[str]:
    return words[bisect_left(words, start) : bisect_left(words, start + HIGHEST)]


def _start(typed: str) -> str:
    """What a longer word with the typed one in it begins with: «smerter» finds «smertelidelse»."""
    return min((form for form in forms(typed) if len(form) >= SHORTEST_START), key=len, default=typed)
