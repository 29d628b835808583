"""Which characters the bytes of a csv file stand for. Most files do not say it."""

from __future__ import annotations

import re

from checks.errors import RegisterError

UTF8 = "utf-8-sig"
WESTERN = "cp1252"
_BOMS = {b"\xef\xbb\xbf": UTF8, b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SAVE = "Lagre den som CSV UTF-8."
_LOOKED_AT = 4_000
# What æ, ø and å are when UTF-8 is read as Windows' encoding, and what those of DOS and of old Macs are.
_DOUBLE = re.compile("Ã[¦¸¥†˜…]")
_OTHER = re.compile("(?<=[A-Za-z])[¾¿Œ†›](?=[a-z])")
_NORWEGIAN = re.compile("[æøåÆØÅ]")


def encoding(content: bytes) -> tuple[str, str]:
    """The file's encoding, and a sentence for its user when it had to be guessed (else blank).

    Raises REG-215 with the line where the characters cannot be read.
    """
    given = next((name for bom, name in _BOMS.items() if content.startswith(bom)), None) or _wide(content)
    if given:
        _decode(content, given)
        return given, ""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _western(content)
    return "utf-8", ""


def _wide(content: bytes) -> str | None:
    """UTF-16 that does not begin by saying so: every other byte of western text is then zero."""
    head = content[: _LOOKED_AT - _LOOKED_AT % 2]
    pairs = len(head) // 2
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = head[start::2].count(0), head[1 - start :: 2].count(0)
        if pairs > 1 and zeros * 2 > pairs and not others:
            return name
    return None


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RegisterError(
            "REG-215", melding=f"Linje {line} har tegn som ikke kan leses i tegnsettet ellers i filen. {_SAVE}"
        ) from error


def _western(content: bytes) -> tuple[str, str]:
    text = content.decode(WESTERN, errors="replace")
    if found := _DOUBLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise RegisterError(
            "REG-215", melding=f"Filen har to tegnsett: linje {line} har UTF-8, andre linjer Windows-1252. {_SAVE}"
        )
    if (found := _OTHER.search(text)) and not _NORWEGIAN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise RegisterError(
            "REG-215", melding=f"Linje {line} har æ, ø eller å i tegnsettet til MS-DOS eller Macintosh. {_SAVE}"
        )
    _decode(content, WESTERN)
    return WESTERN, "Filen er lest i tegnsettet Windows-1252. Er æ, ø eller å blitt feil, lagre den som CSV UTF-8."
