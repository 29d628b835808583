"""Names as people type them: one folding, by which a name is found and two names are compared.

A folded name has no case, no accents and nothing between its letters, and a letter where two may be written for one:
«Ødegård», «oedegaard» and «odegard» are one name, and so are «O’Brien» and «obrien», «Þór», «Thor» and «Tor». A name is found
by the beginning of each of its parts, in any order, by parts written as one, and by one written as parts.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# What stands between letters, as the inside of a class of characters that Python, RE2 (in DuckDB) and JavaScript read
# alike: spaces, hyphens, apostrophes and other punctuation, also those that take no room.
BETWEEN = "\t-/:-@\\[-`{-©«-±´¶-¸»¿×÷ʰ-˿\u2000-\u206f−\u3000﹘﹣\ufeff＇－"
# Accents that are characters of their own, as decomposed text has them.
ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
# What two words of a search are not parted by: «o'brien» is one word, «al-hassan» is two.
_WITHIN = re.compile("['’‘‛ʼʻ`´′＇\u00ad\u200b-\u200f\u2060\ufeff]")
_PARTED = re.compile(f"[{BETWEEN}]+")
_NO_LETTERS = re.compile(f"[{BETWEEN}{ACCENTS}]+")
_GAP = f"[{BETWEEN}{ACCENTS}]*"
_BEGINNING = re.compile(f"(?:(?<=[{BETWEEN}])|^)(?=[^{BETWEEN}{ACCENTS}])")
# Letters that are no other letter with an accent, and the one that is written by those who do not have them.
LETTERS = dict(zip("æøœđðħıłŋŧþßəĸς", "aooddhilnttsekσ", strict=True))
# What may follow a letter without making it another: aa and ae are å and æ, oe is ø and ö, ue ü, dj đ, ss ß, th þ and ŧ.
DOUBLES = {"a": "ae", "o": "e", "u": "e", "d": "j", "s": "s", "t": "h"}
_DOUBLED = re.compile("|".join(f"(?<={letter})[{more}]+" for letter, more in DOUBLES.items()))
# How many words of a search may be one part of a name: «van den berg» is Vandenberg.
MOST_TOGETHER = 3
# What app/components/navn.js needs to fold what is typed in the browser.
TABLES = {"utenom": BETWEEN + ACCENTS, "bokstaver": LETTERS, "doble": _DOUBLED.pattern, "sammen": MOST_TOGETHER}
# Where letters lie that fold to another: European letters with accents, and those of full width.
_ACCENTED = (*range(0x41, 0x2000), *range(0xFF10, 0xFF5B))
# Where characters lie that are several letters in one.
_MOST_JOINED = 7
_LIGATURES = (*range(0x132, 0x134), *range(0x1C4, 0x1CD), *range(0x1F1, 0x1F4), *range(0xFB00, 0xFB05))


def fold(text: str) -> str:
    """The letters and digits of a text by which it is compared; two ways to write a name fold to the same."""
    return _DOUBLED.sub("", _bare(text))


def words(text: str) -> list[str]:
    """The folded words of what is searched for."""
    return [word for part in _PARTED.split(_WITHIN.sub("", text)) if (word := fold(part))]


def asked(text: str) -> list[list[str]]:
    """For each word of what is searched for, what a part of the name may begin with for the word to be found: the word, or it
    written together with the one or two before it, as «anne marie» finds Annemarie.
    """
    found = words(text)
    firsts = [range(last, max(last - MOST_TOGETHER, -1), -1) for last in range(len(found))]
    return [[fold("".join(found[first : last + 1])) for first in before] for last, before in enumerate(firsts)]


def openings(name: str) -> list[str]:
    """The folded name from the beginning of each of its parts: it is found by what one of these begins with."""
    return [fold(name[start.start() :]) for start in _BEGINNING.finditer(name)]


def finds(search: str, name: str) -> bool:
    """Whether each word of ``search`` is found in ``name`` (`asked`); a search without letters finds nobody."""
    given, sought = tuple(openings(name)), asked(search)
    return bool(sought) and all(any(one.startswith(tuple(ways)) for one in given) for ways in sought)


def patterns(text: str) -> list[str]:
    """For each word of what is searched for, a regular expression of RE2 that matches the names in which it is found (`asked`)."""
    return [f"(?:^|[{BETWEEN}])(?:{'|'.join(map(_spelled, ways))})" for ways in asked(text)]


def _spelled(word: str, place: int = 0) -> str:
    """The letters from ``place`` on, each in every way that it may be written; where several may be written as one («ﬁ»), also
    so. The last letters may be the beginning of such a one.
    """
    if place == len(word):
        return ""
    rest = _spelled(word, place + 1)
    ways = [f"{_class(word[place])}{_more(word[place])}{_GAP if rest else ''}{rest}"]
    for joined, signs in _joined().items() if _few_joined(word) else ():
        after = word[place:].removeprefix(joined)
        if joined.startswith(word[place:]):
            ways.append(f"[{signs}]")
        elif len(after) < len(word) - place:
            ways.append(f"[{signs}]{_GAP}{_spelled(word, len(word) - len(after))}")
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


@cache
def _few_joined(word: str) -> bool:
    """Whether the ways to write the word can be counted: no name has many of these letters."""
    return sum(word.count(joined) for joined in _joined()) <= _MOST_JOINED


def _bare(text: str) -> str:
    if text.isascii():
        plain = text.lower()
    else:
        plain = text
        for _ in range(2):  # twice, as Unicode says: small letters may decompose again
            plain = unicodedata.normalize("NFKD", plain).casefold()
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(LETTERS.get(letter, letter) for letter in plain)
    return unicodedata.normalize("NFC", _NO_LETTERS.sub("", plain))


@cache
def _written() -> dict[str, str]:
    """For each folded letter all letters that fold to it."""
    found: dict[str, str] = {}
    for number in _ACCENTED:
        letter = chr(number)
        if not _NO_LETTERS.match(letter) and len(folded := fold(letter)) == 1:
            found[folded] = found.get(folded, "") + letter
    return found


@cache
def _joined() -> dict[str, str]:
    """For each run of letters that one character may stand for, as typesetting has «ﬁ», these characters."""
    found: dict[str, str] = {}
    for number in _LIGATURES:
        if len(folded := fold(chr(number))) > 1:
            found[folded] = found.get(folded, "") + chr(number)
    return found


def _class(letter: str) -> str:
    return f"[{_written().get(letter, letter)}]"


def _more(letter: str) -> str:
    if letter not in DOUBLES:
        return ""
    more = "".join(_written()[one] for one in DOUBLES[letter])
    return f"(?:[{BETWEEN}{ACCENTS}]*[{more}])*"
