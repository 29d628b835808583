"""The words of a PDF that typst has made, in the order they are written: as a reader of the file gets them, not as data."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
# A string may hold parentheses in pairs, two deep as long as one glyph follows another.
_STRING = rb"\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\)"
_SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|\[?((?:" + _STRING + rb"|[-\d. ])*)\]?\s*T[jJ]", re.DOTALL)
_PIECE = re.compile(_STRING, re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words(pdf: bytes) -> str:
    """All text of the file, a line for each piece that is set."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    streams = {number: _unpacked(body) for number, body in objects.items()}
    fonts = {
        name: _letters(streams[int(unicode[1])])
        for body in objects.values()
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", body)
        if (unicode := re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)]))
    }
    return "\n".join(line for body in streams.values() if b" Tf" in body for line in _lines(body, fonts))


def _unpacked(body: bytes) -> bytes:
    found = _STREAM.search(body)
    return b"" if found is None else zlib.decompress(found[1]) if b"FlateDecode" in body else found[1]


def _letters(cmap: bytes) -> dict[int, str]:
    """Number of a glyph -> what it says."""
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\s", cmap.partition(b"beginbfchar")[2])
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def _lines(body: bytes, fonts: dict[bytes, dict[int, str]]) -> Iterator[str]:
    font: dict[int, str] = {}
    for found in _SHOWN.finditer(body):
        if found[1]:
            font = fonts[found[1]]
        else:
            raw = b"".join(_ESCAPED.sub(_plain, piece[1:-1]) for piece in _PIECE.findall(found[2]))
            yield "".join(font.get(int.from_bytes(raw[n : n + 2]), "") for n in range(0, len(raw), 2))


def _plain(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _LETTERS.get(code, code)
