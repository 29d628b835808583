"""The whole codebook, and the editions of it that a forløp's startdato chooses between."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from checks.codebook import editions
from checks.codebook.model import Skjema, Variabel
from checks.codebook.time import Utgave


@dataclass(frozen=True, eq=False)
class Codebook:
    """All forms, with everything that is asked at any time; ``utgave`` gives those of one day.

    ``versjon`` is a digest of the files: it changes when, and only when, they do. ``nummer`` is the version people
    speak of, ``utgaver`` the named editions; ``gjeldende`` are those of them in force, in the codebook of one day.
    """

    skjema: Mapping[str, Skjema]
    versjon: str
    nummer: str = ""
    utgaver: Mapping[str, Utgave] = field(default_factory=dict)
    gjeldende: frozenset[str] = frozenset()
    _index: Mapping[str, Variabel] = field(default_factory=dict, repr=False)
    _editions: dict[date, Codebook] = field(default_factory=dict, repr=False, compare=False)

    def variabel(self, navn: str) -> Variabel:
        """Find a variable by its name alone; names are unique across forms. Raises KeyError."""
        return self._index[navn]

    @property
    def navn(self) -> str:
        """What the codebook is called where people read it: «1.8.0 (4f0c…)»."""
        return f"{self.nummer} ({self.versjon})"

    @cached_property
    def skifter(self) -> tuple[date, ...]:
        """The days on which a question or a code comes in or goes out, in order."""
        return tuple(sorted({d for form in self for d in editions.changes(form)}))

    def utgave_fra(self, dag: date) -> date:
        """The first day of the edition in force on a day; ``date.min`` for the first edition."""
        place = bisect_right(self.skifter, dag)
        return self.skifter[place - 1] if place else date.min

    def utgave(self, dag: date) -> Codebook:
        """The codebook of the edition in force on a day: every form, with ``aktiv`` where a question is asked then.

        There is one for each edition, however many days are asked for.
        """
        first = self.utgave_fra(dag)
        if first not in self._editions:
            forms = {form.id: editions.in_force(form, first) for form in self}
            index = {v.navn: v for form in forms.values() for v in form.alle}
            named = frozenset(n for n, u in self.utgaver.items() if u.gjelder(first))
            self._editions[first] = replace(self, skjema=forms, gjeldende=named, _index=index, _editions={})
        return self._editions[first]

    def begynner(self, navn: str) -> date | None:
        """The first day of a named edition; None when it is not in use. Raises KeyError."""
        return self.utgaver[navn].fra if self.utgaver[navn].i_bruk else None

    def __iter__(self) -> Iterator[Skjema]:
        return iter(self.skjema.values())
