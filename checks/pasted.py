"""Numbers as people paste them: from a journal, an e-mail, a spreadsheet or a PDF."""

from __future__ import annotations

import re
import unicodedata

from checks.errors import RegisterError

LONGEST_ID = 9  # digits that a PasientID or ForløpsID can have

# Spaces, hyphens, full stops, and what a spreadsheet or a csv file puts around a number (="0101…", '0101…).
_AROUND = re.compile("[\\s.\"'’=\\-\u00ad\u2010-\u2015\u2212\ufe58\ufe63]")
# What the screen, and people, write before a number of each kind.
_NAMED = {
    "PasientID": re.compile(r"\s*(pid|pasient-?id)[\s:.]*", re.IGNORECASE),
    "ForløpsID": re.compile(r"\s*(fid|forl(ø|o)ps-?id)[\s:.]*", re.IGNORECASE),
}


def number(text: str) -> str:
    """The text without what stands between and around the digits of a pasted number, full-width digits as ordinary ones.

    What else there is stays, and is refused by whoever reads the number.
    """
    plain = unicodedata.normalize("NFKC", text)
    return _AROUND.sub("", "".join(sign for sign in plain if unicodedata.category(sign) != "Cf"))


def id_digits(text: str, felt: str) -> str:
    """The digits of a pasted PasientID or ForløpsID (``felt``). Raises REG-212 for what is no number."""
    named = _NAMED[felt].match(text)
    digits = number(text[named.end() :] if named else text)
    if not (digits.isascii() and digits.isdigit()):
        raise RegisterError("REG-212", felt=felt)
    return digits
