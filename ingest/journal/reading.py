"""Reads a journal: the records that the register kept, in order, and where it is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from checks.errors import RegisterError
from ingest.journal.sealing import Broken, unseal
from ingest.journal.segments import (
    GIVEN_UP,
    HEAD,
    KEPT,
    MIGRATION,
    PURPOSE,
    TRANSACTION,
    Place,
    Record,
    Segment,
    about,
    after,
    segments,
    sum_of,
)
from ingest.vault import Vault


class Reader:
    """Reads the journal of `register` in `folder` from the place `start` on; with `among_others` the files of other journals
    there are passed over.

    `segment` is the file that was read last, `end` the byte after its last whole record or mark, and `unfinished` whether
    a record that was not written to its end comes after it. Nobody was told that it was saved.
    """

    def __init__(self, folder: Path, vault: Vault, register: str, start: Place, *, among_others: bool = False) -> None:
        self.folder, self._vault, self._register, self._start = folder, vault, register, start
        self.segment: Segment | None = None
        self.end = 0
        self.unfinished = False
        self._place = self._before = start
        self._last: Record | None = None
        self._among_others = among_others

    def records(self) -> Iterator[Record]:
        """Every record after the start that was not given up.

        Raises REG-279 where a file is damaged, REG-280 when the journal is of another register or another history than the
        start, REG-281 when it begins after the start or ends before it, and REG-275 without the key.
        """
        found = segments(self.folder)
        own = [segment for segment in found if segment.register == self._register]
        if own != found and not self._among_others:
            raise RegisterError("REG-280", mappe=self.folder)
        found = own
        needed = [s for s, later in zip_longest(found, found[1:]) if not _past(later, self._start)]
        if not needed or needed[0].before.nr > self._start.nr:
            raise RegisterError("REG-281", mappe=self.folder, verdi=self._start.nr)
        self._place = needed[0].before
        self._compare(self._place)
        for segment in needed:
            if segment.before != self._place:
                raise _damaged(segment, "første linje")
            try:
                yield from self._of(segment, last=segment is needed[-1])
            except RegisterError:
                yield from self._settled()
                raise
        yield from self._settled()
        if self._place.nr < self._start.nr:
            raise RegisterError("REG-281", mappe=self.folder, verdi=self._start.nr)

    def _of(self, segment: Segment, *, last: bool) -> Iterator[Record]:
        self.segment, self.end, self.unfinished = segment, segment.start, False
        key, content = self._vault.key(PURPOSE, segment.key), memoryview(segment.path.read_bytes())
        while rest := content[self.end :]:
            if len(rest) < HEAD.size or not any(rest):
                break
            kind, nr, length, total = HEAD.unpack(rest[: HEAD.size])
            if total != sum_of(kind, nr, length):
                raise _damaged(segment, f"etter oppføring {self._place.nr}")
            if len(rest) < HEAD.size + length:
                break
            sealed = bytes(rest[HEAD.size : HEAD.size + length])
            try:
                opened = unseal(key, sealed, about(self._register, kind, self._place))
            except Broken:
                if last and len(rest) == HEAD.size + length and (kind in (KEPT, GIVEN_UP) or nr > self._start.nr):
                    break
                raise _damaged(segment, f"oppføring {nr}") from None
            yield from self._take(segment, kind, nr, sealed, opened)
            self.end += HEAD.size + length
        if self.end < len(content) and not last:
            raise _damaged(segment, f"etter oppføring {self._place.nr}")
        self.unfinished = bytes(content[self.end : self.end + 1]) in (TRANSACTION, MIGRATION)

    def _take(self, segment: Segment, kind: bytes, nr: int, sealed: bytes, opened: bytes) -> Iterator[Record]:
        if kind in (KEPT, GIVEN_UP):
            if self._last is None or nr != self._place.nr:
                raise _damaged(segment, f"merket etter oppføring {nr}")
            if kind == KEPT:
                self._last = replace(self._last, kept=True)
            else:
                self._place, self._last = self._before, None
            return
        if self._last is not None:
            self._last = replace(self._last, kept=True)
        yield from self._settled()
        self._before, self._place = self._place, after(self._place, sealed)
        if nr != self._place.nr:
            raise _damaged(segment, f"oppføring {nr}")
        self._last = Record(kind, self._place, opened)

    def _settled(self) -> Iterator[Record]:
        """The last record that was read, when it comes after the start."""
        if self._last is None:
            return
        self._compare(self._last.place)
        if self._last.place.nr > self._start.nr:
            yield self._last
        self._last = None

    def _compare(self, place: Place) -> None:
        if place.nr == self._start.nr and place.kjede != self._start.kjede:
            raise RegisterError("REG-280", mappe=self.folder)


def _past(later: Segment | None, start: Place) -> bool:
    """Whether every record before `later` comes before the start too."""
    return later is not None and later.before.nr <= start.nr


def _damaged(segment: Segment, where: str) -> RegisterError:
    return RegisterError("REG-279", fil=segment.path.name, hvor=where)
