"""The format of ``utgaver.yml``: the codebook's version for people, and its named editions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import yaml

from checks.codebook.format import Strict
from checks.codebook.time import Utgave


class EditionBlock(Strict):
    """An edition of the codebook that questions may name. ``kilde`` says where its date is from.

    One that is in use and ``avloeser`` another ends that on its own first day.
    """

    tittel: str
    fra: date | None = None
    til: date | None = None
    i_bruk: bool
    avloeser: str | None = None
    kilde: str


class EditionsFile(Strict):
    """``utgaver.yml``: the codebook's version for people, and its named editions."""

    versjon: str
    utgaver: dict[str, EditionBlock]

    def named(self) -> dict[str, Utgave]:
        """The editions by name."""
        ended = {b.avloeser: b.fra for b in self.utgaver.values() if b.avloeser and b.i_bruk}
        return {n: Utgave(n, b.tittel, b.fra, ended.get(n, b.til), b.i_bruk) for n, b in self.utgaver.items()}


def in_use(said: str, days: Mapping[str, date]) -> str:
    """The text of ``utgaver.yml`` with those of its editions that are in ``days`` in use from their day."""
    data = yaml.load(said, Loader=yaml.CSafeLoader) if days else {}
    known = {name: day for name, day in days.items() if name in data["utgaver"]}
    if not known:
        return said
    for name, day in known.items():
        data["utgaver"][name] |= {"i_bruk": True, "fra": day}
    return yaml.dump(data, allow_unicode=True, sort_keys=False)
