"""Norwegian words the way people type them: other endings, other spellings, one letter wrong.

The rules are our own and light on purpose: they need only tell which words may be the same, never which ending is right.
"""

import unicodedata
from collections.abc import Iterable

ENDINGS = ("enes", "ene", "ens", "ets", "en", "et", "er", "e", "a", "s")
# The same word in the two spellings of bokmål; the official texts have the latter.
SPELLINGS = (("stein", "sten"), ("bein", "ben"))
FILLERS = frozenset({"i", "på", "av", "og", "til"})
SHORTEST_STEM = 3
# A shorter word with one other letter is often a word of its own (ben, bein; arr, arm).
SHORTEST_MISTYPED = 6


def fold(text: str) -> str:
    """Lower case without accents or punctuation; æ, ø and å stay letters of their own."""
    text = text.casefold().translate({ord("ö"): "ø", ord("ä"): "æ", ord("å"): "\ue000"})
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() or c == "\ue000" else " " for c in plain).split()).replace("\ue000", "å")


def one_spelling(text: str) -> str:
    """The folded text with each word in the spelling of the official texts (gallestein, gallesten)."""
    text = fold(text)
    for other, official in SPELLINGS:
        text = text.replace(other, official)
    return text


def without_fillers(words: Iterable[str]) -> list[str]:
    """The words that carry meaning; all of them when none does."""
    words = list(words)
    return [word for word in words if word not in FILLERS] or words


def forms(word: str) -> set[str]:
    """The word and what is left of it without an ending; two words with a form in common count as the same."""
    stripped = {word.removesuffix(ending) for ending in ENDINGS}
    return {word} | {stem for stem in stripped if len(stem) >= SHORTEST_STEM}


def one_letter_off(typed: str, word: str) -> bool:
    """True when one letter was added, left out, swapped with the next or typed for another."""
    if abs(len(typed) - len(word)) > 1 or typed == word:
        return False
    shorter, longer = sorted((typed, word), key=len)
    start = next((i for i, letter in enumerate(shorter) if letter != longer[i]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    swapped = longer[start + 1 : start + 2] + longer[start : start + 1] + longer[start + 2 :]
    return shorter[start + 1 :] == longer[start + 1 :] or shorter[start:] == swapped
