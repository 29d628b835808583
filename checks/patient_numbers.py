"""Numbers of patients that stand in a text, where they are to be refused or hidden: reasons, notes, queries and reports."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = "[\\s.'’\\-\u2010-\u2015\u2212]{0,3}"
# Eleven digits as six and five, or with the date as a date, and the twelve of a DUF-nummer (checks/identity.py).
_NUMBER = re.compile(rf"(?<!\d)(?:(?:\d{{6}}|\d\d([ ./-])\d\d\1\d\d){_SIGNS}\d{{3}}\s?\d\d|(?:19|20)\d{{10}})(?!\d)")


def held(text: str) -> bool:
    """Whether the text holds what looks like a patient's number, right or mistyped, however it was pasted."""
    return _NUMBER.search(_plain(text)) is not None


def hidden(text: str, instead: str) -> str:
    """The text with ``instead`` for what looks like a patient's number; a text without any is not touched."""
    return _NUMBER.sub(instead, _plain(text)) if held(text) else text


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
