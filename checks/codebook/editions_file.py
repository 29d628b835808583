"""The format of ``utgaver.yml``: the codebook's version for people, and its named editions."""

from __future__ import annotations

from datetime import date

from checks.codebook.format import Strict
from checks.codebook.time import Utgave


class EditionBlock(Strict):
    """An edition of the codebook that questions may name. ``kilde`` says where its date is from."""

    tittel: str
    fra: date | None = None
    til: date | None = None
    i_bruk: bool
    kilde: str


class EditionsFile(Strict):
    """``utgaver.yml``: the codebook's version for people, and its named editions."""

    versjon: str
    utgaver: dict[str, EditionBlock]

    def named(self) -> dict[str, Utgave]:
        """The editions by name."""
        return {n: Utgave(n, b.tittel, b.fra, b.til, b.i_bruk) for n, b in self.utgaver.items()}
